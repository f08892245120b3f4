//! Variance inflation: how much the other terms widen a coefficient's variance.

use nalgebra::DMatrix;

use super::fit::CoxFit;
use crate::stats::linalg::submatrix;

/// The inflation of one term.
#[derive(Debug, Clone, PartialEq)]
pub struct TermInflation {
    /// Name of the term.
    pub term: String,
    /// Generalized variance inflation factor (Fox and Monette, JASA 1992): det R_own det R_others / det R.
    pub gvif: f64,
    /// Columns of the term that have coefficients.
    pub df: usize,
    /// gvif^(1 / 2df), comparable between terms; for one column the square root of the factor.
    pub per_df: f64,
}

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

    /// Generalized inflation of every term that has coefficients.
    pub fn vif_of_terms(&self) -> Vec<TermInflation> {
        let correlation = self.correlation();
        let whole = correlation.determinant();
        let inflation = |term: &super::design::Term| {
            let (own, others): (Vec<usize>, Vec<usize>) =
                (0..self.kept.len()).partition(|&at| term.columns.contains(&self.kept[at]));
            let part = |at: &[usize]| submatrix(&correlation, at).determinant();
            let gvif = part(&own) * part(&others) / whole;
            let df = own.len();
            TermInflation { term: term.name.clone(), gvif, df, per_df: gvif.powf(0.5 / df as f64) }
        };
        self.terms.iter().map(inflation).filter(|t| t.df > 0).collect()
    }

    /// Correlation of the estimates that there are.
    fn correlation(&self) -> DMatrix<f64> {
        let v = submatrix(self.variance.inner(), &self.kept);
        DMatrix::from_fn(self.df, self.df, |i, j| v[(i, j)] / (v[(i, i)] * v[(j, j)]).sqrt())
    }
}
