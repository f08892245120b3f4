//! How each column of a clean table is read, by what its first rows hold and by what is known of it.

use std::collections::HashSet;
use std::ops::Range;

use super::cell;
use super::lines::Lines;
use super::words::Shape;
use crate::column::Kind;
use crate::date;
use crate::missing::MissingTexts;
use crate::number::{self, Mark};
use crate::read::ReadOptions;
use crate::read::raw::{RawColumn, rules_of};
use crate::typing::Rules;

/// At most so many rows, and so many fields in all, are looked at.
pub(super) const ROWS: usize = 256;
const FIELDS: usize = 200_000;

/// A column in which fewer of so many values repeat is one of names, such as the patients'.
const ENOUGH: usize = 50;

/// How the columns are read.
pub(super) struct Plan<'o> {
    /// The lines of the patients.
    pub body: Range<usize>,
    /// Their names, each once.
    pub names: &'o [String],
    /// One a name.
    pub columns: Vec<Column<'o>>,
    pub delimiter: u8,
    /// Some fields may be in quotes.
    pub has_quotes: bool,
}

/// How a column is read.
pub(super) struct Column<'o> {
    pub way: Way,
    /// What is known of it.
    pub rules: Rules<'o>,
    /// The texts that mean that a value is missing.
    pub missing: MissingTexts<'o>,
    /// Numbers may be among those texts.
    pub checks_missing: bool,
}

/// The ways in which a column is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    Numbers,
    /// Words of which many are the same.
    Levels(Shape),
    /// Words of which nearly all differ.
    Names(Shape),
    /// Its texts are kept and looked at with care.
    Careful,
}

impl<'o> Column<'o> {
    /// By the first texts of the column, with or without blanks around them.
    pub fn of<'t>(sample: impl Iterator<Item = &'t str>, rules: Rules<'o>) -> Self {
        let missing = rules.missing.clone();
        let present: Vec<&str> = sample.map(str::trim).filter(|text| !missing.contains(text)).collect();
        let checks_missing = missing.says_more();
        Self { way: Way::of(&present, rules.kind), missing, checks_missing, rules }
    }

    pub fn shape(&self) -> Shape {
        match self.way {
            Way::Levels(shape) | Way::Names(shape) => shape,
            Way::Numbers | Way::Careful => Shape::Any,
        }
    }
}

impl<'o> Plan<'o> {
    /// Looks at the first rows; `None` where they are not clean.
    pub fn of(
        lines: &Lines<'_>,
        body: &Range<usize>,
        names: &'o [String],
        options: &'o ReadOptions,
        (delimiter, has_quotes): (u8, bool),
    ) -> Option<Self> {
        let sample = sample(lines, body, names.len(), (delimiter, has_quotes))?;
        let column = |(name, sample): (&'o String, Vec<&str>)| {
            Column::of(sample.into_iter(), rules_of(name, options, options.dates, options.decimal))
        };
        let columns = names.iter().zip(sample).map(column).collect();
        Some(Self { body: body.clone(), names, columns, delimiter, has_quotes })
    }
}

/// The first texts of every column, without blanks around them.
fn sample<'t>(
    lines: &Lines<'t>,
    body: &Range<usize>,
    width: usize,
    (delimiter, has_quotes): (u8, bool),
) -> Option<Vec<Vec<&'t str>>> {
    let rows = ROWS.min(FIELDS / width + 1).min(body.len());
    let mut columns: Vec<Vec<&str>> = (0..width).map(|_| Vec::with_capacity(rows)).collect();
    for line in body.start..body.start + rows {
        let text = lines.line_text(line);
        let mut at = 0;
        for column in &mut columns {
            if at > text.len() {
                return None;
            }
            let (field, end) = cell::field(text, at, delimiter, has_quotes)?;
            column.push(std::str::from_utf8(field).ok()?.trim());
            at = end + 1;
        }
    }
    Some(columns)
}

impl Way {
    fn of(present: &[&str], kind: Option<Kind>) -> Self {
        let distinct = || present.iter().collect::<HashSet<_>>().len();
        let words = |shape: Shape| match 10 * distinct() > 9 * present.len() && present.len() >= ENOUGH {
            true => Self::Names(shape),
            false => Self::Levels(shape),
        };
        let numbers = present.iter().all(|text| number::plain(text).is_some());
        match kind {
            Some(Kind::Date) => return Self::Careful,
            Some(Kind::Category | Kind::Text) => return words(Shape::Any),
            Some(Kind::Number) => return if numbers { Self::Numbers } else { Self::Careful },
            None => {}
        }
        let has_codes = present.iter().any(|text| number::is_code(text));
        let are_words = || present.iter().all(|text| number::measured(text).is_none() && date::parse(text).is_none());
        match numbers {
            true if has_codes && present.iter().all(|text| text.bytes().all(|b| b.is_ascii_digit())) => {
                words(Shape::Codes)
            }
            true => Self::Numbers,
            false if are_words() => words(Shape::Words),
            false => Self::Careful,
        }
    }
}

/// Which columns have to be looked at with care: those that could not be read otherwise, and those whose points may stand
/// between thousands where other columns do not show beyond doubt that they do not.
pub(super) fn to_look_at(columns: &[Option<RawColumn>], asked: Option<Mark>, delimiter: u8) -> Vec<bool> {
    let typed = |column: &Option<RawColumn>| match column {
        Some(RawColumn::Read(Some(typed), _)) => Some(typed.marks),
        _ => None,
    };
    let is_settled = columns.iter().filter_map(typed).any(|marks| marks.point) && delimiter != b';';
    let is_open = |column: &Option<RawColumn>| typed(column).is_some_and(|marks| marks.is_open);
    columns.iter().map(|c| c.is_none() || asked.is_none() && !is_settled && is_open(c)).collect()
}
