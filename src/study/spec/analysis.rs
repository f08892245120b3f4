//! The choices of the analysis and the named models.

use serde::{Deserialize, Serialize};

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
    pub ties: TiesSpec,
    /// A variable enters the multivariable model if its univariate p is below this.
    pub entry_p: f64,
    /// Permutations behind the p-value of a searched cut-off.
    pub permutations: usize,
    /// Bootstrap samples of the training cohort in which models are fitted again.
    pub bootstraps: usize,
    /// The penalized model.
    pub lasso: LassoSpec,
    /// Agreement between repeated segmentations.
    pub icc: IccSpec,
}

/// How tied events count in a Cox model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TiesSpec {
    /// Efron's approximation.
    #[default]
    Efron,
    /// Breslow's approximation.
    Breslow,
    /// The exact conditional likelihood.
    Exact,
}

impl TiesSpec {
    /// The words of the study file.
    pub const WORDS: [(&'static str, Self); 3] =
        [("efron", Self::Efron), ("breslow", Self::Breslow), ("exact", Self::Exact)];

    /// Its word in the study file.
    pub fn word(self) -> &'static str {
        Self::WORDS.into_iter().find(|(_, ties)| *ties == self).map_or("efron", |(word, _)| word)
    }
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
    pub measure: LassoMeasure,
}

/// Which penalty on the path is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LambdaRule {
    /// The one with the best cross-validated measure.
    Min,
    /// The largest within one standard error of it.
    OneSe,
    /// This one.
    Value(f64),
}

/// What a cross-validation measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LassoMeasure {
    /// Partial likelihood deviance.
    #[default]
    Deviance,
    /// Harrell's C.
    Cindex,
}

/// Agreement between repeated segmentations.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct IccSpec {
    /// Features with a smaller coefficient are not used.
    pub threshold: f64,
    /// Which of Shrout and Fleiss' coefficients (ICC2).
    pub kind: String,
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
    pub weights: Weighting,
}

/// How much a disagreement of two readers on categories counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Weighting {
    /// Every disagreement alike.
    #[default]
    None,
    /// By the distance of the categories.
    Linear,
    /// By the square of their distance.
    Quadratic,
}

impl Weighting {
    /// The words of the study file.
    pub const WORDS: [(&'static str, Self); 3] =
        [("none", Self::None), ("linear", Self::Linear), ("quadratic", Self::Quadratic)];

    /// Its word in the study file.
    pub fn word(self) -> &'static str {
        Self::WORDS.into_iter().find(|(_, weighting)| *weighting == self).map_or("none", |(word, _)| word)
    }
}

/// A named model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelSpec {
    /// Its name (combined).
    pub name: String,
    /// What is printed.
    pub label: Option<String>,
    /// Its covariates: columns, or [`RAD_SCORE`].
    pub covariates: Vec<String>,
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
            ties: TiesSpec::default(),
            entry_p: 0.05,
            permutations: 9_999,
            bootstraps: 200,
            lasso: LassoSpec::default(),
            icc: IccSpec::default(),
        }
    }
}

impl Default for LassoSpec {
    fn default() -> Self {
        Self { alpha: 1.0, folds: 10, rule: LambdaRule::Min, measure: LassoMeasure::default() }
    }
}

impl Default for IccSpec {
    fn default() -> Self {
        Self { threshold: 0.75, kind: "ICC2".to_owned() }
    }
}
