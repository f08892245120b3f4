//! Describing one column of numbers.

/// A column in numbers. Missing values (NaN) are counted and left out; what cannot be computed is NaN.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Description {
    /// Values present.
    pub n: usize,
    /// Values missing.
    pub missing: usize,
    /// Arithmetic mean.
    pub mean: f64,
    /// Standard deviation, divisor n - 1.
    pub sd: f64,
    /// Median.
    pub median: f64,
    /// First quartile (type 7).
    pub q1: f64,
    /// Third quartile (type 7).
    pub q3: f64,
    /// Smallest value.
    pub min: f64,
    /// Largest value.
    pub max: f64,
}

/// Describes `values`; NaN is a missing value.
pub fn describe(values: &[f64]) -> Description {
    let mut present: Vec<f64> = values.iter().copied().filter(|v| !v.is_nan()).collect();
    let (mean, sd) = (mean(&present), variance(&present).sqrt());
    present.sort_unstable_by(f64::total_cmp);
    Description {
        n: present.len(),
        missing: values.len() - present.len(),
        mean,
        sd,
        median: quantile_sorted(&present, 0.5),
        q1: quantile_sorted(&present, 0.25),
        q3: quantile_sorted(&present, 0.75),
        min: present.first().copied().unwrap_or(f64::NAN),
        max: present.last().copied().unwrap_or(f64::NAN),
    }
}

/// A sum in which rounding errors are carried along (Neumaier).
pub fn sum(values: impl IntoIterator<Item = f64>) -> f64 {
    let (mut sum, mut lost) = (0.0_f64, 0.0);
    for value in values {
        let next = sum + value;
        lost += if sum.abs() >= value.abs() { (sum - next) + value } else { (value - next) + sum };
        sum = next;
    }
    // An infinite sum makes the correction NaN.
    if lost.is_finite() { sum + lost } else { sum }
}

/// Arithmetic mean; NaN of nothing.
pub fn mean(values: &[f64]) -> f64 {
    sum(values.iter().copied()) / values.len() as f64
}

/// Variance with divisor n - 1; NaN of fewer than two values.
pub fn variance(values: &[f64]) -> f64 {
    if values.len() < 2 {
        return f64::NAN;
    }
    sum_of_squares(values) / (values.len() - 1) as f64
}

/// Sum of squared distances from the mean.
pub fn sum_of_squares(values: &[f64]) -> f64 {
    let mean = mean(values);
    sum(values.iter().map(|v| (v - mean) * (v - mean)))
}

/// Quantile of type 7 (linear between order statistics, R's default) of values in ascending order; NaN of nothing.
pub fn quantile_sorted(sorted: &[f64], p: f64) -> f64 {
    if sorted.is_empty() || !(0.0..=1.0).contains(&p) {
        return f64::NAN;
    }
    let position = (sorted.len() - 1) as f64 * p;
    let low = position.floor();
    let (below, above) = (sorted[low as usize], sorted[position.ceil() as usize]);
    let share = position - low;
    // Equal neighbours need no mixing, which would make NaN of infinite ones.
    if below == above || share == 0.0 { below } else { (1.0 - share) * below + share * above }
}

/// How many of the values in `rows` are at most `x`; missing values (NaN) are not.
pub fn at_most(values: &[f64], rows: &[usize], x: f64) -> usize {
    rows.iter().filter(|row| values[**row] <= x).count()
}

/// Quantile of type 7 of values in any order; missing values (NaN) are left out.
pub fn quantile(values: &[f64], p: f64) -> f64 {
    let mut present: Vec<f64> = values.iter().copied().filter(|v| !v.is_nan()).collect();
    present.sort_unstable_by(f64::total_cmp);
    quantile_sorted(&present, p)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quartiles_are_type_7() {
        let d = describe(&[4.0, f64::NAN, 1.0, 2.0, 8.0]);
        assert_eq!((d.n, d.missing, d.min, d.q1, d.median, d.q3, d.max), (4, 1, 1.0, 1.75, 3.0, 5.0, 8.0));
        assert_eq!(d.mean, 3.75);
        assert!((d.sd - 3.095_695_936_834_452).abs() < 1e-15);
    }

    #[test]
    fn little_data_is_no_panic() {
        let none = describe(&[f64::NAN]);
        assert_eq!((none.n, none.missing), (0, 1));
        assert!(none.mean.is_nan() && none.sd.is_nan() && none.median.is_nan() && none.min.is_nan());
        let one = describe(&[2.0]);
        assert_eq!((one.mean, one.median, one.q3), (2.0, 2.0, 2.0));
        assert!(one.sd.is_nan());
        assert_eq!(quantile(&[f64::INFINITY, f64::INFINITY, 0.0], 0.9), f64::INFINITY);
    }

    #[test]
    fn a_large_offset_costs_no_digits() {
        let values: Vec<f64> = (0..1000).map(|i| 1e9 + f64::from(i % 2)).collect();
        assert_eq!(mean(&values), 1e9 + 0.5);
        assert!((variance(&values) - 0.25 * 1000.0 / 999.0).abs() < 1e-12);
        assert_eq!(sum([1e16, 1.0, -1e16]), 1.0);
    }
}
