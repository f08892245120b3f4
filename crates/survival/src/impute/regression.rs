//! The regression of one variable on the others, and a draw from what is known of its coefficients.

use nalgebra::{DMatrix, DVector};

use super::Variable;
use crate::stats::rng::Rng;

/// mice's addition to the diagonal of X'X, as part of it: collinear predictors share their effect.
const RIDGE: f64 = 1e-5;

/// Predictors as numbers: a column a number, a 0/1 column a level but the first, each with mean 0 and variance 1 in the
/// subjects of the fit.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Coding {
    /// Mean and standard deviation of each column; a column without variance has an infinite deviation and counts nothing.
    scale: Vec<(f64, f64)>,
}

/// The numbers of one variable, before scaling; NaN where a number is missing, all 0 where a level is.
fn columns(variable: &Variable) -> Vec<Vec<f64>> {
    match variable {
        Variable::Number(values) => vec![values.clone()],
        Variable::Category { codes, levels } => {
            let is = |level: u32| codes.iter().map(|c| f64::from(u8::from(*c == Some(level)))).collect();
            (1..*levels).map(is).collect()
        }
    }
}

/// The same, NaN where the value is missing.
pub(super) fn known_columns(variable: &Variable) -> Vec<Vec<f64>> {
    let mut columns = columns(variable);
    for i in (0..variable.len()).filter(|&i| variable.is_missing(i)) {
        columns.iter_mut().for_each(|column| column[i] = f64::NAN);
    }
    columns
}

impl Coding {
    /// Of the variables `others`, which are complete.
    pub(super) fn new(variables: &[Variable], others: &[usize]) -> Self {
        let scale = |x: Vec<f64>| {
            let n = x.len() as f64;
            let mean = x.iter().sum::<f64>() / n;
            let sd = (x.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / n).sqrt();
            (mean, if sd > 1e-12 * mean.abs() { sd } else { f64::INFINITY })
        };
        Self { scale: others.iter().flat_map(|&k| columns(&variables[k])).map(scale).collect() }
    }

    /// A row per subject: 1 and the scaled predictors.
    pub(super) fn matrix(&self, variables: &[Variable], others: &[usize]) -> DMatrix<f64> {
        let n = variables.first().map_or(0, Variable::len);
        let mut matrix = DMatrix::from_element(n, 1 + self.scale.len(), 1.0);
        let columns = others.iter().flat_map(|&k| columns(&variables[k]));
        for (k, (x, (mean, sd))) in columns.zip(&self.scale).enumerate() {
            x.iter().enumerate().for_each(|(i, v)| matrix[(i, k + 1)] = (v - mean) / sd);
        }
        matrix
    }

    /// Coefficients of the scaled predictors as those of the predictors themselves, behind their intercept.
    pub(super) fn unscaled(&self, coefficients: &DVector<f64>) -> (f64, Vec<f64>) {
        let coef: Vec<f64> = self.scale.iter().enumerate().map(|(k, (_, sd))| coefficients[k + 1] / sd).collect();
        let shift: f64 = coef.iter().zip(&self.scale).map(|(b, (mean, _))| b * mean).sum();
        (coefficients[0] - shift, coef)
    }
}

/// What is regressed: the number itself, or for a category the 0/1 column of each level but the first.
pub(super) fn response(variable: &Variable) -> Vec<Vec<f64>> {
    columns(variable)
}

/// Least squares of every response, and a draw of the coefficients.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Regression {
    /// Coefficients by response.
    pub estimate: Vec<DVector<f64>>,
    /// Drawn: normal about the estimate, its variance from a scaled inverse chi-square.
    pub drawn: Vec<DVector<f64>>,
}

impl Regression {
    /// Fits `response` to the rows `rows` of `x`; `None` where rounding leaves X'X indefinite.
    pub(super) fn new(x: &DMatrix<f64>, rows: &[usize], response: &[Vec<f64>], rng: &mut Rng) -> Option<Self> {
        let x = x.select_rows(rows);
        let mut gram = x.tr_mul(&x);
        for k in 0..gram.nrows() {
            gram[(k, k)] += RIDGE * gram[(k, k)].max(1.0);
        }
        let factor = gram.cholesky()?;
        let freedom = rows.len().saturating_sub(x.ncols()).max(1);
        let (mut estimate, mut drawn) = (Vec::new(), Vec::new());
        for y in response {
            let y = DVector::from_iterator(rows.len(), rows.iter().map(|&i| y[i]));
            let b = factor.solve(&x.tr_mul(&y));
            let residual = (&y - &x * &b).norm_squared();
            let chi_square: f64 = (0..freedom).map(|_| rng.normal().powi(2)).sum();
            let sigma = (residual / chi_square).sqrt();
            let z = DVector::from_iterator(b.len(), (0..b.len()).map(|_| rng.normal()));
            // Solving L' v = z gives v the variance (L L')^-1.
            let spread = factor.l_dirty().tr_solve_lower_triangular(&z)?;
            drawn.push(&b + spread * sigma);
            estimate.push(b);
        }
        Some(Self { estimate, drawn })
    }
}

/// `x b` by response, a row per subject.
pub(super) fn predict(x: &DMatrix<f64>, coefficients: &[DVector<f64>]) -> DMatrix<f64> {
    let columns: Vec<DVector<f64>> = coefficients.iter().map(|b| x * b).collect();
    DMatrix::from_columns(&columns)
}
