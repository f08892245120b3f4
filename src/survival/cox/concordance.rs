//! Harrell's C of a fitted model on its own data.

use super::fit::CoxFit;
use crate::survival::Survival;
use crate::survival::concordance::{Concordance, ConcordanceError, ConcordanceSpec};

impl CoxFit {
    /// Harrell's C of the linear predictor, pairs being formed within strata, with limits of confidence `level`.
    ///
    /// It judges the model on the data that it was fitted to, and is optimistic.
    pub fn concordance(&self, level: f64) -> Result<Concordance, ConcordanceError> {
        let sets = &self.sets;
        let death: Vec<f64> = sets.death.iter().map(|&d| f64::from(u8::from(d))).collect();
        let event = sets.unsort(&death).into_iter().map(|d| d == 1.0).collect();
        let valid = "a fit's own follow-up is valid";
        let mut data = Survival::new(sets.unsort(&sets.time), event).expect(valid);
        if let Some(delayed) = &sets.delayed {
            let mut entry = vec![0.0; self.n];
            delayed.order.iter().zip(&delayed.entry).for_each(|(&r, &e)| entry[sets.order[r as usize] as usize] = e);
            data = data.with_entry(entry).expect(valid);
        }
        data = data.with_weights(sets.unsort(&sets.weight)).expect(valid);
        let mut strata = vec![0; self.n];
        for stratum in &sets.strata {
            sets.order[stratum.rows.clone()].iter().for_each(|&row| strata[row as usize] = stratum.code as usize);
        }
        // The fit has made the times equal, if it was to.
        let spec = ConcordanceSpec { level, timefix: false, ..ConcordanceSpec::default() };
        spec.fit(&data, &sets.unsort(&self.eta), Some(&strata))
    }
}
