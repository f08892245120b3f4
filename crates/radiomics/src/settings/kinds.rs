//! The named choices that settings can take.

/// Implements `ALL`, `name` and `from_name` for a fieldless enum with one name per variant.
macro_rules! named {
    ($type:ident { $($variant:ident => $name:literal),+ $(,)? }) => {
        impl $type {
            /// Every value, in the order of the documentation.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The name used in parameter files.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name),+
                }
            }

            /// The value called `name`, if there is one.
            pub fn from_name(name: &str) -> Option<Self> {
                match name {
                    $($name => Some(Self::$variant),)+
                    _ => None,
                }
            }
        }
    };
}

/// An image derived from the input, on which intensity features are computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ImageType {
    /// The image itself.
    Original,
    /// Bands of the stationary wavelet transform.
    Wavelet,
    /// Laplacian of Gaussian, one for each sigma.
    LoG,
    /// Squares, scaled to the range of the image.
    Square,
    /// Square roots, with the sign of the value.
    SquareRoot,
    /// Logarithms of the absolute value plus one, with the sign of the value.
    Logarithm,
    /// Exponentials, scaled to the range of the image.
    Exponential,
    /// Gradient magnitude.
    Gradient,
    /// Local binary patterns, slice by slice.
    Lbp2D,
    /// Local binary patterns by spherical harmonics.
    Lbp3D,
}

named!(ImageType {
    Original => "Original",
    Wavelet => "Wavelet",
    LoG => "LoG",
    Square => "Square",
    SquareRoot => "SquareRoot",
    Logarithm => "Logarithm",
    Exponential => "Exponential",
    Gradient => "Gradient",
    Lbp2D => "LBP2D",
    Lbp3D => "LBP3D",
});

/// A class of features.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FeatureClass {
    /// Statistics of the gray values.
    FirstOrder,
    /// Gray level co-occurrence.
    Glcm,
    /// Gray level dependence.
    Gldm,
    /// Gray level run lengths.
    Glrlm,
    /// Gray level size zones.
    Glszm,
    /// Neighbouring gray tone difference.
    Ngtdm,
    /// Shape in three dimensions.
    Shape,
    /// Shape in one slice.
    Shape2D,
}

named!(FeatureClass {
    FirstOrder => "firstorder",
    Glcm => "glcm",
    Gldm => "gldm",
    Glrlm => "glrlm",
    Glszm => "glszm",
    Ngtdm => "ngtdm",
    Shape => "shape",
    Shape2D => "shape2D",
});

impl FeatureClass {
    /// True for the two classes that look at the mask alone.
    pub fn is_shape(self) -> bool {
        matches!(self, Self::Shape | Self::Shape2D)
    }
}

/// How the image is sampled between voxels when it is resampled (ITK's interpolators).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Interpolator {
    /// The nearest voxel.
    NearestNeighbor,
    /// Trilinear.
    Linear,
    /// Cubic B-spline.
    BSpline,
    /// Weighted by a Gaussian.
    Gaussian,
    /// The value with the most Gaussian weight.
    LabelGaussian,
    /// Sinc with Hamming's window.
    HammingWindowedSinc,
    /// Sinc with a cosine window.
    CosineWindowedSinc,
    /// Sinc with Welch's window.
    WelchWindowedSinc,
    /// Sinc with Lanczos' window.
    LanczosWindowedSinc,
    /// Sinc with Blackman's window.
    BlackmanWindowedSinc,
}

named!(Interpolator {
    NearestNeighbor => "sitkNearestNeighbor",
    Linear => "sitkLinear",
    BSpline => "sitkBSpline",
    Gaussian => "sitkGaussian",
    LabelGaussian => "sitkLabelGaussian",
    HammingWindowedSinc => "sitkHammingWindowedSinc",
    CosineWindowedSinc => "sitkCosineWindowedSinc",
    WelchWindowedSinc => "sitkWelchWindowedSinc",
    LanczosWindowedSinc => "sitkLanczosWindowedSinc",
    BlackmanWindowedSinc => "sitkBlackmanWindowedSinc",
});

impl Interpolator {
    /// The interpolator with SimpleITK's number 1 to 10, as parameter files may give it.
    pub fn from_number(number: i64) -> Option<Self> {
        usize::try_from(number - 1).ok().and_then(|i| Self::ALL.get(i).copied())
    }
}

/// The length by which the matrices of the directions are weighted before they are summed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum WeightingNorm {
    /// The longest component.
    Infinity,
    /// The square root of the sum of squares.
    Euclidean,
    /// The sum of the components.
    Manhattan,
    /// Weight 1 for each direction; the matrices are still summed.
    NoWeighting,
}

named!(WeightingNorm {
    Infinity => "infinity",
    Euclidean => "euclidean",
    Manhattan => "manhattan",
    NoWeighting => "no_weighting",
});

/// What the thresholds of `resegmentRange` are measured in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ResegmentMode {
    /// Gray values.
    Absolute,
    /// Multiples of the largest gray value in the region of interest.
    Relative,
    /// Standard deviations (with n) from the mean of the region of interest.
    Sigma,
}

named!(ResegmentMode { Absolute => "absolute", Relative => "relative", Sigma => "sigma" });

/// How the bits of a two-dimensional local binary pattern become a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LbpMethod {
    /// The bits as they are.
    Default,
    /// The smallest number among all rotations of the bits.
    Ror,
    /// The number of ones of patterns with at most two changes; one value for all others.
    Uniform,
    /// The variance of the samples.
    Var,
}

named!(LbpMethod { Default => "default", Ror => "ror", Uniform => "uniform", Var => "var" });
