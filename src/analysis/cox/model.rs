//! One model with everything that can be asked of it: what `riskset cox` answers and what the joint model is made by.

use serde::{Deserialize, Serialize};

use super::cases::{Cases, cases};
use super::subdistribution::{self, Competing};
use super::term::{Term, Test, Tests, terms};
use super::{Options, PH_VIOLATED};
use crate::analysis::covariates::Designed;
use crate::analysis::{AnalysisError, Dataset, Selected, Selection};
use crate::format;
use crate::survival::Survival;
use crate::survival::cox::{
    Change, CheckedCox, CoxFit, Criterion, Design, Direction, Reference, TimeTransform, ZphPlot, ZphSmooth,
};
use crate::watch::Watch;

/// What is asked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Spec {
    /// Of whom, for which endpoint.
    pub on: Selection,
    /// The covariates, as `analysis::covariates` reads them.
    pub covariates: Vec<String>,
    /// The kind of model.
    pub options: Options,
    /// How covariates are selected backward; all stay if not said.
    pub step: Option<Step>,
    /// Test whether hazards are proportional.
    pub zph: bool,
    /// Give the residuals of every patient.
    pub cases: bool,
    /// Give the baseline hazard.
    pub baseline: bool,
    /// Fine and Gray's model of the endpoint's event among others.
    pub competing: Option<Competing>,
}

/// What decides whether a covariate stays.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Akaike's criterion.
    Aic,
    /// Schwarz's criterion with the number of events.
    Bic,
    /// The likelihood ratio p of the covariate at most this much.
    P(f64),
}

impl Step {
    /// `AIC`, `BIC`, `p <= 0.05`.
    pub fn words(self) -> String {
        match self {
            Self::Aic => "AIC".to_owned(),
            Self::Bic => "BIC".to_owned(),
            Self::P(p) => format!("p ≤ {p}"),
        }
    }
}

/// A model of its own.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Answer {
    /// Name of the endpoint.
    pub endpoint: String,
    /// The ties method.
    pub ties: String,
    /// The model.
    #[serde(flatten)]
    pub model: Model,
    /// Caveats.
    pub notes: Vec<String>,
}

/// A model.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Model {
    /// Its variables, those of strata not among them.
    pub variables: Vec<String>,
    /// Patients with all values known.
    pub n: usize,
    /// Events among them.
    pub events: usize,
    /// Patients left out because a value is missing.
    pub n_dropped: usize,
    /// Log partial likelihood without and with the covariates.
    pub loglik: [f64; 2],
    /// Akaike's information criterion.
    pub aic: f64,
    /// Schwarz's, with the number of events.
    pub bic: f64,
    /// The coefficients.
    pub terms: Vec<Term>,
    /// Likelihood ratio, Wald and score test.
    pub tests: Tests,
    /// Harrell's C on the same patients.
    pub concordance: Option<Concordance>,
    /// Tests of proportional hazards, the last of all together.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub zph: Vec<Zph>,
    /// Scaled Schoenfeld residuals of each term tested, for a figure.
    #[serde(skip)]
    pub residuals: Vec<Residuals>,
    /// The baseline hazard.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub baseline: Option<Baseline>,
    /// Variance inflation factor of each coefficient; nothing where there is none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub vif: Vec<Option<f64>>,
    /// Residuals of every patient.
    #[serde(rename = "residuals", skip_serializing_if = "Option::is_none")]
    pub cases: Option<Cases>,
    /// The way of the selection.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub selection: Vec<Dropped>,
}

/// Concordance on the data of the fit: it is optimistic.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct Concordance {
    pub c: f64,
    pub se: f64,
}

/// A test of proportional hazards (Kaplan-Meier transform of time).
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct Zph {
    pub term: String,
    pub chisq: f64,
    pub df: usize,
    pub p: f64,
}

/// How the coefficient of a term changes with time: scaled Schoenfeld residuals and a smooth through them.
#[derive(Debug, Clone, PartialEq)]
pub struct Residuals {
    /// The term.
    pub term: String,
    /// Unit of the times, in words.
    pub unit: &'static str,
    /// Time of every event whose residual is known.
    pub time: Vec<f64>,
    /// Its residual.
    pub value: Vec<f64>,
    /// What the model assumes for all times: the coefficient; 1 for a term of several columns.
    pub assumed: f64,
    /// A natural cubic spline over the transformed times with 4 df, at times of the endpoint; nothing with few events.
    pub smooth: Option<ZphSmooth>,
}

