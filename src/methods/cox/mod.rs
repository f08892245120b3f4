//! Cox models: each variable alone, those that enter together, and whether hazards are proportional.

pub mod document;
pub mod figure;
pub mod script;

pub mod cases;
pub mod causes;
pub mod curve;
mod described;
pub mod discrimination;
pub mod domain;
pub mod hazards;
pub mod model;
pub mod profile;
pub mod splines;
mod subdistribution;
pub mod subgroups;
mod term;

use serde::{Deserialize, Serialize};
use tables::Column;
use tables::problem::Problem;
use watch::Watch;

use crate::ask::{Ask, AskError, Dataset, Question, Selected, Selection, Source};

pub use described::Described;
pub use hazards::Zph;
pub use model::Model;
pub use subdistribution::Competing;
pub use term::{Term, Test, Tests};

use self::term::terms;
use super::covariates::{self, Designed};
use super::intervals::Intervals;
use crate::ask::grouping::stratified;
use survival::Survival;
use survival::cox::{CheckedCox, CoxFit, CoxNote, CoxSpec, Design, Factor, Ties};

/// What is asked.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Spec {
    /// Of whom, for which endpoint.
    pub on: Selection,
    /// The variables that are looked at one by one.
    pub candidates: Vec<String>,
    /// The variables of the joint model; those with p below `entry_p` if not said.
    pub chosen: Option<Vec<String>>,
    /// Entry into the joint model.
    pub entry_p: f64,
    /// Select the variables of the joint model backward from all candidates, unless they are chosen.
    pub step: Option<model::Step>,
    /// The kind of model.
    pub options: Options,
}

/// The kind of model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Options {
    /// How tied events share their risk set.
    pub ties: Ties,
    /// Columns whose levels, together, have a baseline hazard of their own.
    pub strata: Vec<String>,
    /// Robust standard errors.
    pub robust: bool,
    /// Model-based standard errors even where weights are not whole numbers.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub model_based: bool,
    /// Column whose equal values belong together: robust standard errors count them as one.
    pub cluster: Option<String>,
    /// Firth's penalty.
    pub firth: bool,
    /// Column that names the patient, where rows are intervals of patients.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
}

impl Default for Options {
    fn default() -> Self {
        let (strata, cluster, subject) = (Vec::new(), None, None);
        Self { ties: Ties::default(), strata, robust: false, model_based: false, cluster, firth: false, subject }
    }
}

/// The models.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Answer {
    /// Name of the endpoint.
    pub endpoint: String,
    /// Patients and events of the selection.
    pub n: usize,
    /// Events among them.
    pub events: usize,
    /// Patients left out because their follow-up is not known.
    pub n_dropped: usize,
    /// The ties method.
    pub ties: Ties,
    /// What the models are besides their covariates.
    #[serde(flatten)]
    pub described: Described,
    /// One model a variable, in the order asked for.
    pub models: Vec<Single>,
    /// The joint model, if any variable entered.
    pub joint: Option<Model>,
    /// How the joint model came about, in words.
    pub rule: String,
    /// Caveats.
    pub notes: Vec<String>,
}

/// The model of one variable alone.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Single {
    /// Name of the variable.
    pub variable: String,
    /// What it is called in print.
    pub label: String,
    /// Its coefficients.
    pub terms: Vec<Term>,
    /// Patients with a known value.
    pub n: usize,
    /// Events among them.
    pub events: usize,
    /// Patients left out because a value is missing.
    pub n_dropped: usize,
    /// p of the likelihood ratio test.
    pub lr_p: f64,
    /// Whether it is in the joint model.
    pub entered: bool,
    /// What is to be known of this model: a coefficient that may be infinite, one that there is not.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

/// Below this p, hazards are said not to be proportional.
const PH_VIOLATED: f64 = 0.05;

impl Question for Spec {
    type Answer = Answer;
    const NAME: &'static str = "Cox models";

    fn on(&self) -> Option<&Selection> {
        Some(&self.on)
    }

    fn run(&self, data: &Dataset, _ask: &dyn Ask, watch: &dyn Watch) -> Result<Answer, AskError> {
        run(data, self, watch)
    }

    fn script(&self, source: &Source<'_>, answer: &Self::Answer) -> Result<String, AskError> {
        script::univariable(source, self, &answer.models)
    }
}

