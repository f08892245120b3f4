//! Survival that a model predicts for a patient of given covariates.

use serde::{Deserialize, Serialize};
use tables::Column;

use super::curve::{less, typical};
use super::domain::{Domain, Given, domain, read};
use super::model::Fitted;
use crate::ask::AskError;
use crate::study::covariate_columns;
use figures::format;
use survival::cox::{Coding, Factor, PredictedSurvival, Term, Value};
use survival::stats::tails::normal_critical;

/// What is asked: values of covariates, and of the columns of strata, as they are written in the table. Numbers that are
/// not named are at their means, factors at their reference levels.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Spec {
    /// Column and value.
    pub values: Vec<(String, String)>,
}

/// The patient and the prediction.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Profile {
    /// What was given: `age=60, sex=m`, or `typical`.
    pub name: String,
    /// The covariates.
    pub covariates: Vec<Covariate>,
    /// The stratum, where there are strata.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stratum: Option<String>,
    /// Linear predictor, centred at the means of the model's columns (0 for columns of -1, 0 and 1).
    pub lp: f64,
    /// Its standard error.
    pub lp_se: f64,
    /// Hazard ratio against the typical patient.
    pub hr: f64,
    /// Its limits.
    pub hr_lower: f64,
    /// The upper one.
    pub hr_upper: f64,
    /// Time at which predicted survival falls to one half, if it does.
    pub median: Option<f64>,
    /// The same of the lower limit of survival.
    pub median_lower: Option<f64>,
    /// And of the upper one.
    pub median_upper: Option<f64>,
    /// Survival at the times asked for.
    pub at: Vec<At>,
    /// The whole curve.
    pub curve: Points,
    /// That of the typical patient, to compare with.
    #[serde(skip)]
    pub typical: Points,
}

/// One covariate of a profile.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Covariate {
    /// The column.
    pub variable: String,
    /// What it is called in print.
    pub label: String,
    /// Its unit.
    #[serde(skip)]
    pub unit: Option<String>,
    /// Its value.
    pub value: Given,
    /// That of the typical patient: the mean, or the reference level.
    pub typical: Given,
    /// Hazard ratio of the profile against the same with the typical value of this covariate.
    pub hr: f64,
    /// Which values it can have.
    #[serde(skip)]
    pub domain: Domain,
}

/// Predicted survival at one time; the standard error is that of S itself.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct At {
    pub time: f64,
    pub surv: f64,
    pub std_err: f64,
    pub lower: f64,
    pub upper: f64,
}

/// A predicted curve at every distinct time of the fit; `std_err` is that of log S.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[allow(missing_docs)]
pub struct Points {
    pub time: Vec<f64>,
    pub surv: Vec<f64>,
    pub std_err: Vec<f64>,
    pub lower: Vec<f64>,
    pub upper: Vec<f64>,
    pub cumhaz: Vec<f64>,
}

/// Confidence of all limits.
const LEVEL: f64 = 0.95;

