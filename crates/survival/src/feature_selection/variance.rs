//! Features that hardly vary.

use super::SelectionError;

/// Leaves out features with no variance, little of it, or one value nearly everywhere.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct VarianceSpec {
    /// Least variance (divisor n - 1), in the square of the feature's own unit: 0 leaves out constant features only.
    pub least: f64,
    /// Leave out a feature whose most frequent value is more than so many times as frequent as the second and whose
    /// distinct values are at most a tenth of all: 19 (95 to 5) is `nearZeroVar`'s of R's caret. `None`: do not look.
    pub frequency_ratio: Option<f64>,
}

impl Default for VarianceSpec {
    fn default() -> Self {
        Self { least: 0.0, frequency_ratio: Some(19.0) }
    }
}

/// Share of distinct values under which the frequency counts (caret's `uniqueCut`).
const DISTINCT: f64 = 0.1;

/// Limits that are some.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CheckedVariance(VarianceSpec);

impl VarianceSpec {
    /// Checks the limits.
    ///
    /// ```
    /// use survival::feature_selection::VarianceSpec;
    ///
    /// let (constant, varies) = ([1.0, 1.0, 1.0], [1.0, 2.0, 4.0]);
    /// assert_eq!(VarianceSpec::default().check()?.fit(&[&constant, &varies]), [1]);
    /// # Ok::<(), survival::feature_selection::SelectionError>(())
    /// ```
    ///
    /// # Errors
    /// [`SelectionError::Limit`]: a `least` below 0, a `frequency_ratio` below 1.
    pub fn check(self) -> Result<CheckedVariance, SelectionError> {
        let limit = |what, value: f64, low| match value >= low && value.is_finite() {
            true => Ok(()),
            false => Err(SelectionError::Limit { what, value, low, high: f64::INFINITY }),
        };
        limit("the least variance", self.least, 0.0)?;
        limit("the frequency ratio", self.frequency_ratio.unwrap_or(1.0), 1.0)?;
        Ok(CheckedVariance(self))
    }
}

impl CheckedVariance {
    /// Places of the features kept, of one column a feature. Missing values (NaN) are not looked at; a feature without two
    /// values is left out.
    pub fn fit(&self, columns: &[&[f64]]) -> Vec<usize> {
        (0..columns.len()).filter(|&j| self.keeps(columns[j])).collect()
    }

    fn keeps(&self, column: &[f64]) -> bool {
        let mut known: Vec<f64> = column.iter().copied().filter(|v| !v.is_nan()).collect();
        let n = known.len() as f64;
        if n < 2.0 || known.iter().all(|v| *v == known[0]) {
            return false;
        }
        let mean = known.iter().sum::<f64>() / n;
        let variance = known.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / (n - 1.0);
        let Some(ratio) = self.0.frequency_ratio else { return variance > self.0.least };
        known.sort_unstable_by(f64::total_cmp);
        let mut runs: Vec<usize> = known.chunk_by(|a, b| a == b).map(<[f64]>::len).collect();
        let distinct = runs.len() as f64 / n;
        runs.sort_unstable_by(|a, b| b.cmp(a));
        let uneven = runs[0] as f64 / runs[1] as f64 > ratio && distinct <= DISTINCT;
        variance > self.0.least && !uneven
    }
}
