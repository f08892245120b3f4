//! Fine and Gray's model of one event among several.

use serde::{Deserialize, Serialize};

use super::Described;
use super::model::{Baseline, Model, main_effects};
use super::term::{Test, Tests, terms};
use crate::ask::{AskError, Dataset};
use survival::Survival;
use survival::competing_risks::CompetingRisks;
use survival::cox::Design;
use survival::fine_gray::FineGraySpec;
use watch::Watch;

/// Which event is modelled, among those of a column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Competing {
    /// The column that says how each patient ended: 0 (or `censored`) without event, else which event.
    pub column: String,
    /// The event that is modelled.
    pub cause: String,
    /// Its value for those without any event; a question if not said, unless 0 or `censored` is one of its values.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub censored: Option<String>,
}

/// The codes of layer 0: censored, the event, another event.
const CENSORED: u32 = 0;
const MODELLED: u32 = 1;
const OTHER: u32 = 2;

#[allow(clippy::too_many_arguments, reason = "one call, from the model that it is a kind of")]
pub(super) fn fit(
    data: &Dataset,
    competing: &Competing,
    design: &Design,
    survival: &Survival,
    rows: &[usize],
    baseline: bool,
    notes: &mut Vec<String>,
    watch: &dyn Watch,
) -> Result<Model, AskError> {
    if survival.entry().is_some() || survival.weights().is_some() {
        let message = "Fine and Gray's model has neither late entry nor case weights here";
        return Err(AskError::Impossible(message.to_owned()));
    }
    let cause = causes(data, competing, rows)?;
    let risks = CompetingRisks::new(survival.time().to_vec(), cause).map_err(AskError::impossible)?;
    let spec = FineGraySpec::of_cause(MODELLED).check().map_err(AskError::impossible)?;
    let fit = spec.fit(&risks, design, watch).map_err(|error| super::failed(error, watch))?;
    notes.push(format!(
        "subdistribution hazard of {} {}: {} patients with another event stay at risk, weighted for censoring",
        competing.column, competing.cause, fit.n_competing
    ));
    notes.extend(fit.notes.iter().map(ToString::to_string));
    let none = Test { statistic: f64::NAN, df: fit.df, p: f64::NAN };
    Ok(Model {
        variables: main_effects(design),
        described: Described::default(),
        n: fit.n,
        events: fit.n_events,
        n_dropped: 0,
        loglik: [fit.loglik_null, fit.loglik],
        aic: -2.0 * fit.loglik + 2.0 * fit.df as f64,
        bic: -2.0 * fit.loglik + (fit.n_events as f64).ln() * fit.df as f64,
        terms: terms(design.terms(), &fit.coefficients),
        tests: Tests { lr: fit.lr.into(), wald: fit.wald.into(), score: none, robust_score: None },
        concordance: None,
        residuals: Vec::new(),
        vif: Vec::new(),
        cases: None,
        zph: Vec::new(),
        baseline: baseline.then(|| Baseline { time: fit.time, cumhaz: fit.cumhaz, ..Baseline::default() }),
        profiles: Vec::new(),
        curves: Vec::new(),
        selection: Vec::new(),
    })
}

/// Whether two values are the same, as numbers if they are some.
fn same(a: &str, b: &str) -> bool {
    a == b || matches!((a.parse::<f64>(), b.parse::<f64>()), (Ok(a), Ok(b)) if a == b)
}

impl Competing {
    /// The value of those without any event.
    ///
    /// # Errors
    /// A question where nothing says which it is.
    pub fn censored_in(&self, data: &Dataset) -> Result<String, AskError> {
        let factor = data.cohort.frame().column(&self.column).map_err(AskError::impossible)?.factor();
        let plain = |level: &&String| same(level, "0") || level.eq_ignore_ascii_case("censored");
        if let Some(censored) = self.censored.as_ref().or_else(|| factor.levels.iter().find(plain)) {
            return Ok(censored.clone());
        }
        let others: Vec<&str> =
            factor.levels.iter().map(String::as_str).filter(|level| !same(level, &self.cause)).collect();
        Err(AskError::Impossible(format!(
            "question: which value of {} means censored, that nothing had happened when follow-up ended? It may \
             be: {}. Answer by --censored VALUE (--censored 0 if nobody is censored; `censored` of the endpoint)",
            self.column,
            others.join(", ")
        )))
    }
}

/// How each of `rows` ended.
fn causes(data: &Dataset, competing: &Competing, rows: &[usize]) -> Result<Vec<u32>, AskError> {
    let column = data.cohort.frame().column(&competing.column).map_err(AskError::impossible)?;
    let factor = column.factor();
    let censored = &competing.censored_in(data)?;
    let code = |level: &String| match level.as_str() {
        text if same(text, &competing.cause) => MODELLED,
        text if same(text, censored) => CENSORED,
        _ => OTHER,
    };
    let codes: Vec<u32> = factor.levels.iter().map(code).collect();
    if !codes.contains(&MODELLED) {
        return Err(AskError::Impossible(format!(
            "no row of {} holds {}; its values are {}",
            competing.column,
            competing.cause,
            factor.levels.join(", ")
        )));
    }
    Ok(rows.iter().map(|r| factor.codes[*r].map_or(CENSORED, |c| codes[c as usize])).collect())
}
