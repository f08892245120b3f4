//! Cox models: each variable alone, those that enter together, and whether hazards are proportional.

use serde::{Deserialize, Serialize};

use super::{AnalysisError, Dataset, Selection};
use crate::data::{Column, Values};
use crate::survival::Survival;
use crate::survival::cox::{ChiSquare, CoxFit, CoxSpec, Design, Factor, Ties, TimeTransform};
use crate::watch::Watch;

/// What is asked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Spec {
    /// Of whom, for which endpoint.
    pub on: Selection,
    /// The variables that are looked at one by one.
    pub candidates: Vec<String>,
    /// The variables of the joint model; those with p below `entry_p` if not said.
    pub chosen: Option<Vec<String>>,
    /// Entry into the joint model.
    pub entry_p: f64,
    /// `efron`, `breslow` or `exact`.
    pub ties: String,
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
    /// The ties method.
    pub ties: String,
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
    /// p of the likelihood ratio test.
    pub lr_p: f64,
    /// Whether it is in the joint model.
    pub entered: bool,
}

/// A joint model.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Model {
    /// Its variables.
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
    /// The coefficients.
    pub terms: Vec<Term>,
    /// Likelihood ratio, Wald and score test.
    pub tests: Tests,
    /// Tests of proportional hazards, the last of all together.
    pub zph: Vec<Zph>,
}

/// One coefficient; the reference level of a factor has none.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct Term {
    pub term: String,
    /// The variable that it belongs to, and its level if that is a factor.
    pub variable: String,
    pub level: Option<String>,
    /// The level that it is compared with.
    pub reference: Option<String>,
    pub coef: Option<f64>,
    pub se: Option<f64>,
    pub hr: Option<f64>,
    pub lower: Option<f64>,
    pub upper: Option<f64>,
    pub z: Option<f64>,
    pub p: Option<f64>,
}

/// The three tests of a model against none.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct Tests {
    pub lr: Test,
    pub wald: Test,
    pub score: Test,
}

/// A chi-square test.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct Test {
    pub statistic: f64,
    pub df: usize,
    pub p: f64,
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

/// Below this p, hazards are said not to be proportional.
const PH_VIOLATED: f64 = 0.05;

/// Fits each candidate alone, then the joint model.
pub fn run(data: &Dataset, spec: &Spec, watch: &dyn Watch) -> Result<Answer, AnalysisError> {
    let selected = data.select(&spec.on)?;
    let survival =
        selected.survival.as_ref().ok_or_else(|| AnalysisError::Impossible("name an endpoint".to_owned()))?;
    let mut notes = selected.notes.clone();
    let ties = ties(&spec.ties)?;
    let mut models = Vec::with_capacity(spec.candidates.len());
    for (i, name) in spec.candidates.iter().enumerate() {
        watch.step(i, spec.candidates.len() + 1)?;
        match single(data, name, &selected.rows, survival, ties, watch) {
            Ok(model) => models.push(model),
            Err(AnalysisError::Cancelled) => return Err(AnalysisError::Cancelled),
            Err(why) => notes.push(format!("{name}: {why}")),
        }
    }
    let (variables, rule) = match &spec.chosen {
        Some(chosen) => (chosen.clone(), "variables chosen by hand".to_owned()),
        None => {
            let entered = models.iter().filter(|m| m.lr_p < spec.entry_p).map(|m| m.variable.clone()).collect();
            (entered, format!("variables with univariable p < {}", spec.entry_p))
        }
    };
    models.iter_mut().for_each(|m| m.entered = variables.contains(&m.variable));
    let joint = match variables.is_empty() {
        true => None,
        false => Some(joint(data, &variables, &selected.rows, survival, ties, &mut notes, watch)?),
    };
    Ok(Answer {
        endpoint: spec.on.endpoint.clone().unwrap_or_default(),
        n: survival.len(),
        events: survival.n_events(),
        ties: spec.ties.clone(),
        models,
        joint,
        rule,
        notes,
    })
}

pub(super) fn ties(name: &str) -> Result<Ties, AnalysisError> {
    match name {
        "efron" => Ok(Ties::Efron),
        "breslow" => Ok(Ties::Breslow),
        "exact" => Ok(Ties::Exact),
        other => Err(AnalysisError::Impossible(format!("`{other}` is no ties method: efron, breslow or exact"))),
    }
}

