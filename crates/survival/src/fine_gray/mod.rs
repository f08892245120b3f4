//! Fine and Gray's model of the subdistribution hazard of one cause among several.
//!
//! (Fine and Gray, JASA 1999; numbers as R's `cmprsk::crr`.) Whoever has another event stays at risk for ever with the weight
//! G(t-)/G(x-), G the Kaplan-Meier estimate of the censoring of everybody and x their own time. Tied events by Breslow's rule.

mod likelihood;
mod variance;

use nalgebra::DMatrix;

use self::likelihood::Subdistribution;
use super::cox::estimate::coefficients;
use super::cox::newton::{Stopping, maximise};
use super::cox::{ChiSquare, Coefficient, CoxError, CoxNote, Design};
use crate::Matrix;
use crate::competing_risks::CompetingRisks;
use crate::stats::linalg::{dot, inverse_quadratic_form, submatrix};
use watch::Watch;

/// The choices of a Fine-Gray model.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FineGraySpec {
    /// The cause modelled, at least 1; 0 is censored.
    pub cause: u32,
    /// Confidence of the limits.
    pub conf_level: f64,
    /// Newton-Raphson iterations at most.
    pub max_iter: usize,
    /// Converged when the log-likelihood changes by less than this much of itself.
    pub eps: f64,
}

impl FineGraySpec {
    /// The model of `cause`, with 95 % limits.
    pub fn of_cause(cause: u32) -> Self {
        Self { cause, conf_level: 0.95, max_iter: 20, eps: 1e-9 }
    }

    /// Checks what can be checked without data.
    ///
    /// # Errors
    /// [`CoxError::Conflict`] for cause 0, [`CoxError::Setting`] for a level of confidence outside (0, 1).
    pub fn check(self) -> Result<CheckedFineGray, CoxError> {
        if self.cause == 0 {
            return Err(CoxError::Conflict("cause 0 is censoring; model one of the causes from 1 on"));
        }
        if !(self.conf_level > 0.0 && self.conf_level < 1.0) {
            let value = self.conf_level;
            return Err(CoxError::Setting { what: "the confidence level", range: "between 0 and 1", value });
        }
        Ok(CheckedFineGray(self))
    }
}

/// A specification without contradictions.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CheckedFineGray(FineGraySpec);

/// A fitted Fine-Gray model.
#[derive(Debug, Clone)]
pub struct FineGrayFit {
    /// The cause modelled.
    pub cause: u32,
    /// Number of rows.
    pub n: usize,
    /// Rows with the cause.
    pub n_events: usize,
    /// Rows with another cause.
    pub n_competing: usize,
    /// One for every column of the design; the hazard ratios are of the subdistribution.
    pub coefficients: Vec<Coefficient>,
    /// Number of coefficients estimated.
    pub df: usize,
    /// Log pseudo-likelihood without covariates.
    pub loglik_null: f64,
    /// Log pseudo-likelihood at the maximum.
    pub loglik: f64,
    /// Twice their difference as a chi-square, as `summary.crr` gives it.
    pub lr: ChiSquare,
    /// Wald test with the robust variance.
    pub wald: ChiSquare,
    /// Newton-Raphson iterations.
    pub iterations: usize,
    /// Whether they ended before they ran out.
    pub converged: bool,
    /// Caveats.
    pub notes: Vec<CoxNote>,
    /// Times of events of the cause, ascending.
    pub time: Vec<f64>,
    /// Cumulative baseline subdistribution hazard there, all covariates zero.
    pub cumhaz: Vec<f64>,
    variance: Matrix,
    coef: Vec<f64>,
}

impl FineGrayFit {
    /// Variance of the coefficients, which counts the estimation of G; zero rows where there is no coefficient.
    pub fn variance(&self) -> &Matrix {
        &self.variance
    }

    /// Cumulative incidence of the cause at [`Self::time`] for a row of the design: 1 - exp(-H0(t) exp(b'x)).
    ///
    /// # Errors
    /// [`CoxError::Length`] for a row of another length than the design has columns.
    pub fn cumulative_incidence(&self, row: &[f64]) -> Result<Vec<f64>, CoxError> {
        let (found, expected) = (row.len(), self.coef.len());
        if found != expected {
            return Err(CoxError::Length { what: "the profile", found, expected });
        }
        let risk = dot(&self.coef, row).exp();
        Ok(self.cumhaz.iter().map(|h| -(-h * risk).exp_m1()).collect())
    }
}

impl CheckedFineGray {
    /// Fits the model to the rows of `data` and `design`; `watch` sees the iterations.
    ///
    /// # Errors
    /// A design of another number of rows; delayed entry or case weights; a likelihood at zero that is not finite;
    /// [`CoxError::Cancelled`].
    pub fn fit(&self, data: &CompetingRisks, design: &Design, watch: &dyn Watch) -> Result<FineGrayFit, CoxError> {
        let spec = self.0;
        let (found, expected) = (design.rows(), data.len());
        if found != expected {
            return Err(CoxError::Length { what: "the design", found, expected });
        }
        if !data.is_plain() {
            return Err(CoxError::Conflict(
                "Fine and Gray's model takes follow-up from time zero, without case weights",
            ));
        }
        let data = Subdistribution::new(design, &data.specific(spec.cause), data.cause(), spec.cause)?;
        let p = data.x.p;
        let max_iter = if data.sets.events.is_empty() { 0 } else { spec.max_iter };
        let stopping = Stopping { max_iter, eps: spec.eps };
        let maximum = maximise(&mut data.likelihood(), &vec![0.0; p], stopping, watch)?;
        if !maximum.loglik_initial.is_finite() {
            return Err(CoxError::InitialValues);
        }
        let kept = maximum.kept();
        let beta: Vec<f64> = (0..p).map(|j| if maximum.aliased[j] { 0.0 } else { maximum.beta[j] }).collect();
        let bread = maximum.information.inverse();
        let place = data.place(&beta);
        let meat = variance::meat(&data, &place);
        let sandwich = &bread * meat * &bread;
        let variance = DMatrix::from_fn(p, p, |i, j| sandwich[(i, j)] * data.x.scale[i] * data.x.scale[j]);
        let coef: Vec<f64> = beta.iter().zip(&data.x.scale).map(|(b, s)| b * s).collect();
        let estimated: Vec<f64> = kept.iter().map(|&j| coef[j]).collect();
        let wald = ChiSquare::new(inverse_quadratic_form(&submatrix(&variance, &kept), &estimated), kept.len());
        let at_zero = (-dot(&coef, &data.x.centre)).exp();
        Ok(FineGrayFit {
            cause: spec.cause,
            n: data.x.n,
            n_events: data.sets.n_events(),
            n_competing: data.competing.iter().filter(|&&c| c).count(),
            coefficients: coefficients(design.names(), &kept, &coef, &variance, None, spec.conf_level),
            df: kept.len(),
            loglik_null: maximum.loglik_initial,
            loglik: maximum.loglik,
            lr: ChiSquare::new(2.0 * (maximum.loglik - maximum.loglik_initial), kept.len()),
            wald,
            iterations: maximum.iterations,
            converged: maximum.converged,
            notes: CoxNote::of_maximum(&maximum, &data.x, design.names(), &data.sets, stopping, false),
            time: data.sets.events.iter().map(|e| e.time).collect(),
            cumhaz: place.hazard[1..].iter().map(|h| at_zero * h).collect(),
            variance: Matrix::of(variance),
            coef,
        })
    }
}
