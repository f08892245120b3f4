//! Derived images, each a task of its own.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use watch::{Cancelled, Watch};

use super::{ExtractError, Prepared};
use crate::intensity::Intensity;
use crate::settings::{EnabledImage, Settings};
use crate::{Volume, catalogue, filters};

/// What one derived image gives.
#[derive(Debug, Default)]
pub(super) struct OfImage {
    pub(super) values: Vec<(String, f64)>,
    pub(super) notes: Vec<String>,
}

/// Number of the image type, and of the image within it.
type Place = (usize, usize);

/// Results in the order in which they come.
#[derive(Debug, Default)]
struct Results(Mutex<Vec<(Place, Result<OfImage, ExtractError>)>>);

impl Results {
    fn put(&self, place: Place, result: Result<OfImage, ExtractError>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push((place, result));
    }

    /// In the order of their places; the first error instead, if there is one.
    fn in_order(self) -> Result<Vec<OfImage>, ExtractError> {
        let mut results = self.0.into_inner().unwrap_or_else(PoisonError::into_inner);
        results.sort_by_key(|&(place, _)| place);
        results.into_iter().map(|(_, result)| result).collect()
    }
}

/// The intensity classes on every image of every image type, in order.
pub(super) fn intensities(
    prepared: &Prepared<'_>,
    settings: &Settings,
    watch: &dyn Watch,
) -> Result<Vec<OfImage>, ExtractError> {
    if settings.feature_classes.iter().all(|enabled| enabled.class.is_shape()) {
        return Ok(Vec::new());
    }
    let own: Vec<Settings> = settings.image_types.iter().map(|image| settings.for_image(image)).collect();
    let types = || settings.image_types.iter().zip(&own);
    let total = types().map(|(image, own)| catalogue::image_names(image.image_type, own).len()).sum();
    let progress = Progress { done: AtomicUsize::new(0), total, watch };
    let results = Results::default();
    let waiting = AtomicUsize::new(0);
    rayon::scope(|scope| {
        for (number, (image, own)) in types().enumerate() {
            let shared = Shared { results: &results, progress: &progress, waiting: &waiting };
            scope.spawn(move |scope| image_type(prepared, number, image, own, shared, scope));
        }
    });
    results.in_order()
}

/// Counts images done.
struct Progress<'a> {
    done: AtomicUsize,
    total: usize,
    watch: &'a dyn Watch,
}

impl Progress<'_> {
    fn step(&self) -> Result<(), Cancelled> {
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        self.watch.step(done.min(self.total), self.total)
    }

    /// Asks whether to go on, without a step.
    fn go_on(&self) -> Result<(), Cancelled> {
        self.watch.step(self.done.load(Ordering::Relaxed).min(self.total), self.total)
    }
}

/// What the tasks of all image types share.
#[derive(Clone, Copy)]
struct Shared<'s> {
    results: &'s Results,
    progress: &'s Progress<'s>,
    /// Images whose features nobody has begun with.
    waiting: &'s AtomicUsize,
}

/// Derives the images of one image type and hands each to a task of its own, which keeps only the voxels inside. Where as
/// many images wait as there are threads, it sees to the next one itself: so few are held at a time.
fn image_type<'s>(
    prepared: &'s Prepared<'_>,
    number: usize,
    image: &'s EnabledImage,
    settings: &'s Settings,
    shared: Shared<'s>,
    scope: &rayon::Scope<'s>,
) {
    let Shared { results, progress, waiting } = shared;
    let roi = prepared.roi(&prepared.mask, prepared.region, settings.label);
    let intensity = match Intensity::new(roi, settings) {
        Ok(intensity) => Arc::new(intensity),
        Err(reason) => {
            let image = image.image_type.name().to_owned();
            return results.put((number, 0), Err(ExtractError::Directions { image, reason }));
        }
    };
    let mut derived = Vec::new();
    let mut each = |name: &str, volume: Volume| -> Result<(), Cancelled> {
        let values = intensity.roi.values(&volume);
        let (name, intensity, place) = (name.to_owned(), Arc::clone(&intensity), derived.len());
        derived.push(name.clone());
        let work = move || {
            waiting.fetch_sub(1, Ordering::Relaxed);
            let result = progress.step().map_err(Into::into).and_then(|()| {
                let (values, notes) = intensity.features(&name, &values)?;
                Ok(OfImage { values, notes })
            });
            results.put((number, place), result);
        };
        if waiting.fetch_add(1, Ordering::Relaxed) < rayon::current_num_threads() {
            scope.spawn(move |_| work());
        } else {
            work();
        }
        progress.go_on()
    };
    let (working, mask, region) = (&prepared.image, &prepared.mask, &prepared.region);
    let outcome = filters::derive(working, mask, region, settings, image.image_type, &mut each);
    let missing = catalogue::image_names(image.image_type, settings).into_iter().filter(|name| !derived.contains(name));
    let notes = missing.map(|name| format!("{name} is missing: the filter is wider than the image")).collect();
    results.put((number, derived.len()), outcome.map(|()| OfImage { values: Vec::new(), notes }).map_err(Into::into));
}
