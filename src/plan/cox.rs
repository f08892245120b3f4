//! Cox models: each variable alone, those that enter together, and what goes on from the joint model.

use tables::Kind;

use super::{Plan, columns_of};
use crate::methods::cox;
use crate::study::{RAD_SCORE, covariate_columns};

impl Plan<'_> {
    /// Each variable alone and those that enter together, in the training cohort; another cohort is looked at only when
    /// it is asked for.
    pub fn cox(&self) -> cox::Spec {
        let chosen = self.choices.cox.covariates.as_deref().unwrap_or_default();
        let score = self.is_scored().then(|| RAD_SCORE.to_owned());
        let used = columns_of(self.cohort().frame(), chosen).into_iter().chain(score.as_deref());
        let mut on = self.naming(self.selection(), used);
        on.cohort = on.cohort.or_else(|| self.training().map(str::to_owned));
        cox::Spec {
            on,
            candidates: self.cohort().variables().iter().cloned().chain(score).collect(),
            chosen: self.choices.cox.covariates.clone(),
            entry_p: self.study.analysis.entry_p,
            step: self.choices.cox.step,
            options: cox::Options { firth: self.choices.cox.firth, ..cox::Options::with_ties(self.ties()) },
        }
    }

    /// How the joint model came about, for a methods section.
    pub fn rule_of_entry(&self) -> String {
        match (&self.choices.cox.covariates, self.choices.cox.step) {
            (Some(chosen), _) => format!("The multivariable model holds {}.", chosen.join(", ")),
            (None, Some(step)) => {
                format!("The multivariable model was selected backward from all variables by {}.", step.words())
            }
            (None, None) => format!(
                "Variables with univariable p < {} entered the multivariable model.",
                self.study.analysis.entry_p
            ),
        }
    }

    /// Numbers of the joint model of these covariates, and the other candidates, as splines with so many knots.
    pub fn splines(&self, covariates: Vec<String>, knots: usize) -> cox::splines::Spec {
        let spec = self.cox();
        cox::splines::Spec {
            candidates: self.numbers(&spec, &covariates),
            on: spec.on,
            covariates,
            knots,
            options: spec.options,
        }
    }

    /// What the joint model of these covariates predicts for a patient with these values; none without covariates.
    pub fn profile(&self, covariates: Vec<String>, values: Vec<(String, String)>) -> Option<cox::model::Spec> {
        if covariates.is_empty() {
            return None;
        }
        let spec = self.cox();
        Some(cox::model::Spec {
            on: spec.on,
            covariates,
            options: spec.options,
            step: None,
            zph: false,
            cases: false,
            baseline: false,
            profiles: vec![cox::profile::Spec { values }],
            times: self.times(),
            curves: Vec::new(),
            competing: None,
        })
    }

    /// The numbers that a model may hold: those of the model first.
    fn numbers(&self, spec: &cox::Spec, covariates: &[String]) -> Vec<String> {
        let frame = self.cohort().frame();
        let is_number =
            |name: &str| name == RAD_SCORE || frame.get(name).is_some_and(|column| column.kind() == Kind::Number);
        let in_model = covariates.iter().flat_map(|c| match frame.get(c) {
            Some(_) => vec![c.as_str()],
            None => covariate_columns(c),
        });
        let mut numbers: Vec<String> = Vec::new();
        for name in in_model.chain(spec.candidates.iter().map(String::as_str)).filter(|name| is_number(name)) {
            if !numbers.iter().any(|n| n == name) {
                numbers.push(name.to_owned());
            }
        }
        numbers
    }
}