/// Fits each candidate alone, then the joint model.
fn run(data: &Dataset, spec: &Spec, watch: &dyn Watch) -> Result<Answer, AskError> {
    let selected = data.select(&spec.on)?;
    let survival = survival_of(data, &spec.on, &selected)?;
    if survival.n_events() == 0 {
        return Err(AskError::Impossible("there is no event, so there is no model to fit".to_owned()));
    }
    let options = spec.options.settled(survival);
    let spec = &Spec { options, ..spec.clone() };
    let mut notes = selected.notes.clone();
    let mut models = Vec::with_capacity(spec.candidates.len());
    for (i, name) in spec.candidates.iter().enumerate() {
        watch.step(i, spec.candidates.len() + 1)?;
        match single(data, name, spec, &selected, watch) {
            Ok(model) => {
                notes.extend(model.notes.iter().map(|note| format!("{}, alone: {note}", model.label)));
                models.push(model);
            }
            Err(AskError::Cancelled) => return Err(AskError::Cancelled),
            Err(why) => notes.push(format!("{name}: {why}")),
        }
    }
    let (variables, rule) = match &spec.chosen {
        Some(chosen) => (chosen.clone(), "variables chosen by hand".to_owned()),
        None if spec.step.is_some() => {
            let all: Vec<String> = models.iter().map(|m| m.variable.clone()).collect();
            let by = spec.step.map(|step| step.words()).unwrap_or_default();
            (all, format!("backward selection by {by} from all variables"))
        }
        None => {
            let entered = models.iter().filter(|m| m.lr_p < spec.entry_p).map(|m| m.variable.clone()).collect();
            (entered, format!("variables with univariable p < {}", spec.entry_p))
        }
    };
    let joint = match variables.is_empty() {
        true => None,
        false => {
            let joint = model::Spec {
                on: spec.on.clone(),
                covariates: variables,
                options: spec.options.clone(),
                step: spec.step.filter(|_| spec.chosen.is_none()),
                zph: true,
                cases: true,
                baseline: false,
                profiles: Vec::new(),
                times: Vec::new(),
                curves: Vec::new(),
                competing: None,
            };
            Some(model::fit(data, &joint, &selected, &mut notes, watch)?).filter(|model| !model.terms.is_empty())
        }
    };
    let mut described = Described::new(&spec.on, &spec.options);
    // The joint model has said it of its own patients.
    match &joint {
        Some(joint) => described.patients = joint.described.patients,
        None => {
            described.patients = spec.options.patients(data, &selected.rows, survival, &mut notes)?;
            spec.options.warn(survival, &mut notes);
        }
    }
    let in_joint = |name: &String| joint.as_ref().is_some_and(|joint| joint.variables.contains(name));
    models.iter_mut().for_each(|m| m.entered = in_joint(&m.variable));
    Ok(Answer {
        endpoint: spec.on.endpoint.clone().unwrap_or_default(),
        n: survival.len(),
        events: survival.n_events(),
        n_dropped: selected.n_dropped,
        ties: spec.options.ties,
        described,
        models,
        joint,
        rule,
        notes,
    })
}

impl Options {
    /// The default model with this ties method.
    pub fn with_ties(ties: Ties) -> Self {
        Self { ties, ..Self::default() }
    }

    /// Columns that the model needs besides its covariates.
    fn columns(&self) -> Vec<&str> {
        self.strata.iter().chain(&self.cluster).map(String::as_str).collect()
    }

    /// The model for the patients in `rows`, of whom strata and cluster are known.
    pub(super) fn method(&self, data: &Dataset, rows: &[usize]) -> Result<CheckedCox, AskError> {
        let strata = match self.strata.as_slice() {
            [] => None,
            columns => {
                let strata = stratified(data, columns, rows, &mut Vec::new())?;
                let codes = strata.codes.iter().map(|code| *code as u32).collect();
                Some(Factor::new(codes, strata.levels).map_err(AskError::impossible)?)
            }
        };
        let cluster = match &self.cluster {
            None => None,
            Some(name) => {
                let column = data.cohort.frame().column(name).map_err(AskError::impossible)?;
                let codes = column.factor().codes;
                Some(rows.iter().map(|r| codes[*r].unwrap_or_default()).collect())
            }
        };
        let spec =
            CoxSpec { ties: self.ties, strata, robust: self.robust, cluster, firth: self.firth, ..CoxSpec::default() };
        spec.check().map_err(AskError::impossible)
    }

    /// The same kind of model with robust standard errors where weights are not whole numbers and the method has them, as
    /// R's `coxph`: such weights are no numbers of patients.
    pub(super) fn settled(&self, survival: &Survival) -> Self {
        let has_robust = !self.firth && self.ties != Ties::Exact && !self.model_based;
        Self { robust: self.robust || sampled(survival) && has_robust, ..self.clone() }
    }