/// The prediction for one patient. `covariates` are those asked for: one that a selection has dropped may be named.
pub(super) fn predict(
    of: &Fitted<'_>,
    spec: &Spec,
    covariates: &[String],
    times: &[f64],
    notes: &mut Vec<String>,
) -> Result<Profile, AskError> {
    let start = typical(of.design, of.fit);
    let (values, within) = given(of, spec, covariates, &start, notes)?;
    let strata = of.method.strata();
    let code = strata.map(|strata| stratum(strata, of.strata, &within)).transpose()?.unwrap_or_default();
    let row = |values: &[(&str, Value<'_>)]| of.design.row(values).map_err(AskError::impossible);
    let (own, usual) = (row(&values)?, row(&start)?);
    let predicted = of.fit.predict_survival(&own, code, LEVEL).map_err(AskError::impossible)?;
    let usually = of.fit.predict_survival(&usual, code, LEVEL).map_err(AskError::impossible)?;
    for time in times.iter().filter(|t| predicted.time.last().is_none_or(|last| *t > last)) {
        note(notes, format!("nobody of the model is followed as long as {}", format::chosen(*time)));
    }
    let (lp, lp_se) = of.fit.log_hazard_ratio(&less(&own, &of.fit.means));
    let (log_hr, se) = of.fit.log_hazard_ratio(&less(&own, &usual));
    let half = normal_critical(LEVEL) * se;
    let covariate = |(k, (name, value)): (usize, &(&str, Value<'_>))| {
        let mut other = values.clone();
        other[k].1 = start[k].1;
        let (log_hr, _) = of.fit.log_hazard_ratio(&less(&own, &row(&other)?));
        Ok(covariate(of, name, *value, start[k].1, log_hr.exp()))
    };
    let falls = |edge: &[f64]| edge.iter().position(|s| *s <= 0.5).map(|k| predicted.time[k]);
    let named: Vec<String> = spec.values.iter().map(|(name, value)| format!("{name}={value}")).collect();
    Ok(Profile {
        name: if named.is_empty() { "typical".to_owned() } else { named.join(", ") },
        covariates: values.iter().enumerate().map(covariate).collect::<Result<_, AskError>>()?,
        stratum: strata.map(|strata| strata.levels()[code as usize].clone()),
        lp,
        lp_se,
        hr: log_hr.exp(),
        hr_lower: (log_hr - half).exp(),
        hr_upper: (log_hr + half).exp(),
        median: falls(&predicted.surv),
        median_lower: falls(&predicted.lower),
        median_upper: falls(&predicted.upper),
        at: times.iter().map(|t| at(&predicted, *t)).collect(),
        curve: predicted.into(),
        typical: usually.into(),
    })
}

/// A value each, by column.
type Named<'a, T> = Vec<(&'a str, T)>;

/// The values of all covariates, and what was said of strata.
fn given<'a>(
    of: &Fitted<'a>,
    spec: &'a Spec,
    covariates: &[String],
    start: &[(&'a str, Value<'a>)],
    notes: &mut Vec<String>,
) -> Result<(Named<'a, Value<'a>>, Named<'a, &'a str>), AskError> {
    let (mut values, mut within) = (start.to_vec(), Vec::new());
    for (name, text) in &spec.values {
        let is_main = |t: &&Term| t.name == *name && !matches!(t.coding, Coding::Interaction(_));
        match of.design.terms().iter().find(is_main) {
            Some(term) => {
                let value = read(term, text)?;
                if let Some(beyond) = beyond(of, term, value) {
                    note(notes, beyond);
                }
                values.iter_mut().filter(|(n, _)| n == name).for_each(|(_, v)| *v = value);
            }
            None if of.strata.contains(name) => within.push((name.as_str(), text.as_str())),
            None if covariates.iter().any(|c| covariate_columns(c).contains(&name.as_str())) => {
                note(notes, format!("the model is without {name}: it does not change the prediction"));
            }
            None => {
                let known: Vec<&str> = start.iter().map(|(n, _)| *n).collect();
                let known = known.join(", ");
                return Err(AskError::Impossible(format!("{name} is not in the model ({known})")));
            }
        }
    }
    Ok((values, within))
}

/// Several patients may have a note in common.
fn note(notes: &mut Vec<String>, note: String) {
    if !notes.contains(&note) {
        notes.push(note);
    }
}

fn beyond(of: &Fitted<'_>, term: &Term, value: Value<'_>) -> Option<String> {
    let (Domain::Numbers { from, to, .. }, Value::Number(x)) = (domain(of.design, term), value) else { return None };
    let [shown, low, high] = [x, from, to].map(|x| format::chosen_to(x, 4));
    let label = of.data.cohort.frame().get(&term.name).map_or(&*term.name, Column::label);
    let beyond = format!("{label} {shown} is beyond the patients of the model ({low} to {high})");
    (x < from || x > to).then_some(beyond)
}

/// The code of the stratum that the profile belongs to.
fn stratum(strata: &Factor, columns: &[String], given: &[(&str, &str)]) -> Result<u32, AskError> {
    let level =
        |column: &String| given.iter().find(|(name, _)| name == column).map(|(_, level)| format!("{column}={level}"));
    let named: Option<Vec<String>> = columns.iter().map(level).collect();
    let found = named.and_then(|levels| {
        let all = levels.join(", ");
        strata.levels().iter().position(|level| *level == all)
    });
    let wrong = || {
        let known = strata.levels().join("; ");
        AskError::Impossible(format!("say which stratum the profile is of: {known}"))
    };
    found.map(|code| code as u32).ok_or_else(wrong)
}

fn covariate(of: &Fitted<'_>, name: &str, value: Value<'_>, usual: Value<'_>, hr: f64) -> Covariate {
    let column = of.data.cohort.frame().get(name);
    let term = of.design.terms().iter().find(|t| t.name == name);
    Covariate {
        variable: name.to_owned(),
        label: column.map_or(name, Column::label).to_owned(),
        unit: column.and_then(|c| c.unit.clone()),
        value: value.into(),
        typical: usual.into(),
        hr,
        domain: term.map_or_else(|| Domain::Levels(Vec::new()), |term| domain(of.design, term)),
    }
}

fn at(predicted: &PredictedSurvival, time: f64) -> At {
    match predicted.position(time) {
        None => At { time, surv: 1.0, std_err: 0.0, lower: 1.0, upper: 1.0 },
        Some(k) => At {
            time,
            surv: predicted.surv[k],
            std_err: predicted.surv[k] * predicted.std_err[k],
            lower: predicted.lower[k],
            upper: predicted.upper[k],
        },
    }
}

impl From<PredictedSurvival> for Points {
    fn from(predicted: PredictedSurvival) -> Self {
        let PredictedSurvival { time, surv, std_err, lower, upper, cumhaz, .. } = predicted;
        Self { time, surv, std_err, lower, upper, cumhaz }
    }
}
