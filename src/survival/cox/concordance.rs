//! Harrell's C of a fitted model on its own data.

use super::fit::CoxFit;
use crate::survival::Survival;
use crate::survival::concordance::{Concordance, ConcordanceError, ConcordanceSpec};

impl CoxFit {
    /// Harrell's C of the linear predictor, pairs being formed within strata, with limits of confidence `level`.
    ///
    /// It judges the model on the data that it was fitted to, and is optimistic.
    pub fn concordance(&self, level: f64) -> Result<Concordance, ConcordanceError> {
        // In the order of the risk sets, since sorting sorted data costs little.
        let sets = &self.sets;
        let valid = "a fit's own follow-up is valid";
        let mut data = Survival::new(sets.time.clone(), sets.death.clone()).expect(valid);
        if let Some(delayed) = &sets.delayed {
            let mut entry = vec![0.0; self.n];
            delayed.order.iter().zip(&delayed.entry).for_each(|(&row, &e)| entry[row as usize] = e);
            data = data.with_entry(entry).expect(valid);
        }
        if sets.weight.iter().any(|&w| w != 1.0) {
            data = data.with_weights(sets.weight.clone()).expect(valid);
        }
        let strata: Option<Vec<usize>> = (sets.strata.len() > 1).then(|| {
            let labels = sets.strata.iter().flat_map(|s| std::iter::repeat_n(s.code as usize, s.rows.len()));
            labels.collect()
        });
        // The fit has made the times equal, if it was to.
        let spec = ConcordanceSpec { level, timefix: false, ..ConcordanceSpec::default() };
        let mut concordance = spec.fit(&data, &self.eta, strata.as_deref())?;
        concordance.influence = sets.unsort(&concordance.influence);
        Ok(concordance)
    }
}
