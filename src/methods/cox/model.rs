//! One model with everything that can be asked of it: what `riskset cox` answers and what the joint model is made by.

mod script;

use serde::{Deserialize, Serialize};
use survival::cox::Ties;

use super::cases::{Cases, cases};
use super::curve::{self, Curve};
use super::hazards::{Residuals, Zph, zph};
use super::profile::{self, Profile};
use super::subdistribution::{self, Competing};
use super::term::{Term, Test, Tests, terms};
use super::{Described, Options, PH_VIOLATED};
use crate::ask::{Ask, AskError, Dataset, Question, Selected, Selection, Source};
use crate::methods::covariates::Designed;
use crate::methods::horizon;
use crate::study::TimeUnit;
use figures::format;
use survival::Survival;
use survival::cox::{Change, CheckedCox, CoxFit, Criterion, Design, Direction, Reference};
use watch::Watch;

/// What is asked.
#[derive(Debug, Clone, PartialEq, Serialize)]
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
    /// Patients whose survival is predicted.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub profiles: Vec<profile::Spec>,
    /// Times of the predictions; the quartiles of the times of events if not said.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub times: Vec<f64>,
    /// Numbers along which the hazard is to be followed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub curves: Vec<curve::Spec>,
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
    /// What it is called in print.
    #[serde(skip)]
    pub label: String,
    /// The unit of all times.
    #[serde(skip)]
    pub unit: TimeUnit,
    /// The ties method.
    pub ties: Ties,
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
    /// What it is besides its covariates.
    #[serde(flatten)]
    pub described: Described,
    /// Rows with all values known, each a patient unless rows are intervals.
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
    /// Predicted survival of the patients asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub profiles: Vec<Profile>,
    /// The hazard along the numbers asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub curves: Vec<Curve>,
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

/// A fit with what it was made of.
pub(super) struct Fitted<'a> {
    pub data: &'a Dataset,
    pub design: &'a Design,
    pub survival: &'a Survival,
    pub method: &'a CheckedCox,
    /// The columns of its strata.
    pub strata: &'a [String],
    pub fit: &'a CoxFit,
}

