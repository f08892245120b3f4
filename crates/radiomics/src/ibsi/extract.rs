//! From an image and a mask to the features of the initiative: the order of work.

use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;

use super::family::{Aggregation, Family};
use super::field::Field;
use super::filters::{Seen, response};
use super::prepare::{Prepared, prepare, surroundings};
use super::settings::{Binning, EnabledFamily, Filter, Image, IvhBinning, Settings, column};
use super::{discretise, histogram, ivh, local_intensity, morphology, statistics, texture};
use crate::discretise::{BinError, Levels};
use crate::extract::ExtractError;
use crate::features::Named;
use crate::texture::Grid;
use crate::{Features, Mask, Settings as Common, Volume};
use watch::Watch;

/// The features of the voxels of `mask` that carry `common.label`, in `image`, in the order of [`Settings::columns`].
///
/// Images are worked on in parallel in rayon's current pool; values are the same on any number of threads. `watch` sees a
/// step for each image done.
///
/// # Errors
/// The mask does not fit the image, the settings do not fit the image, or `watch` says to stop.
pub fn extract(
    image: &Volume,
    mask: &Mask,
    common: &Common,
    settings: &Settings,
    watch: &dyn Watch,
) -> Result<Features, ExtractError> {
    let prepared = prepare(image, mask, common, settings, false)?;
    let done = AtomicUsize::new(0);
    let total = settings.images.len();
    let of_image = |image: &Image| -> Result<Vec<(String, f64)>, ExtractError> {
        let found = of_image(&prepared, image, settings)?;
        watch.step(done.fetch_add(1, Ordering::Relaxed) + 1, total)?;
        Ok(found)
    };
    let each: Vec<_> = settings.images.par_iter().map(of_image).collect();
    let mut features = Features::default();
    for values in each {
        features.values.extend(values?);
    }
    features.notes = notes(&prepared, settings);
    Ok(features)
}

/// Hands the prepared image (`original`) and every response map to `each`, with its name and the intensity mask, on the
/// whole prepared grid.
///
/// # Errors
/// The mask does not fit the image, or the settings do not fit the image.
pub fn response_maps(
    image: &Volume,
    mask: &Mask,
    common: &Common,
    settings: &Settings,
    each: &mut dyn FnMut(&str, Volume, &Mask),
) -> Result<(), ExtractError> {
    let prepared = prepare(image, mask, common, settings, true)?;
    let region = prepared.intensity_mask(common.label);
    for image in &settings.images {
        let seen = Seen {
            image: &prepared.image,
            spacing: prepared.geometry.spacing,
            by_slice: settings.by_slice,
            window: prepared.image.window,
        };
        each(&image.name, response(&seen, image).volume(&prepared.geometry), &region);
    }
    Ok(())
}

/// What a reader of the values should know.
fn notes(prepared: &Prepared, settings: &Settings) -> Vec<String> {
    let spacing = prepared.geometry.spacing;
    let axes = if settings.by_slice { 2 } else { 3 };
    let cubic = spacing[..axes].iter().all(|s| (s - spacing[0]).abs() <= 1e-3 * spacing[0]);
    let kernels = settings.images.iter().filter(|image| image.filter.is_in_voxels());
    if cubic {
        return Vec::new();
    }
    let of = |image: &Image| {
        let mm = spacing.map(|s| s.to_string()).join(" x ");
        let name = &image.name;
        format!("{name}: its kernel counts voxels, which are not cubic here ({mm} mm): set resampledPixelSpacing")
    };
    kernels.map(of).collect()
}

/// The columns of one image.
fn of_image(prepared: &Prepared, image: &Image, settings: &Settings) -> Result<Vec<(String, f64)>, ExtractError> {
    let original = image.filter == Filter::Original;
    let mapped;
    let (field, values) = if original {
        (&prepared.image, &prepared.values)
    } else {
        let window = surroundings(&prepared.morphological.region, &prepared.geometry, settings);
        let seen =
            Seen { image: &prepared.image, spacing: prepared.geometry.spacing, by_slice: settings.by_slice, window };
        let field = response(&seen, image);
        let values = field.at(&prepared.intensity);
        mapped = (field, values);
        (&mapped.0, &mapped.1)
    };
    let work = OfImage { prepared, settings, original, field, values, name: &image.name };
    work.columns()
}

