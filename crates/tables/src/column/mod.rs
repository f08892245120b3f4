//! Typed columns: numbers, categories, dates and text, with what is missing in each.

use std::fmt;

use serde::{Deserialize, Serialize};

mod category;
mod doubt;
mod values;

pub use category::Category;
pub use doubt::{About, Doubt};
pub(crate) use values::n_distinct;
pub use values::{Values, are_distinct};

/// A named column of a table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Column {
    /// The name by which specifications refer to it, as in the file's header.
    pub name: String,
    /// What to print instead of the name.
    pub label: Option<String>,
    /// The unit of its values.
    pub unit: Option<String>,
    /// Its values, one a row.
    pub values: Values,
    /// How its type was found.
    pub guess: Guess,
    /// Cells that do not fit the type and therefore count as missing.
    pub unread: Vec<Unread>,
    /// What has to be asked before its values may be used.
    pub doubt: Option<Doubt>,
    /// What whoever uses its values should know of how they were read.
    pub remarks: Vec<String>,
    /// Values that seem to mean that nothing is known, of which nobody has said what they mean.
    pub suspects: Vec<String>,
}

/// The four types of column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// [`Values::Number`].
    Number,
    /// [`Values::Category`].
    Category,
    /// [`Values::Date`].
    Date,
    /// [`Values::Text`].
    Text,
}

/// The type a column was taken to have, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Guess {
    /// The type.
    pub kind: Kind,
    /// Why, for the reader: `all 149 values are numbers`.
    pub reason: String,
}

/// A cell that is not missing, yet is not of its column's type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unread {
    /// Its row of data in the file, from 1 (not a position in a filtered frame).
    pub row: usize,
    /// The line of the file, from 1.
    pub line: usize,
    /// What stands there.
    pub text: String,
}

impl Kind {
    /// All of them, in the order in which they are explained.
    pub const ALL: [Self; 4] = [Self::Number, Self::Category, Self::Date, Self::Text];

    /// The word used in study files and messages.
    pub fn word(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Category => "category",
            Self::Date => "date",
            Self::Text => "text",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl Column {
    /// A column that was not read from a file but computed: `reason` says from what.
    pub fn new(name: impl Into<String>, values: Values, reason: impl Into<String>) -> Self {
        let guess = Guess { kind: values.kind(), reason: reason.into() };
        let name = name.into();
        Self {
            name,
            label: None,
            unit: None,
            values,
            guess,
            unread: Vec::new(),
            doubt: None,
            remarks: Vec::new(),
            suspects: Vec::new(),
        }
    }

    /// What to print for it: the label, else the name.
    pub fn label(&self) -> &str {
        self.label.as_deref().unwrap_or(&self.name)
    }

    /// Its type.
    pub fn kind(&self) -> Kind {
        self.values.kind()
    }

    /// Its numbers, if it holds numbers.
    pub fn numbers(&self) -> Option<&[f64]> {
        match &self.values {
            Values::Number(numbers) => Some(numbers),
            _ => None,
        }
    }

    /// Its values as levels: those of a category as they are, any other column's distinct values in sorted order
    /// (numbers by size, text by bytes).
    pub fn factor(&self) -> Category {
        self.values.factor()
    }

    /// The rows in `rows`, in that order.
    pub fn select(&self, rows: &[usize]) -> Self {
        Self { values: self.values.select(rows), ..self.clone_without_values() }
    }

    /// The rows in `rows`, in that order; no value where there is no row.
    pub fn select_known(&self, rows: &[Option<usize>]) -> Self {
        Self { values: self.values.select_known(rows), ..self.clone_without_values() }
    }

    fn clone_without_values(&self) -> Self {
        Self {
            name: self.name.clone(),
            label: self.label.clone(),
            unit: self.unit.clone(),
            values: Values::Number(Vec::new()),
            guess: self.guess.clone(),
            unread: self.unread.clone(),
            doubt: self.doubt.clone(),
            remarks: self.remarks.clone(),
            suspects: self.suspects.clone(),
        }
    }
}
