//! What variations of a pipeline make of its models.

use std::collections::BTreeSet;

use serde::Serialize;

use super::Subjects;

/// The fit to everybody, and what variations make of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct SensitivityAnswer {
    pub design: DesignOfSensitivity,
    #[serde(flatten)]
    pub subjects: Subjects,
    pub models: Vec<Varied>,
    pub notes: Vec<String>,
}

/// How many variations.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct DesignOfSensitivity {
    pub kind: &'static str,
    pub n: usize,
    pub seed: u64,
}

/// A model under variation.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct Varied {
    pub model: String,
    pub label: String,
    pub variations: Vec<Variation>,
    /// Features of the fit to everybody.
    pub features: Vec<String>,
    /// The patient without whom the C in others, or the apparent C where there are none, changes most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub patient: Option<Influential>,
}

/// What the fits of one kind of variation give. `fit` is the fit to everybody.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct Variation {
    /// `fit`, `seed`, `division`, `one left out`, or what a caller has varied.
    pub what: String,
    pub fits: usize,
    pub failed: usize,
    /// C in the patients of the fit.
    pub apparent: Spread,
    /// C in the cohorts that take no part in the fit.
    pub cohorts: Vec<InCohort>,
    /// Features used.
    pub size: Spread,
    /// Share of the features in common with the fit to everybody.
    pub overlap: Spread,
}

/// A cohort's C.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct InCohort {
    pub cohort: String,
    pub c: Spread,
}

/// Mean and range; NaN of nothing.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct Spread {
    pub mean: f64,
    pub min: f64,
    pub max: f64,
}

/// One patient's weight.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct Influential {
    pub id: String,
    /// C without the patient in the fit, less C with everybody.
    pub change: f64,
}

impl Spread {
    pub(super) fn of(values: impl IntoIterator<Item = f64>) -> Self {
        let known: Vec<f64> = values.into_iter().filter(|x| !x.is_nan()).collect();
        if known.is_empty() {
            return Self { mean: f64::NAN, min: f64::NAN, max: f64::NAN };
        }
        let (min, max) = known.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), x| (a.min(*x), b.max(*x)));
        Self { mean: known.iter().sum::<f64>() / known.len() as f64, min, max }
    }
}

impl SensitivityAnswer {
    /// Adds, as a variation called so, the fit to everybody of the same pipeline in other data. Features are told apart by
    /// name, so that what is in common can be counted.
    pub fn append(&mut self, what: &str, other: &Self) {
        for model in &mut self.models {
            let Some(own) = other.models.iter().find(|m| m.model == model.model) else { continue };
            let Some(fit) = own.variations.first() else { continue };
            let (here, there): (BTreeSet<&String>, BTreeSet<&String>) =
                (model.features.iter().collect(), own.features.iter().collect());
            let overlap = Spread::of([in_common(&here, &there)]);
            model.variations.push(Variation { what: what.to_owned(), overlap, ..fit.clone() });
        }
    }
}

/// Jaccard's index of two choices of features: those of both over those of either; NaN of two empty ones.
pub(super) fn in_common<T: Ord>(a: &BTreeSet<T>, b: &BTreeSet<T>) -> f64 {
    let union = a.union(b).count();
    if union == 0 { f64::NAN } else { a.intersection(b).count() as f64 / union as f64 }
}
