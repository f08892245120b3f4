//! Stepwise selection of terms, by Akaike's or Schwarz's criterion as R's `step` and `MASS::stepAIC`, or by p.

use std::fmt;
use std::str::FromStr;

use super::design::{Coding, Design, Term};
use super::error::CoxError;
use super::estimate::ChiSquare;
use super::prepared::{PreparedCox, Refit};
use super::spec::CheckedCox;
use crate::Survival;
use crate::choice::{UnknownChoice, choices};
use watch::Watch;

/// What decides whether a term stays.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Criterion {
    /// -2 loglik + 2 df.
    Aic,
    /// -2 loglik + log(events) df.
    Bic,
    /// Likelihood ratio p of the term at most this much.
    P(f64),
}

impl fmt::Display for Criterion {
    /// `aic`, `bic` or `p=0.05`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Aic => f.pad("aic"),
            Self::Bic => f.pad("bic"),
            Self::P(threshold) => write!(f, "p={threshold}"),
        }
    }
}

impl FromStr for Criterion {
    type Err = UnknownChoice;

    fn from_str(given: &str) -> Result<Self, UnknownChoice> {
        let threshold = |text: &str| text.parse().ok().filter(|p| (0.0..=1.0).contains(p));
        match (given, given.strip_prefix("p=").and_then(threshold)) {
            ("aic", _) => Ok(Self::Aic),
            ("bic", _) => Ok(Self::Bic),
            (_, Some(p)) => Ok(Self::P(p)),
            _ => {
                let known = vec!["aic", "bic", "p=0.05 (or another p)"];
                Err(UnknownChoice { what: "criterion", given: given.to_owned(), known })
            }
        }
    }
}

/// Where the selection starts and which way it goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Direction {
    /// From all terms, dropping.
    #[default]
    Backward,
    /// From none, adding.
    Forward,
    /// From all terms, dropping and adding.
    Both,
}

choices!(Direction, "direction": Backward = "backward", Forward = "forward", Both = "both");

/// A term that came or went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// The model that the selection started from.
    Start,
    /// The term went.
    Dropped(String),
    /// The term came.
    Added(String),
}

/// One model on the way.
#[derive(Debug, Clone, PartialEq)]
pub struct SelectionStep {
    /// What made it.
    pub change: Change,
    /// AIC or BIC of this model; for selection by p, the p of the term that came or went (NaN at the start).
    pub criterion: f64,
}

/// The outcome of a selection.
#[derive(Debug, Clone, PartialEq)]
pub struct Selection {
    /// Indices of the terms kept, increasing: what [`Design::keep_terms`] takes.
    pub kept: Vec<usize>,
    /// The models on the way.
    pub path: Vec<SelectionStep>,
    /// The final model.
    pub fit: Refit,
}

/// A model on the way: its terms and its fit.
struct Model {
    terms: Vec<usize>,
    fit: Refit,
}

/// What the selection works on.
struct Search<'a> {
    prepared: PreparedCox<'a>,
    terms: &'a [Term],
    criterion: Criterion,
    log_events: f64,
    watch: &'a dyn Watch,
}

impl CheckedCox {
    /// Selects among the terms of `design`; an interaction goes before, and comes after, the terms that it is made of.
    ///
    /// Of equally good changes the first in the design's order is made, no change before any.
    ///
    /// # Errors
    /// As [`CheckedCox::fit`].
    pub fn select(
        &self,
        survival: &Survival,
        design: &Design,
        criterion: Criterion,
        direction: Direction,
        watch: &dyn Watch,
    ) -> Result<Selection, CoxError> {
        if let Criterion::P(threshold) = criterion
            && !(threshold > 0.0 && threshold < 1.0)
        {
            return Err(CoxError::Setting { what: "the p to stay", range: "between 0 and 1", value: threshold });
        }
        let prepared = self.prepare(survival, design)?;
        let log_events = (survival.n_events() as f64).ln();
        let search = Search { prepared, terms: design.terms(), criterion, log_events, watch };
        let all = (0..search.terms.len()).collect();
        let mut model = search.fit(if direction == Direction::Forward { Vec::new() } else { all })?;
        let mut path = vec![SelectionStep { change: Change::Start, criterion: search.value(&model) }];
        let most = 2 * search.terms.len() + 1;
        for step in 1.. {
            watch.step(step.min(most), most)?;
            let Some((next, step)) = search.best_change(&model, direction)? else { break };
            model = next;
            path.push(step);
        }
        Ok(Selection { kept: model.terms, path, fit: model.fit })
    }
}

