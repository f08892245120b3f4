//! Normalization of the image and resegmentation of the mask.

use super::check::MaskError;
use super::lines::Scalar;
use super::settings::ResegmentMode;
use super::volume::each_type;
use super::{Mask, Settings, Volume, Voxels};

/// The z-score of every voxel of `image` (standard deviation with n - 1), clipped at `removeOutliers`, times
/// `normalizeScale`. `None` where all voxels are equal.
pub fn normalize(image: &Volume, settings: &Settings) -> Option<Volume> {
    let n = image.voxels.len() as f64;
    let (sum, squares) = sums(&image.voxels);
    let variance = (squares - sum * sum / n) / (n - 1.0);
    if variance.is_nan() || variance <= 0.0 {
        return None;
    }
    let (shift, scale) = (-(sum / n), 1.0 / variance.sqrt());
    let limit = settings.remove_outliers.unwrap_or(f64::INFINITY);
    let normalized = |x: f64| ((x + shift) * scale).clamp(-limit, limit) * settings.normalize_scale;
    let values = each_type!(&image.voxels, v => v.iter().map(|&x| normalized(x.to_f64())).collect());
    Some(Volume::from_f64(image.geometry.clone(), values))
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
    let inside: Vec<usize> = (0..mask.labels.len()).filter(|&i| mask.labels[i] == settings.label).collect();
    let values: Vec<f64> = inside.iter().map(|&i| image.voxels.get(i)).collect();
    let n = values.len() as f64;
    let (offset, unit) = match settings.resegment_mode {
        ResegmentMode::Absolute => (0.0, 1.0),
        ResegmentMode::Relative => (0.0, values.iter().copied().fold(f64::NEG_INFINITY, f64::max)),
        ResegmentMode::Sigma => {
            let mean = values.iter().sum::<f64>() / n;
            (mean, (values.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / n).sqrt())
        }
    };
    let thresholds: Vec<f64> = range.iter().map(|t| offset + unit * t).collect();
    let mut labels = vec![0; mask.labels.len()];
    let mut kept = 0;
    for (&i, &x) in inside.iter().zip(&values) {
        if x >= thresholds[0] && thresholds.get(1).is_none_or(|&upper| x <= upper) {
            labels[i] = settings.label;
            kept += 1;
        }
    }
    if kept <= 1 {
        return Err(MaskError::NothingLeft { kept, of: inside.len() });
    }
    Ok(Some(Mask { geometry: mask.geometry.clone(), labels }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::radiomics::Geometry;

    fn image(values: &[i16]) -> Volume {
        Volume { geometry: Geometry::unit([values.len(), 1, 1]), voxels: Voxels::I16(values.to_vec()) }
    }

    #[test]
    fn z_scores_clipped_and_scaled() {
        let settings = Settings { normalize_scale: 10.0, remove_outliers: Some(1.0), ..Settings::default() };
        let normalized = normalize(&image(&[1, 2, 3]), &settings).expect("not flat");
        assert_eq!(normalized.voxels.to_f64(), [-10.0, 0.0, 10.0]);
        assert_eq!(normalize(&image(&[4, 4, 4]), &settings), None);
    }

    #[test]
    fn thresholds_are_closed() {
        let volume = image(&[0, 10, 20, 30]);
        let mask = Mask { geometry: volume.geometry.clone(), labels: vec![1; 4] };
        let mut settings = Settings { resegment_range: Some(vec![10.0, 20.0]), ..Settings::default() };
        let kept = |settings: &Settings| resegment(&volume, &mask, settings).map(|mask| mask.map(|mask| mask.labels));
        assert_eq!(kept(&settings), Ok(Some(vec![0, 1, 1, 0])));
        settings.resegment_mode = ResegmentMode::Relative;
        settings.resegment_range = Some(vec![0.5]);
        assert_eq!(kept(&settings), Ok(Some(vec![0, 0, 1, 1])));
        settings.resegment_range = Some(vec![1.0]);
        assert_eq!(kept(&settings), Err(MaskError::NothingLeft { kept: 1, of: 4 }));
    }
}
