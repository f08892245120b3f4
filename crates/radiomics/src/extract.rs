//! From an image and a mask to features: the order of work.

mod images;

use std::borrow::Cow;
use std::collections::HashMap;

use self::images::intensities;
use super::check::{MaskError, checked_region, labelled_region, same_grid};
use super::diagnostics::{self, Diagnostics};
use super::discretise::BinError;
use super::features::shape_2d::SeveralSlices;
use super::features::{shape, shape_2d};
use super::preprocess::Normalization;
use super::resample::{self, ResampleError, ResampleSpec};
use super::settings::{Dialect, FeatureClass};
use super::texture::NoDirection;
use super::{Mask, Region, Roi, Settings, Volume, catalogue, filters, preprocess};
use watch::{Cancelled, Watch};

/// The features of one region of interest.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Features {
    /// Feature names (`original_firstorder_Mean`) and values in PyRadiomics' order. A feature that cannot be computed is
    /// not a number.
    pub values: Vec<(String, f64)>,
    /// Where image and mask come from; empty unless `additionalInfo` is set.
    pub diagnostics: Diagnostics,
    /// What a reader of the values should know: images that are missing and why.
    pub notes: Vec<String>,
}

/// Why no features can be had.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ExtractError {
    /// The mask does not fit the image, or holds no usable region.
    #[error(transparent)]
    Mask(#[from] MaskError),
    /// Image or mask cannot be taken to another grid.
    #[error(transparent)]
    Resample(#[from] ResampleError),
    /// Resampling leaves too little of the region.
    #[error(
        "too little of the region is left after resampling to {} mm (resampledPixelSpacing): {reason}; take a finer spacing",
        spacing.map(|s| s.to_string()).join(" x ")
    )]
    LostByResampling {
        /// The spacing that was asked for.
        spacing: [f64; 3],
        /// What is left.
        reason: MaskError,
    },
    /// `normalize` has nothing to divide by.
    #[error("the image cannot be normalized: all its voxels are equal, or some are not finite")]
    Flat,
    /// Values inside the region that are no numbers.
    #[error(
        "{count} of {of} voxels of the region of interest are not finite numbers in the image {image}; if the image holds NaN \
         outside of the region, replace it (for example by the background value): filters and resampling carry it inside"
    )]
    NotFinite {
        /// Name of the derived image.
        image: String,
        /// How many.
        count: usize,
        /// Voxels of the region.
        of: usize,
    },
    /// Values that cannot be sorted into gray levels.
    #[error("the image {image}: {reason}")]
    Bins {
        /// Name of the derived image.
        image: String,
        /// Why.
        reason: BinError,
    },
    /// Distances beyond the box of the region.
    #[error("the image {image}: {reason}")]
    Directions {
        /// Name of the derived image.
        image: String,
        /// Why.
        reason: NoDirection,
    },
    /// `shape2D` of a region of several slices.
    #[error(transparent)]
    Shape2D(#[from] SeveralSlices),
    /// Told to stop.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
}

/// Image and mask on the working grid, checked.
pub(super) struct Prepared<'a> {
    pub image: Cow<'a, Volume>,
    pub mask: Cow<'a, Mask>,
    /// The mask before resegmentation, if that made another.
    pub unsegmented: Option<Cow<'a, Mask>>,
    /// The box of the region of interest of `mask`.
    pub region: Region,
    pub diagnostics: Diagnostics,
}

impl Prepared<'_> {
    /// The voxels of `label` in `region` of `mask`, on the grid of the image: within `geometryTolerance` that of the mask
    /// may be another, and lengths are measured on the image.
    pub fn roi(&self, mask: &Mask, region: Region, label: u32) -> Roi {
        Roi { geometry: self.image.geometry.cropped(&region), ..Roi::new(mask, region, label) }
    }
}

