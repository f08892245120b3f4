//! How well models tell patients apart, in the cohort they were built in and in the others: concordance, ROC curves
//! and Brier scores, and differences between models on the same patients.

pub mod document;

mod judge;
mod notes;
pub mod script;

use serde::Serialize;
use survival::cox::Ties;

use super::cindex::{Concordance, Method};
use super::contrast::Contrast;
use super::horizon;
use super::model::{self, Fitted};
use super::roc::{AtTime, Brier};
use crate::ask::{Ask, AskError, Dataset, Question, Selection, Source};
use crate::study::{ModelSpec, TimeUnit};
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
    /// Which C.
    pub method: Method,
    /// Times of ROC curves and Brier scores; the quartiles of the times of events if not said.
    pub times: Vec<f64>,
}

/// Models judged in cohorts.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Answer {
    /// Name and print of the endpoint.
    pub endpoint: String,
    /// What the endpoint is called in print.
    pub label: String,
    /// The unit of all times.
    pub unit: TimeUnit,
    /// Which C.
    pub method: Method,
    /// Events later than this do not count in Uno's C.
    pub tau: Option<f64>,
    /// Times of ROC curves and Brier scores.
    pub times: Vec<f64>,
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

/// A model as it was fitted.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Model {
    /// Its name.
    pub name: String,
    /// What it is called in print.
    pub label: String,
    /// Its covariates.
    pub covariates: Vec<String>,
    /// Patients it was fitted to.
    pub n: usize,
    /// Events among them.
    pub events: usize,
    /// Training patients left out because a covariate is missing.
    pub n_dropped: usize,
}

/// All models in one cohort, on the same patients: those for whom every model has a prediction.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OfCohort {
    /// The cohort.
    pub cohort: String,
    /// Whether the models were fitted in it: its values are then apparent.
    pub apparent: bool,
    /// Patients judged.
    pub n: usize,
    /// Events among them.
    pub events: usize,
    /// Patients left out: follow-up or a covariate unknown.
    pub n_dropped: usize,
    /// One for each model.
    pub scores: Vec<Score>,
    /// Every model but the last against each later one.
    pub differences: Vec<Difference>,
}

/// One model in one cohort.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Score {
    /// The model.
    pub model: String,
    /// Its concordance.
    pub concordance: Concordance,
    /// Discrimination at each time.
    pub auc: Vec<AtTime>,
    /// Error of the predicted risk at each time.
    pub brier: Vec<Brier>,
}

/// One model less another, on the same patients.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Difference {
    /// The model.
    pub model: String,
    /// The model that is taken off.
    pub reference: String,
    /// Of C.
    pub c: Contrast,
    /// Of the AUC at each time.
    pub auc: Vec<Contrast>,
    /// Of the Brier score at each time.
    pub brier: Vec<Contrast>,
}

impl Question for Spec {
    type Answer = Answer;
    const NAME: &'static str = "performance";

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

/// Fits the models in training and judges them in every cohort.
fn run(data: &Dataset, spec: &Spec, watch: &dyn Watch) -> Result<Answer, AskError> {
    let endpoint = data.endpoint_of(&spec.on)?;
    if spec.models.is_empty() {
        return Err(AskError::Impossible(
            "there is no model to judge: name models under [models] in study.toml, or choose covariates among the Cox models"
                .to_owned(),
        ));
    }
    let times = horizon::times(data, &spec.on, &spec.times)?;
    let tau = (spec.method == Method::Uno).then(|| times.last().copied()).flatten();
    let (fitted, mut notes) = fit(data, spec, watch)?;
    notes.extend(spec.on.filter.as_ref().map(|f| format!("only patients with {f}, in training as well")));
    let training = model::training(data).unwrap_or_default().to_owned();
    let names = match &spec.on.cohort {
        Some(cohort) => vec![cohort.clone()],
        None => data.cohort.groups().levels.clone(),
    };
    let judgement = judge::Judgement { data, models: &fitted, method: spec.method, tau, times: &times };
    let mut cohorts = Vec::with_capacity(names.len());
    for (k, name) in names.iter().enumerate() {
        watch.step(k, names.len())?;
        let on = Selection { cohort: Some(name.clone()), ..spec.on.clone() };
        match judgement.cohort(&on, *name == training, endpoint.unit, &mut notes) {
            Ok(cohort) => cohorts.push(cohort),
            Err(why) => notes.push(format!("{name}: {why}")),
        }
    }
    if cohorts.is_empty() {
        return Err(AskError::Impossible(notes.join("; ")));
    }
    notes::of_cohorts(data, &cohorts, &fitted, endpoint.unit, &mut notes);
    Ok(Answer {
        endpoint: endpoint.name.clone(),
        label: endpoint.label.clone(),
        unit: endpoint.unit,
        method: spec.method,
        tau,
        times,
        training,
        reference: (fitted.len() > 1).then(|| fitted.last().map(|f| f.model.name.clone())).flatten(),
        models: fitted.iter().map(Model::from).collect(),
        cohorts,
        notes,
    })
}

/// The models that can be fitted, and why the others cannot.
fn fit(data: &Dataset, spec: &Spec, watch: &dyn Watch) -> Result<(Vec<Fitted>, Vec<String>), AskError> {
    let (mut fitted, mut notes) = (Vec::new(), Vec::new());
    let mut waiting = None;
    for one in &spec.models {
        match model::fit(data, one, &spec.on, spec.ties, watch) {
            Ok(one) => fitted.push(one),
            Err(AskError::Cancelled) => return Err(AskError::Cancelled),
            Err(why) => {
                notes.push(why.to_string());
                waiting = waiting.or(Some(why));
            }
        }
    }
    match (fitted.is_empty(), waiting) {
        (true, Some(why)) => Err(why),
        _ => {
            notes.extend(fitted.iter().flat_map(Fitted::notes));
            Ok((fitted, notes))
        }
    }
}

impl From<&Fitted> for Model {
    fn from(f: &Fitted) -> Self {
        Self {
            name: f.model.name.clone(),
            label: model::label(&f.model).to_owned(),
            covariates: f.model.covariates.clone(),
            n: f.estimates.n(),
            events: f.estimates.events(),
            n_dropped: f.n_dropped,
        }
    }
}
