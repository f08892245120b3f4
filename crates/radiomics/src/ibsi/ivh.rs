//! The intensity-volume histogram (P88C): which part of the region has at least an intensity.

use super::discretise;
use super::settings::{Binning, IvhBinning, Range};
use crate::discretise::BinError;
use crate::features::Named;

/// The histogram: at each of its intensities the fraction of the region that has as much or more.
struct Histogram {
    intensities: Vec<f64>,
    /// Descending.
    fractions: Vec<f64>,
    /// From one intensity to the next.
    step: f64,
}

/// Features of `values`, which `range` resegmented, in steps of `binning`.
///
/// The range of intensities is that of the resegmentation, an open end the extreme of the region; for bins of a width it
/// runs between the centres of the first and the last, for a count of bins it is 1 to that.
pub fn features(values: &[f64], range: Range, binning: IvhBinning) -> Result<Named, BinError> {
    let histogram = Histogram::of(values, range, binning)?;
    let volume = |percent: f64| histogram.volume_at_intensity(percent / 100.0);
    let intensity = |percent: f64| histogram.intensity_at_volume(percent / 100.0);
    Ok(vec![
        ("V10", volume(10.0)),
        ("V25", volume(25.0)),
        ("V50", volume(50.0)),
        ("V75", volume(75.0)),
        ("V90", volume(90.0)),
        ("I10", intensity(10.0)),
        ("I25", intensity(25.0)),
        ("I50", intensity(50.0)),
        ("I75", intensity(75.0)),
        ("I90", intensity(90.0)),
        ("V10minusV90", volume(10.0) - volume(90.0)),
        ("V25minusV75", volume(25.0) - volume(75.0)),
        ("I10minusI90", intensity(10.0) - intensity(90.0)),
        ("I25minusI75", intensity(25.0) - intensity(75.0)),
        ("AUC", histogram.area()),
    ])
}

/// Steps over the range of a unit histogram, and bins of others, that are still counted.
const MOST_STEPS: f64 = (1 << 20) as f64;

impl Histogram {
    fn of(values: &[f64], range: Range, binning: IvhBinning) -> Result<Self, BinError> {
        let low = range.low.unwrap_or_else(|| values.iter().copied().fold(f64::INFINITY, f64::min));
        let high = range.high.unwrap_or_else(|| values.iter().copied().fold(f64::NEG_INFINITY, f64::max));
        let whole = || values.iter().all(|x| x.fract() == 0.0);
        let (first, step, count, bins) = match binning {
            IvhBinning::Automatic if whole() => return Self::of(values, range, IvhBinning::Unit),
            IvhBinning::Automatic => return Self::of(values, range, IvhBinning::Count(IvhBinning::COUNT)),
            IvhBinning::Unit if !whole() => return Err(BinError::NotLevels),
            IvhBinning::Unit => {
                let steps = (high - low).floor();
                (low, 1.0, steps + 1.0, values.iter().map(|x| (x - low).floor()).collect::<Vec<f64>>())
            }
            IvhBinning::Width(width) => {
                let bins = (high - low) / width;
                let count = if (bins - bins.round()).abs() < 1e-9 { bins.round() } else { bins.ceil() };
                let count = count.max(1.0);
                // The upper end of the range lies in the last bin.
                let bin = |x: &f64| discretise::whole_steps((x - low) / width);
                (low + 0.5 * width, width, count, values.iter().map(bin).collect())
            }
            IvhBinning::Count(count) => {
                let levels = discretise::levels(values, Binning::Count(count), None)?;
                let bin = |&i: &u16| f64::from(levels.numbers[i as usize] - 1);
                (1.0, 1.0, count as f64, levels.indices.iter().map(bin).collect())
            }
        };
        if count > MOST_STEPS {
            return Err(BinError::TooMany { bins: count });
        }
        let count = count as usize;
        let mut above = vec![0_u32; count + 1];
        for bin in bins {
            above[(bin as usize).min(count)] += 1;
        }
        let mut sum = above[count];
        let n = values.len() as f64;
        let mut fractions = vec![0.0; count];
        for i in (0..count).rev() {
            sum += above[i];
            fractions[i] = f64::from(sum) / n;
        }
        let intensities = (0..count).map(|i| first + i as f64 * step).collect();
        Ok(Self { intensities, fractions, step })
    }

    /// The intensity fraction of step `i`: 0 at the lowest intensity, 1 at the highest.
    fn position(&self, i: usize) -> f64 {
        let last = self.intensities.len() - 1;
        if last == 0 { 0.0 } else { i as f64 / last as f64 }
    }

    /// The largest volume fraction at or above the intensity fraction `x`; not a number where there is none.
    fn volume_at_intensity(&self, x: f64) -> f64 {
        let first = (0..self.fractions.len()).find(|&i| self.position(i) >= x - 1e-12);
        first.map_or(f64::NAN, |i| self.fractions[i])
    }

    /// The lowest intensity that at most the part `x` of the region reaches.
    fn intensity_at_volume(&self, x: f64) -> f64 {
        let first = self.fractions.iter().position(|&fraction| fraction <= x + 1e-12);
        first.map_or_else(|| self.intensities.last().map_or(f64::NAN, |last| last + self.step), |i| self.intensities[i])
    }

    /// The area under the volume fraction over the intensity fraction, by trapezes.
    fn area(&self) -> f64 {
        let last = self.fractions.len() - 1;
        let trapeze =
            |i: usize| 0.5 * (self.fractions[i] + self.fractions[i + 1]) * (self.position(i + 1) - self.position(i));
        (0..last).map(trapeze).sum()
    }
}
