//! Standardized mean differences: how far groups are apart, whatever their size.

use super::cross_table::CrossTable;
use super::describe::{mean, variance};
use nalgebra::{DMatrix, DVector};

/// A standardized difference over several groups.
#[derive(Debug, Clone, PartialEq)]
pub struct StandardizedDifference {
    /// Each pair of groups, in the order (0, 1), (0, 2), .., (1, 2), .., with its difference; NaN where undefined.
    pub pairs: Vec<(usize, usize, f64)>,
    /// Mean over the pairs: the difference itself for two groups. NaN if any pair is.
    pub mean: f64,
}

impl StandardizedDifference {
    fn over_pairs(groups: usize, difference: impl Fn(usize, usize) -> f64) -> Self {
        let pairs: Vec<_> = (0..groups)
            .flat_map(|i| (i + 1..groups).map(move |j| (i, j)))
            .map(|(i, j)| (i, j, difference(i, j)))
            .collect();
        let mean = pairs.iter().map(|pair| pair.2).sum::<f64>() / pairs.len() as f64;
        Self { pairs, mean }
    }
}

/// |difference of means| / sqrt(mean of the variances), for each pair of groups; values must not be NaN.
///
/// 0 where neither group varies and the means agree; NaN where a group has fewer than two values.
pub fn smd_continuous(groups: &[&[f64]]) -> StandardizedDifference {
    let moments: Vec<(f64, f64)> = groups.iter().map(|g| (mean(g), variance(g))).collect();
    StandardizedDifference::over_pairs(groups.len(), |i, j| {
        let ((a, va), (b, vb)) = (moments[i], moments[j]);
        let distance = (a - b).abs();
        if distance == 0.0 && va + vb == 0.0 { 0.0 } else { distance / ((va + vb) / 2.0).sqrt() }
    })
}

/// The Mahalanobis distance of the shares of all levels but the first, for each pair of columns of `table` (rows are the
/// levels): sqrt(d' S^-1 d), S the mean of the two multinomial covariances, inverted generally (Yang and Dalton 2012).
///
/// Infinite for groups that share no level: there d lies outside of what S spans, as a difference of 1 over a variance of 0.
pub fn smd_categorical(table: &CrossTable) -> StandardizedDifference {
    let totals = table.column_totals();
    // A level that occurs nowhere is none; the first that occurs is the one left out.
    let rows = table.row_totals();
    let levels: Vec<usize> = (0..table.rows()).filter(|&i| rows[i] > 0).skip(1).collect();
    let share = |j: usize| -> Vec<f64> { levels.iter().map(|&i| table.get(i, j) as f64 / totals[j] as f64).collect() };
    StandardizedDifference::over_pairs(table.columns(), |a, b| {
        if totals[a] == 0 || totals[b] == 0 {
            return f64::NAN;
        }
        if !(0..table.rows()).any(|i| table.get(i, a) > 0 && table.get(i, b) > 0) {
            return f64::INFINITY;
        }
        let (p, q) = (share(a), share(b));
        let covariance = |s: &[f64], i: usize, j: usize| if i == j { s[i] * (1.0 - s[i]) } else { -s[i] * s[j] };
        let k = levels.len();
        let pooled = DMatrix::from_fn(k, k, |i, j| (covariance(&p, i, j) + covariance(&q, i, j)) / 2.0);
        let difference = DVector::from_fn(k, |i, _| p[i] - q[i]);
        general_distance(pooled, &difference)
    })
}

/// sqrt(d' S^+ d), S^+ by the eigenvalues above sqrt(eps) times the largest: MASS's `ginv`.
fn general_distance(matrix: DMatrix<f64>, difference: &DVector<f64>) -> f64 {
    if difference.is_empty() {
        return 0.0;
    }
    let eigen = matrix.symmetric_eigen();
    let least = eigen.eigenvalues.max().max(0.0) * f64::EPSILON.sqrt();
    let along = eigen.eigenvectors.transpose() * difference;
    let part = |(v, a): (&f64, &f64)| if *v > least { a * a / v } else { 0.0 };
    eigen.eigenvalues.iter().zip(along.iter()).map(part).sum::<f64>().sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_levels_are_a_difference_of_shares() {
        let table = CrossTable::new(&[vec![30, 10], vec![10, 30]]).expect("2 x 2");
        let smd = smd_categorical(&table);
        assert!((smd.mean - 0.5 / (0.75_f64 * 0.25).sqrt()).abs() < 1e-14);
        assert_eq!(smd.pairs.len(), 1);
    }

    #[test]
    fn empty_levels_change_nothing_and_empty_groups_are_undefined() {
        let with = CrossTable::new(&[vec![0, 0], vec![30, 10], vec![0, 0], vec![10, 30]]).expect("2 columns");
        let without = CrossTable::new(&[vec![30, 10], vec![10, 30]]).expect("2 columns");
        assert_eq!(smd_categorical(&with), smd_categorical(&without));
        assert!(smd_categorical(&CrossTable::new(&[vec![3, 0], vec![1, 0]]).expect("2 columns")).mean.is_nan());
        assert_eq!(smd_categorical(&CrossTable::new(&[vec![3, 4]]).expect("2 columns")).mean, 0.0);
    }

    #[test]
    fn groups_without_a_common_level_are_infinitely_apart() {
        let apart = |rows: &[Vec<u64>]| smd_categorical(&CrossTable::new(rows).expect("rectangular")).mean;
        assert_eq!(apart(&[vec![100, 0], vec![0, 100]]), f64::INFINITY);
        assert_eq!(apart(&[vec![50, 0], vec![50, 0], vec![0, 30], vec![0, 70]]), f64::INFINITY);
        assert_eq!(apart(&[vec![10, 0, 0], vec![0, 10, 0], vec![0, 0, 10]]), f64::INFINITY);
        assert!(apart(&[vec![50, 0], vec![50, 1], vec![0, 99]]).is_finite());
    }

    #[test]
    fn constant_groups() {
        assert_eq!(smd_continuous(&[&[2.0, 2.0], &[2.0, 2.0]]).mean, 0.0);
        assert_eq!(smd_continuous(&[&[2.0, 2.0], &[3.0, 3.0]]).mean, f64::INFINITY);
        assert!(smd_continuous(&[&[2.0], &[3.0, 4.0]]).mean.is_nan());
        let three = smd_continuous(&[&[1.0, 3.0], &[2.0, 4.0], &[3.0, 5.0]]);
        let unit = 1.0 / 2.0_f64.sqrt();
        assert!((three.mean - (unit + 2.0 * unit + unit) / 3.0).abs() < 1e-15);
    }
}
