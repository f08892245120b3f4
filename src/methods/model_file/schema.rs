//! What stands in a model file: all that a prediction needs, and nobody's data.
//!
//! The fields are the keys of the file, as `docs/model.md` describes them. What changes or drops one raises [`VERSION`];
//! what is added does not.

mod imputation;
mod score;

pub use self::imputation::{Fill, Filled, Imputation, Line, OfColumn};
pub use self::score::{Feature, Score};

use serde::{Deserialize, Serialize};
use survival::cox::Ties;
use tables::LimitRule;

use crate::study::{ExtractionSpec, ImageSpec, TimeUnit};

/// What the file calls itself.
pub const FORMAT: &str = "riskset-model";

/// The version of a file whose scores take features as they are.
pub const VERSION: u32 = 1;

/// The version of one whose scores bring features of sites to one scale, or fill in missing ones: who reads the first alone
/// would compute other scores.
pub const VERSION_WITH_STEPS: u32 = 2;

/// The version of one whose scores work missing features out from others.
pub const VERSION_WITH_EXPECTED: u32 = 3;

/// The version of one that fills in missing covariates.
pub const VERSION_WITH_COVARIATES: u32 = 4;

/// A model as a thing of its own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ModelFile {
    /// [`FORMAT`].
    pub format: String,
    /// The version of the schema.
    pub version: u32,
    /// The version of the program that wrote it.
    pub riskset: String,
    /// Its name in the study.
    pub model: String,
    /// What it is called in print.
    pub label: String,
    /// The study's title.
    pub study: String,
    /// What is predicted.
    pub endpoint: Predicted,
    /// The columns that it takes, those that others are computed from first.
    pub variables: Vec<Variable>,
    /// Columns computed from others, in order.
    pub derived: Vec<Derived>,
    /// Scores among its covariates.
    pub scores: Vec<Score>,
    /// What stands for missing covariates; none where a patient who misses one has no prediction.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub imputation: Option<Imputation>,
    /// How the features of scores are extracted; none where they come from a table.
    pub extraction: Option<Extraction>,
    /// How tied events counted in the fit.
    pub ties: Ties,
    /// The terms, each with its columns of the design.
    pub terms: Vec<Term>,
    /// One for every column of the design.
    pub coefficients: Vec<Coefficient>,
    /// Covariance of the coefficients, row by row.
    pub covariance: Vec<Vec<f64>>,
    /// The baseline at the times for which survival is predicted.
    pub baseline: Vec<AtTime>,
    /// The median linear predictor of the training cohort: above it is the high group.
    pub cut: f64,
    /// The patients it was fitted to.
    pub training: Training,
    /// How well it did.
    pub performance: Performance,
    /// What it was made from.
    pub provenance: Provenance,
    /// Caveats.
    pub notes: Vec<String>,
}

/// What is predicted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Predicted {
    /// The endpoint's name.
    pub name: String,
    /// What it is called in print.
    pub label: String,
    /// The unit of all times.
    pub unit: TimeUnit,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Variable {
    /// Its name.
    pub name: String,
    /// What it is called in print.
    pub label: String,
    /// Its unit, if known.
    pub unit: Option<String>,
    /// `number`, `category`, `date` or `text`.
    pub kind: String,
    /// Its levels in order, each with the values that are written for it.
    pub levels: Vec<Level>,
    /// Texts that mean missing in it, where the study says so.
    pub missing: Option<Vec<String>>,
    /// What stands for a value beyond a limit of detection, where the study says so.
    pub limits: Option<LimitRule>,
    /// Whether it is computed from others.
    pub derived: bool,
    /// Its numbers in the training cohort.
    pub range: Option<Range>,
}

/// A level of a category.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Level {
    /// What terms call it.
    pub level: String,
    /// What is written in tables.
    pub values: Vec<String>,
    /// Patients of the training cohort.
    pub n: usize,
}

