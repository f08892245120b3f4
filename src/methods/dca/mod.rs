//! Decision curves: what acting on a predicted risk is worth.

pub mod document;
pub mod figure;
pub mod script;

mod limits;

use serde::{Deserialize, Serialize};
use survival::cox::Ties;

use super::horizon;
use super::model::{self, Fitted};
use super::score::probabilities;
use crate::ask::{Ask, AskError, Dataset, Question, Selection, Source};
use crate::study::{ModelSpec, TimeUnit};

pub use limits::Gain;
use survival::Survival;
use survival::decision_curve::{DecisionCurve, DecisionCurveSpec};
use watch::Watch;

/// Where the risks of one curve come from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// A column of risks by the time.
    Column {
        /// What the curve is called.
        name: String,
        /// The column.
        column: String,
    },
    /// A Cox model, fitted in the training cohort.
    Model(ModelSpec),
}

impl Rule {
    /// The model, where it is one.
    pub fn model(&self) -> Option<&ModelSpec> {
        match self {
            Self::Model(model) => Some(model),
            Self::Column { .. } => None,
        }
    }

    /// What its curve is called.
    pub fn label(&self) -> &str {
        match self {
            Self::Column { name, .. } => name,
            Self::Model(one) => model::label(one),
        }
    }
}

/// What is asked.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Spec {
    /// Of whom, for which endpoint.
    pub on: Selection,
    /// The curves.
    pub rules: Vec<Rule>,
    /// `efron`, `breslow` or `exact`, for models.
    pub ties: Ties,
    /// The time by which the event counts; the median time of events if not said.
    pub time: Option<f64>,
    /// Thresholds of risk, from 0 up to but not including 1; 0.01, 0.02 .. 0.99 if empty.
    pub thresholds: Vec<f64>,
    /// Samples of the bootstrap for limits; none of them if 0.
    #[serde(skip_serializing_if = "is_zero")]
    pub bootstraps: usize,
    /// Their seed.
    pub seed: u64,
}

fn is_zero(n: &usize) -> bool {
    *n == 0
}

/// Decision curves.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Answer {
    /// The endpoint.
    pub endpoint: String,
    /// The cohort, if one was asked for.
    pub cohort: Option<String>,
    /// Patients.
    pub n: usize,
    /// Events among them, those after the time as well.
    pub events: usize,
    /// The time.
    pub time: f64,
    /// What is known of the patients then, which is what net benefit counts.
    #[serde(flatten)]
    pub status: horizon::Status,
    /// Its unit.
    pub unit: TimeUnit,
    /// The thresholds.
    pub thresholds: Vec<f64>,
    /// One for each rule, then `all` and `none`.
    pub curves: Vec<Curve>,
    /// What the last rule gains over each before it, where limits were asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub differences: Vec<Gain>,
    /// Samples of the bootstrap behind the limits.
    #[serde(skip_serializing_if = "is_zero")]
    pub bootstraps: usize,
    /// Patients left out.
    pub n_dropped: usize,
    /// Caveats.
    pub notes: Vec<String>,
}

/// One curve.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Curve {
    /// The rule.
    pub name: String,
    /// Net benefit at each threshold.
    pub net_benefit: Vec<f64>,
    /// Share of patients treated at each.
    pub treated: Vec<f64>,
    /// Limits of the net benefit by the bootstrap, if asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub lower: Vec<f64>,
    /// The upper ones.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub upper: Vec<f64>,
}

impl Curve {
    fn new(name: impl Into<String>, net_benefit: Vec<f64>, treated: Vec<f64>) -> Self {
        Self { name: name.into(), net_benefit, treated, lower: Vec::new(), upper: Vec::new() }
    }
}

/// The name of the curve of treating everybody.
pub const ALL: &str = "all";
/// The name of the curve of treating nobody.
pub const NONE: &str = "none";

impl Question for Spec {
    type Answer = Answer;
    const NAME: &'static str = "decision curves";

    fn on(&self) -> Option<&Selection> {
        Some(&self.on)
    }

    fn run(&self, data: &Dataset, _ask: &dyn Ask, watch: &dyn Watch) -> Result<Answer, AskError> {
        run(data, self, watch)
    }

    fn script(&self, source: &Source<'_>, answer: &Self::Answer) -> Result<String, AskError> {
        script::script(source, self, answer)
    }
}

