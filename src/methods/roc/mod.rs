//! Time-dependent ROC curves and Brier scores of a score.

pub mod document;
pub mod figure;
pub mod script;

use serde::Serialize;

use super::contrast::{Contrast, LEVEL};
use super::horizon::{self, Status};
use super::score::{Scored, distinct, scored};
use crate::ask::{Ask, AskError, Dataset, Question, Selection, Source};
use crate::study::TimeUnit;
use survival::Survival;
use survival::brier::{BrierAtTime, BrierSpec, brier_contrast};
use survival::roc::{RocAtTime, RocError, RocSpec, contrast};
use watch::Watch;

/// What is asked.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[serde(default)]
pub struct Spec {
    /// Of whom, for which endpoint.
    pub on: Selection,
    /// The column of scores; higher means higher risk.
    pub score: String,
    /// Further columns, each of which the score is compared with on the same patients.
    pub compare: Vec<String>,
    /// Whether higher scores mean a longer life.
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
    /// The others, on the same patients.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub compared: Vec<Compared>,
    /// Patients left out.
    pub n_dropped: usize,
    /// Caveats.
    pub notes: Vec<String>,
}

/// A further score, and what the first has over it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Compared {
    /// The column.
    pub score: String,
    /// Its discrimination at each time.
    pub times: Vec<AtTime>,
    /// Its squared error at each time, if it is a risk between 0 and 1.
    pub brier: Vec<Brier>,
    /// AUC of the first score less that of this one at each time.
    pub auc_difference: Vec<Contrast>,
    /// Brier score of the first less that of this one at each time, if both have one.
    pub brier_difference: Vec<Contrast>,
}

impl AtTime {
    /// What is known of the patients at the time.
    pub fn status(&self) -> Status {
        Status { cases: self.cases, controls: self.controls, censored: self.censored }
    }

    /// Why a curve that is there says little.
    pub(super) fn says_little(&self, unit: TimeUnit) -> Option<String> {
        let when = format!("{} {}", figures::format::chosen(self.time), unit.word());
        self.status().too_few(&when).filter(|_| self.cases > 0 && self.controls > 0)
    }
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

/// What one score is worth at each time.
struct Judged {
    auc: Vec<RocAtTime>,
    brier: Vec<BrierAtTime>,
}

impl Question for Spec {
    type Answer = Answer;
    const NAME: &'static str = "ROC curves";

    fn on(&self) -> Option<&Selection> {
        Some(&self.on)
    }

    fn run(&self, data: &Dataset, _ask: &dyn Ask, _watch: &dyn Watch) -> Result<Answer, AskError> {
        run(data, self)
    }

    fn script(&self, source: &Source<'_>, answer: &Self::Answer) -> Result<String, AskError> {
        script::script(source, self, answer)
    }
}

/// Judges the scores at each time, on the patients who have all of them.
fn run(data: &Dataset, spec: &Spec) -> Result<Answer, AskError> {
    let unit = data.endpoint_of(&spec.on)?.unit;
    let times = horizon::times(data, &spec.on, &spec.times)?;
    let names = distinct(&spec.score, &spec.compare)?;
    let Scored { survival, columns, n_dropped, mut notes, .. } = scored(data, &spec.on, &names)?;
    let judge = |column: &Vec<f64>| judge(&survival, column, spec.higher_is_better, &times);
    let mut judged = columns.iter().map(judge).collect::<Result<Vec<_>, _>>()?.into_iter();
    let first = judged.next().ok_or_else(|| AskError::Impossible("name a score".to_owned()))?;
    let without_risk = names.iter().zip(&columns).filter(|(_, column)| !is_risk(column));
    notes.extend(without_risk.map(|(name, _)| format!("{name} is not a risk between 0 and 1: it has no Brier score")));
    notes.extend(first.auc.iter().filter_map(|c| unreached(c, unit)));
    let times: Vec<AtTime> = first.auc.iter().cloned().map(AtTime::from).collect();
    notes.extend(times.iter().filter_map(|at| at.says_little(unit)));
    let compared = spec.compare.iter().zip(judged).map(|(score, other)| first.compare(score, other));
    Ok(Answer {
        score: spec.score.clone(),
        endpoint: spec.on.endpoint.clone().unwrap_or_default(),
        unit,
        n: survival.len(),
        events: survival.n_events(),
        compared: compared.collect::<Result<_, RocError>>().map_err(AskError::impossible)?,
        brier: first.brier.iter().map(Brier::from).collect(),
        times,
        n_dropped,
        notes,
    })
}

fn is_risk(score: &[f64]) -> bool {
    score.iter().all(|s| (0.0..=1.0).contains(s))
}

fn judge(survival: &Survival, score: &[f64], higher_is_better: bool, times: &[f64]) -> Result<Judged, AskError> {
    let turned: Vec<f64> = score.iter().map(|s| if higher_is_better { -s } else { *s }).collect();
    let auc = RocSpec::at(times).check().and_then(|spec| spec.fit(survival, &turned)).map_err(AskError::impossible)?;
    let mut errors = Vec::new();
    if is_risk(score) {
        let risk: Vec<f64> = score.iter().map(|s| if higher_is_better { 1.0 - s } else { *s }).collect();
        for time in times {
            let found = BrierSpec::at(*time).check().and_then(|spec| spec.fit(survival, &risk));
            errors.push(found.map_err(AskError::impossible)?);
        }
    }
    Ok(Judged { auc, brier: errors })
}

impl Judged {
    /// These values less those of `other`, the column `score`.
    fn compare(&self, score: &str, other: Self) -> Result<Compared, RocError> {
        let auc = self.auc.iter().zip(&other.auc).map(|(a, b)| contrast(a, b, LEVEL).map(Contrast::from));
        let brier = self.brier.iter().zip(&other.brier).map(|(a, b)| brier_contrast(a, b, LEVEL).map(Contrast::from));
        Ok(Compared {
            score: score.to_owned(),
            auc_difference: auc.collect::<Result<_, _>>()?,
            brier_difference: brier.collect::<Result<_, _>>()?,
            brier: other.brier.iter().map(Brier::from).collect(),
            times: other.auc.into_iter().map(AtTime::from).collect(),
        })
    }
}

/// Why there is no curve at a time.
pub(super) fn unreached(curve: &RocAtTime, unit: TimeUnit) -> Option<String> {
    let when = format!("{} {}", figures::format::chosen(curve.time), unit.word());
    match (curve.cases, curve.controls) {
        (0, _) => Some(format!("nobody had the event by {when}: {NO_AUC}")),
        (_, 0) => Some(format!("nobody is followed beyond {when}: {NO_AUC}")),
        _ => None,
    }
}

/// The last words where there is no curve.
pub(super) const NO_AUC: &str = "there is no AUC";
