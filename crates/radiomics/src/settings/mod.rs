//! Everything that decides what an extraction computes: PyRadiomics' settings, image types and feature classes.

use super::ibsi;

mod keys;
mod kinds;
mod params;
mod value;
mod wavelets;

pub use keys::{Key, Section};
pub use kinds::{FeatureClass, ImageType, Interpolator, LbpMethod, ResegmentMode, WeightingNorm};
pub use params::{ParameterError, ParameterErrors};
pub(crate) use params::{parameter_error, yaml_value};
pub use value::Value;
pub(crate) use value::nearest;
pub use wavelets::is_discrete_wavelet;

/// The width of a Laplacian of Gaussian, with the digits it was written with: they name the image.
#[derive(Debug, Clone, PartialEq)]
pub struct Sigma {
    /// Standard deviation of the Gaussian in mm.
    pub mm: f64,
    /// As written: `1` or `1.0`.
    pub text: String,
}

impl Sigma {
    /// The sigma `mm`, written as Python writes a float.
    pub fn new(mm: f64) -> Self {
        Self { mm, text: format!("{mm:?}") }
    }

    /// The name of the image that this sigma gives: `log-sigma-1-0-mm-3D`.
    pub fn image_name(&self) -> String {
        format!("log-sigma-{}-mm-3D", self.text.replace('.', "-"))
    }
}

/// An image type with the settings that hold for it alone.
#[derive(Debug, Clone, PartialEq)]
pub struct EnabledImage {
    /// Which image.
    pub image_type: ImageType,
    overrides: Vec<(&'static Key, Value)>,
}

impl EnabledImage {
    /// `image_type` with the global settings.
    pub fn plain(image_type: ImageType) -> Self {
        Self { image_type, overrides: Vec::new() }
    }

    /// Lets `value` stand for the setting `key` on this image type.
    ///
    /// # Errors
    /// What the setting wants instead, or that there is none of this name.
    pub fn set(&mut self, key: &str, value: Value) -> Result<(), String> {
        let key = Key::find(key).ok_or_else(|| format!("there is no setting {key}"))?;
        key.assign(&mut Settings::default(), &value)?;
        self.overrides.push((key, value));
        Ok(())
    }

    /// The settings that differ from the global ones: name and value.
    pub fn overrides(&self) -> impl Iterator<Item = (&'static str, &Value)> {
        self.overrides.iter().map(|(key, value)| (key.name, value))
    }
}

/// A feature class with the features wanted of it.
#[derive(Debug, Clone, PartialEq)]
pub struct EnabledClass {
    /// Which class.
    pub class: FeatureClass,
    /// Names of the features in the order wanted; empty: all that are not deprecated.
    pub features: Vec<&'static str>,
}

impl EnabledClass {
    /// All features of `class` that are not deprecated.
    pub fn all(class: FeatureClass) -> Self {
        Self { class, features: Vec::new() }
    }
}

/// By whose definitions features are computed.
#[derive(Debug, Clone, PartialEq)]
pub enum Dialect {
    /// PyRadiomics' alone.
    PyRadiomics,
    /// Those of the image biomarker standardisation initiative alone, with these settings.
    Ibsi(Box<ibsi::Settings>),
    /// Both, PyRadiomics' columns first.
    Both(Box<ibsi::Settings>),
}

impl Dialect {
    /// True if PyRadiomics' features are computed.
    pub fn has_pyradiomics(&self) -> bool {
        !matches!(self, Self::Ibsi(_))
    }

    /// The settings of the initiative's features, if they are computed.
    pub fn ibsi(&self) -> Option<&ibsi::Settings> {
        match self {
            Self::PyRadiomics => None,
            Self::Ibsi(settings) | Self::Both(settings) => Some(settings),
        }
    }

    /// As [`ibsi`](Self::ibsi), to be changed.
    pub fn ibsi_mut(&mut self) -> Option<&mut ibsi::Settings> {
        match self {
            Self::PyRadiomics => None,
            Self::Ibsi(settings) | Self::Both(settings) => Some(settings),
        }
    }
}

/// The settings of an extraction, with PyRadiomics' names and defaults.
///
/// Each field stands for a setting of parameter files, under whose name [`Key`] reads, sets and explains it.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// The images, in the order of their columns.
    pub image_types: Vec<EnabledImage>,
    /// The classes, in the order of their columns (shape always comes first).
    pub feature_classes: Vec<EnabledClass>,
    /// By whose definitions features are computed.
    pub dialect: Dialect,

    /// `label`: value of the mask that marks the region of interest.
    pub label: u32,
    /// `label_channel`: component of a mask with several components per voxel.
    pub label_channel: usize,
    /// `minimumROIDimensions`: least number of dimensions in which the region spans more than one voxel.
    pub minimum_roi_dimensions: usize,
    /// `minimumROISize`: the region must hold more voxels than this.
    pub minimum_roi_size: Option<usize>,
    /// `geometryTolerance`: allowed difference between the grids of image and mask (1e-6).
    pub geometry_tolerance: Option<f64>,
    /// `correctMask`: take a mask on another grid over to the image's by nearest neighbour.
    pub correct_mask: bool,
    /// `additionalInfo`: report diagnostics beside the features.
    pub additional_info: bool,

