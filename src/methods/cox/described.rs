//! What a model is besides its covariates, said beside its numbers so that they can be told from those of another.

use serde::Serialize;

use super::Options;
use crate::ask::Selection;

/// Strata, weights, entry and variance of a model; what it has not is left out.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Described {
    /// Columns whose levels, together, have a baseline hazard of their own.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub strata: Vec<String>,
    /// Column of the times from which rows are at risk (left truncation).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entry: Option<String>,
    /// Column of case weights.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weights: Option<String>,
    /// Whether standard errors are robust.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub robust: bool,
    /// Column whose equal values belong together.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cluster: Option<String>,
    /// Whether the likelihood is penalized (Firth).
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub firth: bool,
    /// Patients, where rows are intervals of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub patients: Option<usize>,
}

impl Described {
    /// The model that `options`, as they were settled for its weights, fit to `on`.
    pub(super) fn new(on: &Selection, options: &Options) -> Self {
        Self {
            strata: options.strata.clone(),
            entry: on.entry.clone(),
            weights: on.weights.clone(),
            robust: options.robust || options.cluster.is_some(),
            cluster: options.cluster.clone(),
            firth: options.firth,
            patients: None,
        }
    }

    /// `; stratified by site; case weights w; late entry at entry`: what follows the ties in a line about the model.
    pub fn words(&self) -> String {
        let strata = (!self.strata.is_empty()).then(|| format!("stratified by {}", self.strata.join(" and ")));
        let weights = self.weights.as_ref().map(|column| format!("case weights {column}"));
        let entry = self.entry.as_ref().map(|column| format!("late entry at {column}"));
        let robust = match &self.cluster {
            Some(column) => Some(format!("robust standard errors, clusters {column}")),
            None => self.robust.then(|| "robust standard errors".to_owned()),
        };
        let firth = self.firth.then(|| "Firth's penalty".to_owned());
        [strata, weights, entry, robust, firth].into_iter().flatten().map(|part| format!("; {part}")).collect()
    }
}
