//! Intensity statistics of a region (UHIW), and what the intensity histogram shares with them.

use crate::features::Named;

/// Statistics of `values`, none of which is infinite or not a number.
///
/// Variance, skewness and kurtosis (in excess of 3) divide by n; percentiles interpolate linearly at rank (n - 1) q.
/// Where all values are equal, skewness, kurtosis and variation are 0.
pub fn features(values: &[f64]) -> Named {
    let found = Statistics::of(values);
    let n = values.len() as f64;
    let energy: f64 = values.iter().map(|x| x * x).sum();
    let mut named = found.named();
    named.extend([("Energy", energy), ("RootMeanSquared", (energy / n).sqrt())]);
    named
}

/// What statistics and histogram have in common.
pub(super) struct Statistics {
    pub mean: f64,
    pub variance: f64,
    skewness: f64,
    kurtosis: f64,
    median: f64,
    extremes: [f64; 2],
    /// 10th, 25th, 75th and 90th percentile.
    percentiles: [f64; 4],
    mean_deviation: f64,
    robust_deviation: f64,
    median_deviation: f64,
}

impl Statistics {
    pub fn of(values: &[f64]) -> Self {
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        let [mut second, mut third, mut fourth, mut mean_deviation] = [0.0; 4];
        for &x in values {
            let d = x - mean;
            second += d * d;
            third += d * d * d;
            fourth += d * d * (d * d);
            mean_deviation += d.abs();
        }
        let variance = second / n;
        let mut sorted = values.to_vec();
        sorted.sort_unstable_by(f64::total_cmp);
        let flat = sorted.first() == sorted.last();
        let percentiles = [0.10, 0.25, 0.75, 0.90].map(|q| percentile(&sorted, q));
        let median = percentile(&sorted, 0.5);
        let [low, .., high] = percentiles;
        // Values that tie with a percentile but for rounding are inside.
        let tie = 1e-10 * (sorted[sorted.len() - 1] - sorted[0]);
        let (low, high) = (low - tie, high + tie);
        let inner = &sorted[sorted.partition_point(|&x| x < low)..sorted.partition_point(|&x| x <= high)];
        let inner_mean = inner.iter().sum::<f64>() / inner.len() as f64;
        let deviation =
            |values: &[f64], from: f64| values.iter().map(|x| (x - from).abs()).sum::<f64>() / values.len() as f64;
        Self {
            mean,
            variance: if flat { 0.0 } else { variance },
            skewness: if flat { 0.0 } else { third / n / variance.powf(1.5) },
            kurtosis: if flat { 0.0 } else { fourth / n / (variance * variance) - 3.0 },
            median,
            extremes: [sorted[0], sorted[sorted.len() - 1]],
            percentiles,
            mean_deviation: mean_deviation / n,
            robust_deviation: deviation(inner, inner_mean),
            median_deviation: deviation(&sorted, median),
        }
    }

    /// By name, those that both families have.
    pub fn named(&self) -> Named {
        let [p10, p25, p75, p90] = self.percentiles;
        let [minimum, maximum] = self.extremes;
        let dispersion = if p75 + p25 == 0.0 { 1.0 } else { (p75 - p25) / (p75 + p25) };
        let variation = if self.variance == 0.0 { 0.0 } else { self.variance.sqrt() / self.mean };
        vec![
            ("Mean", self.mean),
            ("Variance", self.variance),
            ("Skewness", self.skewness),
            ("Kurtosis", self.kurtosis),
            ("Median", self.median),
            ("Minimum", minimum),
            ("10Percentile", p10),
            ("90Percentile", p90),
            ("Maximum", maximum),
            ("InterquartileRange", p75 - p25),
            ("Range", maximum - minimum),
            ("MeanAbsoluteDeviation", self.mean_deviation),
            ("RobustMeanAbsoluteDeviation", self.robust_deviation),
            ("MedianAbsoluteDeviation", self.median_deviation),
            ("CoefficientOfVariation", variation),
            ("QuartileCoefficientOfDispersion", dispersion),
        ]
    }
}

/// The value at rank (n - 1) q of ascending values, between two by linear interpolation.
fn percentile(sorted: &[f64], q: f64) -> f64 {
    let rank = (sorted.len() - 1) as f64 * q;
    let below = rank.floor() as usize;
    let above = (below + 1).min(sorted.len() - 1);
    sorted[below] + (sorted[above] - sorted[below]) * (rank - below as f64)
}
