//! The table: how it is read, what its columns are, which patients enter.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use tables::{DateOrder, Expr, Kind, LimitRule, Mark};

/// A table and how to read it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableSpec {
    /// Path, relative to the study's folder.
    pub path: PathBuf,
    /// The sheet of a workbook; the first one with data if not said.
    pub sheet: Option<String>,
    /// What separates the fields of a text table; found by itself if not said.
    pub delimiter: Option<char>,
    /// Texts that mean a missing value, besides empty, NA, N/A, NaN, null and `.`.
    pub missing: Vec<String>,
    /// How 03/04/2019 is to be read; found by itself if not said.
    pub dates: Option<DateOrder>,
    /// The encoding of a text table; found by itself if not said.
    pub encoding: Option<String>,
    /// The mark before decimals; found by itself if not said.
    pub decimal: Option<Mark>,
    /// What stands for a value beyond a limit of detection; asked if not said.
    pub limits: Option<LimitRule>,
}

/// One step of the enrolment flow.
#[derive(Debug, Clone, PartialEq)]
pub struct Criterion {
    /// What the flow diagram calls it.
    pub name: String,
    /// Whether patients who meet it stay or go.
    pub kind: CriterionKind,
    /// The condition.
    pub condition: Expr,
    /// Whether patients leave at it after a random split was drawn, so that it moves nobody else to another cohort.
    pub after_split: bool,
}

/// Whether a criterion keeps or removes those who meet it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CriterionKind {
    /// Only those who meet it stay.
    Include,
    /// Those who meet it go.
    Exclude,
}

/// A column computed from others.
#[derive(Debug, Clone, PartialEq)]
pub struct Derived {
    /// Its name.
    pub name: String,
    /// How it is computed.
    pub expression: Expr,
}

/// What is said of a column.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ColumnSpec {
    /// Its name in the table, or a derived column's.
    pub name: String,
    /// What is printed.
    pub label: Option<String>,
    /// The unit of its values.
    pub unit: Option<String>,
    /// The type, where the guess is wrong.
    pub kind: Option<Kind>,
    /// Its levels in order, each with the label shown; the values in the table stand first.
    pub levels: Vec<LevelSpec>,
    /// Whether the order of the levels means something.
    pub ordered: bool,
    /// The level the others are compared with; the first if not said.
    pub reference: Option<String>,
    /// More texts that mean a missing value in this column; an empty list says that there are none.
    pub missing: Option<Vec<String>>,
    /// What stands for a value beyond a limit of detection in this column.
    pub limits: Option<LimitRule>,
}

/// A level of a category.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LevelSpec {
    /// The value in the table.
    pub value: String,
    /// What is shown.
    pub label: String,
}
