//! Whether a selection can be trusted: how often each candidate enters the path in random halves of the patients.

use serde::Serialize;

use super::{Prepared, fit, prepared};
use crate::ask::{Ask, AskError, Dataset, Question, ScoreOf, Selection};
use figures::format;
use survival::coxnet::Halves;
use watch::Watch;

/// What is asked.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Spec {
    /// The penalized model.
    pub lasso: super::Spec,
    /// Number of pairs of disjoint halves.
    pub pairs: usize,
    /// The most candidates that enter in each half; if not said, so many that at most one false selection is to be
    /// expected at the threshold, ten at most.
    pub most: Option<usize>,
    /// The least share of halves in which a stable candidate enters, above 1/2.
    pub threshold: f64,
    /// Fixes the halves.
    pub seed: u64,
}

/// How often candidates are selected.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Answer {
    /// The cohort in which the model is fitted, if there are several.
    pub training: Option<String>,
    /// Patients of the fit.
    pub n: usize,
    /// Events among them.
    pub events: usize,
    /// Candidates.
    pub candidates: usize,
    /// Halves looked at.
    pub halves: usize,
    /// The most candidates that enter in each.
    pub most: usize,
    /// The least share of halves of a stable candidate.
    pub threshold: f64,
    /// The most false selections that are to be expected at the threshold.
    pub expected_false: f64,
    /// The penalty of the model chosen on all training patients.
    pub lambda: f64,
    /// The candidates that enter in any half or are in the model chosen, the most frequent first.
    pub terms: Vec<Term>,
    /// Caveats.
    pub notes: Vec<String>,
}

/// One candidate.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Term {
    /// Its name.
    pub term: String,
    /// The share of halves in which it is among the first to enter.
    pub entered: f64,
    /// The share of halves in which it has a coefficient at the penalty chosen on all training patients.
    pub at_lambda: f64,
    /// Whether it enters in as many halves as the threshold asks.
    pub stable: bool,
    /// Whether the model chosen on all training patients holds it.
    pub selected: bool,
}

/// More candidates do not enter in each half unless asked for: halves have few events.
const MOST: usize = 10;

impl Question for Spec {
    type Answer = Answer;
    const NAME: &'static str = "stability of the selection";

    fn on(&self) -> Option<&Selection> {
        Some(&self.lasso.on)
    }

    fn score(&self) -> Option<&ScoreOf> {
        // The score itself has none among its columns.
        None
    }

    fn uses_features(&self) -> bool {
        self.lasso.candidates == super::Candidates::Radiomics
    }

    fn run(&self, data: &Dataset, ask: &dyn Ask, watch: &dyn Watch) -> Result<Answer, AskError> {
        run(data, self, ask, watch)
    }
}

/// Follows the path in every half.
fn run(data: &Dataset, spec: &Spec, ask: &dyn Ask, watch: &dyn Watch) -> Result<Answer, AskError> {
    if !(spec.threshold > 0.5 && spec.threshold <= 1.0) {
        return Err(AskError::Impossible(format!(
            "a threshold of {} bounds no false selections; take one above 0.5, up to 1",
            spec.threshold
        )));
    }
    let chosen = ask.ask(spec.lasso.clone(), watch)?;
    let mut notes = Vec::new();
    let Prepared { fitted, .. } = prepared(data, &spec.lasso, ask, watch, &mut notes)?;
    let p = fitted.candidates.len();
    let most = spec.most.unwrap_or_else(|| most(p, spec.threshold)).max(1);
    let columns: Vec<&[f64]> = fitted.values.iter().map(Vec::as_slice).collect();
    let explained = |error| fit::explain(data, &fitted, error);
    let (net, _) = fit::net(data, &spec.lasso, &fitted, watch)?;
    let halves = Halves::Pairs { count: spec.pairs, seed: spec.seed };
    let found = net.stability(&fitted.survival, &columns, &halves, most, watch).map_err(explained)?;
    let lambda = chosen.selected.lambda;
    let nearest = |a: &usize, b: &usize| {
        let distance = |k: &usize| (found.lambda[*k] - lambda).abs();
        distance(a).total_cmp(&distance(b))
    };
    let at = (0..found.lambda.len()).min_by(nearest).unwrap_or(0);
    let term = |j: usize| {
        let name = fitted.candidates[j].name.clone();
        let shares = found.frequency.binary_search_by_key(&j, |(k, _)| *k).ok().map(|place| &found.frequency[place].1);
        Term {
            entered: found.entered[j],
            at_lambda: shares.map_or(0.0, |shares| shares[at]),
            stable: found.entered[j] >= spec.threshold,
            selected: chosen.selected.terms.iter().any(|t| t.term == name),
            term: name,
        }
    };
    let mut terms: Vec<Term> = (0..p).map(term).filter(|t| t.entered > 0.0 || t.selected).collect();
    terms.sort_by(|a, b| b.entered.total_cmp(&a.entered).then(b.at_lambda.total_cmp(&a.at_lambda)));
    let lost = terms.iter().filter(|t| t.selected && !t.stable).count();
    if lost > 0 {
        notes.push(format!(
            "{} of the {} candidates selected in all patients of the training cohort are not stable: another sample would choose others",
            format::count(lost),
            format::count(chosen.selected.terms.len())
        ));
    }
    Ok(Answer {
        training: spec.lasso.training.clone(),
        n: fitted.rows.len(),
        events: fitted.survival.n_events(),
        candidates: p,
        halves: found.parts,
        most,
        threshold: spec.threshold,
        expected_false: found.expected_false(spec.threshold),
        lambda,
        terms,
        notes,
    })
}

/// So many candidates that q^2 / ((2 threshold - 1) p) is at most 1.
fn most(candidates: usize, threshold: f64) -> usize {
    (((2.0 * threshold - 1.0) * candidates as f64).sqrt().floor() as usize).min(MOST)
}