/// The features of the voxels of `mask` that carry `settings.label`, in `image`.
///
/// Images are worked on in parallel in rayon's current pool; values are the same on any number of threads. `watch` sees a
/// step for each image done.
///
/// # Errors
/// [`ExtractError`]: a mask that does not fit or holds no usable region; values or settings that give no gray levels or
/// neighbours; [`ExtractError::Cancelled`].
pub fn extract(image: &Volume, mask: &Mask, settings: &Settings, watch: &dyn Watch) -> Result<Features, ExtractError> {
    let by_ibsi = |ibsi| super::ibsi::extract(image, mask, settings, ibsi, watch);
    match &settings.dialect {
        Dialect::PyRadiomics => by_pyradiomics(image, mask, settings, watch),
        Dialect::Ibsi(ibsi) => by_ibsi(ibsi),
        Dialect::Both(ibsi) => {
            let (features, others) = rayon::join(|| by_pyradiomics(image, mask, settings, watch), || by_ibsi(ibsi));
            let (mut features, others) = (features?, others?);
            features.values.extend(others.values);
            features.notes.extend(others.notes);
            Ok(features)
        }
    }
}

/// Hands every image that features are computed on to `each`, with its name and the region on its grid: of PyRadiomics'
/// image types on the whole working grid, of the initiative's filters on the whole prepared grid.
///
/// Of both dialects those of the initiative come last; where both have an image of one name, theirs is called
/// `ibsi_<name>`.
///
/// # Errors
/// As [`extract()`]: the mask does not fit, or the settings do not fit the image.
pub fn derived_images(
    image: &Volume,
    mask: &Mask,
    settings: &Settings,
    each: &mut dyn FnMut(&str, Volume, &Mask),
) -> Result<(), ExtractError> {
    let mut names = Vec::new();
    if settings.dialect.has_pyradiomics() {
        let prepared = prepare(image, mask, settings)?;
        let whole = Region::whole(&prepared.image.geometry);
        for image in &settings.image_types {
            let own = settings.for_image(image);
            let mut hand = |name: &str, volume: Volume| -> Result<(), ExtractError> {
                names.push(name.to_owned());
                each(name, volume, &prepared.mask);
                Ok(())
            };
            filters::derive(&prepared.image, &prepared.mask, &whole, &own, image.image_type, &mut hand)?;
        }
    }
    if let Some(ibsi) = settings.dialect.ibsi() {
        super::ibsi::response_maps(image, mask, settings, ibsi, &mut |name, volume, region| {
            let taken = names.iter().any(|other| other == name);
            each(&if taken { format!("ibsi_{name}") } else { name.to_owned() }, volume, region);
        })?;
    }
    Ok(())
}

fn by_pyradiomics(
    image: &Volume,
    mask: &Mask,
    settings: &Settings,
    watch: &dyn Watch,
) -> Result<Features, ExtractError> {
    let prepared = prepare(image, mask, settings)?;
    let (shapes, images) = rayon::join(|| shapes(&prepared, settings), || intensities(&prepared, settings, watch));
    let mut features = Features { values: shapes?, ..Features::default() };
    for image in images? {
        features.values.extend(image.values);
        features.notes.extend(image.notes);
    }
    keep_last_of_each_name(&mut features.values);
    features.diagnostics = prepared.diagnostics;
    Ok(features)
}

