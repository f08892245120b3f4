//! How well a model did where it was made.

use super::{Answering, Plan};
use crate::ask::{AskError, Selection};
use crate::methods::model_file::{Corrected, JudgedAt, OfCohort, Performance};
use crate::methods::{optimism, performance};
use crate::study::ModelSpec;

impl Plan<'_> {
    /// Performance in every cohort, and what the bootstrap leaves of it. What cannot be judged is a note.
    pub(super) fn how_well(
        &self,
        model: &ModelSpec,
        answering: &Answering<'_>,
        notes: &mut Vec<String>,
    ) -> Result<Performance, AskError> {
        let models = vec![model.clone()];
        let on = self.with_models(Selection { cohort: None, ..self.selection() }, &models);
        let asked = performance::Spec { on: on.clone(), models: models.clone(), ..self.performance() };
        let mut noted = |what: &str, error: AskError| match error {
            AskError::Cancelled => Err(AskError::Cancelled),
            other => {
                notes.push(format!("{what}: {other}"));
                Ok(())
            }
        };
        let mut found = Performance::default();
        match self.answered(asked, answering) {
            Err(error) => noted("performance", error)?,
            Ok(answer) => found.cohorts = answer.cohorts.iter().filter_map(of_cohort).collect(),
        }
        match self.answered(optimism::Spec { on, models, ..self.optimism() }, answering) {
            Err(error) => noted("bootstrap", error)?,
            Ok(answer) => {
                found.corrected = answer.models.first().map(|of| Corrected {
                    bootstraps: answer.bootstraps,
                    seed: answer.seed,
                    c: known(of.measures.c.corrected),
                    c_optimism: known(of.measures.c.optimism),
                    slope: known(of.measures.slope.corrected),
                });
                notes.extend(answer.notes.iter().cloned());
            }
        }
        Ok(found)
    }
}

/// The one model's values in a cohort.
fn of_cohort(of: &performance::OfCohort) -> Option<OfCohort> {
    let score = of.scores.first()?;
    let c = &score.concordance;
    let times = score.auc.iter().zip(&score.brier).map(|(auc, brier)| JudgedAt {
        time: auc.time,
        auc: known(auc.auc),
        brier: known(brier.brier),
    });
    Some(OfCohort {
        cohort: of.cohort.clone(),
        apparent: of.apparent,
        n: of.n,
        events: of.events,
        c: known(c.c),
        se: known(c.se),
        lower: known(c.lower),
        upper: known(c.upper),
        times: times.collect(),
    })
}

/// A number that a file can hold.
fn known(x: f64) -> Option<f64> {
    Some(x).filter(|x| x.is_finite())
}
