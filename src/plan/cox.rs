//! Cox models: each variable alone, those that enter together, and what goes on from the joint model.

use tables::Kind;

use super::{Plan, columns_of};
use crate::ask::Grouping;
use crate::methods::cox;
use crate::study::{RAD_SCORE, covariate_columns};

/// Levels of a category that is looked at by subgroups, at most.
const MOST_LEVELS: usize = 4;
/// Patients that two of its levels have at least.
const ENOUGH: usize = 10;

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

    /// How well the joint model tells apart who has the event by the first of the study's times; none if it names none.
    pub fn discrimination(&self) -> Option<cox::discrimination::Spec> {
        Some(cox::discrimination::Spec { models: self.cox(), time: *self.times().first()? })
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

    /// The effect that is looked at in subgroups: that of the first score, else of the first covariate of the study's models.
    pub fn effect(&self) -> Option<String> {
        let of_models = || {
            let covariates = self.models().into_iter().flat_map(|model| model.covariates);
            covariates.flat_map(|c| covariate_columns(&c).first().map(|name| (*name).to_owned())).next()
        };
        if self.is_scored() { Some(RAD_SCORE.to_owned()) } else { of_models() }
    }

    /// What divides patients into subgroups unless it is said: every category of the study's variables with few levels, of
    /// which two have patients enough, and the numbers of its models at their training medians.
    pub fn subgroups_by(&self, effect: &str) -> Vec<Grouping> {
        let (cohort, models) = (self.cohort(), self.models());
        let in_models = |name: &str| {
            models.iter().flat_map(|m| &m.covariates).any(|c| c == name || covariate_columns(c).contains(&name))
        };
        let divides = |name: &String| {
            let column = cohort.frame().get(name).filter(|_| name != effect)?;
            if column.kind() == Kind::Number {
                return in_models(name).then(|| Grouping::Median(name.clone()));
            }
            let counts = column.factor().counts();
            let large = counts.iter().filter(|n| **n >= ENOUGH).count();
            (large > 1 && counts.iter().filter(|n| **n > 0).count() <= MOST_LEVELS)
                .then(|| Grouping::Column(name.clone()))
        };
        cohort.variables().iter().filter_map(divides).collect()
    }

    /// The effect of a covariate in subgroups, of everybody in use; none where the study has no effect to look at.
    pub fn subgroups(&self) -> Option<cox::subgroups::Spec> {
        let effect = self.effect()?;
        let by = self.subgroups_by(&effect);
        let used = by.iter().flat_map(Grouping::columns).chain([effect.as_str()]);
        Some(cox::subgroups::Spec {
            on: self.naming(self.selection(), used),
            adjusted: Vec::new(),
            options: self.cox().options,
            effect,
            by,
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
