//! Calibration of the models, nomogram, decision curves.

use super::Plan;
use crate::methods::{calibrate, dca, nomogram};
use crate::study::ModelSpec;

/// Groups of similar prediction, unless chosen otherwise.
pub const GROUPS: usize = 5;

impl Plan<'_> {
    /// The model to calibrate: the one chosen, or the last.
    pub fn calibrated(&self) -> Option<ModelSpec> {
        let mut models = self.models();
        let chosen = self.choices.calibration.model.as_deref();
        let at = models.iter().position(|m| Some(m.name.as_str()) == chosen).or(models.len().checked_sub(1))?;
        Some(models.swap_remove(at))
    }

    /// Predicted against observed survival of a model.
    pub fn calibration(&self, model: ModelSpec) -> calibrate::Spec {
        calibrate::Spec {
            on: self.with_models(self.selection_of_all_cohorts(), std::slice::from_ref(&model)),
            source: calibrate::Source::Model { model, ties: self.ties() },
            times: self.times(),
            groups: self.choices.calibration.groups.unwrap_or(GROUPS),
            bootstraps: 0,
            seed: self.seed(),
        }
    }

    /// The nomogram of a model.
    pub fn nomogram(&self, model: ModelSpec) -> nomogram::Spec {
        let on = self.with_models(self.selection_of_all_cohorts(), std::slice::from_ref(&model));
        nomogram::Spec { on, model, ties: self.ties(), times: self.times() }
    }

    /// The time of decision curves: the one chosen, else the middle one of the study's.
    pub fn time_of_decision(&self) -> Option<f64> {
        let times = &self.study.analysis.times;
        self.choices.calibration.time.or_else(|| times.get(times.len() / 2).copied())
    }

    /// Decision curves of all models in the cohort in use, or in the last one, in which no model was fitted.
    pub fn decision_curves(&self) -> dca::Spec {
        let models = self.models();
        let mut on = self.with_models(self.selection(), &models);
        on.cohort = on.cohort.or_else(|| self.cohorts().last().cloned());
        dca::Spec {
            on,
            rules: models.into_iter().map(dca::Rule::Model).collect(),
            ties: self.ties(),
            time: self.time_of_decision(),
            thresholds: Vec::new(),
            bootstraps: self.study.analysis.bootstraps,
            seed: self.seed(),
        }
    }
}
