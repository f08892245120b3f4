//! Rubin's rules: one answer from the analyses of several imputed data sets.
//!
//! Rubin, *Multiple Imputation for Nonresponse in Surveys*, 1987; degrees of freedom after Barnard and Rubin, Biometrika
//! 86:948, 1999. Values follow `pool.scalar` of mice 3.15, its floor of 1e-4 under lambda included: without it the
//! degrees of freedom of estimates that hardly differ would be infinite.

mod cox;

pub use cox::PooledCox;

use crate::stats::tails::{t_two_sided, t_upper_quantile};

/// Why estimates cannot be pooled.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum PoolError {
    /// Fewer than two imputations.
    #[error("{0} estimates: Rubin's rules need those of two or more imputed data sets")]
    Few(usize),
    /// Another number of variances than of estimates.
    #[error("{variances} variances for {estimates} estimates")]
    Length {
        /// Number of estimates.
        estimates: usize,
        /// Number of variances.
        variances: usize,
    },
    /// An estimate that is not finite.
    #[error("estimate {number}: {value} is not a number")]
    Estimate {
        /// Which, from 1.
        number: usize,
        /// The value.
        value: f64,
    },
    /// A variance that is not positive.
    #[error("variance {number}: {value} is not a positive number (the square of a standard error)")]
    Variance {
        /// Which, from 1.
        number: usize,
        /// The value.
        value: f64,
    },
    /// A fit of another model or other subjects than the first's.
    #[error("the model of imputed set {0} has other coefficients or subjects than that of the first")]
    Differ(usize),
    /// No degrees of freedom in the complete data.
    #[error("{n} subjects leave {parameters} parameters no degrees of freedom")]
    Complete {
        /// Number of subjects.
        n: f64,
        /// Number of parameters.
        parameters: f64,
    },
    /// A level of confidence outside 0 to 1.
    #[error("{0} is not a level of confidence between 0 and 1")]
    Level(f64),
}

/// How to pool.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PoolSpec {
    /// Degrees of freedom of the estimate if nothing were missing, subjects less parameters; infinite is Rubin's large
    /// sample.
    pub complete_df: f64,
    /// Confidence of the limits.
    pub level: f64,
}

impl Default for PoolSpec {
    fn default() -> Self {
        Self { complete_df: f64::INFINITY, level: 0.95 }
    }
}

impl PoolSpec {
    /// For an estimate from `n` subjects in a model of `parameters` parameters.
    ///
    /// # Errors
    /// No more subjects than parameters.
    pub fn of_sample(n: f64, parameters: f64) -> Result<Self, PoolError> {
        let complete_df = n - parameters;
        match complete_df > 0.0 {
            true => Ok(Self { complete_df, ..Self::default() }),
            false => Err(PoolError::Complete { n, parameters }),
        }
    }
}

/// A pooled estimate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pooled {
    /// Number of imputations.
    pub m: usize,
    /// Mean of the estimates.
    pub estimate: f64,
    /// Mean of the variances.
    pub within: f64,
    /// Variance of the estimates (divisor m - 1).
    pub between: f64,
    /// within + (1 + 1/m) between.
    pub total: f64,
    /// Degrees of freedom of the t distribution.
    pub df: f64,
    /// Relative increase of the variance through missing values, (1 + 1/m) between / within.
    pub riv: f64,
    /// Share of the total variance that is due to missing values, (1 + 1/m) between / total.
    pub lambda: f64,
    /// Fraction of missing information, (riv + 2 / (df + 3)) / (riv + 1).
    pub fmi: f64,
    /// Root of the total variance.
    pub se: f64,
    /// Lower limit.
    pub lower: f64,
    /// Upper limit.
    pub upper: f64,
    /// p of the estimate against zero, two-sided.
    pub p: f64,
}

/// mice's least lambda in the degrees of freedom.
const LEAST_LAMBDA: f64 = 1e-4;

