//! Internal validation: how much of a model's performance in training is owed to having been fitted there, by the
//! bootstrap.

pub mod document;
mod refitted;
mod script;

use serde::Serialize;
use survival::cox::Ties;

use self::refitted::Refitted;
use super::{horizon, model};
use crate::ask::{Ask, AskError, Dataset, Question, Selection, Source};
use crate::study::{ModelSpec, TimeUnit};
use survival::calibration::{CalibrationError, Corrected, Optimism, OptimismSpec};
use watch::{Part, Watch};

/// What is asked.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Spec {
    /// Which endpoint and patients; always those of the training cohort.
    pub on: Selection,
    /// The models.
    pub models: Vec<ModelSpec>,
    /// `efron`, `breslow` or `exact`.
    pub ties: Ties,
    /// Times of the Brier scores; the quartiles of the times of events if not said.
    pub times: Vec<f64>,
    /// Number of bootstrap samples.
    pub bootstraps: usize,
    /// Their seed.
    pub seed: u64,
}

/// Models corrected for optimism.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Answer {
    /// Name and print of the endpoint.
    pub endpoint: String,
    /// What the endpoint is called in print.
    pub label: String,
    /// The unit of all times.
    pub unit: TimeUnit,
    /// The cohort that the samples are drawn from.
    pub training: String,
    /// Number of bootstrap samples.
    pub bootstraps: usize,
    /// Their seed.
    pub seed: u64,
    /// One for each model that could be fitted.
    pub models: Vec<OfModel>,
    /// Caveats.
    pub notes: Vec<String>,
}

/// One model.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OfModel {
    /// Its name.
    pub model: String,
    /// What it is called in print.
    pub label: String,
    /// Patients and events.
    pub n: usize,
    /// Events among them.
    pub events: usize,
    /// Its measures.
    #[serde(flatten)]
    pub measures: Measures,
}

/// Measures with their optimism.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Measures {
    /// Samples whose model could be fitted.
    pub used: usize,
    /// Samples whose model could not.
    pub failed: usize,
    /// Whether the model holds a score, whose selection the samples do not repeat: then nothing here is corrected for it.
    pub holds_score: bool,
    /// Harrell's C.
    pub c: Measure,
    /// Calibration slope; corrected it is the factor by which coefficients should be shrunk.
    pub slope: Measure,
    /// Brier score at each time.
    pub brier: Vec<AtTime>,
}

/// A measure in training, its optimism, and what is left.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct Measure {
    pub apparent: f64,
    pub optimism: f64,
    pub corrected: f64,
    /// Samples in which the measure is defined.
    pub samples: usize,
}

/// A measure at a time.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct AtTime {
    pub time: f64,
    #[serde(flatten)]
    pub measure: Measure,
}

impl Question for Spec {
    type Answer = Answer;
    const NAME: &'static str = "bootstrap validation";

    fn on(&self) -> Option<&Selection> {
        Some(&self.on)
    }

    fn run(&self, data: &Dataset, _ask: &dyn Ask, watch: &dyn Watch) -> Result<Answer, AskError> {
        run(data, self, watch)
    }

    fn script(&self, source: &Source<'_>, answer: &Answer) -> Result<String, AskError> {
        script::script(source, self, answer)
    }
}

/// Draws the samples for every model; the same ones for all.
fn run(data: &Dataset, spec: &Spec, watch: &dyn Watch) -> Result<Answer, AskError> {
    let endpoint = data.endpoint_of(&spec.on)?;
    let times = horizon::times(data, &spec.on, &spec.times)?;
    let (mut models, mut notes) = (Vec::new(), Vec::new());
    for (k, one) in spec.models.iter().enumerate() {
        let part = Part::new(watch, k, spec.models.len());
        match of_model(data, spec, one, &times, &part) {
            Ok(done) => models.push(done),
            Err(AskError::Cancelled) => return Err(AskError::Cancelled),
            Err(why) if spec.models.len() == 1 => return Err(why),
            Err(why) => notes.push(why.to_string()),
        }
        for made in model::scores_of(data, one) {
            notes.push(format!(
                "{}: {} is held fixed in the samples; the optimism of its selection is not in here (riskset validate \
                 refits it)",
                model::label(one),
                made.label
            ));
        }
    }
    for m in models.iter().filter(|m| m.measures.failed > 0) {
        notes.push(format!("{}: no fit in {} of {} samples", m.label, m.measures.failed, spec.bootstraps));
    }
    for m in &models {
        for at in m.measures.brier.iter().filter(|at| at.measure.samples < m.measures.used) {
            let (time, without) = (figures::format::chosen(at.time), m.measures.used - at.measure.samples);
            notes.push(format!("{}: no Brier score at {time} in {without} of {} samples", m.label, m.measures.used));
        }
    }
    notes.push("covariates are taken as given: what choosing them adds to the optimism is not in here".to_owned());
    Ok(Answer {
        endpoint: endpoint.name.clone(),
        label: endpoint.label.clone(),
        unit: endpoint.unit,
        training: model::training(data).unwrap_or_default().to_owned(),
        bootstraps: spec.bootstraps,
        seed: spec.seed,
        models,
        notes,
    })
}

fn of_model(
    data: &Dataset,
    spec: &Spec,
    one: &ModelSpec,
    times: &[f64],
    watch: &dyn Watch,
) -> Result<OfModel, AskError> {
    let fitted = model::fit(data, one, &spec.on, spec.ties, watch)?;
    if fitted.fill.is_some() {
        let refitted = Refitted { data, model: one, rows: &fitted.rows, times, ties: spec.ties };
        let measures = refitted.validated(spec, &fitted.survival, watch)?;
        return Ok(OfModel {
            model: one.name.clone(),
            label: model::label(one).to_owned(),
            n: fitted.estimates.n(),
            events: fitted.estimates.events(),
            measures,
        });
    }
    let samples = OptimismSpec { bootstraps: spec.bootstraps, seed: spec.seed, times: times.to_vec() };
    let found = samples.check().and_then(|spec| spec.fit(&fitted.survival, &fitted.design, &fitted.method, watch));
    let found = found.map_err(|error| match error {
        CalibrationError::Cancelled(_) => AskError::Cancelled,
        other => AskError::Impossible(format!("model {}: {other}", one.name)),
    })?;
    Ok(OfModel {
        model: one.name.clone(),
        label: model::label(one).to_owned(),
        n: fitted.estimates.n(),
        events: fitted.estimates.events(),
        measures: Measures::new(&found, times, !model::scores_of(data, one).is_empty()),
    })
}

impl Measures {
    fn new(of: &Optimism, times: &[f64], holds_score: bool) -> Self {
        let at = |(time, brier): (&f64, &Corrected)| AtTime { time: *time, measure: Measure::from(*brier) };
        Self {
            used: of.used,
            failed: of.failed,
            holds_score,
            c: of.c.into(),
            slope: of.slope.into(),
            brier: times.iter().zip(&of.brier).map(at).collect(),
        }
    }
}

impl From<Corrected> for Measure {
    fn from(c: Corrected) -> Self {
        Self { apparent: c.apparent, optimism: c.optimism, corrected: c.corrected, samples: c.samples }
    }
}
