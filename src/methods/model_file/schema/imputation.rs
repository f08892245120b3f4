//! What a model file says of missing covariates.

use serde::{Deserialize, Serialize};

/// What stands for missing covariates.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Imputation {
    /// `median`, `mode` or `chained`.
    pub method: String,
    /// Imputed sets that the coefficients were pooled over; none where there was one set of patients.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sets: Option<usize>,
    /// By covariate.
    pub variables: Vec<Filled>,
}

/// A covariate that is filled in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Filled {
    /// The covariate.
    pub variable: String,
    /// What stands for it where `from_others` is empty.
    pub fill: Fill,
    /// How it follows from the other covariates: of a number one line, of a category one for each of its `levels` but the
    /// first, whose share is what the others leave; it is the level with the largest share, of equal ones the first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub from_others: Vec<Line>,
    /// The levels of a category, in the order of the lines.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub levels: Vec<String>,
    /// What a number is held to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lower: Option<f64>,
    /// The upper end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub upper: Option<f64>,
}

/// A number or a level.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Fill {
    /// A number.
    Number(f64),
    /// A level.
    Level(String),
}

/// A sum over columns.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// Where all columns are 0.
    pub intercept: f64,
    /// The columns.
    pub columns: Vec<OfColumn>,
}

/// A column of a line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OfColumn {
    /// The covariate or score.
    pub variable: String,
    /// The level for which the column is 1; none of a number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<String>,
    /// Its coefficient.
    pub coef: f64,
    /// What stands for it where it is missing as well.
    pub mean: f64,
}
