//! Data sorted and scaled once for many fits: subsets of the terms, bootstrap samples.

use super::columns::Columns;
use super::design::Design;
use super::error::CoxError;
use super::exact::ExactLikelihood;
use super::firth::PenalisedLikelihood;
use super::hazard::Ties;
use super::likelihood::PartialLikelihood;
use super::newton::{Maximum, Stopping, maximise};
use super::risk_sets::RiskSets;
use super::spec::{CheckedCox, CoxSpec};
use crate::{DataError, Survival};
use watch::Watch;

/// A data set ready to be fitted again and again.
#[derive(Debug, Clone)]
pub struct PreparedCox<'a> {
    spec: &'a CoxSpec,
    pub(super) sets: RiskSets,
    pub(super) x: Columns,
}

/// What one of many fits gives.
#[derive(Debug, Clone, PartialEq)]
pub struct Refit {
    /// Coefficients; zero for a column without one.
    pub coef: Vec<f64>,
    /// Log partial likelihood at zero.
    pub loglik_null: f64,
    /// Log partial likelihood at the maximum.
    pub loglik: f64,
    /// Number of coefficients estimated.
    pub df: usize,
    /// Whether the iterations ended before they ran out.
    pub converged: bool,
}

impl CheckedCox {
    /// Sorts and scales the data for many fits of the same kind.
    ///
    /// # Errors
    /// As [`CheckedCox::fit`], for what is wrong with the data.
    pub fn prepare(&self, survival: &Survival, design: &Design) -> Result<PreparedCox<'_>, CoxError> {
        self.check_data(design, survival)?;
        let spec = &self.0;
        let sets = RiskSets::new(survival, spec.strata.as_ref(), spec.offset.as_deref(), spec.timefix)?;
        let x = Columns::new(design, &sets);
        Ok(PreparedCox { spec, sets, x })
    }
}

impl PreparedCox<'_> {
    /// Fits some of the columns (increasing), in that order.
    ///
    /// # Errors
    /// [`CoxError::InitialValues`] where the likelihood at zero is not finite; [`CoxError::Cancelled`].
    pub fn fit_columns(&self, columns: &[usize], watch: &dyn Watch) -> Result<Refit, CoxError> {
        refit(self.spec, &self.sets, &self.x.subset(columns), watch)
    }

    /// The sample in which row i of the data occurs `copies[i]` times: fits as fitting its rows would, in less time.
    ///
    /// # Errors
    /// Copies of another number than rows; exact ties; a sample of nobody.
    pub fn sample(&self, copies: &[u32]) -> Result<Self, CoxError> {
        if copies.len() != self.sets.len() {
            return Err(CoxError::Length { what: "copies", found: copies.len(), expected: self.sets.len() });
        }
        if self.spec.ties == Ties::Exact {
            return Err(CoxError::Conflict("copies of rows need Efron's or Breslow's ties"));
        }
        if copies.iter().all(|&c| c == 0) {
            return Err(DataError::Empty.into());
        }
        let (sets, rows) = self.sets.sample(copies);
        let x = self.x.sample(&sets, &rows);
        Ok(Self { spec: self.spec, sets, x })
    }

    /// Fits all columns.
    ///
    /// # Errors
    /// [`CoxError::InitialValues`] where the likelihood at zero is not finite; [`CoxError::Cancelled`].
    pub fn fit(&self, watch: &dyn Watch) -> Result<Refit, CoxError> {
        refit(self.spec, &self.sets, &self.x, watch)
    }
}

fn refit(spec: &CoxSpec, sets: &RiskSets, x: &Columns, watch: &dyn Watch) -> Result<Refit, CoxError> {
    let (maximum, _) = climb(spec, sets, x, &vec![0.0; x.p], watch)?;
    Ok(Refit {
        coef: maximum.beta.iter().zip(&x.scale).map(|(b, s)| b * s).collect(),
        loglik_null: maximum.loglik_initial,
        loglik: maximum.loglik,
        df: maximum.kept().len(),
        converged: maximum.converged,
    })
}

/// Maximises the likelihood that `spec` asks for, from `initial`, on the scale of `x`; aliased columns end at zero. With
/// Efron's or Breslow's ties the likelihood comes too, for what is known at the maximum.
pub(super) fn climb<'a>(
    spec: &CoxSpec,
    sets: &'a RiskSets,
    x: &'a Columns,
    initial: &[f64],
    watch: &dyn Watch,
) -> Result<(Maximum, Option<PartialLikelihood<'a>>), CoxError> {
    let stopping = spec.stopping(sets);
    let (mut maximum, likelihood) = match (spec.firth, spec.ties) {
        (true, _) => (PenalisedLikelihood::new(sets, x, spec.ties).maximise(initial, stopping, watch)?, None),
        (false, Ties::Exact) => (maximise(&mut ExactLikelihood::new(sets, x), initial, stopping, watch)?, None),
        (false, _) => {
            let mut likelihood = PartialLikelihood::new(sets, x, spec.ties);
            (maximise(&mut likelihood, initial, stopping, watch)?, Some(likelihood))
        }
    };
    if !maximum.loglik_initial.is_finite() {
        return Err(CoxError::InitialValues);
    }
    maximum.beta.iter_mut().zip(&maximum.aliased).filter(|(_, aliased)| **aliased).for_each(|(b, _)| *b = 0.0);
    Ok((maximum, likelihood))
}

impl CoxSpec {
    /// When the iterations stop; at once without events.
    pub(super) fn stopping(&self, sets: &RiskSets) -> Stopping {
        let max_iter = if sets.events.is_empty() { 0 } else { self.max_iter };
        Stopping { max_iter, eps: self.eps }
    }
}
