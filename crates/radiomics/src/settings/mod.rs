//! Everything that decides what an extraction computes: PyRadiomics' settings, image types and feature classes.

mod keys;
mod kinds;
mod params;
mod value;
mod wavelets;

pub use keys::{Key, Section};
pub use kinds::{FeatureClass, ImageType, Interpolator, LbpMethod, ResegmentMode, WeightingNorm};
pub use params::{ParameterError, ParameterErrors};
pub use value::Value;
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

/// The settings of an extraction, with PyRadiomics' names and defaults.
///
/// A field is documented by [`Key`] under the name that parameter files use.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs)]
pub struct Settings {
    /// The images, in the order of their columns.
    pub image_types: Vec<EnabledImage>,
    /// The classes, in the order of their columns (shape always comes first).
    pub feature_classes: Vec<EnabledClass>,

    pub label: u32,
    pub label_channel: usize,
    pub minimum_roi_dimensions: usize,
    pub minimum_roi_size: Option<usize>,
    pub geometry_tolerance: Option<f64>,
    pub correct_mask: bool,
    pub additional_info: bool,

    pub normalize: bool,
    pub normalize_scale: f64,
    pub remove_outliers: Option<f64>,

    pub resampled_pixel_spacing: Option<[f64; 3]>,
    pub interpolator: Option<Interpolator>,
    pub pad_distance: usize,
    pub pre_crop: bool,

    pub resegment_range: Option<Vec<f64>>,
    pub resegment_mode: ResegmentMode,
    pub resegment_shape: bool,

    pub bin_width: f64,
    pub bin_count: Option<usize>,

    pub force_2d: bool,
    /// The axis left out by `force_2d`, counted from the slowest: 0 is z, 1 is y, 2 is x.
    pub force_2d_dimension: usize,
    pub distances: Vec<usize>,

    pub voxel_array_shift: i64,
    pub symmetrical_glcm: bool,
    pub weighting_norm: Option<WeightingNorm>,
    pub gldm_a: usize,

    pub sigma: Vec<Sigma>,
    pub wavelet: String,
    pub start_level: usize,
    pub level: usize,
    pub gradient_use_spacing: bool,
    pub lbp_2d_radius: f64,
    pub lbp_2d_samples: usize,
    pub lbp_2d_method: LbpMethod,
    pub lbp_3d_levels: usize,
    pub lbp_3d_icosphere_radius: f64,
    pub lbp_3d_icosphere_subdivision: usize,

    pub kernel_radius: usize,
    pub masked_kernel: bool,
    pub init_value: f64,
    pub voxel_batch: Option<usize>,
}

impl Default for Settings {
    /// What PyRadiomics does without a parameter file: the original image, every class but shape2D.
    fn default() -> Self {
        let classes = FeatureClass::ALL.iter().filter(|&&class| class != FeatureClass::Shape2D);
        Self {
            image_types: vec![EnabledImage::plain(ImageType::Original)],
            feature_classes: classes.copied().map(EnabledClass::all).collect(),
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

    /// The settings that hold for `image`: the global ones with its own laid over them.
    pub fn for_image(&self, image: &EnabledImage) -> Self {
        let mut settings = self.clone();
        for (key, value) in &image.overrides {
            key.assign(&mut settings, value).expect("overrides are checked when they are made");
        }
        settings
    }

    /// Sets `key` to `value`; the error says what the setting wants.
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
        text
    }
}