/// Draws the curves, all on the same patients.
fn run(data: &Dataset, spec: &Spec, watch: &dyn Watch) -> Result<Answer, AskError> {
    let unit = data.endpoint_of(&spec.on)?.unit;
    let asked: Vec<f64> = spec.time.into_iter().collect();
    let times = horizon::times(data, &spec.on, &asked)?;
    let time = times[times.len() / 2];
    let thresholds: Vec<f64> = match spec.thresholds.as_slice() {
        [] => (1..100).map(|k| f64::from(k) / 100.0).collect(),
        asked => asked.to_vec(),
    };
    if spec.rules.is_empty() {
        return Err(AskError::Impossible("there is no model: name one or more risks".to_owned()));
    }
    let (survival, risks, n_dropped, mut notes) = risks(data, spec, time, watch)?;
    let mut curves: Vec<Curve> = Vec::with_capacity(risks.len() + 2);
    let mut treat_all = Vec::new();
    let acted = DecisionCurveSpec { time, thresholds: thresholds.clone() }.check().map_err(AskError::impossible)?;
    for (name, risk) in &risks {
        let found = acted.fit(&survival, risk).map_err(|why| AskError::Impossible(format!("{name}: {why}")))?;
        let DecisionCurve { net_benefit, treated, treat_all: everybody, .. } = found;
        treat_all = everybody;
        curves.push(Curve::new(name.clone(), net_benefit, treated));
    }
    let differences = match spec.bootstraps {
        0 => Vec::new(),
        n => with_limits(&mut curves, limits::sample(&acted, &survival, &risks, (n, spec.seed), watch)?),
    };
    curves.push(Curve::new(ALL, treat_all, vec![1.0; thresholds.len()]));
    let nobody = vec![0.0; thresholds.len()];
    curves.push(Curve::new(NONE, nobody.clone(), nobody));
    if spec.rules.iter().any(|r| matches!(r, Rule::Model(_))) {
        notes.extend(apparent(data, spec).map(str::to_owned));
    }
    Ok(Answer {
        endpoint: spec.on.endpoint.clone().unwrap_or_default(),
        cohort: spec.on.cohort.clone(),
        n: survival.len(),
        events: survival.n_events(),
        time,
        status: horizon::Status::at(&survival, time),
        unit,
        thresholds,
        curves,
        differences,
        bootstraps: spec.bootstraps,
        n_dropped,
        notes,
    })
}

/// Gives each curve its limits; what the last gains over each before it.
fn with_limits(curves: &mut [Curve], sampled: limits::Sampled) -> Vec<Gain> {
    for (curve, (lower, upper)) in curves.iter_mut().zip(sampled.limits) {
        (curve.lower, curve.upper) = (lower, upper);
    }
    let Some((last, before)) = curves.split_last() else { return Vec::new() };
    let gain = |(reference, (lower, upper)): (&Curve, limits::Limits)| Gain {
        model: last.name.clone(),
        reference: reference.name.clone(),
        net_benefit: last.net_benefit.iter().zip(&reference.net_benefit).map(|(a, b)| a - b).collect(),
        lower,
        upper,
    };
    before.iter().zip(sampled.gains).map(gain).collect()
}

/// What to say of models judged where they were fitted.
fn apparent(data: &Dataset, spec: &Spec) -> Option<&'static str> {
    match &spec.on.cohort {
        None if data.cohort.groups().levels.len() > 1 => {
            Some("all cohorts together, the training cohort among them: choose one to judge models elsewhere")
        }
        Some(cohort) if Some(cohort.as_str()) != model::training(data) => None,
        _ => Some("apparent: the models were fitted to these patients"),
    }
}

/// Follow-up, the named risks of the same patients, patients left out, and notes.
type Risks = (Survival, Vec<(String, Vec<f64>)>, usize, Vec<String>);

fn risks(data: &Dataset, spec: &Spec, time: f64, watch: &dyn Watch) -> Result<Risks, AskError> {
    let mut extended = data.clone();
    let mut named = Vec::with_capacity(spec.rules.len());
    let mut notes = Vec::new();
    let mut unknown = None;
    for rule in &spec.rules {
        match rule {
            Rule::Column { name, column } => named.push((name.clone(), column.clone())),
            Rule::Model(one) => {
                let fitted = match model::fit(data, one, &spec.on, spec.ties, watch) {
                    Ok(fitted) => fitted,
                    Err(AskError::Cancelled) => return Err(AskError::Cancelled),
                    Err(why) => {
                        notes.push(why.to_string());
                        unknown = unknown.or(Some(why));
                        continue;
                    }
                };
                notes.extend(fitted.notes());
                let column = format!("risk of {}", one.name);
                extended = with_risk(extended, &fitted, &column, time)?;
                named.push((model::label(one).to_owned(), column));
            }
        }
    }
    if let Some(why) = unknown.filter(|_| named.is_empty()) {
        return Err(why);
    }
    let columns: Vec<String> = named.iter().map(|(_, column)| column.clone()).collect();
    let found = probabilities(&extended, &spec.on, &columns)?;
    notes.extend(found.notes);
    let names = named.into_iter().map(|(name, _)| name);
    Ok((found.survival, names.zip(found.columns).collect(), found.n_dropped, notes))
}

/// The same data with a model's risk by `time` as a column.
fn with_risk(data: Dataset, fitted: &Fitted, column: &str, time: f64) -> Result<Dataset, AskError> {
    let everybody: Vec<usize> = (0..data.cohort.len()).collect();
    let predicted = fitted.predict(&data, &everybody)?;
    let mut risk = vec![f64::NAN; everybody.len()];
    let survival = fitted.survival_at(&predicted.lp, time);
    predicted.known.iter().zip(survival).for_each(|(row, s)| risk[*row] = 1.0 - s);
    let values = tables::Values::Number(risk);
    let column = tables::Column::new(column, values, "predicted by a Cox model");
    let cohort = (*data.cohort).clone().with_column(column).map_err(|e| AskError::Fault(e.to_string()))?;
    Ok(Dataset { cohort: std::sync::Arc::new(cohort), ..data })
}
