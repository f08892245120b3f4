//! What the user has chosen: the part of the state that is undone, redone and restored in the next session.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::ask::grouping::Grouping;
use crate::methods::cindex::Method;
use crate::methods::cox::model::Step;
use crate::methods::table1;
use crate::study::{DesignSpec, Edit};
use survival::cox::Ties;
use survival::coxnet::{LambdaRule, Measure};
use survival::kaplan_meier::{BandKind, Interval};

/// Every choice; what is `None` or empty follows the study.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Choices {
    /// Name of the endpoint in use; the study's first if not said.
    pub endpoint: Option<String>,
    /// Name of the cohort in use; all patients if not said.
    pub cohort: Option<String>,
    /// Condition that patients must meet, in the expression language of study files.
    pub filter: Option<String>,
    /// What is changed of the study, in order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub edits: Vec<Edit>,
    /// Of the radiomic features.
    pub features: Features,
    /// Of the baseline table.
    pub baseline: Baseline,
    /// Of the penalized model.
    pub lasso: Lasso,
    /// Of the survival curves.
    pub km: Km,
    /// Of the Cox models.
    pub cox: Cox,
    /// Of the models' performance.
    pub performance: Performance,
    /// Of calibration.
    pub calibration: Calibration,
}

/// Choices of the radiomic features.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Features {
    /// The least ICC that a feature needs; the study's if not said.
    pub icc: Option<f64>,
}

/// Choices of the baseline table.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Baseline {
    /// What divides the patients; the cohorts if not said.
    pub by: Option<Grouping>,
    /// Tests chosen by hand, by variable.
    pub tests: BTreeMap<String, table1::Choice>,
    /// Leave out the standardized mean differences.
    pub no_smd: bool,
}

/// Choices of the penalized model; the study's where nothing is said.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Lasso {
    /// Which penalty is chosen.
    pub rule: Option<LambdaRule>,
    /// 1 is the lasso, 0 ridge regression.
    pub alpha: Option<f64>,
    /// What the cross-validation measures.
    pub measure: Option<Measure>,
    /// Seed of the folds.
    pub seed: Option<u64>,
    /// How often the folds are dealt; once if not said.
    pub deals: Option<usize>,
    /// Adaptive weights.
    pub adaptive: bool,
}

/// Choices of the survival curves.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Km {
    /// What divides the curves.
    pub by: Option<Grouping>,
    /// One curve for all, where else the Rad-score's groups would divide them.
    pub together: bool,
    /// The kind of confidence interval; log if not said.
    pub interval: Option<Interval>,
    /// A simultaneous band around the curves, beside their pointwise limits.
    pub band: Option<BandKind>,
    /// Time is counted from here, of those followed beyond it.
    pub landmark: Option<f64>,
    /// The number whose cut-off is searched; the study's first if not said.
    pub cut: Option<String>,
}

/// Choices of the Cox models.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Cox {
    /// Variables of the joint model, chosen by hand; by the entry rule if not said.
    pub covariates: Option<Vec<String>>,
    /// The ties method; the study's if not said.
    pub ties: Option<Ties>,
    /// Backward selection from all variables instead of the entry rule.
    pub step: Option<Step>,
    /// Firth's penalty.
    pub firth: bool,
}

/// Choices of the models' performance.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Performance {
    /// Which C.
    pub method: Method,
    /// How the whole pipeline is validated; as the study says if not said.
    pub design: Option<DesignSpec>,
    /// Stay with the first estimate of that validation.
    pub brief: bool,
    /// Put outcomes in random order too, for a p.
    pub permuted: bool,
}

/// Choices of calibration.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Calibration {
    /// The model; the last if not said.
    pub model: Option<String>,
    /// The time; the middle one of the study's if not said.
    pub time: Option<f64>,
    /// Number of groups; five if not said.
    pub groups: Option<usize>,
}
