//! Coefficients and tests as they are reported.

use nalgebra::DMatrix;

use crate::stats::tails::{chi_square_upper, normal_critical, normal_upper};

/// A chi-square test.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ChiSquare {
    /// The statistic.
    pub statistic: f64,
    /// Degrees of freedom.
    pub df: usize,
    /// Upper tail probability; NaN without degrees of freedom.
    pub p: f64,
}

impl ChiSquare {
    /// The test of `statistic` on `df` degrees of freedom.
    pub fn new(statistic: f64, df: usize) -> Self {
        let p = if df == 0 { f64::NAN } else { chi_square_upper(statistic, df as f64) };
        Self { statistic, df, p }
    }
}

/// What is estimated of one coefficient.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// Log hazard ratio.
    pub coef: f64,
    /// Its standard error from the inverse information.
    pub se: f64,
    /// Its robust standard error, if there is one: z, p and the limits use it.
    pub robust_se: Option<f64>,
    /// Coefficient over standard error.
    pub z: f64,
    /// Two-sided p.
    pub p: f64,
    /// Hazard ratio.
    pub hr: f64,
    /// Lower limit of the hazard ratio, symmetric on the log scale.
    pub lower: f64,
    /// Upper limit of the hazard ratio.
    pub upper: f64,
}

impl Estimate {
    /// The estimate with limits `critical` standard errors away on the log scale.
    pub(crate) fn new(coef: f64, se: f64, robust_se: Option<f64>, critical: f64) -> Self {
        let used = robust_se.unwrap_or(se);
        let (z, half) = (coef / used, critical * used);
        Self {
            coef,
            se,
            robust_se,
            z,
            p: (2.0 * normal_upper(z.abs())).min(1.0),
            hr: coef.exp(),
            lower: (coef - half).exp(),
            upper: (coef + half).exp(),
        }
    }
}

/// One column of the design in the fit.
#[derive(Debug, Clone, PartialEq)]
pub struct Coefficient {
    /// Name of the column.
    pub name: String,
    /// The estimate; none for a column that is constant or given by earlier ones.
    pub estimate: Option<Estimate>,
}

/// One coefficient for every name, none for those not among `kept` (increasing); a variance of zero means that nothing is
/// known of a coefficient that ran off to infinity.
pub(crate) fn coefficients(
    names: &[String],
    kept: &[usize],
    coef: &[f64],
    variance: &DMatrix<f64>,
    robust: Option<&DMatrix<f64>>,
    level: f64,
) -> Vec<Coefficient> {
    let error = |m: &DMatrix<f64>, j: usize| match variance[(j, j)] {
        0.0 => f64::INFINITY,
        _ => m[(j, j)].sqrt(),
    };
    let critical = normal_critical(level);
    let estimate = |j: usize| Estimate::new(coef[j], error(variance, j), robust.map(|m| error(m, j)), critical);
    let named = |(j, name): (usize, &String)| Coefficient {
        name: name.clone(),
        estimate: kept.binary_search(&j).is_ok().then(|| estimate(j)),
    };
    names.iter().enumerate().map(named).collect()
}
