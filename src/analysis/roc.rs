//! Time-dependent ROC curves and Brier scores of a score.

use serde::{Deserialize, Serialize};

use super::score::{Scored, scored};
use super::{AnalysisError, Dataset, Selection, horizon};
use crate::study::TimeUnit;
use crate::survival::brier::{BrierAtTime, brier};
use crate::survival::roc::{RocAtTime, RocSpec};

/// What is asked.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Spec {
    /// Of whom, for which endpoint.
    pub on: Selection,
    /// The column of scores; higher means higher risk.
    pub score: String,
    /// Whether a higher score means a longer life.
    pub higher_is_better: bool,
    /// Times of judgement; the quartiles of the times of events if not said.
    pub times: Vec<f64>,
}

/// Discrimination at one time.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct AtTime {
    pub time: f64,
    pub auc: f64,
    pub se: f64,
    pub lower: f64,
    pub upper: f64,
    /// Patients with the event by then.
    pub cases: usize,
    /// Patients followed beyond then.
    pub controls: usize,
    /// Patients censored before.
    pub censored: usize,
    pub fpr: Vec<f64>,
    pub tpr: Vec<f64>,
    pub threshold: Vec<f64>,
    /// The threshold with the largest tpr - fpr.
    pub youden: Option<f64>,
}

/// Squared error of predicted risk at one time.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct Brier {
    pub time: f64,
    pub brier: f64,
    pub se: f64,
    pub lower: f64,
    pub upper: f64,
    /// Of the model that gives everybody the Kaplan-Meier risk.
    pub null: f64,
    /// Index of prediction accuracy, 1 - brier / null.
    pub ipa: f64,
}

/// Curves and scores.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Answer {
    /// The column.
    pub score: String,
    /// The endpoint.
    pub endpoint: String,
    /// Unit of all times.
    pub unit: TimeUnit,
    /// Patients judged.
    pub n: usize,
    /// Events among them.
    pub events: usize,
    /// Discrimination at each time.
    pub times: Vec<AtTime>,
    /// Squared error at each time, if the score is a risk between 0 and 1.
    pub brier: Vec<Brier>,
    /// Patients left out.
    pub n_dropped: usize,
    /// Caveats.
    pub notes: Vec<String>,
}

impl From<RocAtTime> for AtTime {
    fn from(r: RocAtTime) -> Self {
        Self {
            time: r.time,
            auc: r.auc,
            se: r.se,
            lower: r.lower,
            upper: r.upper,
            cases: r.cases,
            controls: r.controls,
            censored: r.censored,
            youden: r.curve.youden(),
            fpr: r.curve.fpr,
            tpr: r.curve.tpr,
            threshold: r.curve.threshold,
        }
    }
}

impl From<&BrierAtTime> for Brier {
    fn from(b: &BrierAtTime) -> Self {
        Self { time: b.time, brier: b.brier, se: b.se, lower: b.lower, upper: b.upper, null: b.null, ipa: b.ipa }
    }
}

/// Judges the score at each time.
pub fn run(data: &Dataset, spec: &Spec) -> Result<Answer, AnalysisError> {
    let unit = data.endpoint(spec.on.endpoint.as_deref().unwrap_or_default())?.unit;
    let times = horizon::times(data, &spec.on, &spec.times)?;
    let Scored { survival, mut columns, n_dropped, mut notes, .. } =
        scored(data, &spec.on, std::slice::from_ref(&spec.score))?;
    let mut score = columns.pop().unwrap_or_default();
    let is_risk = score.iter().all(|s| (0.0..=1.0).contains(s));
    let risk: Vec<f64> = if spec.higher_is_better { score.iter().map(|s| 1.0 - s).collect() } else { score.clone() };
    if spec.higher_is_better {
        score.iter_mut().for_each(|s| *s = -*s);
    }
    let curves = RocSpec::at(&times).fit(&survival, &score).map_err(AnalysisError::impossible)?;
    let mut errors = Vec::new();
    if is_risk {
        for time in &times {
            errors.push(Brier::from(&brier(&survival, &risk, *time, 0.95).map_err(AnalysisError::impossible)?));
        }
    } else {
        notes.push(format!("{} is not a risk between 0 and 1: it has no Brier score", spec.score));
    }
    notes.extend(curves.iter().filter_map(|c| unreached(c, unit)));
    Ok(Answer {
        score: spec.score.clone(),
        endpoint: spec.on.endpoint.clone().unwrap_or_default(),
        unit,
        n: survival.len(),
        events: survival.n_events(),
        times: curves.into_iter().map(AtTime::from).collect(),
        brier: errors,
        n_dropped,
        notes,
    })
}

/// Why there is no curve at a time.
pub(super) fn unreached(curve: &RocAtTime, unit: TimeUnit) -> Option<String> {
    let when = format!("{} {}", crate::format::chosen(curve.time), unit.word());
    match (curve.cases, curve.controls) {
        (0, _) => Some(format!("nobody had the event by {when}: there is no AUC")),
        (_, 0) => Some(format!("nobody is followed beyond {when}: there is no AUC")),
        _ => None,
    }
}
