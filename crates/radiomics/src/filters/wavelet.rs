//! The stationary wavelet transform, in PyWavelets' arithmetic, where a region of interest needs it.
//!
//! One level convolves every line along x, then y, then z with a low- and a high-pass filter: 2, 4 and 8 images that
//! share their passes. The next level does the same to the all-low image, with the same filters (not dilated). The
//! image is periodic, after a dimension of odd size was lengthened by a copy of its first sample.

use super::super::lines::{Real, Scalar};
use super::band_pass::{Span, Window, split};
use super::wavelet_filters::WaveletFilters;
use volume::Region;
use volume::{Volume, Voxels, each_type};

/// Which wavelet images to make.
#[derive(Debug, Clone, PartialEq)]
pub struct WaveletSpec {
    /// The filters.
    pub filters: WaveletFilters,
    /// Levels passed over before the first that is handed out.
    pub start_level: usize,
    /// Levels handed out.
    pub levels: usize,
    /// An axis (0 x, 1 y, 2 z) that is left alone: the letters of the names stand for the others.
    pub skip: Option<usize>,
}

/// Hands the wavelet images of `image` on `region` to `each`, in PyRadiomics' order: of every level all bands but the
/// all-low one, `LLH` before `LHL`, and last the all-low band of the last level. The first letter stands for x.
///
/// The images are `f32` if `image` is, else `f64`.
///
/// # Errors
/// Those of `each`.
pub fn wavelet_bands<E>(
    image: &Volume,
    region: &Region,
    spec: &WaveletSpec,
    each: &mut dyn FnMut(&str, Volume) -> Result<(), E>,
) -> Result<(), E> {
    let period = image.geometry.size.map(|n| n + n % 2);
    if let Voxels::F32(values) = &image.voxels {
        let (low, high) = spec.filters.single();
        return Transform { image, region, spec, store: Voxels::F32, low, high, period }.run(values, each);
    }
    let (low, high) = (spec.filters.low.clone(), spec.filters.high.clone());
    let transform = Transform { image, region, spec, store: Voxels::F64, low, high, period };
    each_type!(&image.voxels, values => transform.run(values, each))
}

/// A transform that computes in `T`.
struct Transform<'a, T> {
    image: &'a Volume,
    region: &'a Region,
    spec: &'a WaveletSpec,
    store: fn(Vec<T>) -> Voxels,
    low: Vec<T>,
    high: Vec<T>,
    /// Size of the periodic image.
    period: [usize; 3],
}

impl<T: Real> Transform<'_, T> {
    fn run<S: Scalar, E>(&self, values: &[S], each: &mut dyn FnMut(&str, Volume) -> Result<(), E>) -> Result<(), E> {
        let levels = self.spec.start_level + self.spec.levels;
        let spans = self.spans(levels);
        let mut window = Window::of(values, self.image.geometry.size, spans[0]);
        for level in 0..levels {
            let number = (level + 1).saturating_sub(self.spec.start_level);
            let pass = Level { transform: self, into: spans[level + 1], number };
            let low = pass.descend(&window, 0, String::new(), each)?;
            window = low.unwrap_or(window);
        }
        let all_low = "L".repeat(self.axes().count());
        each(&image_name(self.spec.levels, &all_low), self.crop(window))
    }

    /// The axes that are transformed, in order.
    fn axes(&self) -> impl Iterator<Item = usize> + '_ {
        (0..3).filter(|&d| Some(d) != self.spec.skip)
    }

    /// Where the input of every level and the output of the last are needed: the region, and going back from it the
    /// reach of the filters.
    fn spans(&self, levels: usize) -> Vec<[Span; 3]> {
        let mut spans = vec![[0, 1, 2].map(|d| Span::new(self.region.lower[d], self.region.size[d]))];
        for _ in 0..levels {
            let mut before = spans[spans.len() - 1];
            for d in self.axes() {
                before[d] = before[d].input(self.low.len(), self.period[d]);
            }
            spans.push(before);
        }
        spans.reverse();
        spans
    }

    fn crop(&self, window: Window<T>) -> Volume {
        let inside = window.cropped(self.region, self.period);
        Volume { geometry: self.image.geometry.cropped(self.region), voxels: (self.store)(inside) }
    }
}

/// `wavelet-LLH`, from the second level on `wavelet2-LLH`.
fn image_name(level: usize, band: &str) -> String {
    if level > 1 { format!("wavelet{level}-{band}") } else { format!("wavelet-{band}") }
}

/// One level of a transform.
struct Level<'a, T> {
    transform: &'a Transform<'a, T>,
    into: [Span; 3],
    /// Counted from 1 among the levels that are handed out; 0 for one that is passed over.
    number: usize,
}

impl<T: Real> Level<'_, T> {
    /// Splits `window` along `axis` and those after it. Bands are handed out as soon as they are ready; the result is
    /// the all-low band, where `name` (the letters so far) allows one.
    fn descend<E>(
        &self,
        window: &Window<T>,
        axis: usize,
        name: String,
        each: &mut dyn FnMut(&str, Volume) -> Result<(), E>,
    ) -> Result<Option<Window<T>>, E> {
        let t = self.transform;
        let Some(axis) = t.axes().find(|&d| d >= axis) else { return Ok(None) };
        let is_last = t.axes().last() == Some(axis);
        let wants_high = self.number > 0;
        let (low, high) = split(window, axis, t.period[axis], self.into[axis], &t.low, wants_high.then_some(&t.high));
        let is_all_low = !name.contains('H');
        let low_name = format!("{name}L");
        let mut all_low = None;
        if !is_last {
            all_low = self.descend(&low, axis + 1, low_name, each)?;
        } else if is_all_low {
            all_low = Some(low);
        } else {
            each(&image_name(self.number, &low_name), t.crop(low))?;
        }
        if let Some(high) = high {
            let high_name = format!("{name}H");
            if is_last {
                each(&image_name(self.number, &high_name), t.crop(high))?;
            } else {
                self.descend(&high, axis + 1, high_name, each)?;
            }
        }
        Ok(all_low)
    }
}