impl Question for Spec {
    type Answer = Answer;
    const NAME: &'static str = "Cox model";

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

/// Fits the model.
fn run(data: &Dataset, spec: &Spec, watch: &dyn Watch) -> Result<Answer, AskError> {
    let selected = data.select(&spec.on)?;
    let mut notes = selected.notes.clone();
    let mut model = fit(data, spec, &selected, &mut notes, watch)?;
    model.n_dropped += selected.n_dropped;
    let ties = if spec.competing.is_some() { Ties::Breslow } else { spec.options.ties };
    let endpoint = data.endpoint_of(&spec.on)?;
    let (name, label) = (endpoint.name.clone(), endpoint.label.clone());
    Ok(Answer { endpoint: name, label, unit: endpoint.unit, ties, model, notes })
}

/// Fits the model to patients that are selected already.
pub(super) fn fit(
    data: &Dataset,
    spec: &Spec,
    selected: &Selected,
    notes: &mut Vec<String>,
    watch: &dyn Watch,
) -> Result<Model, AskError> {
    let Complete { design, survival, rows, n_dropped } = complete(data, spec, selected, notes)?;
    if let Some(competing) = &spec.competing {
        let model = subdistribution::fit(data, competing, &design, &survival, &rows, spec.baseline, notes, watch)?;
        return Ok(Model { n_dropped, ..model });
    }
    if survival.n_events() == 0 {
        let patients = format::patients_are(survival.len());
        return Err(AskError::Impossible(format!(
            "there is no event, so there is no model to fit ({patients} followed)"
        )));
    }
    let options = spec.options.settled(&survival);
    let patients = options.patients(data, &rows, &survival, notes)?;
    let method = options.method(data, &rows)?;
    let (design, selection) = match spec.step {
        None => (design, Vec::new()),
        Some(step) => select(&method, step, design, &survival, watch)?,
    };
    let fit = super::fitted(&method, &design, &survival, watch)?;
    notes.extend(fit.notes.iter().map(ToString::to_string));
    options.warn(&survival, notes);
    let described = Described { patients, ..Described::new(&spec.on, &options) };
    let of =
        Fitted { data, design: &design, survival: &survival, method: &method, strata: &spec.options.strata, fit: &fit };
    let model = of.examined(spec, &rows, described, notes, watch)?;
    Ok(Model { n_dropped, selection, ..model })
}

/// The patients of whom every value of a model is known.
struct Complete {
    design: Design,
    survival: Survival,
    /// Their rows of the cohort.
    rows: Vec<usize>,
    /// How many of those selected are not among them.
    n_dropped: usize,
}

fn complete(data: &Dataset, spec: &Spec, selected: &Selected, notes: &mut Vec<String>) -> Result<Complete, AskError> {
    let survival = super::survival_of(data, &spec.on, selected)?;
    let Designed { design, known, notes: of_design } =
        super::designed(data, &spec.covariates, &spec.on, &spec.options, selected)?;
    notes.extend(of_design);
    let rows: Vec<usize> = known.iter().map(|i| selected.rows[*i]).collect();
    data.note_training(&rows, notes);
    let n_dropped = selected.rows.len() - known.len();
    if n_dropped > 0 {
        notes.push(format!("{} left out because a value of the model is missing", format::patients_are(n_dropped)));
    }
    Ok(Complete { design, survival: survival.select(&known), rows, n_dropped })
}

impl Fitted<'_> {
    /// The model with all that is asked of it, of the patients in `rows`.
    fn examined(
        &self,
        spec: &Spec,
        rows: &[usize],
        described: Described,
        notes: &mut Vec<String>,
        watch: &dyn Watch,
    ) -> Result<Model, AskError> {
        let (data, fit) = (self.data, self.fit);
        let unit = data.endpoint_of(&spec.on).map_or("", |e| e.unit.word());
        let terms = terms(self.design.terms(), &fit.coefficients);
        let (zph, residuals) = if spec.zph { zph(fit, &terms, unit, notes) } else { Default::default() };
        notes.extend(zph.iter().filter(|z| z.p < PH_VIOLATED).map(|z| not_proportional(data, z)));
        let times = if spec.profiles.is_empty() { Vec::new() } else { horizon::times(data, &spec.on, &spec.times)? };
        let profiles = spec.profiles.iter().map(|p| profile::predict(self, p, &spec.covariates, &times, notes));
        let profiles = profiles.collect::<Result<_, _>>()?;
        let curves = spec.curves.iter().map(|c| curve::along(self, c, watch)).collect::<Result<_, _>>()?;
        let finite = |v: f64| Some(v).filter(|v| v.is_finite());
        Ok(Model {
            variables: main_effects(self.design),
            described,
            n: fit.n,
            events: fit.n_events,
            n_dropped: 0,
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
            concordance: fit.concordance(0.95).ok().map(|c| Concordance { c: c.c, se: c.se }),
            zph,
            residuals,
            vif: if fit.df > 1 { fit.vif().into_iter().map(finite).collect() } else { Vec::new() },
            cases: spec.cases.then(|| cases(data, fit, rows, self.survival.event())),
            baseline: spec.baseline.then(|| baseline(fit, self.method)),
            profiles,
            curves,
            selection: Vec::new(),
        })
    }
}

/// What to say of a term whose hazards may not be proportional.
fn not_proportional(data: &Dataset, z: &Zph) -> String {
    let name = match data.cohort.frame().get(&z.term) {
        Some(column) => column.label(),
        None if z.term == "GLOBAL" => "all together",
        None => &z.term,
    };
    format!("hazards may not be proportional: {name} {}", format::p_equation(z.p))
}

/// The variables of a design, without products.
pub(super) fn main_effects(design: &Design) -> Vec<String> {
    let is_product = |coding: &_| matches!(coding, survival::cox::Coding::Interaction(_));
    design.terms().iter().filter(|t| !is_product(&t.coding)).map(|t| t.name.clone()).collect()
}

fn select(
    method: &CheckedCox,
    step: Step,
    design: Design,
    survival: &Survival,
    watch: &dyn Watch,
) -> Result<(Design, Vec<Dropped>), AskError> {
    let criterion = match step {
        Step::Aic => Criterion::Aic,
        Step::Bic => Criterion::Bic,
        Step::P(threshold) => Criterion::P(threshold),
    };
    let selection = method
        .select(survival, &design, criterion, Direction::Backward, watch)
        .map_err(|error| super::failed(error, watch))?;
    let steps = selection.path.into_iter().map(|s| Dropped {
        dropped: match s.change {
            Change::Dropped(term) => Some(term),
            Change::Start | Change::Added(_) => None,
        },
        criterion: Some(s.criterion).filter(|c| !c.is_nan()),
    });
    let steps = steps.collect();
    Ok((design.keep_terms(&selection.kept).map_err(AskError::impossible)?, steps))
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
