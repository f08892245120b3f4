//! The table of settings: name, meaning, how it is read and how it is set.

use super::value::Unfit;
use super::{Interpolator, LbpMethod, ResegmentMode, Settings, Sigma, Value, WeightingNorm, is_discrete_wavelet};

/// Where a setting stands in a parameter file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    /// `setting:`, or under an image type.
    Setting,
    /// `voxelSetting:`.
    VoxelSetting,
}

/// One setting of a parameter file.
pub struct Key {
    /// PyRadiomics' name.
    pub name: &'static str,
    /// Where it stands.
    pub section: Section,
    /// What it does, in a line.
    pub help: &'static str,
    get: fn(&Settings) -> Value,
    set: fn(&mut Settings, &Value) -> Result<(), Unfit>,
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Key {
    /// Every setting.
    pub const ALL: &'static [Self] = KEYS;

    /// The setting called `name`.
    pub fn find(name: &str) -> Option<&'static Self> {
        Self::ALL.iter().find(|key| key.name == name)
    }

    /// Its value in `settings`.
    pub fn read(&self, settings: &Settings) -> Value {
        (self.get)(settings)
    }

    /// Sets it in `settings`; the error says what it wants instead of `value`.
    ///
    /// # Errors
    /// What the setting wants instead.
    pub fn assign(&self, settings: &mut Settings, value: &Value) -> Result<(), Unfit> {
        (self.set)(settings, value)
    }
}

const MANY: u32 = u32::MAX;
/// Limits beyond any use, so that a slip of the pen is a message and not hours of work or all memory.
const MOST_LEVELS: u32 = 20;
const MOST_SAMPLES: u32 = 1000;
const MOST_HARMONICS: u32 = 50;
const MOST_SUBDIVISIONS: u32 = 6;
const MOST_RADIUS: u32 = 100;
const MOST_DISTANCE: u32 = 100;

/// Builds the table. A row is `name, help, field |field| value read, |value| value set`.
macro_rules! keys {
    ($($section:ident { $($name:literal $help:literal $field:ident |$x:ident| $get:expr, |$v:ident| $set:expr;)+ })+) => {
        &[$($(Key {
            name: $name,
            section: Section::$section,
            help: $help,
            get: |settings| {
                let $x = &settings.$field;
                Value::from($get)
            },
            set: |settings, $v| {
                settings.$field = $set?;
                Ok(())
            },
        }),+),+]
    };
}

