//! Voxel-based extraction: the features of the surroundings of every voxel of the region of interest, as maps.

mod kernel;

use rayon::prelude::*;

use super::extract::{ExtractError, prepare};
use super::settings::EnabledClass;
use super::{Mask, Region, Settings, Volume, catalogue, filters};
use crate::Roi;
use kernel::{Kernels, OfKernel};
use watch::{Cancelled, Watch};

/// Hands a map of every enabled feature of every image to `each`, with its name (`original_firstorder_Mean`), in
/// PyRadiomics' order; gives notes on what is missing.
///
/// A map covers the box of the region of interest and `kernelRadius` voxels around it. At a voxel of the region stands the
/// feature of the kernel around it - the voxels within `kernelRadius` along each axis, in the plane alone with `force2D`,
/// and with `maskedKernel` those of the region alone - elsewhere `initValue`. Gray levels are those of the whole region,
/// or of the whole box without `maskedKernel`. Shape has no maps.
///
/// `voxelBatch` counts, as in PyRadiomics: a direction is left out of the co-occurrence where no kernel of the batch has
/// pairs in it; a kernel without pairs in a direction that is kept has no `JointAverage`, and its whole batch no `MCC`.
///
/// `watch` sees a step for each voxel of each image done, several at a time.
///
/// # Errors
/// [`ExtractError`]: as [`extract`](crate::extract()).
pub fn feature_maps(
    image: &Volume,
    mask: &Mask,
    settings: &Settings,
    watch: &dyn Watch,
    each: &mut dyn FnMut(&str, Volume),
) -> Result<Vec<String>, ExtractError> {
    let prepared = prepare(image, mask, settings)?;
    let own: Vec<Settings> = settings.image_types.iter().map(|image| settings.for_image(image)).collect();
    let types = || settings.image_types.iter().map(|image| image.image_type).zip(&own);
    let size = prepared.image.geometry.size;
    let region = prepared.region.padded(settings.kernel_radius, size);
    let images: usize = types().map(|(image_type, own)| catalogue::image_names(image_type, own).len()).sum();
    let voxels = Roi::new(&prepared.mask, region, settings.label).len();
    let mut progress = Progress { done: 0, total: images * voxels, watch };
    let mut notes = Vec::new();
    for (image_type, own) in types() {
        let roi = prepared.roi(&prepared.mask, region, own.label);
        let mut derived = Vec::new();
        let mut maps = |name: &str, volume: Volume| -> Result<(), ExtractError> {
            derived.push(name.to_owned());
            let inner = inner(prepared.region, region);
            let kernels = Kernels::new(&roi, inner, name, &volume, own)?;
            of_image(&kernels, name, &volume, own, &mut progress, each)
        };
        filters::derive(&prepared.image, &prepared.mask, &region, own, image_type, &mut maps)?;
        let missing = catalogue::image_names(image_type, own).into_iter().filter(|name| !derived.contains(name));
        notes.extend(missing.map(|name| format!("{name} is missing: the filter is wider than the image")));
    }
    Ok(notes)
}

/// `region` as a part of `outer`.
fn inner(region: Region, outer: Region) -> Region {
    Region { lower: std::array::from_fn(|d| region.lower[d] - outer.lower[d]), size: region.size }
}

/// Kernels worked on between two looks at the watch.
const CHUNK: usize = 512;

struct Progress<'a> {
    done: usize,
    total: usize,
    watch: &'a dyn Watch,
}

/// The maps of all classes of one image.
fn of_image(
    kernels: &Kernels<'_>,
    name: &str,
    volume: &Volume,
    settings: &Settings,
    progress: &mut Progress<'_>,
    each: &mut dyn FnMut(&str, Volume),
) -> Result<(), ExtractError> {
    let classes: Vec<&EnabledClass> =
        settings.feature_classes.iter().filter(|enabled| !enabled.class.is_shape()).collect();
    for (number, enabled) in classes.iter().enumerate() {
        let features = catalogue::selected(enabled);
        let box_len = kernels.roi.geometry.len();
        let mut maps = vec![vec![settings.init_value; box_len]; features.len()];
        let batch = settings.voxel_batch.unwrap_or(kernels.roi.len()).max(1);
        for (start, voxels) in (0..).step_by(batch).zip(kernels.roi.voxels.chunks(batch)) {
            let mut found: Vec<OfKernel> = Vec::with_capacity(voxels.len());
            for chunk in (start..start + voxels.len()).collect::<Vec<_>>().chunks(CHUNK) {
                let kernel = |&centre: &usize| kernels.features(centre, enabled.class);
                found.par_extend(chunk.par_iter().map(kernel));
                if number + 1 == classes.len() {
                    progress.step(chunk.len())?;
                } else {
                    progress.step(0)?;
                }
            }
            kernel::settle_batch(&mut found, enabled.class);
            for (&voxel, found) in voxels.iter().zip(&found) {
                for (map, feature) in maps.iter_mut().zip(&features) {
                    if let Some(&(_, value)) = found.features.iter().find(|(name, _)| name == feature) {
                        map[voxel as usize] = value;
                    }
                }
            }
        }
        for (map, feature) in maps.into_iter().zip(features) {
            let full_name = format!("{name}_{}_{feature}", enabled.class.name());
            each(&full_name, Volume::from_f64(volume.geometry.clone(), map));
        }
    }
    Ok(())
}

impl Progress<'_> {
    fn step(&mut self, voxels: usize) -> Result<(), Cancelled> {
        self.done += voxels;
        self.watch.step(self.done.min(self.total), self.total)
    }
}
