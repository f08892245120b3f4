//! The whole pipeline validated: the study's models with the scores that they hold.

use super::Plan;
use crate::methods::lasso::Candidates;
use crate::methods::made::Named;
use crate::methods::model;
use crate::methods::validate::sensitivity::Sensitivity;
use crate::methods::validate::{Design, Fits, Spec};
use crate::study::{CohortSpec, DesignSpec, LearnedColumn, ModelSpec, SCORE_PREFIX, ValidationSpec};

impl Plan<'_> {
    /// The validation that the study asks for in its report; none where it asks for none or has neither models nor scores.
    pub fn validation(&self, fits: Fits) -> Option<Spec> {
        let models = self.validated(&[], &[]);
        let of_study = &self.study.analysis.validation;
        let design = self.choices.performance.design.unwrap_or(of_study.design);
        let design = self.design(&ValidationSpec { design, ..of_study.clone() })?;
        (!models.is_empty()).then(|| self.validate(models, design, fits))
    }

    /// The same with outcomes in random order; none where a score is fitted to another endpoint, whose outcomes would stay in
    /// theirs.
    pub fn permuted(&self, fits: Fits) -> Option<Spec> {
        let models = self.validated(&[], &[]);
        let of_study = &self.study.analysis.validation;
        let design = self.design(&ValidationSpec { design: DesignSpec::Permutation, ..of_study.clone() })?;
        let spec = (!models.is_empty()).then(|| self.validate(models, design, fits))?;
        spec.scores.iter().all(|score| score.spec.on.endpoint == spec.on.endpoint).then_some(spec)
    }

    /// The models of these names and, each as a model by itself, the scores of these names. Of neither: the study's models,
    /// else its scores.
    pub fn validated(&self, models: &[String], scores: &[String]) -> Vec<ModelSpec> {
        let alone = |score: Named| ModelSpec {
            name: format!("{SCORE_PREFIX}{}", score.name),
            label: Some(score.label),
            covariates: vec![format!("{SCORE_PREFIX}{}", score.name)],
            ..ModelSpec::default()
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
        let named = models.iter().flat_map(|m| model::columns_of(self.data, m)).map(str::to_owned).collect();
        let behind = self.behind(named);
        let used: Vec<&str> = behind.iter().map(String::as_str).collect();
        let frame = self.cohort().frame();
        let is_used = |score: &Named| used.iter().any(|name| frame.get(name).is_none() && score.is_called(name));
        let derived = self.waiting(&behind);
        // Features and cohorts stand among the columns; scores and what is computed from them are fitted to each sample.
        let (scores, waits) = (self.scores(), |name: &str| derived.iter().any(|d| d.name == name));
        let stay =
            used.iter().copied().filter(|name| !waits(name) && !scores.iter().any(|score| score.is_called(name)));
        Spec {
            on: self.naming(self.selection_of_all_cohorts(), stay),
            training: self.training().map(str::to_owned),
            learned: self.learned(&used),
            scores: scores.iter().filter(|score| is_used(score)).cloned().collect(),
            derived,
            models,
            ties: self.ties(),
            times: self.times(),
            design,
            seed: self.seed(),
            fits,
        }
    }

    /// The columns that learn of patients among those `used`, or among the candidates of the scores that are.
    fn learned(&self, used: &[&str]) -> Vec<LearnedColumn> {
        let scores = self.scores();
        let named = scores.iter().filter(|score| used.iter().any(|name| score.is_called(name)));
        let candidates = named.flat_map(|score| match score.spec.candidates {
            Candidates::Columns => score.spec.features.iter().map(String::as_str).collect::<Vec<_>>(),
            Candidates::Radiomics => self.cohort().features().iter().map(String::as_str).collect(),
        });
        let mut learned = self.study.learned(used.iter().copied().chain(candidates));
        learned.retain(|column| self.cohort().frame().get(&column.name).is_some());
        learned
    }

    /// The same models under `n` variations of each kind that should not matter. Divided anew are the training cohort and the
    /// second, where the study has drawn them or calls the second internal.
    pub fn sensitivity(&self, models: Vec<ModelSpec>, n: usize) -> Sensitivity {
        let is_drawn = matches!(self.study.cohorts, CohortSpec::Split(_));
        let second = self.cohorts().get(1).filter(|name| is_drawn || name.to_lowercase().contains("internal"));
        Sensitivity { of: self.validate(models, Design::Bootstrap(0), Fits::default()), n, divided: second.cloned() }
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