    /// The number of patients behind `rows`, where rows are intervals; notes say which intervals do not fit together.
    fn patients(
        &self,
        data: &Dataset,
        rows: &[usize],
        survival: &Survival,
        notes: &mut Vec<String>,
    ) -> Result<Option<usize>, AskError> {
        let Some(subject) = &self.subject else { return Ok(None) };
        let intervals = Intervals::of(data, subject, rows, survival)?;
        notes.extend(intervals.notes);
        Ok(Some(intervals.patients))
    }

    /// What a reader should know of the standard errors.
    fn warn(&self, survival: &Survival, notes: &mut Vec<String>) {
        if sampled(survival) {
            let weights = "weights are not whole numbers:";
            notes.push(match self.robust || self.cluster.is_some() {
                true => format!("{weights} standard errors, intervals and p are robust ones"),
                false => format!("{weights} model-based standard errors take them for numbers of patients"),
            });
        }
        if self.robust && self.cluster.is_none() && survival.entry().is_some() {
            let rows = "every row counts as a patient of its own in the robust standard errors";
            notes.push(format!("{rows}: where a patient has several, name the column of patients as the cluster"));
        }
    }
}

/// Whether weights are not numbers of patients.
pub(super) fn sampled(survival: &Survival) -> bool {
    survival.weights().is_some_and(|w| w.iter().any(|w| w.fract() != 0.0))
}

/// Names of the strata, by code.
fn stratum_names(method: &CheckedCox) -> Option<&[String]> {
    method.strata().map(Factor::levels)
}

/// The follow-up of those selected; all of them must weigh something.
fn survival_of<'s>(data: &Dataset, on: &Selection, selected: &'s Selected) -> Result<&'s Survival, AskError> {
    let survival = selected.survival.as_ref().ok_or_else(AskError::no_endpoint)?;
    if let Some(weightless) = survival.weights().and_then(|w| w.iter().position(|w| *w == 0.0)) {
        let column = on.weights.as_deref().unwrap_or_default();
        let place = data.cohort.frame().place_of(selected.rows[weightless]).field(column);
        let problem = Problem::error(place, "a weight of 0 is none in a Cox model");
        return Err(AskError::impossible(problem.remedy(format!("leave such rows out: --where '{column} > 0'"))));
    }
    Ok(survival)
}

/// The design of `covariates` on those selected of whom everything is known. Knots of splines are placed by everybody
/// of the selection, followed or not.
fn designed(
    data: &Dataset,
    covariates: &[String],
    on: &Selection,
    options: &Options,
    selected: &Selected,
) -> Result<Designed, AskError> {
    let everybody = data.select(&Selection { endpoint: None, ..on.clone() })?.rows;
    covariates::design(data, covariates, &options.columns(), &selected.rows, &everybody)
}

fn fitted(method: &CheckedCox, design: &Design, survival: &Survival, watch: &dyn Watch) -> Result<CoxFit, AskError> {
    method.fit(survival, design, watch).map_err(|error| failed(error, watch))
}

/// The error of a fit; one that was told to stop is not to blame.
fn failed(error: impl std::fmt::Display, watch: &dyn Watch) -> AskError {
    match watch.step(0, 0) {
        Err(cancelled) => cancelled.into(),
        Ok(()) => AskError::impossible(error),
    }
}

/// Few events in a model of one variable are plain from the table, which counts them.
fn is_of_numbers(note: &CoxNote) -> bool {
    matches!(note, CoxNote::FewEvents { .. } | CoxNote::StrataWithoutEvents { .. })
}

fn single(data: &Dataset, name: &str, spec: &Spec, selected: &Selected, watch: &dyn Watch) -> Result<Single, AskError> {
    let Designed { design, known, notes } = designed(data, &[name.to_owned()], &spec.on, &spec.options, selected)?;
    let rows: Vec<usize> = known.iter().map(|i| selected.rows[*i]).collect();
    let method = spec.options.method(data, &rows)?;
    let fit = fitted(&method, &design, &survival_of(data, &spec.on, selected)?.select(&known), watch)?;
    let label = data.cohort.frame().get(name).map_or(name, Column::label);
    let of_fit = fit.notes.iter().filter(|note| !is_of_numbers(note));
    Ok(Single {
        variable: name.to_owned(),
        label: label.to_owned(),
        terms: terms(design.terms(), &fit.coefficients),
        n: fit.n,
        events: fit.n_events,
        n_dropped: selected.n_dropped + selected.rows.len() - known.len(),
        lr_p: fit.lr.p,
        entered: false,
        notes: notes.into_iter().chain(of_fit.map(ToString::to_string)).collect(),
    })
}
