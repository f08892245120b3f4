//! What run-length, size-zone and dependence matrices have in common: counts by gray level and size.

use super::EPS;

/// Features of a matrix P of counts by gray level i (rows) and size j (columns), N their sum.
pub(crate) struct SizeFeatures {
    /// N.
    pub total: f64,
    /// Σ P j: the voxels in all.
    pub voxels: f64,
    /// Σ P / j² / N.
    pub small: f64,
    /// Σ P j² / N.
    pub large: f64,
    /// Σ P / i² / N.
    pub low: f64,
    /// Σ P i² / N.
    pub high: f64,
    /// Σ P / (i² j²) / N.
    pub small_low: f64,
    /// Σ P i² / j² / N.
    pub small_high: f64,
    /// Σ P j² / i² / N.
    pub large_low: f64,
    /// Σ P i² j² / N.
    pub large_high: f64,
    /// Σ_i (Σ_j P)² / N.
    pub level_non_uniformity: f64,
    /// Σ_j (Σ_i P)² / N.
    pub size_non_uniformity: f64,
    /// Variance of i.
    pub level_variance: f64,
    /// Variance of j.
    pub size_variance: f64,
    /// Entropy of P / N in bits.
    pub entropy: f64,
}

impl SizeFeatures {
    /// Features of the matrix with the non-zero `entries` (row, column, count), rows ascending, where rows stand for the
    /// gray levels `levels` and columns for the sizes `sizes`. `None` if there are none.
    pub fn of(
        levels: &[f64],
        sizes: &[f64],
        entries: impl Iterator<Item = (usize, usize, f64)> + Clone,
    ) -> Option<Self> {
        let mut rows = vec![0.0; levels.len()];
        let mut columns = vec![0.0; sizes.len()];
        for (i, j, count) in entries.clone() {
            rows[i] += count;
            columns[j] += count;
        }
        let n: f64 = rows.iter().sum();
        if n == 0.0 {
            return None;
        }
        let squared = |values: &[f64]| values.iter().map(|v| v * v).collect::<Vec<f64>>();
        let (level_squares, size_squares) = (squared(levels), squared(sizes));
        let [mut small_low, mut small_high, mut large_low, mut large_high, mut entropy] = [0.0; 5];
        for (i, j, count) in entries {
            let (i2, j2) = (level_squares[i], size_squares[j]);
            small_low += count / (i2 * j2);
            small_high += count * i2 / j2;
            large_low += count * j2 / i2;
            large_high += count * (i2 * j2);
            let p = count / n;
            entropy -= p * (p + EPS).log2();
        }
        let weighted = |counts: &[f64], values: &[f64]| counts.iter().zip(values).map(|(c, v)| c * v).sum::<f64>();
        let divided = |counts: &[f64], values: &[f64]| counts.iter().zip(values).map(|(c, v)| c / v).sum::<f64>();
        let concentration = |counts: &[f64]| counts.iter().map(|c| c * c).sum::<f64>();
        Some(Self {
            total: n,
            voxels: weighted(&columns, sizes),
            small: divided(&columns, &size_squares) / n,
            large: weighted(&columns, &size_squares) / n,
            low: divided(&rows, &level_squares) / n,
            high: weighted(&rows, &level_squares) / n,
            small_low: small_low / n,
            small_high: small_high / n,
            large_low: large_low / n,
            large_high: large_high / n,
            level_non_uniformity: concentration(&rows) / n,
            size_non_uniformity: concentration(&columns) / n,
            level_variance: variance(&rows, levels, n),
            size_variance: variance(&columns, sizes, n),
            entropy,
        })
    }
}

/// Variance (with n) of `values` that occur `counts` times, `n` times in all.
fn variance(counts: &[f64], values: &[f64], n: f64) -> f64 {
    let mean = counts.iter().zip(values).map(|(c, v)| c * v).sum::<f64>() / n;
    counts.iter().zip(values).map(|(c, v)| c * (v - mean) * (v - mean)).sum::<f64>() / n
}
