//! Harrell's C of a model on the data of its fit, and on bootstrap samples of them.

use super::error::CoxError;
use super::fit::CoxFit;
use super::prepared::PreparedCox;
use super::risk_sets::RiskSets;
use crate::concordance::alone::harrell_alone;
use crate::concordance::ordered::Ordered;
use crate::concordance::{Concordance, ConcordanceError, ConcordanceSpec};

impl CoxFit {
    /// Harrell's C of the linear predictor, pairs being formed within strata, with limits of confidence `level`. Its
    /// standard error counts clusters where the fit has them.
    ///
    /// It judges the model on the data that it was fitted to, and is optimistic.
    ///
    /// # Errors
    /// [`ConcordanceError::Level`] for a level outside (0, 1); scores that are not numbers, of a fit that ran off to infinity.
    pub fn concordance(&self, level: f64) -> Result<Concordance, ConcordanceError> {
        // The fit has made the times equal, if it was to.
        let spec = ConcordanceSpec { level, timefix: false, ..ConcordanceSpec::default() }.check()?;
        let sets = &self.sets;
        let entry = sets.entry();
        let ordered = ordered(sets, &self.eta, entry.as_deref())?;
        let concordance = spec.judge(&ordered, sets.stratum_rows(), &sets.order);
        Ok(match &self.clusters {
            Some(clusters) => concordance.clustered(clusters, level),
            None => concordance,
        })
    }
}

impl PreparedCox<'_> {
    /// Harrell's C of the linear predictor that `coef` gives, on these data with their copies.
    ///
    /// # Errors
    /// Coefficients of another number than columns, or that do not give numbers.
    pub fn concordance(&self, coef: &[f64]) -> Result<f64, CoxError> {
        if coef.len() != self.x.p {
            return Err(CoxError::Length { what: "coef", found: coef.len(), expected: self.x.p });
        }
        let scaled: Vec<f64> = coef.iter().zip(&self.x.scale).map(|(b, s)| b / s).collect();
        let mut eta = vec![0.0; self.x.n];
        self.x.linear_predictor(&scaled, &self.sets.offset, &mut eta);
        let entry = self.sets.entry();
        Ok(harrell_alone(&ordered(&self.sets, &eta, entry.as_deref())?, self.sets.stratum_rows()))
    }
}

/// The sorted follow-up with a linear predictor: nothing needs to be sorted again but that.
fn ordered<'a>(sets: &'a RiskSets, eta: &'a [f64], entry: Option<&'a [f64]>) -> Result<Ordered<'a>, ConcordanceError> {
    if let Some(sorted) = eta.iter().position(|eta| eta.is_nan()) {
        return Err(ConcordanceError::Score { row: sets.order[sorted] as usize });
    }
    let weight = sets.weight.iter().any(|&w| w != 1.0).then_some(&sets.weight[..]);
    Ok(Ordered { time: &sets.time, event: &sets.death, score: eta, weight, entry })
}
