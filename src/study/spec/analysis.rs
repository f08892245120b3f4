//! The choices of the analysis and the named models.

use serde::{Deserialize, Serialize};

use super::{ImputeMethod, ValidationSpec};
use survival::cox::Ties;
use survival::coxnet::{LambdaRule, Measure};
use survival::stats::icc::IccType;
use survival::stats::kappa::KappaWeights;

/// The choices of the analysis.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AnalysisSpec {
    /// Seed of everything random that has no seed of its own.
    pub seed: u64,
    /// The times at which survival is predicted and judged, in the endpoints' display unit.
    pub times: Vec<f64>,
    /// The clinical variables that are described and screened; every column without another role if empty.
    pub variables: Vec<String>,
    /// How tied events count in a Cox model.
    pub ties: Ties,
    /// A variable enters the multivariable model if its univariate p is below this.
    pub entry_p: f64,
    /// Permutations behind the p-value of a searched cut-off.
    pub permutations: usize,
    /// Bootstrap samples of the training cohort in which models are fitted again.
    pub bootstraps: usize,
    /// How the whole pipeline is validated in the report.
    pub validation: ValidationSpec,
    /// The penalized model.
    pub lasso: LassoSpec,
    /// Agreement between repeated segmentations.
    pub icc: IccSpec,
}

/// The penalized Cox model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LassoSpec {
    /// 1 is the lasso, 0 would be ridge.
    pub alpha: f64,
    /// Number of folds of the cross-validation.
    pub folds: usize,
    /// Which penalty is chosen.
    pub rule: LambdaRule,
    /// What the cross-validation measures.
    pub measure: Measure,
}

/// Agreement between repeated segmentations.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct IccSpec {
    /// Features with a smaller coefficient are not used.
    pub threshold: f64,
    /// Which of Shrout and Fleiss' coefficients (ICC2).
    pub kind: IccType,
}

/// What several readers read in the same patients, such as signs in the images: one column a reader.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadingSpec {
    /// Its name (capsule).
    pub name: String,
    /// What is printed.
    pub label: Option<String>,
    /// The columns, two at least.
    pub columns: Vec<String>,
    /// How much a disagreement on categories counts.
    pub weights: KappaWeights,
}

/// A named model.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ModelSpec {
    /// Its name (combined).
    pub name: String,
    /// What is printed.
    pub label: Option<String>,
    /// Its covariates: columns, or [`RAD_SCORE`].
    pub covariates: Vec<String>,
    /// What stands for its missing covariates; patients who miss one are left out if not said.
    #[serde(default)]
    pub impute: ImputeMethod,
    /// Fixes what is drawn for missing covariates; 0 where nothing is drawn.
    #[serde(default)]
    pub seed: u64,
}

impl ModelSpec {
    /// The same with the seed of its study, where it draws anything.
    pub fn seeded(&mut self, seed: u64) {
        self.seed = if matches!(self.impute, ImputeMethod::Chained(_)) { seed } else { 0 };
    }
}

/// The covariate that stands for the score of the penalized model over the radiomic features.
pub const RAD_SCORE: &str = "rad_score";

/// The column of groups by that score: low up to the training median, high above.
pub const RAD_GROUP: &str = "rad_group";

impl Default for AnalysisSpec {
    fn default() -> Self {
        Self {
            seed: 1,
            times: Vec::new(),
            variables: Vec::new(),
            ties: Ties::default(),
            entry_p: 0.05,
            permutations: 9_999,
            bootstraps: 200,
            validation: ValidationSpec::default(),
            lasso: LassoSpec::default(),
            icc: IccSpec::default(),
        }
    }
}

impl Default for LassoSpec {
    fn default() -> Self {
        Self { alpha: 1.0, folds: 10, rule: LambdaRule::Min, measure: Measure::default() }
    }
}

impl LassoSpec {
    /// The measures of a cross-validation by their words in a study file.
    pub fn measures() -> [(&'static str, Measure); 2] {
        [Measure::GroupedDeviance, Measure::Concordance].map(|measure| (measure.name(), measure))
    }
}

impl Default for IccSpec {
    fn default() -> Self {
        Self { threshold: 0.75, kind: IccType::Icc2 }
    }
}
