//! From image and mask to the grid and the regions that features are computed on.

use super::family::Family;
use super::field::Field;
use super::grid::Resampling;
use super::interpolate;
use super::local_intensity::RADIUS;
use super::settings::{Filter, Settings};
use crate::check::{MaskError, labelled_region};
use crate::extract::{ExtractError, on_image_grid};
use crate::{Geometry, Labels, Mask, Region, Roi, Settings as Common, Volume};
use std::borrow::Cow;

/// The label of the region on the new grid.
const INSIDE: u32 = 1;

/// Image and regions on the grid of the features.
pub struct Prepared {
    /// The whole grid.
    pub geometry: Geometry,
    /// The image, as far as it is needed.
    pub image: Field,
    /// The region by the mask alone: for morphology and distances.
    pub morphological: Roi,
    /// The voxels of it that resegmentation leaves, in the same box.
    pub intensity: Roi,
    /// Their intensities.
    pub values: Vec<f64>,
}

impl Prepared {
    /// The voxels that resegmentation leaves, on the whole grid, as `label`.
    pub fn intensity_mask(&self, label: u32) -> Mask {
        let roi = &self.intensity;
        let inside = roi.voxels.iter().map(|&voxel| {
            let index = roi.index(voxel);
            let [x, y, z]: [usize; 3] = std::array::from_fn(|d| index[d] + roi.region.lower[d]);
            self.geometry.at(x, y, z)
        });
        let mask = mask_of(self.geometry.clone(), inside);
        Mask { labels: mask.labels.map(|_| label), ..mask }
    }
}

/// Interpolates image and mask, rounds, and resegments. `whole`: the image is wanted on the whole grid.
pub fn prepare(
    image: &Volume,
    mask: &Mask,
    common: &Common,
    settings: &Settings,
    whole: bool,
) -> Result<Prepared, ExtractError> {
    labelled_region(mask, common.label)?;
    let mask = on_image_grid(image, Cow::Borrowed(mask), common)?;
    let wanted = settings.spacing.unwrap_or([0.0; 3]);
    let resampling = Resampling::new(&image.geometry, wanted);
    let geometry = resampling.geometry.clone();
    let inside = interpolate::mask(&mask, common.label, &resampling, settings);
    let region = Region::of_label(&inside, INSIDE)
        .ok_or(MaskError::NothingLeft { kept: 0, of: mask.labels.of(common.label).map(|run| run.len()).sum() })?;
    let morphological = Roi { geometry: geometry.cropped(&region), ..Roi::new(&inside, region, INSIDE) };
    let filtered = settings.images.iter().any(|image| image.filter != Filter::Original);
    let window = if whole || filtered { Region::whole(&geometry) } else { surroundings(&region, &geometry, settings) };
    let rounded = settings.round.unwrap_or(false);
    let image = interpolate::image(image, &resampling, settings.interpolation, rounded, window);
    let values = image.at(&morphological);
    let broken = values.iter().filter(|x| !x.is_finite()).count();
    if broken > 0 {
        return Err(ExtractError::NotFinite { image: "original".to_owned(), count: broken, of: values.len() });
    }
    let (intensity, values) = resegmented(&morphological, values, settings)?;
    Ok(Prepared { geometry, image, morphological, intensity, values })
}

/// The box of the region, with room for the spheres of the local intensity.
pub(super) fn surroundings(region: &Region, geometry: &Geometry, settings: &Settings) -> Region {
    if !settings.wants(Family::LocalIntensity) {
        return *region;
    }
    let reach = geometry.spacing.map(|s| (RADIUS / s).ceil() as usize);
    let lower: [usize; 3] = std::array::from_fn(|d| region.lower[d].saturating_sub(reach[d]));
    let upper = region.upper();
    Region { lower, size: std::array::from_fn(|d| (upper[d] + reach[d]).min(geometry.size[d]) - lower[d]) }
}

/// The voxels whose intensity lies in the range and within so many standard deviations of the mean of all.
fn resegmented(roi: &Roi, values: Vec<f64>, settings: &Settings) -> Result<(Roi, Vec<f64>), ExtractError> {
    let range = settings.range.unwrap_or_default();
    let (mut low, mut high) = (range.low.unwrap_or(f64::NEG_INFINITY), range.high.unwrap_or(f64::INFINITY));
    if let Some(sigma) = settings.sigma {
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        let deviation = (values.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / n).sqrt();
        (low, high) = (low.max(mean - sigma * deviation), high.min(mean + sigma * deviation));
    }
    let kept = |x: f64| low <= x && x <= high;
    let voxels: Vec<u32> = roi.voxels.iter().zip(&values).filter(|&(_, &x)| kept(x)).map(|(&voxel, _)| voxel).collect();
    if voxels.is_empty() {
        return Err(MaskError::NothingLeft { kept: 0, of: values.len() }.into());
    }
    let values = values.into_iter().filter(|&x| kept(x)).collect();
    Ok((Roi { voxels, ..roi.clone() }, values))
}

/// The mask whose voxels at `inside` (ascending positions) are set.
pub(super) fn mask_of(geometry: Geometry, inside: impl Iterator<Item = usize>) -> Mask {
    let labels = Labels::of_voxels(geometry.len(), inside.map(|voxel| (voxel, INSIDE)));
    Mask { geometry, labels }
}
