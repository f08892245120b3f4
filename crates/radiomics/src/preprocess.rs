//! Normalization of the image and resegmentation of the mask.

use super::check::MaskError;
use super::lines::{Real, Scalar};
use super::settings::ResegmentMode;
use super::{Labels, Mask, PixelType, Settings, Volume, Voxels};
use volume::each_type;

/// What normalization makes of a value: its z-score (standard deviation with n - 1) among all voxels of the image, clipped
/// at `removeOutliers`, times `normalizeScale`.
///
/// The image as a whole is never stored like this, in doubles, where only a part of it is needed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Normalization {
    shift: f64,
    scale: f64,
    limit: f64,
    factor: f64,
}

impl Normalization {
    /// That of `image`; `None` where all its voxels are equal.
    pub fn of(image: &Volume, settings: &Settings) -> Option<Self> {
        let n = image.voxels.len() as f64;
        let (sum, squares) = sums(&image.voxels);
        let variance = (squares - sum * sum / n) / (n - 1.0);
        if variance.is_nan() || variance <= 0.0 {
            return None;
        }
        let limit = settings.remove_outliers.unwrap_or(f64::INFINITY);
        Some(Self { shift: -(sum / n), scale: 1.0 / variance.sqrt(), limit, factor: settings.normalize_scale })
    }

    /// The normalized value.
    #[inline(always)]
    pub fn value(&self, x: f64) -> f64 {
        ((x + self.shift) * self.scale).clamp(-self.limit, self.limit) * self.factor
    }

    /// `image`, which may be a part of the one that was measured, normalized.
    pub fn image(&self, image: &Volume) -> Volume {
        let values = each_type!(&image.voxels, v => v.iter().map(|&x| self.value(x.to_f64())).collect());
        Volume::from_f64(image.geometry.clone(), values)
    }
}

/// The sums of all values and of their squares: of short integers in whole numbers, else as Kahan.
fn sums(voxels: &Voxels) -> (f64, f64) {
    fn whole<T: Copy + Into<i64>>(values: &[T]) -> (f64, f64) {
        let sum: i64 = values.iter().map(|&x| x.into()).sum();
        let squares: i64 = values.iter().map(|&x| x.into() * x.into()).sum();
        (sum as f64, squares as f64)
    }
    match voxels {
        Voxels::U8(v) => whole(v),
        Voxels::I8(v) => whole(v),
        Voxels::U16(v) => whole(v),
        Voxels::I16(v) => whole(v),
        other => each_type!(other, v => {
            let (mut sum, mut squares) = (Compensated::default(), Compensated::default());
            for x in v.iter().map(|&x| x.to_f64()) {
                sum.add(x);
                squares.add(x * x);
            }
            (sum.value, squares.value)
        }),
    }
}

/// Kahan's sum.
#[derive(Default)]
struct Compensated {
    value: f64,
    lost: f64,
}

impl Compensated {
    #[inline]
    fn add(&mut self, x: f64) {
        let y = x - self.lost;
        let t = self.value + y;
        self.lost = (t - self.value) - y;
        self.value = t;
    }
}

/// The mask with only the voxels of the label whose value in `image` lies within `resegmentRange`; all else is 0.
/// `None` if no range is set.
pub fn resegment(image: &Volume, mask: &Mask, settings: &Settings) -> Result<Option<Mask>, MaskError> {
    let Some(range) = &settings.resegment_range else { return Ok(None) };
    let inside: Vec<usize> = mask.labels.of(settings.label).flatten().collect();
    let values: Vec<f64> = inside.iter().map(|&i| image.voxels.get(i)).collect();
    // NumPy takes mean and deviation of a single-precision image in single precision, and compares in it.
    let single = image.voxels.pixel_type() == PixelType::F32;
    let rounded = |x: f64| if single { f64::from(x as f32) } else { x };
    let (offset, unit) = match settings.resegment_mode {
        ResegmentMode::Absolute => (0.0, 1.0),
        ResegmentMode::Relative => (0.0, values.iter().copied().fold(f64::NEG_INFINITY, f64::max)),
        ResegmentMode::Sigma if single => mean_and_deviation(&values.iter().map(|&x| x as f32).collect::<Vec<_>>()),
        ResegmentMode::Sigma => mean_and_deviation(&values),
    };
    let thresholds: Vec<f64> = range.iter().map(|t| rounded(offset + unit * t)).collect();
    let is_within = |x: f64| x >= thresholds[0] && thresholds.get(1).is_none_or(|&upper| x <= upper);
    let kept: Vec<usize> = inside.iter().zip(&values).filter(|&(_, &x)| is_within(x)).map(|(&i, _)| i).collect();
    if kept.len() <= 1 {
        return Err(MaskError::NothingLeft { kept: kept.len(), of: inside.len() });
    }
    let labels = Labels::of_voxels(mask.labels.len(), kept.into_iter().map(|voxel| (voxel, settings.label)));
    Ok(Some(Mask { geometry: mask.geometry.clone(), labels }))
}

