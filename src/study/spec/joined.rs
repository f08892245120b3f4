//! Tables beside the clinical one, joined to it by the patient's id.

use serde::{Deserialize, Serialize};

use super::table::TableSpec;

/// Another table of the same patients.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct JoinedSpec {
    /// What the study calls it.
    pub name: String,
    /// The table.
    pub table: TableSpec,
    /// Its id column; that of the study if not said.
    pub id: Option<String>,
    /// What stands before the names of its columns.
    pub prefix: String,
    /// Which columns are taken: names, or patterns with `*` and `?`; all if empty.
    pub columns: Vec<String>,
    /// How several rows of a patient become one; without it every patient has one.
    pub fold: Option<Fold>,
}

/// How several rows of a patient become one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Fold {
    /// Which rows count.
    pub rows: Rows,
    /// The column that orders or dates the rows, or names the visit.
    pub by: String,
    /// For the nearest row: the column of the study that it is to be near to.
    pub to: Option<String>,
    /// For the nearest row: how far `by` may be from `to`, in days (or units of the columns), before and after.
    pub within: Option<(f64, f64)>,
}

/// Which rows of a patient count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rows {
    /// The one with the smallest value of a column.
    First,
    /// The one with the largest.
    Last,
    /// The one whose date is nearest to another date of the patient.
    Nearest,
    /// All: each visit has columns of its own.
    Wide,
}

impl Rows {
    /// The word of the study file for each.
    pub const WORDS: [(&'static str, Self); 4] =
        [("first", Self::First), ("last", Self::Last), ("nearest", Self::Nearest), ("wide", Self::Wide)];

    /// The word of the study file.
    pub fn word(self) -> &'static str {
        Self::WORDS.into_iter().find(|(_, rows)| *rows == self).map_or("", |(word, _)| word)
    }
}
