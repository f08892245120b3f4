//! How well the models tell patients apart, in each cohort.

use super::Plan;
use crate::ask::Selection;
use crate::methods::{optimism, over_time, performance, reclassification};
use crate::study::ModelSpec;

/// Steps of the curves over time: one for each column that a narrow screen draws.
const STEPS: usize = 60;

impl Plan<'_> {
    /// All patients of all cohorts, with the Rad-score if a model holds it.
    fn judged(&self, models: &[ModelSpec]) -> Selection {
        self.with_models(self.selection_of_all_cohorts(), models)
    }

    /// Concordance, ROC curves and Brier scores of the models.
    pub fn performance(&self) -> performance::Spec {
        let models = self.models();
        performance::Spec {
            on: self.judged(&models),
            models,
            ties: self.ties(),
            times: self.times(),
            method: self.choices.performance.method,
        }
    }

    /// The models' AUC and Brier scores as curves over time.
    pub fn over_time(&self) -> over_time::Spec {
        let models = self.models();
        over_time::Spec { on: self.judged(&models), models, ties: self.ties(), times: self.times(), steps: STEPS }
    }

    /// The models refitted in bootstrap samples of the training cohort.
    pub fn optimism(&self) -> optimism::Spec {
        let models = self.models();
        optimism::Spec {
            on: self.judged(&models),
            models,
            ties: self.ties(),
            times: self.times(),
            bootstraps: self.study.analysis.bootstraps,
            seed: self.seed(),
        }
    }

    /// Whether each model moves patients the right way, against the one before.
    pub fn reclassification(&self) -> reclassification::Spec {
        let models = self.models();
        reclassification::Spec {
            on: self.judged(&models),
            models,
            ties: self.ties(),
            times: self.times(),
            cuts: Vec::new(),
            bootstraps: self.study.analysis.bootstraps,
            seed: self.seed(),
        }
    }
}