/// Mean and standard deviation (with n) in the precision of the values.
fn mean_and_deviation<T: Real>(values: &[T]) -> (f64, f64) {
    let n = T::from_f64(values.len() as f64);
    let mean = pairwise_sum(values, &|x| x) / n;
    let variance = pairwise_sum(values, &|x| (x - mean) * (x - mean)) / n;
    (mean.to_f64(), T::from_f64(variance.to_f64().sqrt()).to_f64())
}

/// The sum of `f` over `values` in NumPy's order: eight interleaved parts for each block of up to 128, blocks in pairs.
fn pairwise_sum<T: Real>(values: &[T], f: &impl Fn(T) -> T) -> T {
    match values.len() {
        n if n < 8 => values.iter().fold(T::from_f64(-0.0), |sum, &x| sum + f(x)),
        n if n <= 128 => {
            let chunks = values.chunks_exact(8);
            let rest = chunks.remainder();
            let mut parts = [T::from_f64(-0.0); 8];
            for chunk in chunks {
                parts.iter_mut().zip(chunk).for_each(|(part, &x)| *part += f(x));
            }
            let [a, b, c, d, e, g, h, i] = parts;
            let whole = ((a + b) + (c + d)) + ((e + g) + (h + i));
            rest.iter().fold(whole, |sum, &x| sum + f(x))
        }
        n => {
            let (low, high) = values.split_at(n / 2 - n / 2 % 8);
            pairwise_sum(low, f) + pairwise_sum(high, f)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Geometry;

    fn image(values: &[i16]) -> Volume {
        Volume { geometry: Geometry::unit([values.len(), 1, 1]), voxels: Voxels::I16(values.to_vec()) }
    }

    #[test]
    fn z_scores_clipped_and_scaled() {
        let settings = Settings { normalize_scale: 10.0, remove_outliers: Some(1.0), ..Settings::default() };
        let three = image(&[1, 2, 3]);
        let normalization = Normalization::of(&three, &settings).expect("not flat");
        assert_eq!(normalization.image(&three).voxels.to_f64(), [-10.0, 0.0, 10.0]);
        assert_eq!(Normalization::of(&image(&[4, 4, 4]), &settings), None);
    }

    #[test]
    fn thresholds_are_closed() {
        let volume = image(&[0, 10, 20, 30]);
        let mask = Mask { geometry: volume.geometry.clone(), labels: [1; 4].into_iter().collect() };
        let mut settings = Settings { resegment_range: Some(vec![10.0, 20.0]), ..Settings::default() };
        let kept = |settings: &Settings| {
            resegment(&volume, &mask, settings).map(|mask| mask.map(|mask| mask.labels.iter().collect()))
        };
        assert_eq!(kept(&settings), Ok(Some(vec![0, 1, 1, 0])));
        settings.resegment_mode = ResegmentMode::Relative;
        settings.resegment_range = Some(vec![0.5]);
        assert_eq!(kept(&settings), Ok(Some(vec![0, 0, 1, 1])));
        settings.resegment_mode = ResegmentMode::Absolute;
        settings.resegment_range = Some(vec![0.1, 0.3]);
        let single = Volume { voxels: Voxels::F32(vec![0.1, 0.2, 0.3, 0.4]), ..volume.clone() };
        let of_single = resegment(&single, &mask, &settings).map(|mask| mask.map(|mask| mask.labels.iter().collect()));
        assert_eq!(of_single, Ok(Some(vec![1, 1, 1, 0])), "0.3 in single precision is above 0.3 in double");
        settings.resegment_mode = ResegmentMode::Relative;
        settings.resegment_range = Some(vec![1.0]);
        assert_eq!(kept(&settings), Err(MaskError::NothingLeft { kept: 1, of: 4 }));
    }
}