/// One image inside the region.
struct OfImage<'a> {
    prepared: &'a Prepared,
    settings: &'a Settings,
    original: bool,
    field: &'a Field,
    values: &'a [f64],
    name: &'a str,
}

impl OfImage<'_> {
    fn columns(&self) -> Result<Vec<(String, f64)>, ExtractError> {
        let bins = |reason: BinError| ExtractError::Bins { image: self.name.to_owned(), reason };
        let families: Vec<&EnabledFamily> =
            self.settings.families.iter().filter(|f| self.original || f.family != Family::Morphology).collect();
        let binned = families.iter().any(|enabled| enabled.family.is_binned());
        let levels = binned.then(|| self.levels()).transpose().map_err(bins)?;
        let reach = self.settings.glcm_distance.max(self.settings.ngldm_distance);
        let grid = levels.as_ref().map(|_| Grid::new(&self.prepared.intensity, reach));
        let layout = match (&grid, &levels) {
            (Some(grid), Some(levels)) => {
                let (morphological, intensity) = (&self.prepared.morphological, &self.prepared.intensity);
                Some(texture::Layout::new(grid, levels, morphological, intensity))
            }
            _ => None,
        };
        let of_family = |enabled: &&EnabledFamily| -> Result<Vec<(Option<Aggregation>, Named)>, BinError> {
            match (enabled.family, &layout, &levels) {
                (family, Some(layout), _) if family.is_texture() => {
                    let ways: Vec<Aggregation> = self.settings.ways(family).into_iter().flatten().collect();
                    let found = texture::features(layout, family, &ways, self.settings);
                    Ok(found.into_iter().map(|(way, named)| (Some(way), named)).collect())
                }
                (Family::Histogram, _, Some(levels)) => Ok(vec![(None, histogram::features(levels))]),
                _ => Ok(vec![(None, self.plain(enabled)?)]),
            }
        };
        let found: Result<Vec<_>, BinError> = families.par_iter().map(of_family).collect();
        let mut columns = Vec::new();
        for (enabled, by_way) in families.into_iter().zip(found.map_err(bins)?) {
            for (way, named) in by_way {
                for feature in enabled.selected() {
                    let value = named.iter().find(|(name, _)| *name == feature).map_or(f64::NAN, |&(_, x)| x);
                    columns.push((column(self.name, enabled.family, feature, way), value));
                }
            }
        }
        Ok(columns)
    }

    fn levels(&self) -> Result<Levels, BinError> {
        let low = self.settings.range.and_then(|range| range.low).filter(|_| self.original);
        match self.settings.binning {
            Binning::None if !self.original => Err(BinError::NotLevels),
            binning => discretise::levels(self.values, binning, low),
        }
    }

    /// The families without grey levels.
    fn plain(&self, enabled: &EnabledFamily) -> Result<Named, BinError> {
        Ok(match enabled.family {
            Family::Morphology => morphology::features(self.prepared, &enabled.selected()),
            Family::LocalIntensity => {
                let spacing = self.prepared.geometry.spacing;
                local_intensity::features(self.field, spacing, &self.prepared.intensity, self.values)
            }
            Family::Statistics => statistics::features(self.values),
            _ if self.original => {
                ivh::features(self.values, self.settings.range.unwrap_or_default(), self.settings.ivh)?
            }
            // A response has neither the range nor the unit of the intensities.
            _ => {
                let binning = match self.settings.ivh {
                    IvhBinning::Unit => IvhBinning::Automatic,
                    other => other,
                };
                ivh::features(self.values, Default::default(), binning)?
            }
        })
    }
}
