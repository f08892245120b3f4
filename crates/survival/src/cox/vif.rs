//! Variance inflation: how much the other terms widen a coefficient's variance.

use nalgebra::DMatrix;

use super::fit::CoxFit;
use crate::stats::linalg::submatrix;

impl CoxFit {
    /// Variance inflation factor of every coefficient: the diagonal of the inverse correlation matrix of the estimates, as
    /// rms's `vif`; NaN where there is no coefficient.
    pub fn vif(&self) -> Vec<f64> {
        let inverse = self.correlation().try_inverse();
        let mut factors = vec![f64::NAN; self.x.p];
        if let Some(inverse) = inverse {
            self.kept.iter().enumerate().for_each(|(at, &j)| factors[j] = inverse[(at, at)]);
        }
        factors
    }

    /// Correlation of the estimates that there are.
    fn correlation(&self) -> DMatrix<f64> {
        let v = submatrix(self.variance.inner(), &self.kept);
        DMatrix::from_fn(self.df, self.df, |i, j| v[(i, j)] / (v[(i, i)] * v[(j, j)]).sqrt())
    }
}
