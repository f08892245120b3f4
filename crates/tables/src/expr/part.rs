//! The values of a part of an expression: one a row, or one for all rows.

use std::borrow::Cow;

use crate::column::{Category, Column, Values};
use crate::date;

/// One value a row, or a constant.
#[derive(Debug, Clone)]
pub(super) enum Cells<'f, T: Clone> {
    Rows(Cow<'f, [T]>),
    Constant(T),
}

/// The values of a part of an expression.
#[derive(Debug, Clone)]
pub(super) enum Part<'f> {
    /// NaN is missing.
    Number(Cells<'f, f64>),
    Truth(Cells<'f, Option<bool>>),
    Date(Cells<'f, Option<i32>>),
    Level(Cow<'f, Category>),
    Text(Cells<'f, Option<String>>),
}

impl<T: Clone> Cells<'_, T> {
    #[inline]
    pub fn at(&self, i: usize) -> &T {
        match self {
            Self::Rows(rows) => &rows[i],
            Self::Constant(value) => value,
        }
    }

    fn is_constant(&self) -> bool {
        matches!(self, Self::Constant(_))
    }

    /// One value a row, `n` rows.
    pub fn into_rows(self, n: usize) -> Vec<T> {
        match self {
            Self::Rows(rows) => rows.into_owned(),
            Self::Constant(value) => vec![value; n],
        }
    }
}

impl<'f> Part<'f> {
    /// The values of a column, not copied.
    pub fn of_column(column: &'f Column) -> Self {
        match &column.values {
            Values::Number(v) => Self::Number(Cells::Rows(Cow::Borrowed(v))),
            Values::Category(c) => Self::Level(Cow::Borrowed(c)),
            Values::Date(v) => Self::Date(Cells::Rows(Cow::Borrowed(v))),
            Values::Text(v) => Self::Text(Cells::Rows(Cow::Borrowed(v))),
        }
    }

    /// What the part holds, for messages.
    pub fn describe(&self) -> &'static str {
        match self {
            Self::Number(_) => "a number",
            Self::Truth(_) => "a condition",
            Self::Date(_) => "a date",
            Self::Level(_) | Self::Text(_) => "text",
        }
    }

    pub fn is_constant(&self) -> bool {
        match self {
            Self::Number(c) => c.is_constant(),
            Self::Truth(c) => c.is_constant(),
            Self::Date(c) => c.is_constant(),
            Self::Level(_) => false,
            Self::Text(c) => c.is_constant(),
        }
    }

    pub fn is_missing(&self, i: usize) -> bool {
        match self {
            Self::Number(c) => c.at(i).is_nan(),
            Self::Truth(c) => c.at(i).is_none(),
            Self::Date(c) => c.at(i).is_none(),
            Self::Level(c) => c.codes[i].is_none(),
            Self::Text(c) => c.at(i).is_none(),
        }
    }

    /// The value of row `i` as it would be typed.
    pub fn written_at(&self, i: usize) -> Option<String> {
        match self {
            Self::Number(c) => Some(*c.at(i)).filter(|x| !x.is_nan()).map(|x| x.to_string()),
            Self::Truth(c) => c.at(i).map(|t| if t { "1" } else { "0" }.to_owned()),
            Self::Date(c) => c.at(i).map(date::iso),
            Self::Level(_) | Self::Text(_) => self.text_at(i).map(str::to_owned),
        }
    }

    /// The text of row `i`, if the part holds text and the row has a value.
    pub fn text_at(&self, i: usize) -> Option<&str> {
        match self {
            Self::Level(category) => category.level(i),
            Self::Text(cells) => cells.at(i).as_deref(),
            _ => None,
        }
    }
}

/// Joins rows of two parts by `f`; two constants give a constant.
pub(super) fn zip<'f, A: Clone, B: Clone, T: Clone>(
    n: usize,
    a: &Cells<'_, A>,
    b: &Cells<'_, B>,
    f: impl Fn(&A, &B) -> T,
) -> Cells<'f, T> {
    match (a, b) {
        (Cells::Constant(a), Cells::Constant(b)) => Cells::Constant(f(a, b)),
        _ => Cells::Rows((0..n).map(|i| f(a.at(i), b.at(i))).collect()),
    }
}

/// Applies `f` to every value.
pub(super) fn map<'f, A: Clone, T: Clone>(cells: &Cells<'_, A>, f: impl Fn(&A) -> T) -> Cells<'f, T> {
    match cells {
        Cells::Constant(a) => Cells::Constant(f(a)),
        Cells::Rows(rows) => Cells::Rows(rows.iter().map(f).collect()),
    }
}