/// The cumulative baseline hazard at every distinct time, one stratum after the other.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Baseline {
    /// The times.
    pub time: Vec<f64>,
    /// With all covariates zero.
    pub cumhaz: Vec<f64>,
    /// With covariates at `means`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cumhaz_at_means: Vec<f64>,
    /// Means of the columns; 0 for a column that holds only -1, 0 and 1.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub means: Vec<f64>,
    /// The stratum of each time.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub stratum: Vec<String>,
}

/// A step of the selection.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Dropped {
    /// What was dropped; nothing at the start.
    pub dropped: Option<String>,
    /// The criterion after it, or the p of what was dropped.
    pub criterion: Option<f64>,
}

/// Coefficients of the smooth through residuals (R takes as many), and places at which it is drawn.
const SMOOTH_DF: usize = 4;
const SMOOTH_POINTS: usize = 40;

/// Fits the model.
pub fn run(data: &Dataset, spec: &Spec, watch: &dyn Watch) -> Result<Answer, AnalysisError> {
    let selected = data.select(&spec.on)?;
    let mut notes = selected.notes.clone();
    let mut model = fit(data, spec, &selected, &mut notes, watch)?;
    model.n_dropped += selected.n_dropped;
    let ties = if spec.competing.is_some() { "breslow" } else { &spec.options.ties };
    Ok(Answer { endpoint: spec.on.endpoint.clone().unwrap_or_default(), ties: ties.to_owned(), model, notes })
}

/// Fits the model to patients that are selected already.
pub(super) fn fit(
    data: &Dataset,
    spec: &Spec,
    selected: &Selected,
    notes: &mut Vec<String>,
    watch: &dyn Watch,
) -> Result<Model, AnalysisError> {
    let survival = super::survival_of(data, &spec.on, selected)?;
    let Designed { design, known } = super::designed(data, &spec.covariates, &spec.on, &spec.options, selected)?;
    let n_dropped = selected.rows.len() - known.len();
    if n_dropped > 0 {
        notes.push(format!("{} left out because a value of the model is missing", format::patients_are(n_dropped)));
    }
    let rows: Vec<usize> = known.iter().map(|i| selected.rows[*i]).collect();
    let survival = survival.select(&known);
    if let Some(competing) = &spec.competing {
        let mut model = subdistribution::fit(data, competing, &design, &survival, &rows, spec.baseline, notes, watch)?;
        model.n_dropped = n_dropped;
        return Ok(model);
    }
    let method = spec.options.method(data, &rows)?;
    let (design, selection) = match spec.step {
        None => (design, Vec::new()),
        Some(step) => select(&method, step, design, &survival, watch)?,
    };
    let fit = super::fitted(&method, &design, &survival, watch)?;
    notes.extend(fit.notes.iter().map(ToString::to_string));
    spec.options.warn(&survival, notes);
    let unit = data.endpoint(spec.on.endpoint.as_deref().unwrap_or_default()).map_or("", |e| e.unit.word());
    let terms = terms(design.terms(), &fit.coefficients);
    let (zph, residuals) = if spec.zph { zph(&fit, &terms, unit, notes) } else { Default::default() };
    for z in zph.iter().filter(|z| z.p < PH_VIOLATED) {
        let name = match data.cohort.frame().get(&z.term) {
            Some(column) => column.label(),
            None if z.term == "GLOBAL" => "all together",
            None => &z.term,
        };
        notes.push(format!("hazards may not be proportional: {name} {}", format::p_equation(z.p)));
    }
    let concordance = fit.concordance(0.95).ok().map(|c| Concordance { c: c.c, se: c.se });
    Ok(Model {
        variables: main_effects(&design),
        n: fit.n,
        events: fit.n_events,
        n_dropped,
        loglik: [fit.loglik_null, fit.loglik],
        aic: fit.aic(),
        bic: fit.bic(),
        terms,
        tests: Tests {
            lr: fit.lr.into(),
            wald: fit.wald.into(),
            score: fit.score.into(),
            robust_score: fit.robust_score.map(Test::from),
        },
        concordance,
        zph,
        residuals,
        vif: if fit.df > 1 {
            fit.vif().into_iter().map(|v| Some(v).filter(|v| v.is_finite())).collect()
        } else {
            Vec::new()
        },
        cases: spec.cases.then(|| cases(data, &fit, &rows, survival.event())),
        baseline: spec.baseline.then(|| baseline(&fit, &method)),
        selection,
    })
}

