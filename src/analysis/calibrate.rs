//! How far predicted survival agrees with what happened: in groups, as a smooth curve, and as slope and intercept.

use serde::{Deserialize, Serialize};

use super::model::{self, Fitted};
use super::optimism::{self, Measures};
use super::roc::Brier;
use super::score::{Scored, scored};
use super::{AnalysisError, Answer as AnyAnswer, Ask, Dataset, Query, Selection, horizon};
use crate::format;
use crate::study::{ModelSpec, TimeUnit};
use crate::survival::Survival;
use crate::survival::brier::brier;
use crate::survival::calibration::{CalibrationError, CalibrationGroup, SmoothCalibration, grouped, smooth, weak};
use crate::survival::kaplan_meier::KaplanMeierSpec;
use crate::watch::Watch;

/// Where predictions come from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// A Cox model, fitted in the training cohort.
    Model {
        /// Name and covariates.
        model: ModelSpec,
        /// `efron`, `breslow` or `exact`.
        ties: String,
    },
    /// Columns of predicted survival, one for each time.
    Predicted {
        /// The columns, in the order of the times.
        columns: Vec<String>,
        /// Whether they hold the risk of the event instead.
        risk: bool,
    },
}

/// What is asked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Spec {
    /// Which endpoint and patients; every cohort is judged if none is named.
    pub on: Selection,
    /// The predictions.
    pub source: Source,
    /// The times; the quartiles of the times of events if not said.
    pub times: Vec<f64>,
    /// Number of groups of similar prediction.
    pub groups: usize,
    /// Bootstrap samples for the optimism of a model; 0 for none.
    pub bootstraps: usize,
    /// Their seed.
    pub seed: u64,
}

/// Calibration in every cohort.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Answer {
    /// The model or columns.
    pub model: String,
    /// What it is called in print.
    pub label: String,
    /// Name and print of the endpoint.
    pub endpoint: String,
    /// What the endpoint is called in print.
    pub endpoint_label: String,
    /// The unit of all times.
    pub unit: TimeUnit,
    /// The cohort that a model was fitted in.
    pub training: Option<String>,
    /// Number of groups asked for.
    pub n_groups: usize,
    /// The first cohort's values.
    pub times: Vec<AtTime>,
    /// The cohorts, the training cohort first.
    pub cohorts: Vec<OfCohort>,
    /// Performance in training corrected for optimism.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub optimism: Option<Measures>,
    /// Caveats.
    pub notes: Vec<String>,
}

/// One cohort.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OfCohort {
    /// The cohort.
    pub cohort: String,
    /// Whether the model was fitted in it.
    pub apparent: bool,
    /// Patients judged.
    pub n: usize,
    /// Events among them.
    pub events: usize,
    /// Patients left out.
    pub n_dropped: usize,
    /// One for each time.
    pub times: Vec<AtTime>,
}

/// Calibration at one time.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct AtTime {
    pub time: f64,
    /// Lowest predicted survival first.
    pub groups: Vec<Group>,
    /// Coefficient of log(-log S): 1 is ideal, below 1 predictions are too extreme.
    pub slope: f64,
    pub slope_se: f64,
    pub slope_lower: f64,
    pub slope_upper: f64,
    /// Log of the factor that would make the mean prediction right: above 0 the predicted risks are too low.
    pub intercept: f64,
    pub intercept_se: f64,
    /// Mean predicted risk, and the Kaplan-Meier risk.
    pub expected: f64,
    pub observed: f64,
    /// Mean, median, 90th percentile and maximum of |observed - predicted| along the smooth curve.
    pub ici: f64,
    pub e50: f64,
    pub e90: f64,
    pub emax: f64,
    pub brier: f64,
    pub brier_null: f64,
    pub ipa: f64,
    pub curve: Curve,
}

/// A group of patients with similar predictions: mean predicted and Kaplan-Meier survival.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct Group {
    pub n: usize,
    pub predicted: f64,
    pub observed: f64,
    pub std_err: f64,
    pub lower: f64,
    pub upper: f64,
}