    /// `normalize`: z-score of the whole image first.
    pub normalize: bool,
    /// `normalizeScale`: factor after normalization.
    pub normalize_scale: f64,
    /// `removeOutliers`: clip normalized values at this many standard deviations.
    pub remove_outliers: Option<f64>,

    /// `resampledPixelSpacing`: new spacing in mm along x, y, z; 0 keeps the mask's.
    pub resampled_pixel_spacing: Option<[f64; 3]>,
    /// `interpolator`: how the image is resampled; null: not at all.
    pub interpolator: Option<Interpolator>,
    /// `padDistance`: voxels kept around the region when resampling or cropping.
    pub pad_distance: usize,
    /// `preCrop`: crop to the region and its padding before filters.
    pub pre_crop: bool,

    /// `resegmentRange`: keep only voxels of the region at or above the first and at or below the second threshold.
    pub resegment_range: Option<Vec<f64>>,
    /// `resegmentMode`: unit of the thresholds: absolute, relative or sigma.
    pub resegment_mode: ResegmentMode,
    /// `resegmentShape`: shape is that of the resegmented region too.
    pub resegment_shape: bool,

    /// `binWidth`: width of the gray-level bins.
    pub bin_width: f64,
    /// `binCount`: number of gray-level bins, instead of their width.
    pub bin_count: Option<usize>,

    /// `force2D`: texture slice by slice.
    pub force_2d: bool,
    /// `force2Ddimension`: the axis left out by `force_2d`, counted from the slowest: 0 is z, 1 is y, 2 is x.
    pub force_2d_dimension: usize,
    /// `distances`: distances between neighbours in voxels.
    pub distances: Vec<usize>,

    /// `voxelArrayShift`: added to the values in Energy, TotalEnergy and RootMeanSquared.
    pub voxel_array_shift: i64,
    /// `symmetricalGLCM`: count each pair of neighbours both ways.
    pub symmetrical_glcm: bool,
    /// `weightingNorm`: sum the matrices of all directions, weighted by this norm.
    pub weighting_norm: Option<WeightingNorm>,
    /// `gldm_a`: largest difference between dependent neighbours.
    pub gldm_a: usize,

    /// `sigma`: widths of the Laplacian of Gaussian in mm.
    pub sigma: Vec<Sigma>,
    /// `wavelet`: name of the wavelet.
    pub wavelet: String,
    /// `start_level`: wavelet levels passed over first.
    pub start_level: usize,
    /// `level`: wavelet levels used.
    pub level: usize,
    /// `gradientUseSpacing`: gradient per mm, not per voxel.
    pub gradient_use_spacing: bool,
    /// `lbp2DRadius`: radius of the two-dimensional pattern in voxels.
    pub lbp_2d_radius: f64,
    /// `lbp2DSamples`: points on the circle of the two-dimensional pattern.
    pub lbp_2d_samples: usize,
    /// `lbp2DMethod`: how the bits of the two-dimensional pattern become a number.
    pub lbp_2d_method: LbpMethod,
    /// `lbp3DLevels`: levels of spherical harmonics of the three-dimensional pattern.
    pub lbp_3d_levels: usize,
    /// `lbp3DIcosphereRadius`: radius of the three-dimensional pattern in voxels.
    pub lbp_3d_icosphere_radius: f64,
    /// `lbp3DIcosphereSubdivision`: subdivisions of the icosahedron of the three-dimensional pattern.
    pub lbp_3d_icosphere_subdivision: usize,

    /// `kernelRadius`: radius of the kernel of voxel-based extraction.
    pub kernel_radius: usize,
    /// `maskedKernel`: the kernel sees voxels of the region only.
    pub masked_kernel: bool,
    /// `initValue`: value of feature maps outside the region.
    pub init_value: f64,
    /// `voxelBatch`: voxels per batch of voxel-based extraction.
    pub voxel_batch: Option<usize>,
}

