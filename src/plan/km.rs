//! Survival curves, a cut-off and where it leads, competing events.

use tables::{Column, Kind};

use super::Plan;
use crate::ask::{Grouping, Selection};
use crate::methods::{cox, cuminc, cutpoint, km};
use crate::study::{Causes, ModelSpec, RAD_GROUP, RAD_SCORE};

/// The lower group of a searched cut-off holds at least this share of the patients, and at most the rest.
const LEAST_SHARE: f64 = 0.1;

/// Levels of a column that is still divided as it is.
pub const MOST_LEVELS: usize = 6;

/// Whether a number is a code: a few whole values, which divide as they are and not at a cut among them.
pub fn is_code(column: &Column) -> bool {
    let known = || column.numbers().unwrap_or_default().iter().filter(|value| value.is_finite());
    let few = column.values.levels_within(MOST_LEVELS).is_some_and(|levels| levels.len() > 1);
    few && known().all(|value| value.fract() == 0.0)
}

impl Plan<'_> {
    /// What divides the curves: the choice, else the groups of the Rad-score if there is one.
    pub fn curves_by(&self) -> Option<Grouping> {
        let by_score = || self.is_scored().then(|| Grouping::Column(RAD_GROUP.to_owned()));
        self.choices.km.by.clone().or_else(|| by_score().filter(|_| !self.choices.km.together))
    }

    /// The curves chosen.
    pub fn curves(&self) -> km::Spec {
        let by = self.curves_by();
        km::Spec {
            on: self.grouped(by.as_ref()),
            by,
            conf_type: self.choices.km.interval,
            band: self.choices.km.band.map(km::band::Spec::whole),
            landmark: self.choices.km.landmark,
            ties: Some(self.ties()),
            ..km::Spec::default()
        }
    }

    /// One curve for everybody.
    pub fn curves_together(&self) -> km::Spec {
        km::Spec { on: self.grouped(None), by: None, ..self.curves() }
    }

    /// The curves with follow-up, restricted means and further tests.
    pub fn curves_in_detail(&self) -> km::Spec {
        let curves = self.curves();
        let mixes_cohorts =
            curves.on.cohort.is_none() && self.cohorts().len() > 1 && curves.by != Some(Grouping::Cohort);
        let details = km::details::Spec {
            times: self.times(),
            strata: (mixes_cohorts && curves.by.is_some()).then_some(Grouping::Cohort),
            ..km::details::Spec::default()
        };
        km::Spec { details: Some(details), ..curves }
    }

    /// The variables that can be cut: numbers, the Rad-score among them.
    pub fn can_be_cut(&self) -> Vec<String> {
        let cohort = self.cohort();
        let is_number = |name: &&String| cohort.frame().get(name).is_some_and(|c| c.kind() == Kind::Number);
        let score = self.is_scored().then(|| RAD_SCORE.to_owned());
        cohort.variables().iter().filter(is_number).cloned().chain(score).collect()
    }

    /// The variable to be cut: the one chosen, else the first number in a model of the study, else its first; a number that
    /// is a code only where there is no other.
    pub fn to_cut(&self) -> Option<String> {
        let all = self.can_be_cut();
        let chosen = self.choices.km.cut.as_ref().filter(|name| all.contains(name));
        let is_measured = |name: &&String| !self.cohort().frame().get(name).is_some_and(is_code);
        let in_models = || self.models().iter().flat_map(|m| &m.covariates).find(|c| all.contains(c)).cloned();
        let measured = || all.iter().find(is_measured).cloned();
        chosen.cloned().or_else(in_models).or_else(measured).or_else(|| all.first().cloned())
    }

    /// The cut-off of `variable` in the training cohort, its p-value accounting for the search by `method`.
    pub fn cut_off(&self, variable: &str, method: cutpoint::Method) -> cutpoint::Spec {
        let on = self.naming(self.selection(), [variable]);
        cutpoint::Spec {
            on: Selection { cohort: self.training().map(str::to_owned), ..on },
            variable: variable.to_owned(),
            minprop: LEAST_SHARE,
            maxprop: 1.0 - LEAST_SHARE,
            method,
            draws: self.study.analysis.permutations,
            seed: self.seed(),
        }
    }

    /// The curves of both sides of a cut-off in a cohort. In the cohort where it was searched the log-rank test does not
    /// hold and is left out.
    pub fn sides(&self, variable: &str, cut: f64, cohort: &str) -> km::Spec {
        let on = self.naming(self.selection(), [variable]);
        km::Spec {
            on: Selection { cohort: Some(cohort.to_owned()), ..on },
            by: Some(Grouping::Cut(variable.to_owned(), cut)),
            conf_type: self.choices.km.interval,
            ties: Some(self.ties()),
            searched: self.training() == Some(cohort),
            ..km::Spec::default()
        }
    }

    /// What tells the events of the endpoint in use apart.
    pub fn causes(&self) -> Option<&Causes> {
        self.endpoint()?.causes.as_ref()
    }

    /// The incidences of competing events, divided as the survival curves are.
    pub fn incidence(&self) -> Option<cuminc::Spec> {
        let causes = self.causes()?;
        let by = self.curves_by();
        Some(cuminc::Spec {
            on: self.grouped(by.as_ref()),
            column: causes.column.clone(),
            censored: causes.censored.clone(),
            by,
            strata: Vec::new(),
            times: self.times(),
        })
    }

    /// The models of competing causes of these covariates.
    pub fn models_of_causes(&self, covariates: Vec<String>) -> Option<cox::causes::Spec> {
        let causes = self.causes()?;
        let model = ModelSpec { covariates: covariates.clone(), ..ModelSpec::default() };
        Some(cox::causes::Spec {
            on: self.with_models(self.selection(), &[model]),
            column: causes.column.clone(),
            censored: causes.censored.clone(),
            covariates,
            ties: self.ties(),
        })
    }

    /// The covariates of the models of competing causes: those chosen, else those of the first model.
    pub fn covariates_of_causes(&self) -> Option<Vec<String>> {
        let chosen = self.choices.cox.covariates.clone().filter(|c| !c.is_empty());
        chosen.or_else(|| self.models().first().map(|m| m.covariates.clone()))
    }
}
