//! The adaptive LASSO: a penalty on each coefficient that falls with its size in a first fit by ridge regression.
//!
//! Zhang and Lu, Biometrika 94:691, 2007; Zou, J Am Stat Assoc 101:1418, 2006.

use super::{Coxnet, CoxnetError, CoxnetSpec, Folds, Measure, Survival};
use watch::Watch;

/// Where the factors come from.
#[derive(Debug, Clone, PartialEq)]
pub struct AdaptiveFactors {
    /// One factor a feature: 1 / |b|^gamma, b the ridge coefficient of the feature over its standard deviation
    /// (divisor N); infinite where that is zero.
    pub factor: Vec<f64>,
    /// The ridge penalty, lambda.min of the cross-validation by deviance.
    pub lambda: f64,
}

impl Coxnet {
    /// The penalty factors of an adaptive LASSO from a ridge regression cross-validated with `folds`.
    ///
    /// # Errors
    /// As [`Coxnet::cross_validate`].
    pub fn adaptive_factors(
        &self,
        data: &Survival,
        columns: &[&[f64]],
        folds: &Folds,
        gamma: f64,
        watch: &dyn Watch,
    ) -> Result<AdaptiveFactors, CoxnetError> {
        let ridge = CoxnetSpec {
            alpha: 0.0,
            standardize: self.standardize,
            offset: self.offset.clone(),
            ..CoxnetSpec::default()
        };
        let cv = ridge.check()?.cross_validate(data, columns, folds, Measure::GroupedDeviance, watch)?;
        let coefficients = cv.path.coefficients[cv.min].dense(columns.len());
        let factor = coefficients.iter().zip(columns).map(|(b, x)| (b.abs() * spread(x)).powf(-gamma)).collect();
        Ok(AdaptiveFactors { factor, lambda: cv.path.lambda[cv.min] })
    }
}

fn spread(x: &[f64]) -> f64 {
    let n = x.len() as f64;
    let mean = x.iter().sum::<f64>() / n;
    (x.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / n).sqrt()
}