const KEYS: &[Key] = keys! {
Setting {
    "label" "value of the mask that marks the region of interest"
        label |x| *x, |v| v.count(1, MANY).map(|n| n as u32);
    "label_channel" "component of a mask with several components per voxel"
        label_channel |x| *x, |v| v.count(0, MANY);
    "minimumROIDimensions" "least number of dimensions in which the region spans more than one voxel"
        minimum_roi_dimensions |x| *x, |v| v.count(1, 3);
    "minimumROISize" "the region must hold more voxels than this"
        minimum_roi_size |x| *x, |v| v.optional(|v| v.count(1, MANY));
    "geometryTolerance" "allowed difference between the grids of image and mask (1e-6)"
        geometry_tolerance |x| *x, |v| v.optional(Value::positive);
    "correctMask" "take a mask on another grid over to the image's by nearest neighbour"
        correct_mask |x| *x, |v| v.boolean();
    "additionalInfo" "report diagnostics beside the features"
        additional_info |x| *x, |v| v.boolean();
    "normalize" "z-score of the whole image first"
        normalize |x| *x, |v| v.boolean();
    "normalizeScale" "factor after normalization"
        normalize_scale |x| *x, |v| v.positive();
    "removeOutliers" "clip normalized values at this many standard deviations"
        remove_outliers |x| *x, |v| v.optional(Value::positive);
    "resampledPixelSpacing" "new spacing in mm along x, y, z; 0 keeps the mask's"
        resampled_pixel_spacing |x| x.as_ref().map(|s| Value::from(s.as_slice())), |v| v.optional(spacing);
    "interpolator" "how the image is resampled; null: not at all"
        interpolator |x| x.map(Interpolator::name), |v| v.optional(interpolator);
    "padDistance" "voxels kept around the region when resampling or cropping"
        pad_distance |x| *x, |v| v.count(0, MANY);
    "preCrop" "crop to the region and its padding before filters"
        pre_crop |x| *x, |v| v.boolean();
    "resegmentRange" "keep only voxels of the region at or above the first and at or below the second threshold"
        resegment_range |x| x.as_deref().map(Value::from), |v| v.optional(thresholds);
    "resegmentMode" "unit of the thresholds: absolute, relative or sigma"
        resegment_mode |x| x.name(), |v| v.choice(ResegmentMode::ALL, ResegmentMode::name);
    "resegmentShape" "shape is that of the resegmented region too"
        resegment_shape |x| *x, |v| v.boolean();
    "binWidth" "width of the gray-level bins"
        bin_width |x| *x, |v| v.positive();
    "binCount" "number of gray-level bins, instead of their width"
        bin_count |x| *x, |v| v.optional(|v| v.count(1, MANY));
    "force2D" "texture slice by slice"
        force_2d |x| *x, |v| v.boolean();
    "force2Ddimension" "the axis across the slices: 0 z, 1 y, 2 x"
        force_2d_dimension |x| *x, |v| v.count(0, 2);
    "distances" "distances between neighbours in voxels"
        distances |x| x.as_slice(), |v| distances(v);
    "voxelArrayShift" "added to the values in Energy, TotalEnergy and RootMeanSquared"
        voxel_array_shift |x| *x, |v| v.whole();
    "symmetricalGLCM" "count each pair of neighbours both ways"
        symmetrical_glcm |x| *x, |v| v.boolean();
    "weightingNorm" "sum the matrices of all directions, weighted by this norm"
        weighting_norm |x| x.map(WeightingNorm::name),
        |v| v.optional(|v| v.choice(WeightingNorm::ALL, WeightingNorm::name));
    "gldm_a" "largest difference between dependent neighbours"
        gldm_a |x| *x, |v| v.count(0, MANY);
    "sigma" "widths of the Laplacian of Gaussian in mm"
        sigma |x| x.iter().map(|s| s.text.as_str()).collect::<Vec<_>>().as_slice(), |v| v.list(sigma);
    "wavelet" "name of the wavelet"
        wavelet |x| x.as_str(), |v| wavelet(v);
    "start_level" "wavelet levels passed over first"
        start_level |x| *x, |v| v.count(0, MOST_LEVELS);
    "level" "wavelet levels used"
        level |x| *x, |v| v.count(1, MOST_LEVELS);
    "gradientUseSpacing" "gradient per mm, not per voxel"
        gradient_use_spacing |x| *x, |v| v.boolean();
    "lbp2DRadius" "radius of the two-dimensional pattern in voxels"
        lbp_2d_radius |x| *x, |v| v.positive();
    "lbp2DSamples" "points on the circle of the two-dimensional pattern"
        lbp_2d_samples |x| *x, |v| v.count(1, MOST_SAMPLES);
    "lbp2DMethod" "how the bits of the two-dimensional pattern become a number"
        lbp_2d_method |x| x.name(), |v| v.choice(LbpMethod::ALL, LbpMethod::name);
    "lbp3DLevels" "levels of spherical harmonics of the three-dimensional pattern"
        lbp_3d_levels |x| *x, |v| v.count(1, MOST_HARMONICS);
    "lbp3DIcosphereRadius" "radius of the three-dimensional pattern in voxels"
        lbp_3d_icosphere_radius |x| *x, |v| v.positive();
    "lbp3DIcosphereSubdivision" "subdivisions of the icosahedron of the three-dimensional pattern"
        lbp_3d_icosphere_subdivision |x| *x, |v| v.count(0, MOST_SUBDIVISIONS);
}
VoxelSetting {
    "kernelRadius" "radius of the kernel of voxel-based extraction"
        kernel_radius |x| *x, |v| v.count(1, MOST_RADIUS);
    "maskedKernel" "the kernel sees voxels of the region only"
        masked_kernel |x| *x, |v| v.boolean();
    "initValue" "value of feature maps outside the region"
        init_value |x| *x, |v| v.number_or_nan();
    "voxelBatch" "voxels per batch of voxel-based extraction"
        voxel_batch |x| *x, |v| v.optional(|v| v.count(1, MANY));
}
};

/// Three spacings of 0 or more.
fn spacing(value: &Value) -> Result<[f64; 3], Unfit> {
    let items = value.list(Value::non_negative)?;
    items.try_into().map_err(|_| format!("wants three spacings in mm (x, y, z), not {value}"))
}

/// An interpolator by name or number.
fn interpolator(value: &Value) -> Result<Interpolator, Unfit> {
    match value {
        Value::Int(number) => Interpolator::from_number(*number)
            .ok_or_else(|| format!("wants a name or a number from 1 to 10, not {value}")),
        _ => value.choice(Interpolator::ALL, Interpolator::name),
    }
}

/// One or two thresholds, the lower first.
fn thresholds(value: &Value) -> Result<Vec<f64>, Unfit> {
    let mut items = value.list(Value::number)?;
    if items.is_empty() || items.len() > 2 {
        return Err(format!("wants one or two thresholds, not {value}"));
    }
    items.sort_by(f64::total_cmp);
    Ok(items)
}

/// At least one distance of 1 or more.
fn distances(value: &Value) -> Result<Vec<usize>, Unfit> {
    let items = value.list(|v| v.count(1, MOST_DISTANCE))?;
    if items.is_empty() { Err("wants at least one distance, not []".to_owned()) } else { Ok(items) }
}

/// A width above 0 with the digits it was written with. Texts are taken too, so that what was read can be set again.
fn sigma(value: &Value) -> Result<Sigma, Unfit> {
    let value = match value {
        Value::Text(text) => &Value::from_plain(text),
        _ => value,
    };
    Ok(Sigma { mm: value.positive()?, text: value.to_string() })
}

/// The name of a discrete wavelet.
fn wavelet(value: &Value) -> Result<String, Unfit> {
    match value {
        Value::Text(name) if is_discrete_wavelet(name) => Ok(name.clone()),
        _ => Err(format!(
            "wants a discrete wavelet (haar, dmey, db1-38, sym2-20, coif1-17, bior1.1-6.8, rbio1.1-6.8), not {value}"
        )),
    }
}
