//! Nomograms of Cox models.

pub mod document;
pub mod reading;
pub mod script;

use serde::Serialize;
use survival::cox::Ties;

use super::horizon;
use super::model::{self, Estimates};
use crate::ask::{Ask, AskError, Dataset, Question, Selection, Source};
use crate::study::{ModelSpec, TimeUnit};
use survival::nomogram::{self, Effects, NomogramSpec, rms_model};
use watch::Watch;

/// What is asked.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Spec {
    /// Which endpoint and patients; the model is fitted in the training cohort.
    pub on: Selection,
    /// The model.
    pub model: ModelSpec,
    /// How tied events count.
    pub ties: Ties,
    /// Times of the survival scales; the quartiles of the times of events if not said.
    pub times: Vec<f64>,
}

/// Scales from which survival is read off.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Answer {
    /// The model.
    pub model: String,
    /// The endpoint.
    pub endpoint: String,
    /// Unit of all times.
    pub unit: TimeUnit,
    /// Patients the model was fitted to.
    pub n: usize,
    /// Events among them.
    pub events: usize,
    /// One scale a variable.
    pub points: Vec<Variable>,
    /// The scale of total points.
    pub total: Total,
    /// Survival at each time.
    pub survival: Vec<Survival>,
    /// Total points and linear predictor.
    pub linear_predictor: Vec<Predictor>,
    /// The times of the fit, and the cumulative hazard at each where the linear predictor is 0.
    #[serde(skip)]
    pub baseline: Vec<(f64, f64)>,
    /// The linear predictor at no points.
    #[serde(skip)]
    pub lowest: f64,
    /// Points of a unit of the linear predictor.
    #[serde(skip)]
    pub points_per_unit: f64,
    /// Patients left out.
    pub n_dropped: usize,
    /// Caveats.
    pub notes: Vec<String>,
}

/// The scale of a variable.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Variable {
    /// The column.
    pub variable: String,
    /// What it is called in print.
    pub label: String,
    /// Levels of factors that it interacts with, for which this scale is.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub given: Vec<(String, String)>,
    /// Its marks.
    pub scale: Vec<Mark>,
}

/// A mark of a variable.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct Mark {
    pub value: Value,
    pub points: f64,
    /// The part of the linear predictor.
    pub effect: f64,
}

/// What a mark stands for.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Value {
    /// A number.
    Number(f64),
    /// A level.
    Level(String),
}

/// The scale of total points.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct Total {
    pub max: f64,
    pub scale: Vec<f64>,
}

/// Survival at one time along the total points.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct Survival {
    pub time: f64,
    pub scale: Vec<SurvivalMark>,
}

/// A mark of a survival scale.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct SurvivalMark {
    pub points: f64,
    pub survival: f64,
}

/// A mark of the scale of the linear predictor.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct Predictor {
    pub points: f64,
    pub lp: f64,
}

impl Question for Spec {
    type Answer = Answer;
    const NAME: &'static str = "nomogram";

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

/// Fits the model as rms does, and gives points.
fn run(data: &Dataset, spec: &Spec, watch: &dyn Watch) -> Result<Answer, AskError> {
    let endpoint = data.endpoint_of(&spec.on)?;
    let times = horizon::times(data, &spec.on, &spec.times)?;
    let fitted = model::fit(data, &spec.model, &spec.on, spec.ties, watch)?;
    let mut notes = fitted.notes();
    // Of one set of patients as rms fits it; what was pooled is taken as it is.
    let estimates = match &fitted.estimates {
        Estimates::One(_) => {
            let method = rms_model().check().map_err(AskError::impossible)?;
            let fit = method.fit(&fitted.survival, &fitted.design, watch).map_err(AskError::impossible)?;
            &Estimates::One(Box::new(fit))
        }
        pooled => pooled,
    };
    let (beta, means) = (estimates.coef(), estimates.means());
    let Some(baseline) = estimates.baseline() else {
        return Err(AskError::Impossible("the model has no baseline hazard".to_owned()));
    };
    let drawn = NomogramSpec::at(&times)
        .check()
        .and_then(|spec| spec.draw(Effects { coef: &beta, means, baseline: &baseline }, &fitted.design))
        .map_err(AskError::impossible)?;
    for time in times.iter().filter(|t| **t > fitted.last_time()) {
        notes.push(format!("nobody in training is followed as long as {}", figures::format::chosen(*time)));
    }
    // The hazard's own reference leaves columns of -1, 0 and 1 where they are; the predictor is 0 at all means.
    let design = &fitted.design;
    let mean = |j: usize| design.column(j).iter().sum::<f64>() / design.rows() as f64;
    let from: f64 = beta.iter().zip(means).enumerate().map(|(j, (b, m))| b * (mean(j) - m)).sum();
    let hazards = baseline.cumhaz.iter().map(|h| h * from.exp());
    let baseline = baseline.time.iter().copied().zip(hazards).collect();
    let label = |name: &str| data.cohort.frame().get(name).map_or(name, |c| c.label()).to_owned();
    Ok(Answer {
        model: model::label(&spec.model).to_owned(),
        endpoint: endpoint.name.clone(),
        unit: endpoint.unit,
        n: estimates.n(),
        events: estimates.events(),
        points: drawn.axes.iter().map(|axis| Variable::new(axis, label(&axis.variable))).collect(),
        total: Total { max: drawn.total.last().copied().unwrap_or_default(), scale: drawn.total },
        survival: drawn
            .survival
            .into_iter()
            .map(|axis| Survival {
                time: axis.time,
                scale: axis.marks.into_iter().map(|(points, survival)| SurvivalMark { points, survival }).collect(),
            })
            .collect(),
        linear_predictor: drawn.linear_predictor.into_iter().map(|(points, lp)| Predictor { points, lp }).collect(),
        baseline,
        lowest: drawn.lowest,
        points_per_unit: drawn.points_per_unit,
        n_dropped: fitted.n_dropped,
        notes,
    })
}

impl Variable {
    fn new(axis: &nomogram::Axis, label: String) -> Self {
        let scale = axis.marks.iter().map(|m| Mark {
            value: match (&m.level, m.value) {
                (Some(level), _) => Value::Level(level.clone()),
                (None, value) => Value::Number(value.unwrap_or(f64::NAN)),
            },
            points: m.points,
            effect: m.effect,
        });
        Self { variable: axis.variable.clone(), label, given: axis.given.clone(), scale: scale.collect() }
    }
}
