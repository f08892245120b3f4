//! Missing covariates of a model filled in: once, by the middle of those who have them, or several times by chained
//! equations, so that coefficients can be pooled by Rubin's rules.
//!
//! The sets that coefficients are estimated in know the outcome: the event and its Nelson-Aalen estimate are among the
//! variables (White and Royston, Stat Med 28:1982, 2009). What a prediction takes never does: a missing value is what the
//! model's other covariates let expect, in training patients as in any other (Hoogland and others, Stat Med 39:3591, 2020).
//! Scores are not filled in, for they fill in their own features.

mod variables;

use survival::Groups;
use survival::Survival;
use survival::impute::{ChainedSpec, Completed, Expected, ImputeError, Middle, Variable};
use survival::kaplan_meier::KaplanMeierSpec;
use watch::Watch;

use self::variables::{variables, with};
use super::{columns_of, label};
use crate::ask::{AskError, Dataset};
use crate::study::{ChainedSets, GROUP_PREFIX, ImputeMethod, ModelSpec, RAD_GROUP, RAD_SCORE, SCORE_PREFIX};
use figures::format;

/// What stands for the missing covariates of a model.
#[derive(Debug, Clone, PartialEq)]
pub struct Fill {
    /// The columns, each once.
    pub names: Vec<String>,
    /// The scores among the covariates, which are known and say something of what is missing.
    pub scores: Vec<String>,
    /// How it was learned.
    pub method: ImputeMethod,
    /// What it is.
    pub rule: Rule,
    /// Patients whom it was learned from, and how many of them miss each column, and any.
    pub n: usize,
    /// By column.
    pub missing: Vec<usize>,
    /// Patients who miss one or more.
    pub incomplete: usize,
}

/// What is put in.
#[derive(Debug, Clone, PartialEq)]
pub enum Rule {
    /// One value a column.
    Middle(Middle),
    /// What the other columns let expect.
    Expected(Expected),
}

/// What was learned of the patients of a fit.
pub(super) struct Imputed {
    /// What stands for missing values in a prediction.
    pub fill: Fill,
    /// The patients of the fit, completed several times: row i is patient i of the fit. Empty where one set says it all.
    pub sets: Vec<Dataset>,
}

/// Whether the scores of a model are known of a row; always where the model fills in nothing.
pub(super) fn is_scored(data: &Dataset, model: &ModelSpec, row: usize) -> bool {
    let frame = data.cohort.frame();
    let known = |name: &&str| !is_of_score(name) || frame.get(name).is_none_or(|c| !c.values.is_missing(row));
    model.impute == ImputeMethod::None || columns_of(data, model).iter().all(known)
}

/// The columns of a model that may be filled in.
pub fn columns(data: &Dataset, model: &ModelSpec) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for name in columns_of(data, model) {
        if !is_of_score(name) && !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    }
    names
}

/// How the covariates of models are filled in, for a methods section; none where nothing is.
pub fn methods(models: &[ModelSpec]) -> Option<String> {
    let one = |model: &ModelSpec| {
        let how = match model.impute {
            ImputeMethod::None => return None,
            ImputeMethod::Chained(ChainedSets { sets, rounds, donors, .. }) => format!(
                "by chained equations with predictive mean matching ({sets} sets, {rounds} rounds, {donors} donors), the event \
                 and its Nelson-Aalen estimate among the variables; Cox models of the sets were pooled by Rubin's rules, and \
                 predictions take what the other covariates let expect"
            ),
            _ => format!("by {} of the training cohort", model.impute.words()?),
        };
        Some(format!("Missing covariates of the model {} were filled in {how}.", label(model)))
    };
    let all: Vec<String> = models.iter().filter_map(one).collect();
    (!all.is_empty()).then(|| all.join(" "))
}

/// Whether a column is a score or the groups of one.
pub fn is_of_score(name: &str) -> bool {
    name == RAD_SCORE || name == RAD_GROUP || name.starts_with(SCORE_PREFIX) || name.starts_with(GROUP_PREFIX)
}