/// Numbers in the training cohort.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Range {
    pub n: usize,
    pub missing: usize,
    pub mean: Option<f64>,
    pub sd: Option<f64>,
    pub median: Option<f64>,
    pub min: Option<f64>,
    pub max: Option<f64>,
}

/// A column that is computed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Derived {
    pub name: String,
    pub expression: String,
}

/// How features are extracted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Extraction {
    /// Changes when a feature's value does.
    pub extractor: String,
    /// What the study says, the text of a parameter file with it.
    pub spec: ExtractionSpec,
    /// Templates of paths of the sequences that the score takes.
    pub images: ImageSpec,
    /// Every setting of each of these sequences, line by line.
    pub settings: Vec<SequenceSettings>,
}

/// The settings of a sequence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct SequenceSettings {
    pub sequence: String,
    pub lines: Vec<String>,
}

/// A term of the model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Term {
    /// Its column; of a product the columns with colons between.
    pub name: String,
    /// How its columns of the design come about.
    #[serde(flatten)]
    pub coding: Coding,
}

/// How the columns of a term come about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "coding", rename_all = "snake_case")]
pub enum Coding {
    /// The number itself.
    Linear,
    /// A column for every level but the first, 1 where the variable has it.
    Factor {
        /// All levels, the reference first.
        levels: Vec<String>,
    },
    /// A restricted cubic spline in Harrell's basis.
    Spline {
        /// Its knots.
        knots: Vec<f64>,
    },
    /// Products of the columns of other terms, those of the first varying fastest.
    Product {
        /// The terms.
        of: Vec<String>,
    },
}

/// A coefficient.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Coefficient {
    /// The column of the design.
    pub column: String,
    /// Log hazard ratio of one more.
    pub coef: f64,
    /// Its standard error; none where there is no coefficient.
    pub se: Option<f64>,
    /// What the linear predictor is measured from.
    pub mean: f64,
    /// Degrees of freedom of its t distribution, where imputed sets were pooled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub df: Option<f64>,
    /// Fraction of missing information there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fmi: Option<f64>,
}

/// The baseline at a time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AtTime {
    /// The time.
    pub time: f64,
    /// Survival with every column at its mean.
    pub survival: f64,
    /// Cumulative hazard there.
    pub cumhaz: f64,
    /// Its variance were the coefficients known.
    pub variance: f64,
    /// The integral of (xbar - mean) dH, one of each column of the design.
    pub drift: Vec<f64>,
}

/// The patients of the fit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Training {
    pub cohort: Option<String>,
    pub n: usize,
    pub events: usize,
    pub n_dropped: usize,
}

/// How well the model did.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Performance {
    /// In every cohort; apparent in the one that it was fitted to.
    pub cohorts: Vec<OfCohort>,
    /// Corrected for optimism, if that was worked out.
    pub corrected: Option<Corrected>,
}

/// In one cohort.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct OfCohort {
    pub cohort: String,
    pub apparent: bool,
    pub n: usize,
    pub events: usize,
    pub c: Option<f64>,
    pub se: Option<f64>,
    pub lower: Option<f64>,
    pub upper: Option<f64>,
    pub times: Vec<JudgedAt>,
}

/// At a time.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct JudgedAt {
    pub time: f64,
    pub auc: Option<f64>,
    pub brier: Option<f64>,
}

/// What is left of apparent performance.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Corrected {
    pub bootstraps: usize,
    pub seed: u64,
    pub c: Option<f64>,
    pub c_optimism: Option<f64>,
    pub slope: Option<f64>,
}

/// What the model was made from, by BLAKE3 hashes.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Provenance {
    /// The study file, tables and parameters.
    pub files: Vec<FileHash>,
    /// Images and masks: how many, and one hash of them all. Their names may be those of patients and are not told.
    pub images: Option<ImagesHash>,
    /// Seed of everything random.
    pub seed: u64,
}

/// A file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct FileHash {
    pub path: String,
    pub hash: String,
}

/// Many files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct ImagesHash {
    pub files: usize,
    pub hash: String,
}