/// The smooth curve of survival, ascending, at no more than [`CURVE_POINTS`] of the predictions.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[allow(missing_docs)]
pub struct Curve {
    pub predicted: Vec<f64>,
    pub observed: Vec<f64>,
}

const CURVE_POINTS: usize = 101;
const LEVEL: f64 = 0.95;
/// Events that a calibration needs at least (Collins, Ogundimu and Altman, Stat Med 35:214, 2016).
const FEW_EVENTS: usize = 100;

/// Judges the predictions in every cohort.
pub fn run(data: &Dataset, spec: &Spec, ask: &dyn Ask, watch: &dyn Watch) -> Result<Answer, AnalysisError> {
    let endpoint = data.endpoint(spec.on.endpoint.as_deref().unwrap_or_default())?;
    let times = horizon::times(data, &spec.on, &spec.times)?;
    let mut notes = Vec::new();
    let predictions = Predictions::new(data, spec, &times, watch)?;
    notes.extend(predictions.notes());
    notes.extend(spec.on.filter.as_ref().map(|f| format!("only patients with {f}, in training as well")));
    let training = model::training(data).unwrap_or_default();
    let names = match &spec.on.cohort {
        Some(cohort) => vec![cohort.clone()],
        None => data.cohort.groups().levels.clone(),
    };
    let mut cohorts = Vec::with_capacity(names.len());
    for (k, name) in names.iter().enumerate() {
        watch.step(k, names.len())?;
        let apparent = name == training && matches!(spec.source, Source::Model { .. });
        let on = Selection { cohort: Some(name.clone()), ..spec.on.clone() };
        match of_cohort(&predictions, &on, spec.groups, &times, apparent, &mut notes, watch) {
            Ok(cohort) => cohorts.push(cohort),
            Err(AnalysisError::Cancelled) => return Err(AnalysisError::Cancelled),
            Err(why) if names.len() == 1 => return Err(why),
            Err(why) => notes.push(format!("{name}: {why}")),
        }
    }
    let Some(first) = cohorts.first() else { return Err(AnalysisError::Impossible(notes.join("; "))) };
    let (model, label) = spec.source.names();
    Ok(Answer {
        model,
        label,
        endpoint: endpoint.name.clone(),
        endpoint_label: endpoint.label.clone(),
        unit: endpoint.unit,
        training: matches!(spec.source, Source::Model { .. }).then(|| training.to_owned()),
        n_groups: spec.groups,
        times: first.times.clone(),
        optimism: optimism(spec, &times, ask, watch, &mut notes)?,
        cohorts,
        notes,
    })
}

impl Source {
    /// What it is called, in data and in print.
    fn names(&self) -> (String, String) {
        match self {
            Self::Model { model, .. } => (model.name.clone(), model::label(model).to_owned()),
            Self::Predicted { columns, .. } => (columns.join(", "), columns.join(", ")),
        }
    }
}

/// Where predictions come from, ready to be asked for.
enum Predictions<'a> {
    Model { data: &'a Dataset, fitted: Box<Fitted> },
    Columns { data: &'a Dataset, columns: &'a [String], risk: bool },
}

/// Some patients with their predicted survival at each time.
struct Predicted {
    survival: Survival,
    at_times: Vec<Vec<f64>>,
    n_dropped: usize,
    notes: Vec<String>,
}

impl<'a> Predictions<'a> {
    fn new(data: &'a Dataset, spec: &'a Spec, times: &[f64], watch: &dyn Watch) -> Result<Self, AnalysisError> {
        match &spec.source {
            Source::Model { model, ties } => {
                let fitted = Box::new(model::fit(data, model, &spec.on, ties, watch)?);
                Ok(Self::Model { data, fitted })
            }
            Source::Predicted { columns, risk } if columns.len() == times.len() => {
                Ok(Self::Columns { data, columns, risk: *risk })
            }
            Source::Predicted { columns, .. } => Err(AnalysisError::Impossible(format!(
                "{} columns of predictions for {} times: give one column for each time",
                columns.len(),
                times.len()
            ))),
        }
    }