/// A design over the rows on which all `names` are known: the design and the positions of those rows in `rows`.
pub(super) fn design(data: &Dataset, names: &[String], rows: &[usize]) -> Result<(Design, Vec<usize>), AnalysisError> {
    let columns: Vec<&Column> = names
        .iter()
        .map(|name| data.cohort.frame().column(name).map_err(AnalysisError::impossible))
        .collect::<Result<_, _>>()?;
    let known: Vec<usize> =
        (0..rows.len()).filter(|i| columns.iter().all(|c| !c.values.is_missing(rows[*i]))).collect();
    if known.is_empty() {
        return Err(AnalysisError::Impossible("no patient has all values".to_owned()));
    }
    let mut design = Design::new(known.len());
    for column in columns {
        design = match &column.values {
            Values::Number(values) => {
                let values: Vec<f64> = known.iter().map(|i| values[rows[*i]]).collect();
                design.linear(&column.name, &values)
            }
            Values::Date(_) => {
                return Err(AnalysisError::Impossible(format!("{} is a date, not a covariate", column.name)));
            }
            _ => {
                let factor = column.factor();
                let labels: Vec<&str> = known.iter().map(|i| factor.level(rows[*i]).unwrap_or_default()).collect();
                let codes = labels.iter().map(|l| factor.position(l).unwrap_or_default()).collect();
                let reference = factor.levels.get(factor.reference as usize).cloned().unwrap_or_default();
                let coded = Factor::new(codes, factor.levels.clone()).and_then(|f| f.with_reference(&reference));
                let coded = coded.map_err(AnalysisError::impossible)?;
                design.factor(&column.name, &coded)
            }
        }
        .map_err(AnalysisError::impossible)?;
    }
    Ok((design, known))
}

fn fit(design: &Design, survival: &Survival, ties: Ties, watch: &dyn Watch) -> Result<CoxFit, AnalysisError> {
    let spec = CoxSpec::with_ties(ties).check().map_err(AnalysisError::impossible)?;
    spec.fit(design, survival, watch).map_err(|error| match watch.step(0, 0) {
        Err(cancelled) => cancelled.into(),
        Ok(()) => AnalysisError::impossible(error),
    })
}

fn single(
    data: &Dataset,
    name: &str,
    rows: &[usize],
    survival: &Survival,
    ties: Ties,
    watch: &dyn Watch,
) -> Result<Single, AnalysisError> {
    let (design, known) = design(data, &[name.to_owned()], rows)?;
    let fit = fit(&design, &survival.select(&known), ties, watch)?;
    let column = data.cohort.frame().column(name).map_err(AnalysisError::impossible)?;
    Ok(Single {
        variable: name.to_owned(),
        label: column.label().to_owned(),
        terms: terms(data, &fit),
        n: fit.n,
        events: fit.n_events,
        lr_p: fit.lr.p,
        entered: false,
    })
}

fn joint(
    data: &Dataset,
    variables: &[String],
    rows: &[usize],
    survival: &Survival,
    ties: Ties,
    notes: &mut Vec<String>,
    watch: &dyn Watch,
) -> Result<Model, AnalysisError> {
    let (design, known) = design(data, variables, rows)?;
    let fit = fit(&design, &survival.select(&known), ties, watch)?;
    notes.extend(fit.notes.iter().map(ToString::to_string));
    let n_dropped = rows.len() - known.len();
    if n_dropped > 0 {
        notes.push(format!("{n_dropped} patients are left out of the joint model because a value is missing"));
    }
    let zph = match fit.zph(TimeTransform::Km) {
        Ok(test) => {
            let all = test.terms.into_iter().chain([("GLOBAL".to_owned(), test.global)]);
            all.map(|(term, t)| Zph { term, chisq: t.statistic, df: t.df, p: t.p }).collect()
        }
        Err(_) => Vec::new(),
    };
    for z in zph.iter().filter(|z: &&Zph| z.p < PH_VIOLATED) {
        notes.push(format!("hazards may not be proportional: {} {}", z.term, crate::format::p_equation(z.p)));
    }
    Ok(Model {
        variables: variables.to_vec(),
        n: fit.n,
        events: fit.n_events,
        n_dropped,
        loglik: [fit.loglik_null, fit.loglik],
        aic: -2.0 * fit.loglik + 2.0 * fit.df as f64,
        terms: terms(data, &fit),
        tests: Tests { lr: test(fit.lr), wald: test(fit.wald), score: test(fit.score) },
        zph,
    })
}

fn test(t: ChiSquare) -> Test {
    Test { statistic: t.statistic, df: t.df, p: t.p }
}

/// The coefficients with the variable and level that each is of.
fn terms(data: &Dataset, fit: &CoxFit) -> Vec<Term> {
    fit.coefficients
        .iter()
        .map(|c| {
            let (variable, level) = match c.name.split_once('=') {
                Some((variable, level)) => (variable.to_owned(), Some(level.to_owned())),
                None => (c.name.clone(), None),
            };
            let reference = level.as_ref().and_then(|_| {
                let factor = data.cohort.frame().get(&variable)?.factor();
                factor.levels.get(factor.reference as usize).cloned()
            });
            let e = c.estimate.as_ref();
            Term {
                term: c.name.clone(),
                variable,
                level,
                reference,
                coef: e.map(|e| e.coef),
                se: e.map(|e| e.se),
                hr: e.map(|e| e.hr),
                lower: e.map(|e| e.lower),
                upper: e.map(|e| e.upper),
                z: e.map(|e| e.z),
                p: e.map(|e| e.p),
            }
        })
        .collect()
}