impl Search<'_> {
    fn fit(&self, terms: Vec<usize>) -> Result<Model, CoxError> {
        let columns: Vec<usize> = terms.iter().flat_map(|&t| self.terms[t].columns.clone()).collect();
        let fit = self.prepared.fit_columns(&columns, self.watch)?;
        Ok(Model { terms, fit })
    }

    /// The criterion of a whole model; NaN when terms are judged by p.
    fn value(&self, model: &Model) -> f64 {
        let penalty = match self.criterion {
            Criterion::Aic => 2.0,
            Criterion::Bic => self.log_events,
            Criterion::P(_) => f64::NAN,
        };
        -2.0 * model.fit.loglik + penalty * model.fit.df as f64
    }

    /// The model that the best change leads to, unless `model` is better than all.
    fn best_change(&self, model: &Model, direction: Direction) -> Result<Option<(Model, SelectionStep)>, CoxError> {
        let mut candidates = Vec::new();
        if direction != Direction::Forward {
            for term in self.droppable(model) {
                let without = model.terms.iter().copied().filter(|&t| t != term).collect();
                candidates.push((Change::Dropped(self.terms[term].name.clone()), self.fit(without)?));
            }
        }
        if direction != Direction::Backward {
            for term in self.addable(model) {
                let mut with = model.terms.clone();
                with.insert(with.partition_point(|&t| t < term), term);
                candidates.push((Change::Added(self.terms[term].name.clone()), self.fit(with)?));
            }
        }
        Ok(match self.criterion {
            Criterion::P(threshold) => by_p(model, candidates, threshold),
            _ => self.by_value(model, candidates),
        })
    }

    fn by_value(&self, model: &Model, candidates: Vec<(Change, Model)>) -> Option<(Model, SelectionStep)> {
        let mut best = None;
        let mut least = self.value(model);
        for (change, candidate) in candidates {
            let criterion = self.value(&candidate);
            // A change that alters nothing (an aliased term) is none.
            if criterion < least && candidate.fit.df != model.fit.df {
                least = criterion;
                best = Some((candidate, SelectionStep { change, criterion }));
            }
        }
        best
    }

    /// Terms of the model that no interaction in it needs.
    fn droppable(&self, model: &Model) -> Vec<usize> {
        let needed = |t: usize| model.terms.iter().any(|&other| self.contains(other, t));
        model.terms.iter().copied().filter(|&t| !needed(t)).collect()
    }

    /// Terms outside the model whose parts are all in it.
    fn addable(&self, model: &Model) -> Vec<usize> {
        let parts_there = |t: usize| match &self.terms[t].coding {
            Coding::Interaction(of) => of.iter().all(|part| model.terms.contains(part)),
            _ => true,
        };
        (0..self.terms.len()).filter(|t| !model.terms.contains(t) && parts_there(*t)).collect()
    }

    /// Whether term `a` is an interaction that `b` is part of.
    fn contains(&self, a: usize, b: usize) -> bool {
        let parts = |t: usize| match &self.terms[t].coding {
            Coding::Interaction(of) => of.clone(),
            _ => vec![t],
        };
        a != b && parts(a).len() > parts(b).len() && parts(b).iter().all(|part| parts(a).contains(part))
    }
}

/// First drops the term with the largest p above the threshold, else adds the one with the smallest p not above it.
fn by_p(model: &Model, candidates: Vec<(Change, Model)>, threshold: f64) -> Option<(Model, SelectionStep)> {
    let judged: Vec<(f64, Change, Model)> =
        candidates.into_iter().map(|(change, other)| (p_between(model, &other), change, other)).collect();
    let (drops, adds): (Vec<_>, Vec<_>) = judged.into_iter().partition(|(_, c, _)| matches!(c, Change::Dropped(_)));
    let worst = drops.into_iter().filter(|(p, ..)| *p > threshold).reduce(|a, b| if b.0 > a.0 { b } else { a });
    let best = adds.into_iter().filter(|(p, ..)| *p <= threshold).reduce(|a, b| if b.0 < a.0 { b } else { a });
    worst.or(best).map(|(criterion, change, next)| (next, SelectionStep { change, criterion }))
}

/// Likelihood ratio p of what two nested models differ in; 1 where they differ in nothing.
fn p_between(a: &Model, b: &Model) -> f64 {
    let df = a.fit.df.abs_diff(b.fit.df);
    if df == 0 { 1.0 } else { ChiSquare::new(2.0 * (a.fit.loglik - b.fit.loglik).abs(), df).p }
}
