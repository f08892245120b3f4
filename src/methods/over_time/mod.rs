//! Discrimination and error of models as curves over time, and the differences between models along them.

pub mod document;
mod script;

use std::sync::Arc;
use survival::cox::Ties;

use serde::Serialize;

use super::cindex;
use super::contrast::Contrast;
use super::horizon::TOO_FEW;
use super::performance::{self, Difference, Model};
use super::roc::{AtTime, NO_AUC};
use crate::ask::{Ask, AskError, Dataset, Question, Selection, Source};
use crate::study::{ModelSpec, TimeUnit};
use survival::brier::integrated;
use watch::Watch;

/// What is asked.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Spec {
    /// Which endpoint and patients; every cohort is judged if none is named.
    pub on: Selection,
    /// The models. They are fitted in the training cohort, whichever is judged.
    pub models: Vec<ModelSpec>,
    /// `efron`, `breslow` or `exact`.
    pub ties: Ties,
    /// The study's times, ascending; the curves run from 0 to the last.
    pub times: Vec<f64>,
    /// Number of equal steps from 0 to the last time.
    pub steps: usize,
}

/// Curves of every model in every cohort.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Answer {
    /// What the endpoint is called in print.
    pub label: String,
    /// The unit of all times.
    pub unit: TimeUnit,
    /// The times of all curves: equal steps, and the study's times.
    pub time: Vec<f64>,
    /// The study's times among them.
    pub marked: Vec<f64>,
    /// The cohort that the models were fitted in.
    pub training: String,
    /// The models that could be fitted.
    pub models: Vec<Model>,
    /// The model that the others are compared with: the last.
    pub reference: Option<String>,
    /// The cohorts, the training cohort first.
    pub cohorts: Vec<OfCohort>,
    /// Caveats.
    pub notes: Vec<String>,
}

/// All models in one cohort, on the same patients.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OfCohort {
    /// The cohort.
    pub cohort: String,
    /// Whether the models were fitted in it.
    pub apparent: bool,
    /// Patients judged.
    pub n: usize,
    /// Events among them.
    pub events: usize,
    /// One for each model.
    pub curves: Vec<Curves>,
    /// Every model but the last less each later one; NaN at times with too few cases.
    pub differences: Vec<Difference>,
}

/// The curves of one model.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Curves {
    /// The model.
    pub model: String,
    /// Cumulative/dynamic AUC at each time; NaN where there are too few cases.
    pub auc: Vec<f64>,
    /// Its lower limits.
    pub lower: Vec<f64>,
    /// Its upper limits.
    pub upper: Vec<f64>,
    /// Brier score at each time.
    pub brier: Vec<f64>,
    /// Brier score without a model at each time.
    pub null: Vec<f64>,
    /// Integrated Brier score from 0 to the last time.
    pub ibs: f64,
    /// The same without a model.
    pub ibs_null: f64,
    /// 1 - ibs / ibs_null.
    pub ipa: f64,
}

impl Question for Spec {
    type Answer = Answer;
    const NAME: &'static str = "models over time";

    fn on(&self) -> Option<&Selection> {
        Some(&self.on)
    }

    fn run(&self, _data: &Dataset, ask: &dyn Ask, watch: &dyn Watch) -> Result<Answer, AskError> {
        run(self, ask, watch)
    }

    fn script(&self, source: &Source<'_>, answer: &Answer) -> Result<String, AskError> {
        script::script(source, self, answer)
    }
}

/// Judges the models at every time of the grid.
fn run(spec: &Spec, ask: &dyn Ask, watch: &dyn Watch) -> Result<Answer, AskError> {
    let (Some(last), true) = (spec.times.last().copied(), spec.steps > 0) else {
        return Err(AskError::Impossible(
            "name the times to judge predictions at: `times` under [analysis] in study.toml".to_owned(),
        ));
    };
    // Nothing can be judged at 0, where nobody has had the event and the score is 0.
    let steps = (1..=spec.steps).map(|k| last * k as f64 / spec.steps as f64);
    let mut time: Vec<f64> = steps.chain(spec.times.iter().copied()).collect();
    time.sort_by(f64::total_cmp);
    time.dedup();
    let judged = Arc::unwrap_or_clone(ask.ask(
        performance::Spec {
            on: spec.on.clone(),
            models: spec.models.clone(),
            ties: spec.ties,
            method: cindex::Method::Harrell,
            times: time.clone(),
        },
        watch,
    )?);
    // That few have had the event soon after time 0, and nobody at first, is no news.
    let is_news = |note: &String| !note.ends_with(NO_AUC) && !note.ends_with(TOO_FEW);
    let notes = judged.notes.into_iter().filter(is_news).collect();
    Ok(Answer {
        label: judged.label,
        unit: judged.unit,
        marked: spec.times.clone(),
        training: judged.training,
        models: judged.models,
        reference: judged.reference,
        cohorts: judged.cohorts.into_iter().map(|cohort| of_cohort(cohort, &time)).collect(),
        time,
        notes,
    })
}

fn of_cohort(judged: performance::OfCohort, time: &[f64]) -> OfCohort {
    let enough: Vec<bool> = judged
        .scores
        .first()
        .map_or_else(Vec::new, |score| score.auc.iter().map(|at| at.status().is_enough()).collect());
    let differences = judged.differences.into_iter().map(|d| Difference {
        auc: d.auc.into_iter().zip(&enough).map(|(c, enough)| if *enough { c } else { Contrast::NONE }).collect(),
        ..d
    });
    OfCohort {
        cohort: judged.cohort,
        apparent: judged.apparent,
        n: judged.n,
        events: judged.events,
        differences: differences.collect(),
        curves: judged.scores.into_iter().map(|score| curves(score, &enough, time)).collect(),
    }
}

fn curves(score: performance::Score, enough: &[bool], time: &[f64]) -> Curves {
    let shown = |of: fn(&AtTime) -> f64| -> Vec<f64> {
        score.auc.iter().zip(enough).map(|(at, enough)| if *enough { of(at) } else { f64::NAN }).collect()
    };
    let (auc, lower, upper) = (shown(|at| at.auc), shown(|at| at.lower), shown(|at| at.upper));
    let brier: Vec<f64> = score.brier.iter().map(|b| b.brier).collect();
    let null: Vec<f64> = score.brier.iter().map(|b| b.null).collect();
    let whole = |scores: &[f64]| integrated(time, scores).last().copied().unwrap_or(f64::NAN);
    let (ibs, ibs_null) = (whole(&brier), whole(&null));
    Curves { model: score.model, auc, lower, upper, brier, null, ibs, ibs_null, ipa: 1.0 - ibs / ibs_null }
}
