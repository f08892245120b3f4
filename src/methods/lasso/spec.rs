//! What is asked of a penalized Cox model.

use serde::{Deserialize, Serialize};

use crate::ask::Selection;
use crate::study::{IccSpec, LassoSpec, ScoreCut, ScoreStep};
use survival::coxnet::{LambdaRule, Measure};

/// What is asked.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Spec {
    /// Which patients, for which endpoint, with which weights. All cohorts of them are scored, whichever is named.
    pub on: Selection,
    /// The cohort among them in which the model is fitted; all of them if not said.
    pub training: Option<String>,
    /// What the model may select from.
    pub candidates: Candidates,
    /// The sequences whose features are candidates; all if empty.
    pub sequences: Vec<String>,
    /// The regions whose features are candidates, `lesion` for the drawn one; all if empty.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub regions: Vec<String>,
    /// Names of candidates, or patterns with `*` and `?`, with or without that of their sequence; all if empty.
    pub features: Vec<String>,
    /// What happens to the candidates before the penalized model.
    pub steps: Vec<ScoreStep>,
    /// Where the score is cut into groups.
    pub cut: ScoreCut,
    /// What the score is called; `Rad-score` of features and `score` of columns if not said.
    pub label: Option<String>,
    /// 1 is the lasso, 0 ridge regression.
    pub alpha: f64,
    /// Number of penalties.
    pub nlambda: usize,
    /// The smallest penalty as a part of the largest; 0.01 with fewer patients than candidates, else 0.0001.
    pub lambda_min_ratio: Option<f64>,
    /// How patients are left out in the cross-validation.
    pub folds: FoldSpec,
    /// How often the folds are dealt anew; the penalty is chosen by the mean over all deals.
    pub deals: usize,
    /// Penalty factors 1 / |b|^gamma from a ridge regression: the adaptive LASSO's exponent.
    pub adaptive: Option<f64>,
    /// What the cross-validation measures.
    pub measure: Measure,
    /// Which penalty is chosen.
    pub rule: LambdaRule,
    /// Whether the penalty sees candidates divided by their standard deviation.
    pub standardize: bool,
    /// glmnet's convergence threshold, to give its own digits; without one, the solution itself.
    pub thresh: Option<f64>,
    /// Factors of single candidates' penalties: 0 is not penalized. The others have 1.
    pub penalty_factor: Vec<(String, f64)>,
    /// The column with a known part of the linear predictor.
    pub offset: Option<String>,
    /// Features with a smaller coefficient over repeated segmentations are no candidates.
    pub icc: Option<IccSpec>,
}

/// What a model may select from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Candidates {
    /// Radiomic features, as z-scores by the training cohort's mean and standard deviation.
    Radiomics,
    /// Columns of numbers as they are.
    Columns,
}

/// How patients are left out in turn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FoldSpec {
    /// So many folds, dealt at random so that each has its share of the events.
    Random {
        /// Number of folds.
        count: usize,
        /// Fixes the draw.
        seed: u64,
    },
    /// The column that holds each patient's fold, from 1.
    Column(String),
}

impl Spec {
    /// What the score is called in print.
    pub fn called(&self) -> &str {
        let usual = if self.candidates == Candidates::Radiomics { "Rad-score" } else { "score" };
        self.label.as_deref().unwrap_or(usual)
    }

    /// The study's choices for its radiomic features.
    pub fn of_study(on: Selection, training: Option<String>, lasso: &LassoSpec, icc: &IccSpec, seed: u64) -> Self {
        Self {
            on,
            training,
            candidates: Candidates::Radiomics,
            sequences: Vec::new(),
            regions: Vec::new(),
            features: Vec::new(),
            steps: Vec::new(),
            cut: ScoreCut::default(),
            label: None,
            alpha: lasso.alpha,
            nlambda: 100,
            lambda_min_ratio: None,
            folds: FoldSpec::Random { count: lasso.folds, seed },
            deals: 1,
            adaptive: None,
            measure: lasso.measure,
            rule: lasso.rule,
            standardize: true,
            thresh: None,
            penalty_factor: Vec::new(),
            offset: None,
            icc: Some(icc.clone()),
        }
    }
}
