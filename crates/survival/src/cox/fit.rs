//! A fitted Cox model: coefficients, tests and what later questions need.

use nalgebra::DMatrix;

use super::columns::Columns;
use super::design::{Design, Term};
use super::error::CoxError;
use super::estimate::{ChiSquare, Coefficient, coefficients};
use super::hazard::{Hazard, Ties};
use super::likelihood::PartialLikelihood;
use super::note::CoxNote;
use super::prepared::climb;
use super::risk_sets::RiskSets;
use super::robust;
use super::spec::CoxSpec;
use crate::stats::linalg::{dot, inverse_quadratic_form, quadratic_form, submatrix};
use crate::{Matrix, Survival};
use watch::Watch;

/// A fitted Cox model.
#[derive(Debug, Clone)]
pub struct CoxFit {
    /// Number of rows.
    pub n: usize,
    /// Number of rows with an event.
    pub n_events: usize,
    /// The ties rule.
    pub ties: Ties,
    /// Whether Firth's penalty was used; the log-likelihoods are then penalised.
    pub firth: bool,
    /// One for every column of the design.
    pub coefficients: Vec<Coefficient>,
    /// The design's terms.
    pub terms: Vec<Term>,
    /// Means that the centred linear predictor is measured from: 0 for columns of -1, 0 and 1 only.
    pub means: Vec<f64>,
    /// Number of coefficients estimated.
    pub df: usize,
    /// Log partial likelihood at the initial values.
    pub loglik_null: f64,
    /// Log partial likelihood at the maximum.
    pub loglik: f64,
    /// Likelihood ratio test.
    pub lr: ChiSquare,
    /// Wald test; with the robust variance if there is one.
    pub wald: ChiSquare,
    /// Score test (not with Firth's penalty, where it is NaN).
    pub score: ChiSquare,
    /// Robust score test.
    pub robust_score: Option<ChiSquare>,
    /// Newton-Raphson iterations; one more than allowed when they ran out.
    pub iterations: usize,
    /// Whether the iterations ended before they ran out.
    pub converged: bool,
    /// Caveats.
    pub notes: Vec<CoxNote>,
    pub(crate) variance: Matrix,
    pub(crate) naive_variance: Matrix,
    pub(crate) beta: Vec<f64>,
    pub(crate) kept: Vec<usize>,
    pub(crate) sets: RiskSets,
    pub(crate) x: Columns,
    pub(crate) hazard: Hazard,
    pub(crate) eta: Vec<f64>,
    /// The cluster of each row, numbered from 0, where rows belong together.
    pub(crate) clusters: Option<Vec<usize>>,
}

impl CoxFit {
    pub(super) fn new(
        spec: &CoxSpec,
        design: &Design,
        survival: &Survival,
        watch: &dyn Watch,
    ) -> Result<Self, CoxError> {
        let sets = RiskSets::new(survival, spec.strata.as_ref(), spec.offset.as_deref(), spec.timefix)?;
        let x = Columns::new(design, &sets);
        let initial: Vec<f64> = match &spec.init {
            Some(init) => init.iter().zip(&x.scale).map(|(b, s)| b / s).collect(),
            None => vec![0.0; x.p],
        };
        let stopping = spec.stopping(&sets);
        let (maximum, likelihood) = climb(spec, &sets, &x, &initial, watch)?;
        let likelihood = likelihood.unwrap_or_else(|| PartialLikelihood::new(&sets, &x, spec.ties));
        let (eta, hazard) = likelihood.into_place(&maximum.beta);
        let kept = maximum.kept();
        let scaled = maximum.information.inverse();
        let naive_variance = Matrix::of(DMatrix::from_fn(x.p, x.p, |i, j| scaled[(i, j)] * x.scale[i] * x.scale[j]));
        let df = kept.len();
        let mut fit = Self {
            n: sets.len(),
            n_events: sets.n_events(),
            ties: spec.ties,
            firth: spec.firth,
            coefficients: Vec::new(),
            terms: design.terms().to_vec(),
            means: x.means.clone(),
            df,
            loglik_null: maximum.loglik_initial,
            loglik: maximum.loglik,
            lr: ChiSquare::new(2.0 * (maximum.loglik - maximum.loglik_initial), df),
            wald: ChiSquare::new(0.0, df),
            score: ChiSquare::new(maximum.score_test, df),
            robust_score: None,
            iterations: maximum.iterations,
            converged: maximum.converged,
            notes: CoxNote::of_maximum(&maximum, &x, design.names(), &sets, stopping, spec.firth),
            variance: naive_variance.clone(),
            naive_variance,
            beta: maximum.beta,
            kept,
            sets,
            x,
            hazard,
            eta,
            clusters: None,
        };
        let empty = fit.sets.strata.iter().filter(|s| s.events.is_empty()).count();
        if empty > 0 && fit.n_events > 0 {
            fit.notes.push(CoxNote::StrataWithoutEvents { strata: empty });
        }
        if spec.is_robust() {
            robust::apply(&mut fit, spec)?;
        }
        fit.test_coefficients(spec, design.names());
        Ok(fit)
    }