    fn of(&self, on: &Selection, times: &[f64]) -> Result<Predicted, AnalysisError> {
        match self {
            Self::Model { data, fitted } => {
                let selected = data.select(on)?;
                let survival =
                    selected.survival.ok_or_else(|| AnalysisError::Impossible("name an endpoint".to_owned()))?;
                let predicted = fitted.predict(data, &selected.rows)?;
                if predicted.known.is_empty() {
                    return Err(AnalysisError::Impossible("no patient has every covariate of the model".to_owned()));
                }
                let mut notes = Vec::new();
                let missing = selected.rows.len() - predicted.known.len();
                if missing > 0 {
                    notes.push(format!("{missing} patients are left out because a covariate is missing"));
                }
                if predicted.unseen > 0 {
                    let n = predicted.unseen;
                    notes.push(format!("{n} of them have a level of a factor that nobody in training has"));
                }
                Ok(Predicted {
                    survival: survival.select(&predicted.known),
                    at_times: times.iter().map(|t| fitted.survival_at(&predicted.lp, *t)).collect(),
                    n_dropped: selected.n_dropped + missing,
                    notes,
                })
            }
            Self::Columns { data, columns, risk } => {
                let Scored { survival, mut columns, n_dropped, notes } = scored(data, on, columns)?;
                if *risk {
                    columns.iter_mut().flatten().for_each(|p| *p = 1.0 - *p);
                }
                Ok(Predicted { survival, at_times: columns, n_dropped, notes })
            }
        }
    }

    fn notes(&self) -> Vec<String> {
        match self {
            Self::Model { fitted, .. } => fitted.notes(),
            Self::Columns { .. } => Vec::new(),
        }
    }
}

fn of_cohort(
    predictions: &Predictions<'_>,
    on: &Selection,
    groups: usize,
    times: &[f64],
    apparent: bool,
    notes: &mut Vec<String>,
    watch: &dyn Watch,
) -> Result<OfCohort, AnalysisError> {
    let name = on.cohort.clone().unwrap_or_default();
    let Predicted { survival, at_times, n_dropped, notes: own } = predictions.of(on, times)?;
    notes.extend(own.into_iter().map(|note| format!("{name}: {note}")));
    let longest = survival.time().iter().copied().fold(0.0, f64::max);
    for time in times.iter().filter(|t| **t > longest) {
        notes.push(format!("{name}: nobody is followed as long as {}", format::chosen(*time)));
    }
    if apparent {
        notes.push(format!("{name}: apparent (the model was fitted to these patients)"));
    } else if survival.n_events() < FEW_EVENTS {
        notes.push(format!(
            "{name}: {} events; fewer than {FEW_EVENTS} leave calibration imprecise",
            survival.n_events()
        ));
    }
    let mut judged = Vec::with_capacity(times.len());
    let mut reason = None;
    for (time, predicted) in times.iter().zip(&at_times) {
        match at_time(&survival, predicted, *time, groups, watch) {
            Ok(at) => judged.push(at),
            Err(AnalysisError::Cancelled) => return Err(AnalysisError::Cancelled),
            Err(why) => {
                notes.push(format!("{name}, at {}: {why}", format::chosen(*time)));
                judged.push(AtTime::unknown(*time));
                reason = Some(why);
            }
        }
    }
    if let Some(why) = reason
        && judged.iter().all(|at| at.groups.is_empty())
    {
        return Err(why);
    }
    Ok(OfCohort { cohort: name, apparent, n: survival.len(), events: survival.n_events(), n_dropped, times: judged })
}

