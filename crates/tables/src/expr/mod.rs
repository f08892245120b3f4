//! The one language of conditions and computed columns: `age > 60 & stage in III,IV`.
//!
//! It serves `--where`, the criteria and derived columns of a study, and the filter of the screen.
//!
//! | written | means |
//! |---|---|
//! | `==` or `=`, `!=`, `<`, `<=`, `>`, `>=` | comparisons; levels of an ordered category and dates compare too |
//! | `and` or `&`, `or` or `\|`, `not` or `!` | three-valued: unknown where a missing value decides |
//! | `stage in (III, IV)`, `stage not in III,IV` | membership; without brackets outside function calls |
//! | `+ - * / ^` | arithmetic; a date less a date is a number of days |
//! | `'text'`, `"text"`, `2019-03-14`, `1.5e3` | values; a bare word is a column, or a level of what it is compared with |
//! | `` `CA-125 (U/mL)` `` | a column whose name is not a plain word |
//! | [`functions`] | of numbers, texts, dates, several values of a row, whole columns: `ln(x)`, `contains(x, 'text')`, `case(..)`; lists may stand in square brackets |
//!
//! A value computed from a missing one is missing, as is one that is not finite. A condition that is unknown is not
//! met; whoever asks is told how many rows that concerns.

mod ast;
mod call;
mod compare;
mod error;
mod eval;
mod function;
mod learn;
mod lex;
mod parse;
mod part;
#[cfg(test)]
mod tests;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub use error::ExprError;
pub use function::{FunctionHelp, functions};
pub use learn::Learned;

use self::ast::{Node, Term};
use self::eval::Evaluation;
use self::function::Function;
use super::column::Values;
use super::frame::Frame;

/// An expression over the columns of a table. Two are equal when they are written the same but for blanks, brackets
/// and spellings that change nothing.
#[derive(Debug, Clone)]
pub struct Expr {
    text: String,
    root: Term,
}

/// How many rows a condition keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Kept {
    /// Rows that meet the condition.
    pub kept: usize,
    /// Rows that do not.
    pub removed: usize,
    /// Rows of which nobody knows, because a value is missing.
    pub unknown: usize,
}

impl Expr {
    /// Reads an expression; a mistake is returned with its place and the likely remedy.
    ///
    /// # Errors
    /// What is no expression, with its place in the text.
    pub fn parse(text: &str) -> Result<Self, ExprError> {
        Ok(Self { text: text.to_owned(), root: parse::parse(text)? })
    }

    /// The name of a column as an expression writes it: in backticks where it is not a plain word.
    pub fn of_name(column: &str) -> String {
        Term { node: Node::Name(column.to_owned()), span: 0..0 }.to_string()
    }

    /// The expression as it was written.
    pub fn source(&self) -> &str {
        &self.text
    }

    /// The value in every row of `frame`. A condition gives 1, 0 or missing.
    ///
    /// # Errors
    /// A column that is not there, or a function given what it does not take.
    pub fn eval(&self, frame: &Frame) -> Result<Values, ExprError> {
        Evaluation { text: &self.text, frame }.values(&self.root)
    }

    /// Whether it takes figures of other rows: those of the patients it is learned from, or ranks among all.
    pub fn looks_at_all(&self) -> bool {
        let mut found = false;
        self.root.visit(&mut |term| {
            found |= matches!(&term.node, Node::Call(function, _) if function.learns() || *function == Function::Rank);
        });
        found
    }

    /// The same expression with the figures of the rows `from` written into it, and what these are. `scale(age)` becomes
    /// `(age - 61.2) / 9.3`, which gives the same of any other table.
    ///
    /// # Errors
    /// As for [`Self::eval`].
    pub fn learned(&self, frame: &Frame, from: &[usize]) -> Result<(Self, Vec<Learned>), ExprError> {
        let mut learned = Vec::new();
        let root = Evaluation { text: &self.text, frame }.learned(&self.root, from, &mut learned)?;
        Ok((Self { text: root.to_string(), root }, learned))
    }

    /// Whether every row of `frame` meets the condition; `None` where a missing value leaves it open.
    ///
    /// # Errors
    /// As for [`Self::eval`], and an expression that is no condition.
    pub fn keep(&self, frame: &Frame) -> Result<Vec<Option<bool>>, ExprError> {
        Evaluation { text: &self.text, frame }.condition(&self.root)
    }

    /// What is doubtful about the expression on this table, though it can be computed: texts compared with a category
    /// that has no such level.
    pub fn doubts(&self, frame: &Frame) -> Vec<ExprError> {
        Evaluation { text: &self.text, frame }.doubts(&self.root)
    }

    /// The bare and backticked names in it, each once, in order: columns, or levels that something is compared with.
    pub fn names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        self.root.visit(&mut |term| {
            if let Node::Name(name) = &term.node
                && !names.contains(&name.as_str())
            {
                names.push(name);
            }
        });
        names
    }
}

impl Kept {
    /// Counts the three outcomes of a condition.
    pub fn count(outcomes: &[Option<bool>]) -> Self {
        let n = |wanted: Option<bool>| outcomes.iter().filter(|&&o| o == wanted).count();
        Self { kept: n(Some(true)), removed: n(Some(false)), unknown: n(None) }
    }
}

impl PartialEq for Expr {
    fn eq(&self, other: &Self) -> bool {
        self.to_string() == other.to_string()
    }
}

impl fmt::Display for Expr {
    /// The canonical spelling, which reads back as the same expression.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.root.fmt(f)
    }
}

impl FromStr for Expr {
    type Err = ExprError;

    fn from_str(text: &str) -> Result<Self, ExprError> {
        Self::parse(text)
    }
}

impl Serialize for Expr {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Expr {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}
