//! Harrell's C of a model on the data of its fit, and on bootstrap samples of them.

use super::error::CoxError;
use super::fit::CoxFit;
use super::prepared::PreparedCox;
use super::risk_sets::RiskSets;
use crate::concordance::{Concordance, ConcordanceError, ConcordanceSpec};
use crate::{Groups, Survival};

impl CoxFit {
    /// Harrell's C of the linear predictor, pairs being formed within strata, with limits of confidence `level`. Its
    /// standard error counts clusters where the fit has them.
    ///
    /// It judges the model on the data that it was fitted to, and is optimistic.
    ///
    /// # Errors
    /// [`ConcordanceError::Level`] for a level outside (0, 1); scores that are not numbers, of a fit that ran off to infinity.
    pub fn concordance(&self, level: f64) -> Result<Concordance, ConcordanceError> {
        let mut concordance = judge(&self.sets, &self.eta, level)?;
        concordance.influence = self.sets.unsort(&concordance.influence);
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
        Ok(judge(&self.sets, &eta, 0.95)?.c)
    }
}

/// C of a sorted linear predictor. The data stay in the order of the risk sets: sorting what is sorted costs little.
fn judge(sets: &RiskSets, eta: &[f64], level: f64) -> Result<Concordance, ConcordanceError> {
    let valid = "a fit's own follow-up is valid";
    let mut data = Survival::new(sets.time.clone(), sets.death.clone()).expect(valid);
    if let Some(delayed) = &sets.delayed {
        let mut entry = vec![0.0; sets.len()];
        delayed.order.iter().zip(&delayed.entry).for_each(|(&row, &e)| entry[row as usize] = e);
        data = data.with_entry(entry).expect(valid);
    }
    if sets.weight.iter().any(|&w| w != 1.0) {
        data = data.with_weights(sets.weight.clone()).expect(valid);
    }
    let stratum = sets.strata.iter().enumerate().flat_map(|(k, s)| std::iter::repeat_n(k, s.rows.len()));
    let stratum: Vec<usize> = stratum.collect();
    let strata = if sets.strata.len() > 1 { Groups::new(&stratum, sets.strata.len())? } else { Groups::one() };
    // The fit has made the times equal, if it was to.
    ConcordanceSpec { level, timefix: false, ..ConcordanceSpec::default() }.check()?.fit(&data, eta, strata)
}
