//! How far predicted survival agrees with what happened: in groups, as a smooth curve, and as slope and intercept.

pub mod document;
pub mod figure;
pub mod script;

mod answer;

use serde::{Deserialize, Serialize};
use survival::cox::Ties;

use crate::ask::{self, Ask, AskError, Dataset, Question, Selection};

pub use answer::{Answer, AtTime, Curve, Group, OfCohort};

use super::horizon;
use super::model::{self, Fitted};
use super::optimism::{self, Measures};
use super::roc::Brier;
use super::score::{Scored, probabilities};
use crate::study::ModelSpec;
use figures::format;
use survival::Survival;
use survival::brier::BrierSpec;
use survival::calibration::{Calibration, CalibrationError, CalibrationSpec};
use watch::Watch;

/// Where predictions come from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// A Cox model, fitted in the training cohort.
    Model {
        /// Name and covariates.
        model: ModelSpec,
        /// `efron`, `breslow` or `exact`.
        ties: Ties,
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
#[derive(Debug, Clone, PartialEq, Serialize)]
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

/// Events that a calibration needs at least (Collins, Ogundimu and Altman, Stat Med 35:214, 2016).
const FEW_EVENTS: usize = 100;

impl Question for Spec {
    type Answer = Answer;
    const NAME: &'static str = "calibration";

    fn on(&self) -> Option<&Selection> {
        Some(&self.on)
    }

    fn run(&self, data: &Dataset, ask: &dyn Ask, watch: &dyn Watch) -> Result<Answer, AskError> {
        run(data, self, ask, watch)
    }

    fn script(&self, source: &ask::Source<'_>, answer: &Self::Answer) -> Result<String, AskError> {
        script::script(source, self, answer)
    }
}

/// Judges the predictions in every cohort.
fn run(data: &Dataset, spec: &Spec, ask: &dyn Ask, watch: &dyn Watch) -> Result<Answer, AskError> {
    let endpoint = data.endpoint_of(&spec.on)?;
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
            Err(AskError::Cancelled) => return Err(AskError::Cancelled),
            Err(why) if names.len() == 1 => return Err(why),
            Err(why) => notes.push(format!("{name}: {why}")),
        }
    }
    let Some(first) = cohorts.first() else { return Err(AskError::Impossible(notes.join("; "))) };
    let (model, label) = spec.source.names();
    Ok(Answer {
        model,
        label,
        endpoint: endpoint.name.clone(),
        endpoint_label: endpoint.label.clone(),
        unit: endpoint.unit,
        training: matches!(spec.source, Source::Model { .. }).then(|| training.to_owned()),
        n_groups: spec.groups,
        n: first.n,
        events: first.events,
        n_dropped: first.n_dropped,
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
    fn new(data: &'a Dataset, spec: &'a Spec, times: &[f64], watch: &dyn Watch) -> Result<Self, AskError> {
        match &spec.source {
            Source::Model { model, ties } => {
                let fitted = Box::new(model::fit(data, model, &spec.on, *ties, watch)?);
                Ok(Self::Model { data, fitted })
            }
            Source::Predicted { columns, risk } if columns.len() == times.len() => {
                Ok(Self::Columns { data, columns, risk: *risk })
            }
            Source::Predicted { columns, .. } => Err(AskError::Impossible(format!(
                "{} columns of predictions for {} times: give one column for each time",
                columns.len(),
                times.len()
            ))),
        }
    }

    fn of(&self, on: &Selection, times: &[f64]) -> Result<Predicted, AskError> {
        match self {
            Self::Model { data, fitted } => {
                let selected = data.select(on)?;
                let survival = selected.survival.ok_or_else(AskError::no_endpoint)?;
                let predicted = fitted.predict(data, &selected.rows)?;
                if predicted.known.is_empty() {
                    return Err(AskError::Impossible("no patient has every covariate of the model".to_owned()));
                }
                let mut notes = Vec::new();
                let missing = selected.rows.len() - predicted.known.len();
                if missing > 0 {
                    notes.push(format!("{} left out because a covariate is missing", format::patients_are(missing)));
                }
                notes.extend(predicted.said_of_filled());
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
                let Scored { survival, mut columns, n_dropped, notes, .. } = probabilities(data, on, columns)?;
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
) -> Result<OfCohort, AskError> {
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
    let (mut reason, mut fewer) = (None, groups);
    for (time, predicted) in times.iter().zip(&at_times) {
        match at_time(&survival, predicted, *time, groups, watch) {
            Ok(at) => {
                fewer = at.groups.len().min(fewer);
                judged.push(at);
            }
            Err(AskError::Cancelled) => return Err(AskError::Cancelled),
            Err(why) => {
                notes.push(format!("{name}, at {}: {why}", format::chosen(*time)));
                judged.push(AtTime::unknown(*time));
                reason = Some(why);
            }
        }
    }
    // One less shows in the table and changes nothing.
    if fewer > 0 && fewer + 1 < groups {
        notes.push(format!("{name}: {fewer} groups instead of {groups}, because predictions are equal"));
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
) -> Result<AtTime, AskError> {
    let judged = CalibrationSpec { groups: count, ..CalibrationSpec::at(time) }.check();
    let found = judged.and_then(|spec| spec.fit(survival, predicted, watch)).map_err(failed)?;
    let Calibration { groups, weak: level, smooth: line } = found;
    let risk: Vec<f64> = predicted.iter().map(|s| 1.0 - s).collect();
    let error = BrierSpec::at(time).check().and_then(|spec| spec.fit(survival, &risk));
    let error = Brier::from(&error.map_err(AskError::impossible)?);
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
        predictions: answer::counted(predicted),
    })
}

fn failed(error: CalibrationError) -> AskError {
    match error {
        CalibrationError::Cancelled(_) => AskError::Cancelled,
        other => AskError::impossible(other),
    }
}

/// The optimism of the model, if samples were asked for.
fn optimism(
    spec: &Spec,
    times: &[f64],
    ask: &dyn Ask,
    watch: &dyn Watch,
    notes: &mut Vec<String>,
) -> Result<Option<Measures>, AskError> {
    let Source::Model { model, ties } = &spec.source else { return Ok(None) };
    if spec.bootstraps == 0 {
        return Ok(None);
    }
    let asked = optimism::Spec {
        on: Selection { cohort: None, ..spec.on.clone() },
        models: vec![model.clone()],
        ties: *ties,
        times: times.to_vec(),
        bootstraps: spec.bootstraps,
        seed: spec.seed,
    };
    let answer = ask.ask(asked, watch)?;
    notes.extend(answer.notes.iter().cloned());
    Ok(answer.models.first().map(|m| m.measures.clone()))
}
