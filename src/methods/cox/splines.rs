//! Whether numbers act as straight lines: each in turn as a restricted cubic spline, adjusted for the model's covariates.

mod script;

use serde::Serialize;

use super::Options;
use super::curve::{self, Curve};
use super::model::Fitted;
use crate::ask::{Ask, AskError, Dataset, Question, Selected, Selection, Source};
use crate::methods::covariates::{Designed, bent};
use watch::Watch;

/// What is asked.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Spec {
    /// Of whom, for which endpoint.
    pub on: Selection,
    /// The covariates of the model, as `analysis::covariates` reads them.
    pub covariates: Vec<String>,
    /// The numbers looked at; one that is no covariate of the model is added to it.
    pub candidates: Vec<String>,
    /// Knots of each spline.
    pub knots: usize,
    /// The kind of model.
    pub options: Options,
}

/// One model a number.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Answer {
    /// Name of the endpoint.
    pub endpoint: String,
    /// The knots asked for; equal values may leave a spline with fewer.
    pub knots: usize,
    /// The numbers, in the order asked for.
    pub models: Vec<Bent>,
    /// Caveats.
    pub notes: Vec<String>,
}

/// A number as a spline.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Bent {
    /// Patients with all values known.
    pub n: usize,
    /// Events among them.
    pub events: usize,
    /// What the covariates of the same model are called in print, without the number.
    pub adjusted: Vec<String>,
    /// Its curve and tests.
    pub curve: Curve,
}

/// Numbers of knots that are offered.
pub const KNOTS: std::ops::RangeInclusive<usize> = 3..=7;
/// Knots until others are chosen.
pub const USUAL_KNOTS: usize = 4;
/// A number with fewer distinct values is not a continuous one.
const LEAST_DISTINCT: usize = 6;

impl Question for Spec {
    type Answer = Answer;
    const NAME: &'static str = "splines";

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

/// Fits a model for each candidate that is continuous.
fn run(data: &Dataset, spec: &Spec, watch: &dyn Watch) -> Result<Answer, AskError> {
    let selected = data.select(&spec.on)?;
    let mut notes = selected.notes.clone();
    let mut models: Vec<Bent> = Vec::new();
    // Models that differ in one covariate have most caveats in common.
    let mut caveats: Vec<(String, Vec<String>)> = Vec::new();
    for (i, name) in spec.candidates.iter().enumerate() {
        watch.step(i, spec.candidates.len())?;
        if !is_continuous(data, name, &selected)? {
            continue;
        }
        match one(data, spec, name, &selected, watch) {
            Ok((model, own)) => {
                for caveat in own {
                    match caveats.iter_mut().find(|(text, _)| *text == caveat) {
                        Some((_, labels)) => labels.push(model.curve.label.clone()),
                        None => caveats.push((caveat, vec![model.curve.label.clone()])),
                    }
                }
                models.push(model);
            }
            Err(AskError::Cancelled) => return Err(AskError::Cancelled),
            Err(why) => notes.push(why.to_string()),
        }
    }
    notes.extend(caveats.into_iter().map(|(caveat, labels)| match labels.len() {
        n if n > 1 && n == models.len() => format!("each model: {caveat}"),
        _ => format!("{}: {caveat}", labels.join(", ")),
    }));
    Ok(Answer { endpoint: spec.on.endpoint.clone().unwrap_or_default(), knots: spec.knots, models, notes })
}

fn is_continuous(data: &Dataset, name: &str, selected: &Selected) -> Result<bool, AskError> {
    let values = data.numbers(name)?;
    let mut known: Vec<f64> = selected.rows.iter().map(|r| values[*r]).filter(|x| !x.is_nan()).collect();
    known.sort_by(f64::total_cmp);
    known.dedup();
    Ok(known.len() >= LEAST_DISTINCT)
}

fn one(
    data: &Dataset,
    spec: &Spec,
    name: &str,
    selected: &Selected,
    watch: &dyn Watch,
) -> Result<(Bent, Vec<String>), AskError> {
    let covariates = bent(data, &spec.covariates, name, spec.knots);
    let Designed { design, known, .. } = super::designed(data, &covariates, &spec.on, &spec.options, selected)?;
    let rows: Vec<usize> = known.iter().map(|i| selected.rows[*i]).collect();
    let survival = super::survival_of(data, &spec.on, selected)?.select(&known);
    let method = spec.options.settled(&survival).method(data, &rows)?;
    let fit = super::fitted(&method, &design, &survival, watch)?;
    let strata = &spec.options.strata;
    let of = Fitted { data, design: &design, survival: &survival, method: &method, strata, fit: &fit };
    let curve = curve::along(&of, &curve::Spec { variable: name.to_owned(), reference: None }, watch)?;
    let label = |column: &str| data.cohort.frame().get(column).map_or(column, |c| c.label()).to_owned();
    let others = super::model::main_effects(&design).into_iter().filter(|v| v != name);
    let mut caveats: Vec<String> = fit.notes.iter().map(ToString::to_string).collect();
    if curve.knots.len() != spec.knots {
        caveats.push(format!("equal values leave {} knots of {}", curve.knots.len(), spec.knots));
    }
    Ok((Bent { n: fit.n, events: fit.n_events, adjusted: others.map(|v| label(&v)).collect(), curve }, caveats))
}
