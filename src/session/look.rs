//! How a table was looked at: cursor, order, search, marks and columns.

use serde::{Deserialize, Serialize};

/// More marks than these are not kept, unless all rows are marked.
pub const MOST_MARKS: usize = 10_000;

/// What the user did to a table.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, from = "Kept")]
pub struct Look {
    /// The line of the cursor, from 0.
    #[serde(skip_serializing_if = "is_zero")]
    pub line: usize,
    /// The line at the top of the screen.
    #[serde(skip_serializing_if = "is_zero")]
    pub top: usize,
    /// The column of the cursor, among those shown.
    #[serde(skip_serializing_if = "is_zero")]
    pub column: usize,
    /// The column that the rows are sorted by, and whether the largest stands first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sort: Option<(usize, bool)>,
    /// What rows must contain.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub search: String,
    /// Rows that are marked.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub marks: Vec<usize>,
    /// Whether all rows are marked.
    #[serde(skip_serializing_if = "is_false")]
    pub all_marked: bool,
    /// The columns on screen, in order; as they come if not said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub columns: Option<Vec<usize>>,
}

fn is_zero(n: &usize) -> bool {
    *n == 0
}

fn is_false(said: &bool) -> bool {
    !said
}

/// A look as a session file has it: sessions of before had nothing but the line.
#[derive(Deserialize)]
#[serde(untagged)]
enum Kept {
    Line(usize),
    Whole {
        #[serde(default)]
        line: usize,
        #[serde(default)]
        top: usize,
        #[serde(default)]
        column: usize,
        #[serde(default)]
        sort: Option<(usize, bool)>,
        #[serde(default)]
        search: String,
        #[serde(default)]
        marks: Vec<usize>,
        #[serde(default)]
        all_marked: bool,
        #[serde(default)]
        columns: Option<Vec<usize>>,
    },
}

impl From<Kept> for Look {
    fn from(kept: Kept) -> Self {
        match kept {
            Kept::Line(line) => Self { line, ..Self::default() },
            Kept::Whole { line, top, column, sort, search, marks, all_marked, columns } => {
                Self { line, top, column, sort, search, marks, all_marked, columns }
            }
        }
    }
}
