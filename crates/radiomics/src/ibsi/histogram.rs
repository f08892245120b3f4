//! The intensity histogram (ZVCW): statistics of the grey levels, their entropy and the histogram's slope.

use super::statistics::Statistics;
use crate::discretise::Levels;
use crate::features::Named;

/// Features of the histogram of `levels`, over the bins 1 to the highest, empty ones included.
///
/// The slope is (n[i + 1] - n[i - 1]) / 2, one-sided at the ends; of several modes the one nearest to the mean counts, of
/// several steepest bins the lowest. A histogram of one bin has slope 0.
pub fn features(levels: &Levels) -> Named {
    let numbers: Vec<f64> = levels.values();
    let values: Vec<f64> = levels.indices.iter().map(|&i| numbers[i as usize]).collect();
    let found = Statistics::of(&values);
    let n = values.len() as f64;
    let counts = || levels.counts.iter().map(|&count| f64::from(count));
    let most = levels.counts.iter().copied().max().unwrap_or(0);
    let modes = levels.numbers.iter().zip(&levels.counts).filter(|&(_, &count)| count == most);
    let modes = modes.map(|(&number, _)| f64::from(number));
    let mode = modes.min_by(|a, b| (a - found.mean).abs().total_cmp(&(b - found.mean).abs())).unwrap_or(f64::NAN);
    let slopes = slopes(levels);
    let steepest = |better: fn(f64, f64) -> bool| {
        let mut best = (1, slopes[0]);
        for (&slope, level) in slopes.iter().zip(1..) {
            if better(slope, best.1) {
                best = (level, slope);
            }
        }
        (f64::from(best.0), best.1)
    };
    let (up, down) = (steepest(|a, b| a > b), steepest(|a, b| a < b));
    let mut named = found.named();
    named.extend([
        ("Mode", mode),
        ("Entropy", -counts().map(|count| count / n * (count / n).log2()).sum::<f64>()),
        ("Uniformity", counts().map(|count| (count / n).powi(2)).sum()),
        ("MaximumGradient", up.1),
        ("MaximumGradientIntensity", up.0),
        ("MinimumGradient", down.1),
        ("MinimumGradientIntensity", down.0),
    ]);
    named
}

/// The slope at each bin from 1.
fn slopes(levels: &Levels) -> Vec<f64> {
    let mut counts = vec![0.0; levels.highest as usize];
    for (&number, &count) in levels.numbers.iter().zip(&levels.counts) {
        counts[number as usize - 1] = f64::from(count);
    }
    let last = counts.len() - 1;
    let slope = |i: usize| {
        let (before, after) = (i.saturating_sub(1), (i + 1).min(last));
        if before == after { 0.0 } else { (counts[after] - counts[before]) / (after - before) as f64 }
    };
    (0..=last).map(slope).collect()
}
