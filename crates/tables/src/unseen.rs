//! Characters in names and values that nobody sees, and that make equal words differ or do something to a terminal.

use std::collections::BTreeSet;
use std::path::Path;

use super::column::{Column, Values};
use super::frame::RowId;
use crate::problem::{Place, Problem};
use figures::format;

/// A line break of Windows is no secret.
fn is_unseen(character: char) -> bool {
    format::is_unseen(character) && character != '\r'
}

/// Printable ASCII alone, which most texts are.
fn is_printed(text: &str) -> bool {
    text.bytes().all(|b| matches!(b, b' '..=b'~'))
}

/// A warning for each column whose name, or any value of which, holds such characters.
pub(super) fn unseen(shown: &Path, rows: &[RowId], columns: &[Column]) -> Vec<Problem> {
    columns.iter().flat_map(|column| of_name(shown, column).into_iter().chain(of_values(shown, rows, column))).collect()
}

fn of_name(shown: &Path, column: &Column) -> Option<Problem> {
    let found: BTreeSet<char> = column.name.chars().filter(|c| is_unseen(*c)).collect();
    let message = format!("the column's name holds characters that cannot be seen ({})", named(&found));
    let place = Place::file(shown).field(&column.name);
    (!found.is_empty()).then(|| Problem::warning(place, message).remedy("type the name anew in the table"))
}

fn of_values(shown: &Path, rows: &[RowId], column: &Column) -> Option<Problem> {
    let is_unlikely = match &column.values {
        Values::Category(category) => !category.levels.iter().any(|level| level.contains(is_unseen)),
        Values::Text(texts) => !texts.iter().flatten().any(|text| !is_printed(text) && text.contains(is_unseen)),
        Values::Number(_) | Values::Date(_) => true,
    };
    if is_unlikely {
        return None;
    }
    let held = |i: usize| column.values.text(i).filter(|text| text.contains(is_unseen));
    let places: Vec<usize> = (0..column.values.len()).filter(|&i| held(i).is_some()).collect();
    let first = rows.get(*places.first()?)?;
    let texts: String = places.iter().filter_map(|&i| held(i)).collect();
    let found: BTreeSet<char> = texts.chars().filter(|c| is_unseen(*c)).collect();
    let values = if places.len() == 1 { "1 value holds".to_owned() } else { format!("{} values hold", places.len()) };
    let message = format!("{values} characters that cannot be seen ({})", named(&found));
    let place = Place::file(shown).row(first.row as usize, first.line as usize).field(&column.name);
    Some(Problem::warning(place, message).remedy("type them anew in the table"))
}

/// `U+001B, U+202E`.
fn named(found: &BTreeSet<char>) -> String {
    found.iter().take(5).map(|c| format!("U+{:04X}", u32::from(*c))).collect::<Vec<_>>().join(", ")
}