fn at_time(
    survival: &Survival,
    predicted: &[f64],
    time: f64,
    count: usize,
    watch: &dyn Watch,
) -> Result<AtTime, AnalysisError> {
    let groups = grouped(survival, predicted, time, count, KaplanMeierSpec::default()).map_err(failed)?;
    let level = weak(survival, predicted, time, LEVEL, watch).map_err(failed)?;
    let line = smooth(survival, predicted, time, watch).map_err(failed)?;
    let risk: Vec<f64> = predicted.iter().map(|s| 1.0 - s).collect();
    let error = Brier::from(&brier(survival, &risk, time, LEVEL).map_err(AnalysisError::impossible)?);
    Ok(AtTime {
        time,
        groups: groups.into_iter().map(Group::from).collect(),
        slope: level.slope.slope,
        slope_se: level.slope.se,
        slope_lower: level.slope.lower,
        slope_upper: level.slope.upper,
        intercept: level.intercept,
        intercept_se: level.intercept_se,
        expected: level.expected,
        observed: level.observed,
        ici: line.ici,
        e50: line.e50,
        e90: line.e90,
        emax: line.emax,
        brier: error.brier,
        brier_null: error.null,
        ipa: error.ipa,
        curve: Curve::new(&line),
    })
}

fn failed(error: CalibrationError) -> AnalysisError {
    match error {
        CalibrationError::Cancelled(_) => AnalysisError::Cancelled,
        other => AnalysisError::impossible(other),
    }
}

/// The optimism of the model, if samples were asked for.
fn optimism(
    spec: &Spec,
    times: &[f64],
    ask: &dyn Ask,
    watch: &dyn Watch,
    notes: &mut Vec<String>,
) -> Result<Option<Measures>, AnalysisError> {
    let Source::Model { model, ties } = &spec.source else { return Ok(None) };
    if spec.bootstraps == 0 {
        return Ok(None);
    }
    let asked = optimism::Spec {
        on: Selection { cohort: None, ..spec.on.clone() },
        models: vec![model.clone()],
        ties: ties.clone(),
        times: times.to_vec(),
        bootstraps: spec.bootstraps,
        seed: spec.seed,
    };
    let answer = ask.ask(&Query::Optimism(asked), watch)?;
    let AnyAnswer::Optimism(answer) = &*answer else { return Ok(None) };
    notes.extend(answer.notes.iter().cloned());
    Ok(answer.models.first().map(|m| m.measures.clone()))
}

impl AtTime {
    /// A time at which predictions cannot be judged.
    fn unknown(time: f64) -> Self {
        Self {
            time,
            groups: Vec::new(),
            slope: f64::NAN,
            slope_se: f64::NAN,
            slope_lower: f64::NAN,
            slope_upper: f64::NAN,
            intercept: f64::NAN,
            intercept_se: f64::NAN,
            expected: f64::NAN,
            observed: f64::NAN,
            ici: f64::NAN,
            e50: f64::NAN,
            e90: f64::NAN,
            emax: f64::NAN,
            brier: f64::NAN,
            brier_null: f64::NAN,
            ipa: f64::NAN,
            curve: Curve::default(),
        }
    }
}

impl From<CalibrationGroup> for Group {
    fn from(g: CalibrationGroup) -> Self {
        Self {
            n: g.n,
            predicted: g.predicted,
            observed: g.observed,
            std_err: g.std_err,
            lower: g.lower,
            upper: g.upper,
        }
    }
}

impl Curve {
    fn new(of: &SmoothCalibration) -> Self {
        let mut points: Vec<(f64, f64)> =
            of.predicted.iter().zip(&of.observed).map(|(p, o)| (1.0 - p, 1.0 - o)).collect();
        points.sort_by(|a, b| a.0.total_cmp(&b.0));
        points.dedup();
        let last = points.len().saturating_sub(1);
        let kept: Vec<(f64, f64)> = match last < CURVE_POINTS {
            true => points,
            false => (0..CURVE_POINTS).map(|k| points[k * last / (CURVE_POINTS - 1)]).collect(),
        };
        let (predicted, observed) = kept.into_iter().unzip();
        Self { predicted, observed }
    }
}