    /// The coefficients, NaN where there is none.
    pub fn coef(&self) -> Vec<f64> {
        self.coefficients.iter().map(|c| c.estimate.map_or(f64::NAN, |e| e.coef)).collect()
    }

    /// The coefficients, zero where there is none: what a linear predictor is made with.
    pub fn coef_or_zero(&self) -> Vec<f64> {
        self.beta.iter().zip(&self.x.scale).map(|(b, s)| b * s).collect()
    }

    /// Variance of the coefficients (the robust one if asked for); zero rows where there is no coefficient.
    pub fn variance(&self) -> &Matrix {
        &self.variance
    }

    /// Inverse information; the same as [`Self::variance`] unless that is robust.
    pub fn naive_variance(&self) -> &Matrix {
        &self.naive_variance
    }

    /// Akaike's criterion, -2 loglik + 2 df.
    pub fn aic(&self) -> f64 {
        -2.0 * self.loglik + 2.0 * self.df as f64
    }

    /// Schwarz's criterion with the number of events, -2 loglik + log(events) df.
    pub fn bic(&self) -> f64 {
        -2.0 * self.loglik + (self.n_events as f64).ln() * self.df as f64
    }

    /// Wald test of the coefficients of some columns of the design together.
    pub fn wald_of(&self, columns: &[usize]) -> ChiSquare {
        let own: Vec<usize> = self.kept.iter().copied().filter(|j| columns.contains(j)).collect();
        let coef = self.coef_or_zero();
        let b: Vec<f64> = own.iter().map(|&j| coef[j]).collect();
        ChiSquare::new(inverse_quadratic_form(&submatrix(self.variance.inner(), &own), &b), own.len())
    }

    /// Log hazard ratio of two subjects whose columns of the design differ by `difference`, and its standard error (from
    /// [`Self::variance`]).
    pub fn log_hazard_ratio(&self, difference: &[f64]) -> (f64, f64) {
        (dot(&self.coef_or_zero(), difference), quadratic_form(self.variance.inner(), difference).max(0.0).sqrt())
    }

    fn test_coefficients(&mut self, spec: &CoxSpec, names: &[String]) {
        let coef = self.coef_or_zero();
        let robust = spec.is_robust().then_some(self.variance.inner());
        self.coefficients =
            coefficients(names, &self.kept, &coef, self.naive_variance.inner(), robust, spec.conf_level);
        let initial = |j: usize| spec.init.as_ref().map_or(0.0, |init| init[j]);
        let moved: Vec<f64> = self.kept.iter().map(|&j| coef[j] - initial(j)).collect();
        let variance = submatrix(self.variance.inner(), &self.kept);
        self.wald = ChiSquare::new(inverse_quadratic_form(&variance, &moved), self.df);
    }
}