impl Default for Settings {
    /// What PyRadiomics does without a parameter file: the original image, every class but shape2D.
    fn default() -> Self {
        let classes = FeatureClass::ALL.iter().filter(|&&class| class != FeatureClass::Shape2D);
        Self {
            image_types: vec![EnabledImage::plain(ImageType::Original)],
            feature_classes: classes.copied().map(EnabledClass::all).collect(),
            dialect: Dialect::PyRadiomics,
            label: 1,
            label_channel: 0,
            minimum_roi_dimensions: 2,
            minimum_roi_size: None,
            geometry_tolerance: None,
            correct_mask: false,
            additional_info: true,
            normalize: false,
            normalize_scale: 1.0,
            remove_outliers: None,
            resampled_pixel_spacing: None,
            interpolator: Some(Interpolator::BSpline),
            pad_distance: 5,
            pre_crop: false,
            resegment_range: None,
            resegment_mode: ResegmentMode::Absolute,
            resegment_shape: false,
            bin_width: 25.0,
            bin_count: None,
            force_2d: false,
            force_2d_dimension: 0,
            distances: vec![1],
            voxel_array_shift: 0,
            symmetrical_glcm: true,
            weighting_norm: None,
            gldm_a: 0,
            sigma: Vec::new(),
            wavelet: "coif1".to_owned(),
            start_level: 0,
            level: 1,
            gradient_use_spacing: true,
            lbp_2d_radius: 1.0,
            lbp_2d_samples: 8,
            lbp_2d_method: LbpMethod::Uniform,
            lbp_3d_levels: 2,
            lbp_3d_icosphere_radius: 1.0,
            lbp_3d_icosphere_subdivision: 1,
            kernel_radius: 1,
            masked_kernel: true,
            init_value: 0.0,
            voxel_batch: None,
        }
    }
}

impl Settings {
    /// The set of 1,688 features: 1 mm B-spline resampling, bin width 25 and 18 images (original, LoG 1 to 5 mm,
    /// eight wavelet bands, square, square root, logarithm, exponential), with shape once and 93 features per image.
    pub fn paper() -> Self {
        use FeatureClass::{FirstOrder, Glcm, Gldm, Glrlm, Glszm, Ngtdm, Shape};
        use ImageType::{Exponential, LoG, Logarithm, Original, Square, SquareRoot, Wavelet};
        let mut image_types: Vec<_> =
            [Original, LoG, Wavelet, Square, SquareRoot, Logarithm, Exponential].map(EnabledImage::plain).into();
        let sigma: &[f64] = &[1.0, 2.0, 3.0, 4.0, 5.0];
        image_types[1].set("sigma", sigma.into()).expect("five numbers above 0");
        Self {
            image_types,
            feature_classes: [Shape, FirstOrder, Glcm, Gldm, Glrlm, Glszm, Ngtdm].map(EnabledClass::all).into(),
            resampled_pixel_spacing: Some([1.0; 3]),
            ..Self::default()
        }
    }

    /// The initiative's features alone, with `settings`.
    pub fn by_ibsi(settings: ibsi::Settings) -> Self {
        let mut common = Self::default();
        common.take_ibsi(settings);
        common
    }

    /// Asks for the initiative's features alone. What looks at images before extraction is told their bins and voxels by
    /// the settings that PyRadiomics has for them too.
    pub fn take_ibsi(&mut self, settings: ibsi::Settings) {
        (self.bin_width, self.bin_count) = match settings.binning {
            ibsi::settings::Binning::None => (1.0, None),
            ibsi::settings::Binning::Width { width, .. } => (width, None),
            ibsi::settings::Binning::Count(count) => (self.bin_width, Some(count)),
        };
        self.resampled_pixel_spacing = settings.spacing;
        self.dialect = Dialect::Ibsi(Box::new(settings));
    }

    /// The settings that hold for `image`: the global ones with its own laid over them.
    pub fn for_image(&self, image: &EnabledImage) -> Self {
        let mut settings = self.clone();
        for (key, value) in &image.overrides {
            key.assign(&mut settings, value).expect("overrides are checked when they are made");
        }
        settings
    }

    /// Sets `key` to `value`; the error says what the setting wants.
    ///
    /// # Errors
    /// What the setting wants instead, or that there is none of this name.
    pub fn set(&mut self, key: &str, value: &Value) -> Result<(), String> {
        Key::find(key).ok_or_else(|| format!("there is no setting {key}"))?.assign(self, value)
    }

    /// True if `class` is wanted.
    pub fn wants(&self, class: FeatureClass) -> bool {
        self.feature_classes.iter().any(|enabled| enabled.class == class)
    }

    /// A text that is equal for two settings exactly when they ask for the same columns and values: one line for each
    /// setting, image type and class. Meant to be hashed into the key of a cache.
    pub fn canonical(&self) -> String {
        let mut text = String::new();
        for key in Key::ALL {
            text += &format!("{}={}\n", key.name, key.read(self));
        }
        for image in &self.image_types {
            let settings = self.for_image(image);
            text += &format!("image {}", image.image_type.name());
            for key in Key::ALL.iter().filter(|key| key.read(&settings) != key.read(self)) {
                text += &format!(" {}={}", key.name, key.read(&settings));
            }
            text.push('\n');
        }
        for class in &self.feature_classes {
            text += &format!("class {} {}\n", class.class.name(), class.features.join(","));
        }
        match &self.dialect {
            Dialect::PyRadiomics => {}
            Dialect::Ibsi(ibsi) => text += &format!("without PyRadiomics\n{}", ibsi.canonical()),
            Dialect::Both(ibsi) => text += &ibsi.canonical(),
        }
        text
    }
}
