//! The model's own part of a file: terms, coefficients, baseline, cut.

use serde::Serialize;
use survival::cox::{self, Ties};
use survival::stats::describe::describe;
use watch::Watch;

use super::schema::{AtTime, Coding, Coefficient, Imputation, Predicted, Range, Term, Training};
use crate::ask::{Ask, AskError, Dataset, Question, Selection};
use crate::methods::{horizon, model};
use crate::study::ModelSpec;

/// What is asked.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Spec {
    /// Which endpoint and patients; always those of the training cohort.
    pub on: Selection,
    /// The model.
    pub model: ModelSpec,
    /// How tied events count.
    pub ties: Ties,
    /// Times of predictions; the quartiles of the times of events if not said.
    pub times: Vec<f64>,
}

/// A fitted model.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct Answer {
    pub endpoint: Predicted,
    pub terms: Vec<Term>,
    pub coefficients: Vec<Coefficient>,
    pub covariance: Vec<Vec<f64>>,
    pub baseline: Vec<AtTime>,
    pub cut: f64,
    pub training: Training,
    pub imputation: Option<Imputation>,
    /// Rows of the cohort that the model was fitted to.
    #[serde(skip)]
    pub rows: Vec<usize>,
    pub notes: Vec<String>,
}

impl Question for Spec {
    type Answer = Answer;
    const NAME: &'static str = "model file";

    fn on(&self) -> Option<&Selection> {
        Some(&self.on)
    }

    fn run(&self, data: &Dataset, _ask: &dyn Ask, watch: &dyn Watch) -> Result<Answer, AskError> {
        run(data, self, watch)
    }
}

fn run(data: &Dataset, spec: &Spec, watch: &dyn Watch) -> Result<Answer, AskError> {
    let endpoint = data.endpoint_of(&spec.on)?;
    let times = horizon::times(data, &spec.on, &spec.times)?;
    let fitted = model::fit(data, &spec.model, &spec.on, spec.ties, watch)?;
    let training = model::training(data).map(str::to_owned);
    let selected = data.select(&Selection { cohort: training.clone(), ..spec.on.clone() })?;
    let predicted = fitted.predict(data, &selected.rows)?;
    let rows: Vec<usize> = predicted.known.iter().map(|i| selected.rows[*i]).collect();
    let p = fitted.design.n_columns();
    let variance = fitted.estimates.variance();
    let covariance = (0..p).map(|i| (0..p).map(|j| variance.get(i, j).unwrap_or_default()).collect()).collect();
    let last = fitted.last_time();
    let mut notes = fitted.notes();
    notes.extend(times.iter().filter(|time| **time > last).map(|time| {
        format!("nobody of the training cohort is followed as long as {time}: its survival is that at {last}")
    }));
    let baseline = fitted.estimates.tabulate(&times).into_iter().map(|at| AtTime {
        time: at.time,
        survival: (-at.cumhaz).exp(),
        cumhaz: at.cumhaz,
        variance: at.variance,
        drift: at.drift,
    });
    Ok(Answer {
        endpoint: Predicted { name: endpoint.name.clone(), label: endpoint.label.clone(), unit: endpoint.unit },
        terms: fitted.design.terms().iter().map(|term| Term::of(term, fitted.design.terms())).collect(),
        coefficients: coefficients(&fitted),
        covariance,
        baseline: baseline.collect(),
        cut: describe(&predicted.lp).median,
        training: Training {
            cohort: training.filter(|_| data.cohort.groups().levels.len() > 1),
            n: fitted.estimates.n(),
            events: fitted.estimates.events(),
            n_dropped: fitted.n_dropped,
        },
        imputation: fitted.fill.as_ref().map(|fill| Imputation::new(fill, data)).transpose()?,
        rows,
        notes,
    })
}

fn coefficients(fitted: &model::Fitted) -> Vec<Coefficient> {
    let one = |(column, of): (&String, model::Estimate)| Coefficient {
        column: column.clone(),
        coef: of.coef,
        se: of.se,
        mean: of.mean,
        df: of.pooled.map(|pooled| pooled.df),
        fmi: of.pooled.map(|pooled| pooled.fmi),
    };
    fitted.design.names().iter().zip(fitted.estimates.estimates()).map(one).collect()
}

impl Term {
    fn of(term: &cox::Term, all: &[cox::Term]) -> Self {
        let coding = match &term.coding {
            cox::Coding::Linear => Coding::Linear,
            cox::Coding::Factor { levels } => Coding::Factor { levels: levels.clone() },
            cox::Coding::Spline(spline) => Coding::Spline { knots: spline.knots().to_vec() },
            cox::Coding::Interaction(of) => Coding::Product { of: of.iter().map(|t| all[*t].name.clone()).collect() },
        };
        Self { name: term.name.clone(), coding }
    }
}

impl Range {
    /// Of these numbers; NaN is missing.
    pub fn of(values: &[f64]) -> Self {
        let of = describe(values);
        let known = |x: f64| Some(x).filter(|x| x.is_finite());
        Self {
            n: of.n,
            missing: of.missing,
            mean: known(of.mean),
            sd: known(of.sd),
            median: known(of.median),
            min: known(of.min),
            max: known(of.max),
        }
    }
}
