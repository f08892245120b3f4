//! What comes of a penalized Cox model.

use serde::{Deserialize, Serialize};
use survival::coxnet::Measure;
use survival::harmonize::SiteLine;

use crate::study::ScoreCut;

/// Path, cross-validation, the model chosen and its score.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Answer {
    /// Name of the endpoint.
    pub endpoint: String,
    /// The cohort in which the model is fitted, if there are several.
    pub training: Option<String>,
    /// Patients of the fit.
    pub n: usize,
    /// Events among them.
    pub events: usize,
    /// Patients of that cohort left out because the endpoint or a candidate is missing.
    pub n_dropped: usize,
    /// 1 is the lasso.
    pub alpha: f64,
    /// `min`, `1se` or `value`.
    pub rule: &'static str,
    /// Seed of the folds, if they were dealt at random.
    pub seed: Option<u64>,
    /// Whether candidates are z-scores of the training cohort.
    pub z_scores: bool,
    /// Penalties, falling.
    pub lambda: Vec<f64>,
    /// Candidates with a coefficient at each.
    pub df: Vec<usize>,
    /// Share of the null deviance explained at each.
    pub dev_ratio: Vec<f64>,
    /// The cross-validation.
    pub cv: Cv,
    /// What several deals of the folds gave, if there were several; `cv` then holds their means.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repeated: Option<Repeated>,
    /// Where the penalty factors of an adaptive LASSO came from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub adaptive: Option<Adaptive>,
    /// The model at the penalty chosen.
    pub selected: Chosen,
    /// The coefficients of every candidate that has one somewhere on the path, for its z-score if those are used.
    pub paths: Vec<Path>,
    /// The score of every patient, the training cohort's and all others'.
    pub scores: Vec<Score>,
    /// The lowest cut: above it is the high group, in every cohort, if there are two.
    pub cut: f64,
    /// Every cut, rising: a score above k of them is in group k.
    pub cuts: Vec<f64>,
    /// How the cuts were found.
    pub cut_by: ScoreCut,
    /// Rows of the cohort that the fit stands on.
    #[serde(skip)]
    pub rows: Vec<usize>,
    /// What the score is called.
    pub label: String,
    /// The steps, in words.
    pub steps: Vec<String>,
    /// The score in each cohort.
    pub cohorts: Vec<CohortScores>,
    /// How many candidates were left at each stage.
    pub stages: Vec<Stage>,
    /// The score as a formula.
    pub formula: String,
    /// Caveats.
    pub notes: Vec<String>,
}

impl Answer {
    /// The group of a patient with this score; none where it is not known.
    pub fn group(&self, score: f64) -> Option<&'static str> {
        ScoreCut::group(&self.cuts, score).and_then(|k| self.cut_by.groups().get(k).copied())
    }
}

/// A cross-validation.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Cv {
    /// What was measured.
    pub measure: Measure,
    /// Mean over folds at each penalty.
    pub cvm: Vec<f64>,
    /// Its standard error.
    pub cvsd: Vec<f64>,
    /// The largest penalty with the best mean.
    pub lambda_min: f64,
    /// The largest penalty with a mean within one standard error of the best.
    pub lambda_1se: f64,
    /// The fold of each patient of the fit, from 1.
    pub foldid: Vec<usize>,
}

/// Several deals of the folds.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Repeated {
    /// Number of deals.
    pub deals: usize,
    /// The lambda.min of each.
    pub lambda_min: Vec<f64>,
    /// The candidates with a coefficient at the lambda.min of any deal, the most frequent first.
    pub selected: Vec<Share>,
}

/// A candidate's share of the deals.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct Share {
    pub term: String,
    pub share: f64,
}

/// The ridge regression behind an adaptive LASSO.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Adaptive {
    /// Factors are 1 / |b|^gamma.
    pub gamma: f64,
    /// The ridge penalty, lambda.min of its cross-validation.
    pub ridge_lambda: f64,
}

/// The model at one penalty.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Chosen {
    /// The penalty.
    pub lambda: f64,
    /// Its coefficients that are not zero, the largest by z-score first if those are used, else in the columns' order.
    pub terms: Vec<Term>,
    /// Candidates without a coefficient from which missing values of the terms follow.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub behind: Vec<Term>,
    /// Imputed data sets whose coefficients these are the means of, if there are several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sets: Option<usize>,
}

/// One coefficient.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Term {
    /// The candidate.
    pub term: String,
    /// Coefficient of the value as it stands in the data.
    pub coef: f64,
    /// Coefficient of the z-score.
    pub z_coef: f64,
    /// Mean in the fit.
    pub mean: f64,
    /// Standard deviation in the fit, divisor n - 1.
    pub sd: f64,
    /// Its weakest intraclass correlation, if it was drawn repeatedly.
    pub icc: Option<f64>,
    /// How it is brought to the scale of the fit at each site, if that is done without covariates.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sites: Vec<SiteLine>,
    /// What stands for a missing value, if anything does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fill: Option<f64>,
    /// How a missing value follows from other candidates; `fill` stands for it then where those others are worked out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from_others: Option<FromOthers>,
}

/// A missing value as it is to be expected: intercept + the sum of coef x over other candidates, within the range of the fit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FromOthers {
    /// The value where all others are 0.
    pub intercept: f64,
    /// The others.
    pub features: Vec<OfOther>,
    /// Smallest value in the fit.
    pub lower: f64,
    /// Largest.
    pub upper: f64,
}

/// Another candidate's part.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct OfOther {
    pub feature: String,
    pub coef: f64,
}

/// A candidate's coefficient at each penalty.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct Path {
    pub feature: String,
    pub coef: Vec<f64>,
}

/// The score of a patient; NaN where a feature is missing.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct Score {
    /// Row of the cohort.
    #[serde(skip)]
    pub row: usize,
    pub id: String,
    pub score: f64,
    pub cohort: Option<String>,
    /// Selected candidates that the patient misses and that were filled in for the score.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub filled: Vec<String>,
}

/// The score in one cohort.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct CohortScores {
    pub cohort: String,
    /// Patients, and those of them with a score.
    pub n: usize,
    pub scored: usize,
    pub mean: f64,
    pub sd: f64,
    pub median: f64,
    pub q1: f64,
    pub q3: f64,
    pub min: f64,
    pub max: f64,
    /// Patients of the high group: those above the highest cut.
    pub high: usize,
    /// Patients of each group, from the lowest.
    #[serde(skip_serializing_if = "are_two")]
    pub groups: Vec<usize>,
}

/// Of two groups the high one says it.
fn are_two(groups: &[usize]) -> bool {
    groups.len() == 2
}

/// How many candidates were left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct Stage {
    pub stage: &'static str,
    pub features: usize,
}
