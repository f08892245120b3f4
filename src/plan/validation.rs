//! The whole pipeline validated: the study's models with the scores that they hold.

use super::Plan;
use crate::methods::made::Named;
use crate::methods::model;
use crate::methods::validate::{Design, Fits, Spec};
use crate::study::{DesignSpec, ModelSpec, SCORE_PREFIX, ValidationSpec};

impl Plan<'_> {
    /// The validation that the study asks for in its report; none where it asks for none or has neither models nor scores.
    pub fn validation(&self, fits: Fits) -> Option<Spec> {
        let models = self.validated(&[], &[]);
        let design = self.design(&self.study.analysis.validation)?;
        (!models.is_empty()).then(|| self.validate(models, design, fits))
    }

    /// The models of these names and, each as a model by itself, the scores of these names. Of neither: the study's models,
    /// else its scores.
    pub fn validated(&self, models: &[String], scores: &[String]) -> Vec<ModelSpec> {
        let alone = |score: Named| ModelSpec {
            name: format!("{SCORE_PREFIX}{}", score.name),
            label: Some(score.label),
            covariates: vec![format!("{SCORE_PREFIX}{}", score.name)],
        };
        let all = self.models();
        let named = self.scores().into_iter().filter(|score| scores.contains(&score.name)).map(alone);
        match (models.is_empty(), scores.is_empty()) {
            (true, true) if all.is_empty() => self.scores().into_iter().map(alone).collect(),
            (true, true) => all,
            _ => all.into_iter().filter(|m| models.contains(&m.name)).chain(named).collect(),
        }
    }

    /// The validation of `models` by a design.
    pub fn validate(&self, models: Vec<ModelSpec>, design: Design, fits: Fits) -> Spec {
        let used: Vec<&str> = models.iter().flat_map(|m| model::columns_of(self.data, m)).collect();
        let frame = self.cohort().frame();
        let is_used = |score: &Named| used.iter().any(|name| frame.get(name).is_none() && score.is_called(name));
        Spec {
            on: self.naming(self.selection_of_all_cohorts(), std::iter::empty()),
            training: self.training().map(str::to_owned),
            scores: self.scores().into_iter().filter(is_used).collect(),
            models,
            ties: self.ties(),
            times: self.times(),
            design,
            seed: self.seed(),
            fits,
        }
    }

    /// A design as the engine takes it; none where nothing is to be validated, or no column names the centre.
    pub fn design(&self, spec: &ValidationSpec) -> Option<Design> {
        Some(match spec.design {
            DesignSpec::None => return None,
            DesignSpec::Nested => Design::Nested { folds: spec.folds, repeats: spec.repeats },
            DesignSpec::Bootstrap => Design::Bootstrap(spec.n),
            DesignSpec::Permutation => Design::Permutation(spec.n),
            DesignSpec::LeaveCentreOut => Design::LeaveCentreOut(spec.centre.clone().or_else(|| self.centre())?),
        })
    }
}