/// The variables of a design, without products.
pub(super) fn main_effects(design: &Design) -> Vec<String> {
    let is_product = |coding: &_| matches!(coding, crate::survival::cox::Coding::Interaction(_));
    design.terms().iter().filter(|t| !is_product(&t.coding)).map(|t| t.name.clone()).collect()
}

fn select(
    method: &CheckedCox,
    step: Step,
    design: Design,
    survival: &Survival,
    watch: &dyn Watch,
) -> Result<(Design, Vec<Dropped>), AnalysisError> {
    let criterion = match step {
        Step::Aic => Criterion::Aic,
        Step::Bic => Criterion::Bic,
        Step::P(threshold) => Criterion::P(threshold),
    };
    let selection = method
        .select(&design, survival, criterion, Direction::Backward, watch)
        .map_err(|error| super::failed(error, watch))?;
    let steps = selection.path.into_iter().map(|s| Dropped {
        dropped: match s.change {
            Change::Dropped(term) => Some(term),
            Change::Start | Change::Added(_) => None,
        },
        criterion: Some(s.criterion).filter(|c| !c.is_nan()),
    });
    let steps = steps.collect();
    Ok((design.keep_terms(&selection.kept).map_err(AnalysisError::impossible)?, steps))
}

fn zph(fit: &CoxFit, terms: &[Term], unit: &'static str, notes: &mut Vec<String>) -> (Vec<Zph>, Vec<Residuals>) {
    if fit.firth {
        notes.push("proportional hazards are not tested with Firth's penalty".to_owned());
        return Default::default();
    }
    let test = match fit.zph(TimeTransform::Km) {
        Ok(test) => test,
        Err(why) => {
            notes.push(format!("proportional hazards are not tested: {why}"));
            return Default::default();
        }
    };
    let residuals = (0..test.plot.terms.len()).map(|t| residuals(terms, &test.plot, t, unit)).collect();
    let all = test.terms.into_iter().chain([("GLOBAL".to_owned(), test.global)]);
    let zph: Vec<Zph> = all.map(|(term, t)| Zph { term, chisq: t.statistic, df: t.df, p: t.p }).collect();
    (zph, residuals)
}

fn residuals(terms: &[Term], plot: &ZphPlot, t: usize, unit: &'static str) -> Residuals {
    let known: Vec<usize> = (0..plot.time.len()).filter(|i| plot.y[(*i, t)].is_finite()).collect();
    let term = plot.terms[t].clone();
    let own: Vec<f64> = terms.iter().filter(|own| own.variable == term).filter_map(|own| own.coef).collect();
    let smooth = plot
        .smooth(t, SMOOTH_DF, SMOOTH_POINTS)
        .map(|smooth| ZphSmooth { x: smooth.x.iter().map(|x| back_to_time(plot, *x)).collect(), ..smooth });
    Residuals {
        unit,
        time: known.iter().map(|i| plot.time[*i]).collect(),
        value: known.iter().map(|i| plot.y[(*i, t)]).collect(),
        assumed: if let [coef] = own.as_slice() { *coef } else { 1.0 },
        term,
        smooth,
    }
}

/// The time whose transform is `x`, by interpolation between the events.
fn back_to_time(plot: &ZphPlot, x: f64) -> f64 {
    let mut pairs: Vec<(f64, f64)> = plot.x.iter().copied().zip(plot.time.iter().copied()).collect();
    pairs.sort_by(|a, b| a.0.total_cmp(&b.0));
    let after = pairs.partition_point(|(transformed, _)| *transformed < x);
    match (after.checked_sub(1).and_then(|i| pairs.get(i)), pairs.get(after)) {
        (Some((x0, t0)), Some((x1, t1))) => t0 + (t1 - t0) * (x - x0) / (x1 - x0),
        (None, Some((_, t))) | (Some((_, t)), None) => *t,
        (None, None) => f64::NAN,
    }
}

fn baseline(fit: &CoxFit, method: &CheckedCox) -> Baseline {
    let at_zero = fit.baseline(Reference::Zero);
    let at_means = fit.baseline(Reference::Means);
    let mut all = Baseline { means: fit.means.clone(), ..Baseline::default() };
    let names = super::stratum_names(method);
    for (zero, means) in at_zero.into_iter().zip(at_means) {
        if let Some(names) = names {
            let name = names.get(zero.stratum as usize).cloned().unwrap_or_default();
            all.stratum.extend(std::iter::repeat_n(name, zero.time.len()));
        }
        all.time.extend(zero.time);
        all.cumhaz.extend(zero.cumhaz);
        all.cumhaz_at_means.extend(means.cumhaz);
    }
    all
}
