//! The cut-off of a variable by the largest log-rank statistic, with a p-value that accounts for the search.

pub mod document;
pub mod figure;
pub mod script;

use serde::{Deserialize, Serialize};

use super::score::{Scored, scored};
use crate::ask::{Ask, AskError, Dataset, Question, Selection, Source};
use figures::format;
use survival::Groups;
use survival::cox::{CoxSpec, Design};
use survival::cutpoint::{CutpointError, CutpointSpec, PValueMethod};
use survival::logrank::LogRankSpec;
use watch::Watch;

/// How the search is accounted for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// Lausen and Schumacher (1992).
    #[default]
    Lau92,
    /// Lausen, Sauerbrei and Schumacher (1994).
    Lau94,
    /// The joint normal distribution of all statistics.
    ExactGauss,
    /// Hothorn and Lausen (2003), for small samples.
    HothornLausen,
    /// Random permutations.
    Permutation,
}

/// What is asked.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Spec {
    /// Of whom, for which endpoint.
    pub on: Selection,
    /// The column of numbers.
    pub variable: String,
    /// The lower group holds at least this share.
    pub minprop: f64,
    /// The lower group holds at most this share.
    pub maxprop: f64,
    /// How the search is accounted for.
    pub method: Method,
    /// Number of permutations.
    pub draws: usize,
    /// Their seed.
    pub seed: u64,
}

/// The cut-off.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Answer {
    /// The column.
    pub variable: String,
    /// What it is called in print.
    pub label: String,
    /// The endpoint.
    pub endpoint: String,
    /// The lower group has values up to and including it.
    pub cutpoint: f64,
    /// The largest absolute standardized log-rank statistic.
    pub statistic: f64,
    /// Its p-value, accounting for the search.
    pub p: f64,
    /// How: the name in R's maxstat.
    pub method: &'static str,
    /// Those up to the cut-off.
    pub low: Side,
    /// Those above it.
    pub high: Side,
    /// All cut-offs tried.
    pub profile: Profile,
    /// The log-rank test of the two groups, which does not account for the search: not a valid p-value.
    pub unadjusted: Option<Unadjusted>,
    /// Patients judged.
    pub n: usize,
    /// Patients left out.
    pub n_dropped: usize,
    /// Caveats.
    pub notes: Vec<String>,
}

/// One of the two groups.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct Side {
    pub n: usize,
    pub events: usize,
}

/// Every cut-off tried, ascending, with its statistic and the patients up to it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct Profile {
    pub cut: Vec<f64>,
    pub statistic: Vec<f64>,
    pub n_low: Vec<usize>,
}

/// Log-rank test and hazard ratio of high against low, as if the cut-off had been known.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct Unadjusted {
    pub logrank: f64,
    pub p: f64,
    pub hr: f64,
    pub hr_lower: f64,
    pub hr_upper: f64,
}

impl Question for Spec {
    type Answer = Answer;
    const NAME: &'static str = "cut-off";

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

/// Tries every cut-off.
fn run(data: &Dataset, spec: &Spec, watch: &dyn Watch) -> Result<Answer, AskError> {
    let Scored { survival, mut columns, n_dropped, mut notes, .. } =
        scored(data, &spec.on, std::slice::from_ref(&spec.variable))?;
    let x = columns.pop().unwrap_or_default();
    let search = CutpointSpec { minprop: spec.minprop, maxprop: spec.maxprop }.check().map_err(failed)?;
    let found = search.fit(&survival, &x).map_err(failed)?;
    let method = match spec.method {
        Method::Lau92 => PValueMethod::Lau92,
        Method::Lau94 => PValueMethod::Lau94,
        Method::ExactGauss => PValueMethod::ExactGauss,
        Method::HothornLausen => PValueMethod::HothornLausen,
        Method::Permutation => PValueMethod::Permutation { draws: spec.draws, seed: spec.seed },
    };
    let p = found.p_value(method, watch).map_err(failed)?;
    let high: Vec<usize> = found.split.group.iter().map(|g| g.unwrap_or_default()).collect();
    let unadjusted = unadjusted(&survival, &high, watch)?;
    if let Some(u) = &unadjusted {
        notes.push(format!(
            "the log-rank test at this cut-off ({}) does not account for the search among {} cut-offs: do not report it",
            format::p_equation(u.p),
            found.cuts.len()
        ));
        notes.push("a hazard ratio at a cut-off chosen by the data says too much: it lies further from 1 than in other patients".to_owned());
    }
    let column = data.cohort.frame().column(&spec.variable).map_err(AskError::impossible)?;
    Ok(Answer {
        variable: spec.variable.clone(),
        label: column.label().to_owned(),
        endpoint: spec.on.endpoint.clone().unwrap_or_default(),
        cutpoint: found.cut,
        statistic: found.statistic,
        p,
        method: method.name(),
        low: Side { n: found.split.low.n, events: found.split.low.events },
        high: Side { n: found.split.high.n, events: found.split.high.events },
        n: found.n,
        profile: Profile { cut: found.cuts, statistic: found.statistics, n_low: found.n_low },
        unadjusted,
        n_dropped,
        notes,
    })
}

fn unadjusted(
    survival: &survival::Survival,
    high: &[usize],
    watch: &dyn Watch,
) -> Result<Option<Unadjusted>, AskError> {
    let two = Groups::new(high, 2).map_err(AskError::impossible)?;
    let test = LogRankSpec::default().check().and_then(|spec| spec.fit(survival, two, Groups::one()));
    let codes: Vec<f64> = high.iter().map(|g| *g as f64).collect();
    let design = Design::new(codes.len()).linear("high", &codes).map_err(AskError::impossible)?;
    let fit = CoxSpec::default().check().and_then(|spec| spec.fit(survival, &design, watch));
    watch.step(1, 1)?;
    let (Ok(test), Ok(fit)) = (test, fit) else { return Ok(None) };
    Ok(fit.coefficients.first().and_then(|c| c.estimate.as_ref()).map(|e| Unadjusted {
        logrank: test.statistic,
        p: test.p,
        hr: e.hr,
        hr_lower: e.lower,
        hr_upper: e.upper,
    }))
}

fn failed(error: CutpointError) -> AskError {
    match error {
        CutpointError::Cancelled(_) => AskError::Cancelled,
        other => AskError::impossible(other),
    }
}
