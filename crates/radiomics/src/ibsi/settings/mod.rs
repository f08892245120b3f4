//! What an extraction by the initiative's definitions is to compute.

mod dialect;
mod entries;
mod filter;
mod parameters;
mod presets;
mod read;
mod values;

pub(crate) use dialect::dialect;
pub(crate) use entries::has_filter;
pub use filter::{Filter, GaborResponse, Image, LawsEnergy, Pooling, RieszOf};
pub(crate) use read::{has_feature, has_key, read};

use super::family::{Aggregation, Family};

/// How values between voxels are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Interpolation {
    /// The value of the nearest voxel.
    Nearest,
    /// Linear along each axis.
    Linear,
    /// Cubic B-spline along each axis.
    Cubic,
}

/// How intensities become grey levels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Binning {
    /// The intensities are the levels: whole numbers from 1.
    None,
    /// Bins of this width, counted from an anchor.
    Width {
        /// Width of a bin.
        width: f64,
        /// Where the first bin begins.
        anchor: Anchor,
    },
    /// So many bins between the extremes of the region.
    Count(usize),
}

/// Where the first of the bins of fixed width begins.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Anchor {
    /// At the lower end of `resegmentRange`; in response maps, which have no range, at the minimum of the region.
    Range,
    /// At the minimum of the region.
    Minimum,
    /// At this intensity.
    At(f64),
}

/// The steps of the intensity-volume histogram.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum IvhBinning {
    /// `Unit` where intensities are whole numbers, else 1,000 bins.
    Automatic,
    /// Steps of 1 over the intensities themselves.
    Unit,
    /// Bins of this width from the lower end of the range.
    Width(f64),
    /// So many bins between the extremes of the region.
    Count(usize),
}

/// The range of intensities that stay in the region, ends included; an end that is not set is open.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Range {
    /// Lowest intensity.
    pub low: Option<f64>,
    /// Highest intensity.
    pub high: Option<f64>,
}

/// A family with the features wanted of it.
#[derive(Debug, Clone, PartialEq)]
pub struct EnabledFamily {
    /// Which family.
    pub family: Family,
    /// Names of the features; empty: all but those computed on demand.
    pub features: Vec<&'static str>,
}

impl EnabledFamily {
    /// All features of `family` but those computed on demand.
    pub fn all(family: Family) -> Self {
        Self { family, features: Vec::new() }
    }

    /// The names of the features, in the order of their columns.
    pub fn selected(&self) -> Vec<&'static str> {
        match self.features.as_slice() {
            [] => self.family.features().iter().filter(|f| !f.on_demand).map(|f| f.name).collect(),
            named => named.to_vec(),
        }
    }
}

/// Everything that decides what is computed. `label` stands in the settings around it.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// `force2D`: interpolation, filters and texture slice by slice (z).
    pub by_slice: bool,
    /// `resampledPixelSpacing` in mm along x, y, z; 0 keeps that of the image.
    pub spacing: Option<[f64; 3]>,
    /// `interpolator` of the image.
    pub interpolation: Interpolation,
    /// `maskInterpolator`: nearest or linear.
    pub mask_interpolation: Interpolation,
    /// `maskThreshold`: a voxel is inside where the interpolated mask is at least this.
    pub mask_threshold: f64,
    /// `roundIntensities`, to the nearest whole number before and after interpolation; `None`: if the image is a CT.
    pub round: Option<bool>,
    /// `resegmentRange`.
    pub range: Option<Range>,
    /// `resegmentSigma`: intensities within so many standard deviations (with n) of the mean of the whole region stay.
    pub sigma: Option<f64>,
    /// `binWidth` with `binAnchor`, or `binCount`.
    pub binning: Binning,
    /// `ivhMethod` with `ivhBinWidth` or `ivhBinCount`.
    pub ivh: IvhBinning,
    /// `glcmDistance` in voxels.
    pub glcm_distance: usize,
    /// `ngldmDistance` in voxels.
    pub ngldm_distance: usize,
    /// `ngldmAlpha`: the largest difference of levels between dependent neighbours.
    pub ngldm_alpha: usize,
    /// `aggregation`, in the order of columns; each family takes those that it has.
    pub aggregations: Vec<Aggregation>,
    /// `featureClass`, in the order of columns.
    pub families: Vec<EnabledFamily>,
    /// `imageType`, in the order of columns.
    pub images: Vec<Image>,
}

impl Default for Settings {
    /// The image as it is, every family, grey levels as they are, all merged in the volume.
    fn default() -> Self {
        Self {
            by_slice: false,
            spacing: None,
            interpolation: Interpolation::Linear,
            mask_interpolation: Interpolation::Linear,
            mask_threshold: 0.5,
            round: None,
            range: None,
            sigma: None,
            binning: Binning::None,
            ivh: IvhBinning::Automatic,
            glcm_distance: 1,
            ngldm_distance: 1,
            ngldm_alpha: 0,
            aggregations: vec![Aggregation::VolumeMerged, Aggregation::Volume],
            families: Family::ALL.map(EnabledFamily::all).into(),
            images: vec![Image::original()],
        }
    }
}

impl Settings {
    /// True if `family` is wanted.
    pub fn wants(&self, family: Family) -> bool {
        self.families.iter().any(|enabled| enabled.family == family)
    }

    /// The ways to a value that `family` has among those asked for; `None` stands for a family that has none.
    pub fn ways(&self, family: Family) -> Vec<Option<Aggregation>> {
        if !family.is_texture() {
            return vec![None];
        }
        let own = self.aggregations.iter().filter(|way| way.is_directional() == family.is_directional());
        own.copied().map(Some).collect()
    }

    /// The columns, in their order.
    pub fn columns(&self) -> Vec<String> {
        let mut columns = Vec::new();
        let original = self.images.iter().any(|image| image.filter == Filter::Original);
        for image in &self.images {
            for enabled in &self.families {
                if enabled.family == Family::Morphology && (image.filter != Filter::Original || !original) {
                    continue;
                }
                for way in self.ways(enabled.family) {
                    columns.extend(enabled.selected().into_iter().map(|f| column(&image.name, enabled.family, f, way)));
                }
            }
        }
        columns
    }

    /// A text that is equal for two settings exactly when they ask for the same columns and values.
    pub fn canonical(&self) -> String {
        format!("ibsi {self:?}\n")
    }
}

/// The name of a column: `original_glcm_JointMaximum_3D_avg`.
pub(super) fn column(image: &str, family: Family, feature: &str, way: Option<Aggregation>) -> String {
    match way {
        Some(way) => format!("{image}_{}_{feature}_{}", family.name(), way.name()),
        None => format!("{image}_{}_{feature}", family.name()),
    }
}