/// Checks, normalization, resampling or cropping, resegmentation.
pub(super) fn prepare<'a>(
    image: &'a Volume,
    mask: &'a Mask,
    settings: &Settings,
) -> Result<Prepared<'a>, ExtractError> {
    let label = settings.label;
    let mut diagnostics = Diagnostics::new();
    let mut report = |found: &dyn Fn() -> Diagnostics| {
        if settings.additional_info {
            diagnostics.extend(found());
        }
    };
    let original_region = labelled_region(mask, label)?;
    report(&|| diagnostics::configuration(settings));
    report(&|| diagnostics::of_image(image, "original"));
    report(&|| diagnostics::of_mask(mask, original_region, label, None, "original"));

    let (mut image, mut mask) = (Cow::Borrowed(image), Cow::Borrowed(mask));
    let mut resampled = None;
    let normalization = match settings.normalize {
        true => Some(Normalization::of(&image, settings).ok_or(ExtractError::Flat)?),
        false => None,
    };
    if let (Some(spacing), Some(interpolator)) = (settings.resampled_pixel_spacing, settings.interpolator) {
        let spec = ResampleSpec { spacing, interpolator, pad: settings.pad_distance, normalization };
        let (new_image, new_mask) = resample::resample(&image, &mask, label, &spec)?;
        let lost = |reason| ExtractError::LostByResampling { spacing, reason };
        resampled = Some(spacing);
        let region = Region::of_label(&new_mask, label).ok_or_else(|| lost(MaskError::NoVoxel))?;
        report(&|| diagnostics::of_image(&new_image, "interpolated"));
        report(&|| diagnostics::of_mask(&new_mask, region, label, Some(&new_image), "interpolated"));
        (image, mask) = (Cow::Owned(new_image), Cow::Owned(new_mask));
    } else {
        if settings.pre_crop {
            mask = on_image_grid(&image, mask, settings)?;
            let region = checked_region(&mask, settings)?;
            let (new_image, new_mask) = resample::crop(&image, &mask, &region, settings.pad_distance);
            (image, mask) = (Cow::Owned(new_image), Cow::Owned(new_mask));
        }
        if let Some(normalization) = normalization {
            image = Cow::Owned(normalization.image(&image));
        }
    }
    let corrected = same_grid(&image.geometry, &mask.geometry, settings).is_err();
    mask = on_image_grid(&image, mask, settings)?;
    let mut region = checked_region(&mask, settings).map_err(|reason| match resampled {
        Some(spacing) => ExtractError::LostByResampling { spacing, reason },
        None => reason.into(),
    })?;
    if corrected {
        report(&|| diagnostics::of_mask(&mask, region, label, Some(&image), "corrected"));
    }
    let mut unsegmented = None;
    if let Some(kept) = preprocess::resegment(&image, &mask, settings)? {
        region = checked_region(&kept, settings)?;
        report(&|| diagnostics::of_mask(&kept, region, label, Some(&image), "resegmented"));
        unsegmented = Some(std::mem::replace(&mut mask, Cow::Owned(kept)));
    }
    Ok(Prepared { image, mask, unsegmented, region, diagnostics })
}

/// `mask`, brought to the grid of `image` if it lies on another and `correctMask` allows that.
pub(crate) fn on_image_grid<'a>(
    image: &Volume,
    mask: Cow<'a, Mask>,
    settings: &Settings,
) -> Result<Cow<'a, Mask>, ExtractError> {
    match same_grid(&image.geometry, &mask.geometry, settings) {
        Ok(()) => Ok(mask),
        Err(_) if settings.correct_mask => {
            Ok(Cow::Owned(resample::correct_mask(&image.geometry, &mask, settings.label)?))
        }
        Err(error) => Err(error.into()),
    }
}

/// The shape classes that are enabled, shape before shape2D.
fn shapes(prepared: &Prepared<'_>, settings: &Settings) -> Result<Vec<(String, f64)>, ExtractError> {
    let mut values = Vec::new();
    let mask = match &prepared.unsegmented {
        Some(mask) if !settings.resegment_shape => mask,
        _ => &prepared.mask,
    };
    let roi = prepared.roi(mask, prepared.region, settings.label);
    for class in [FeatureClass::Shape, FeatureClass::Shape2D] {
        for enabled in settings.feature_classes.iter().filter(|enabled| enabled.class == class) {
            let named = match class {
                FeatureClass::Shape => shape::features(&roi),
                // PyRadiomics leaves the class out where the region is one voxel wide along this axis, which is counted
                // from the other end than that of `force2Ddimension` everywhere else.
                _ if settings.force_2d && prepared.region.size[settings.force_2d_dimension] > 1 => {
                    shape_2d::features(&roi, 2 - settings.force_2d_dimension)?
                }
                _ => continue,
            };
            for feature in catalogue::selected(enabled) {
                let value = named.iter().find(|(name, _)| *name == feature).map_or(f64::NAN, |&(_, x)| x);
                values.push((format!("original_{}_{feature}", class.name()), value));
            }
        }
    }
    Ok(values)
}

/// A name that comes twice (a sigma given twice) keeps its first place and its last value, as in a dictionary.
fn keep_last_of_each_name(values: &mut Vec<(String, f64)>) {
    let mut place: HashMap<String, usize> = HashMap::new();
    let mut kept: Vec<(String, f64)> = Vec::with_capacity(values.len());
    for (name, value) in values.drain(..) {
        match place.get(&name) {
            Some(&at) => kept[at].1 = value,
            None => {
                place.insert(name.clone(), kept.len());
                kept.push((name, value));
            }
        }
    }
    *values = kept;
}