/// Pools the `estimates` of one parameter in m imputed data sets, with their `variances` (squared standard errors).
///
/// # Errors
/// Fewer than two estimates, another number of variances, values that are no numbers, variances that are not positive.
pub fn pool(estimates: &[f64], variances: &[f64], spec: PoolSpec) -> Result<Pooled, PoolError> {
    check(estimates, variances, spec)?;
    let m = estimates.len() as f64;
    let estimate = estimates.iter().sum::<f64>() / m;
    let within = variances.iter().sum::<f64>() / m;
    let between = estimates.iter().map(|q| (q - estimate) * (q - estimate)).sum::<f64>() / (m - 1.0);
    let missing = (1.0 + 1.0 / m) * between;
    let total = within + missing;
    let (riv, lambda) = (missing / within, missing / total);
    let df = degrees_of_freedom(m, lambda, spec.complete_df);
    let se = total.sqrt();
    let half = t_upper_quantile((1.0 - spec.level) / 2.0, df) * se;
    Ok(Pooled {
        m: estimates.len(),
        estimate,
        within,
        between,
        total,
        df,
        riv,
        lambda,
        fmi: (riv + 2.0 / (df + 3.0)) / (riv + 1.0),
        se,
        lower: estimate - half,
        upper: estimate + half,
        p: t_two_sided(estimate / se, df),
    })
}

fn check(estimates: &[f64], variances: &[f64], spec: PoolSpec) -> Result<(), PoolError> {
    if estimates.len() != variances.len() {
        return Err(PoolError::Length { estimates: estimates.len(), variances: variances.len() });
    }
    if estimates.len() < 2 {
        return Err(PoolError::Few(estimates.len()));
    }
    if let Some(k) = estimates.iter().position(|q| !q.is_finite()) {
        return Err(PoolError::Estimate { number: k + 1, value: estimates[k] });
    }
    if let Some(k) = variances.iter().position(|u| !(u.is_finite() && *u > 0.0)) {
        return Err(PoolError::Variance { number: k + 1, value: variances[k] });
    }
    if !(spec.level > 0.0 && spec.level < 1.0) {
        return Err(PoolError::Level(spec.level));
    }
    if spec.complete_df.is_nan() || spec.complete_df <= 0.0 {
        return Err(PoolError::Complete { n: spec.complete_df, parameters: 0.0 });
    }
    Ok(())
}

fn degrees_of_freedom(m: f64, lambda: f64, complete: f64) -> f64 {
    let lambda = lambda.max(LEAST_LAMBDA);
    let old = (m - 1.0) / (lambda * lambda);
    if complete.is_infinite() {
        return old;
    }
    let observed = (complete + 1.0) / (complete + 3.0) * complete * (1.0 - lambda);
    old * observed / (old + observed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_answer_from_five() {
        // By hand: mean 2, within 1, between 2.5, total 1 + 1.2 * 2.5 = 4.
        let pooled = pool(&[0.0, 1.0, 2.0, 3.0, 4.0], &[1.0; 5], PoolSpec::default()).expect("pools");
        assert_eq!((pooled.estimate, pooled.within, pooled.between, pooled.total), (2.0, 1.0, 2.5, 4.0));
        assert_eq!((pooled.riv, pooled.lambda, pooled.se), (3.0, 0.75, 2.0));
        assert!((pooled.df - 4.0 / 0.5625).abs() < 1e-12);
        assert!(pooled.lower < 2.0 - 2.0 * 1.96 && pooled.upper > 2.0 + 2.0 * 1.96, "t has wider limits");
    }

    #[test]
    fn refuses_what_cannot_be_pooled() {
        let spec = PoolSpec::default();
        assert_eq!(pool(&[1.0], &[1.0], spec), Err(PoolError::Few(1)));
        assert_eq!(pool(&[1.0, 2.0], &[1.0], spec), Err(PoolError::Length { estimates: 2, variances: 1 }));
        assert_eq!(pool(&[1.0, 2.0], &[1.0, 0.0], spec), Err(PoolError::Variance { number: 2, value: 0.0 }));
        assert!(matches!(pool(&[1.0, f64::NAN], &[1.0, 1.0], spec), Err(PoolError::Estimate { number: 2, .. })));
        assert!(PoolSpec::of_sample(5.0, 5.0).is_err());
    }
}