/// Learns what stands for missing covariates of `model` from patients of a fit, `rows` of the cohort with their follow-up (a
/// sample may hold one several times); none where the model fills in nothing.
pub(super) fn learned(
    data: &Dataset,
    model: &ModelSpec,
    rows: &[usize],
    survival: &Survival,
    watch: &dyn Watch,
) -> Result<Option<Imputed>, AskError> {
    let names = columns(data, model);
    if model.impute == ImputeMethod::None || names.is_empty() {
        return Ok(None);
    }
    let own = variables(data, &names, rows)?;
    let missing: Vec<usize> = own.iter().map(|v| v.missing().into_iter().filter(|m| *m).count()).collect();
    let incomplete = (0..rows.len()).filter(|i| own.iter().any(|v| v.is_missing(*i))).count();
    let scores = scores_of(data, model);
    let why = |error| explained(model, &names, error);
    let (rule, sets) = match model.impute {
        ImputeMethod::None => return Ok(None),
        ImputeMethod::Median => (Rule::Middle(Middle::fit(&own).map_err(why)?), Vec::new()),
        ImputeMethod::Mode => (Rule::Middle(Middle::fit_modes(&own).map_err(why)?), Vec::new()),
        ImputeMethod::Chained(sets) => {
            let without: Vec<Variable> = own.into_iter().chain(variables(data, &scores, rows)?).collect();
            let spec = chained(sets, incomplete == 0, model.seed).check().map_err(why)?;
            let expected = spec.fit(&without, watch).map_err(why)?.expected();
            let sets = match incomplete {
                0 => Vec::new(),
                _ => {
                    let known: Vec<Variable> = without.into_iter().chain(outcome(survival)?).collect();
                    let of_fit = Dataset { cohort: data.cohort.select(rows).into(), ..data.clone() };
                    let everybody: Vec<usize> = (0..rows.len()).collect();
                    let sets = spec.fit(&known, watch).map_err(why)?.sets;
                    let one = |set: &Completed| with(&of_fit, &names, &everybody, &set.variables);
                    sets.iter().map(one).collect::<Result<_, _>>()?
                }
            };
            (Rule::Expected(expected), sets)
        }
    };
    let fill = Fill { names, scores, method: model.impute, rule, n: rows.len(), missing, incomplete };
    Ok(Some(Imputed { fill, sets }))
}

/// The equations of the study's numbers; one round of one set where nothing is missing.
fn chained(ChainedSets { sets, rounds, donors, predictors }: ChainedSets, complete: bool, seed: u64) -> ChainedSpec {
    let (sets, rounds) = if complete { (1, 1) } else { (sets, rounds) };
    ChainedSpec { sets, rounds, donors, predictors: Some(predictors), seed }
}

/// The scores among the covariates of a model, or their groups.
fn scores_of(data: &Dataset, model: &ModelSpec) -> Vec<String> {
    let mut names: Vec<String> = columns_of(data, model).into_iter().map(str::to_owned).collect();
    names.retain(|name| is_of_score(name));
    names.sort_unstable();
    names.dedup();
    names
}

/// Times that differ by less than this part of themselves are ties.
const ROUNDING: f64 = 1e-8;

/// The event and the Nelson-Aalen estimate at the end of each patient's follow-up.
fn outcome(survival: &Survival) -> Result<[Variable; 2], AskError> {
    let event = survival.event().iter().map(|event| f64::from(*event)).collect();
    let spec = KaplanMeierSpec::default().check().map_err(AskError::impossible)?;
    let curve = spec.fit(survival, Groups::one()).map_err(AskError::impossible)?.remove(0);
    // Times that differ by rounding are ties there: the last of them is within rounding.
    let hazard = |time: &f64| {
        let at = curve.time.partition_point(|t| *t <= *time + ROUNDING * time.abs()).checked_sub(1);
        at.map_or(0.0, |k| curve.cumhaz[k])
    };
    let hazard = survival.time().iter().map(hazard).collect();
    Ok([Variable::Number(event), Variable::Number(hazard)])
}

/// The error in terms of columns.
fn explained(model: &ModelSpec, names: &[String], error: ImputeError) -> AskError {
    let name = |k: usize| names.get(k).map_or("a score", String::as_str);
    let model = label(model);
    AskError::Impossible(match error {
        ImputeError::Cancelled(cancelled) => return cancelled.into(),
        ImputeError::AllMissing(k) => {
            format!("model {model}: nobody of its fit has {}: leave it out of the model", name(k))
        }
        ImputeError::Infinite { variable, .. } => format!("model {model}: {} has an infinite value", name(variable)),
        other => format!("model {model}: {other}"),
    })
}

impl Fill {
    /// The data with the missing covariates of `rows` filled in, and for each of them the columns that were.
    ///
    /// # Errors
    /// The columns are not those that it was learned from.
    pub fn apply(&self, data: &Dataset, rows: &[usize]) -> Result<(Dataset, Vec<Vec<usize>>), AskError> {
        let own = variables(data, &self.names, rows)?;
        let filled: Vec<Vec<usize>> =
            (0..rows.len()).map(|i| (0..own.len()).filter(|k| own[*k].is_missing(i)).collect()).collect();
        if filled.iter().all(Vec::is_empty) {
            return Ok((data.clone(), filled));
        }
        let complete = match &self.rule {
            Rule::Middle(middle) => middle.apply(&own).map_err(AskError::impossible)?.variables,
            Rule::Expected(expected) => {
                let all: Vec<Variable> = own.into_iter().chain(variables(data, &self.scores, rows)?).collect();
                expected.apply(&all).map_err(AskError::impossible)?.variables
            }
        };
        Ok((with(data, &self.names, rows, &complete[..self.names.len()])?, filled))
    }

    /// What was missing in the fit and what stands for it; none where nothing was.
    pub fn said(&self) -> Option<String> {
        let of: Vec<String> = (self.names.iter().zip(&self.missing))
            .filter(|(_, n)| **n > 0)
            .map(|(name, n)| format!("{name} {n}"))
            .collect();
        let how = self.method.words()?;
        (self.incomplete > 0).then(|| {
            format!(
                "{} of {} patients miss a covariate ({}), filled in by {how}",
                format::count(self.incomplete),
                format::count(self.n),
                of.join(", ")
            )
        })
    }
}
