//! Files of statistics programs, which know types, labels and missing values: SPSS, Stata, SAS.

mod bytes;
mod sas;
mod spss;
mod stata;
mod transport;

use std::path::Path;

use super::format::Format;
use super::{Raw, RawColumn, ReadError};
use crate::column::{Category, Values};
use crate::frame::RowId;
use crate::problem::{Place, Problem};
use crate::typing::rows_in_words;

/// A variable as the file holds it.
#[derive(Debug, Clone, PartialEq)]
struct Variable {
    name: String,
    label: Option<String>,
    cells: Cells,
    /// Labels of values, by value.
    labels: Vec<(Key, String)>,
    /// Values that the file declares to mean missing, and how many cells hold one.
    declared_missing: (String, usize),
}

/// The cells of a variable; missing ones are `None` or NaN.
#[derive(Debug, Clone, PartialEq)]
enum Cells {
    Numbers(Vec<f64>),
    Texts(Vec<Option<String>>),
    /// Days since 1970-01-01.
    Days(Vec<Option<i32>>),
}

/// A labelled value.
#[derive(Debug, Clone, PartialEq)]
enum Key {
    Number(f64),
    Text(String),
}

/// Reads a file of a statistics program; `bytes` are its contents.
pub(super) fn read(
    format: Format,
    bytes: &[u8],
    shown: &Path,
    asked: Option<&'static encoding_rs::Encoding>,
) -> Result<Raw, ReadError> {
    let content = |reason: String| ReadError::damaged(shown, &reason);
    let reader = || match format {
        Format::Spss => spss::read(bytes, asked),
        Format::Stata => stata::read(bytes, asked),
        Format::Sas => sas::read(bytes),
        _ => transport::read(bytes),
    };
    Ok(raw(reader().map_err(content)?, shown))
}

fn raw(variables: Vec<Variable>, shown: &Path) -> Raw {
    let n = variables.first().map_or(0, |v| v.cells.len());
    let mut raw = Raw {
        rows: (1..=n as u32).map(|row| RowId { row, line: row }).collect(),
        header: 1,
        has_cases: true,
        ..Raw::default()
    };
    for variable in variables {
        let place = Place::file(shown).field(&variable.name);
        let (values, n_missing) = &variable.declared_missing;
        if *n_missing > 0 {
            let message = format!("{n_missing} values count as missing, as the file declares of {values}");
            raw.problems.push(Problem::note(place.clone(), message));
        }
        raw.names.push(variable.name.clone());
        raw.labels.push(variable.label.clone().filter(|l| !l.trim().is_empty()));
        let (column, problem) = variable.into_column(place);
        raw.problems.extend(problem);
        raw.columns.push(column);
    }
    raw
}

impl Cells {
    fn len(&self) -> usize {
        match self {
            Self::Numbers(cells) => cells.len(),
            Self::Texts(cells) => cells.len(),
            Self::Days(cells) => cells.len(),
        }
    }
}

impl Variable {
    /// A plain variable of this name.
    fn new(name: impl Into<String>, cells: Cells) -> Self {
        let declared_missing = (String::new(), 0);
        Self { name: name.into(), label: None, cells, labels: Vec::new(), declared_missing }
    }

    /// Values that all have labels become levels in the order of the values; some labels alone leave numbers as they
    /// are, and are told.
    fn into_column(self, place: Place) -> (RawColumn, Option<Problem>) {
        let has_labels = !self.labels.is_empty();
        match self.cells {
            Cells::Days(days) => {
                let (days, problem) = within_calendar(days, place);
                (RawColumn::Typed(Values::Date(days), "dates in the file"), problem)
            }
            Cells::Texts(texts) if has_labels => {
                let label = |text: &String| {
                    let same =
                        |(key, _): &&(Key, String)| matches!(key, Key::Text(k) if k.trim_end() == text.trim_end());
                    self.labels.iter().find(same).map_or(text, |(_, label)| label).clone()
                };
                (RawColumn::Texts(texts.iter().map(|t| t.as_ref().map(label)).collect()), None)
            }
            Cells::Texts(texts) => (RawColumn::Texts(texts), None),
            Cells::Numbers(numbers) if has_labels => match levels(&numbers, &self.labels) {
                Ok(category) => (RawColumn::Typed(Values::Category(category), "labels in the file"), None),
                Err(unlabelled) => {
                    let known: Vec<String> = self.labels.iter().take(3).map(|(key, label)| key.said(label)).collect();
                    let message = format!(
                        "numbers, of which only some have labels ({}); {unlabelled} has none",
                        known.join(", ")
                    );
                    let remedy = "if a label means missing, name its value in the column's `missing`";
                    let problem = Problem::warning(place, message).remedy(remedy);
                    (RawColumn::Typed(Values::Number(numbers), "numbers in the file"), Some(problem))
                }
            },
            Cells::Numbers(numbers) => (RawColumn::Typed(Values::Number(numbers), "numbers in the file"), None),
        }
    }
}

impl Key {
    fn said(&self, label: &str) -> String {
        match self {
            Self::Number(value) => format!("{value} {label}"),
            Self::Text(value) => format!("{value} {label}"),
        }
    }
}

/// The numbers as levels called by their labels, or a number without one.
fn levels(numbers: &[f64], labels: &[(Key, String)]) -> Result<Category, f64> {
    let mut known: Vec<(f64, String)> = labels
        .iter()
        .filter_map(|(key, label)| match key {
            Key::Number(value) if !value.is_nan() => Some((*value, label.trim().to_owned())),
            _ => None,
        })
        .collect();
    known.sort_by(|a, b| a.0.total_cmp(&b.0));
    known.dedup_by(|a, b| a.0 == b.0);
    // Two values with one label stay two levels.
    let repeated: Vec<bool> = known.iter().map(|(_, l)| known.iter().filter(|(_, m)| m == l).count() > 1).collect();
    let name = |k: usize| match known[k].1.as_str() {
        "" => known[k].0.to_string(),
        label if repeated[k] => format!("{label} ({})", known[k].0),
        label => label.to_owned(),
    };
    let code = |x: &f64| known.iter().position(|(value, _)| value == x).map(|k| k as u32);
    if let Some(unlabelled) = numbers.iter().find(|x| !x.is_nan() && code(x).is_none()) {
        return Err(*unlabelled);
    }
    let codes = numbers.iter().map(|x| if x.is_nan() { None } else { code(x) }).collect();
    Ok(Category::new((0..known.len()).map(name).collect(), codes))
}

/// Days since 1970-01-01 of a moment in seconds since 1970-01-01; the last day that there is for what lies beyond.
fn day_of_seconds(seconds: f64) -> Option<i32> {
    (!seconds.is_nan()).then_some((seconds / 86_400.0).floor() as i32)
}

/// So many days from 1970-01-01 are counted with, to about the year 12,900.
const CALENDAR: u32 = 4_000_000;

/// Dates without those that no calendar knows, which are no dates of patients, and what is to be said of these.
fn within_calendar(mut days: Vec<Option<i32>>, place: Place) -> (Vec<Option<i32>>, Option<Problem>) {
    let is_beyond = |day: &Option<i32>| day.is_some_and(|day| day.unsigned_abs() >= CALENDAR);
    let beyond: Vec<usize> = (0..days.len()).filter(|&i| is_beyond(&days[i])).collect();
    let Some(first) = beyond.first().and_then(|&i| days[i]) else { return (days, None) };
    let year = 1970.0 + f64::from(first) / 365.2425;
    let rows = rows_in_words(beyond.iter().map(|&i| i as u32 + 1));
    let message = match beyond.len() {
        1 => format!("the date in {rows} lies in about the year {year:.0}: it counts as missing"),
        n => format!("{n} dates lie thousands of years away and count as missing ({rows}: about the year {year:.0})"),
    };
    beyond.iter().for_each(|&i| days[i] = None);
    let remedy = "look at these cells in the program that wrote the file: the column may not hold dates";
    (days, Some(Problem::warning(place, message).remedy(remedy)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(of: &[(f64, &str)]) -> Vec<(Key, String)> {
        of.iter().map(|(value, label)| (Key::Number(*value), (*label).to_owned())).collect()
    }

    #[test]
    fn labels_become_levels_in_the_order_of_the_values() {
        let found = levels(&[2.0, 1.0, f64::NAN, 2.0], &keys(&[(2.0, "dead"), (1.0, "alive")])).expect("levels");
        assert_eq!(found.levels, ["alive", "dead"]);
        assert_eq!(found.codes, [Some(1), Some(0), None, Some(1)]);
        assert_eq!(levels(&[1.0, 3.5], &keys(&[(1.0, "low")])), Err(3.5));
        let (days, problem) =
            within_calendar(vec![Some(0), None, day_of_seconds(6.4e12), Some(17_000)], Place::default());
        assert_eq!(days, [Some(0), None, None, Some(17_000)]);
        let said = problem.expect("a warning").to_string();
        assert!(said.contains("row 3") && said.contains("the year 204778"), "{said}");
        assert_eq!(day_of_seconds(f64::NAN), None);
        let twice = levels(&[1.0, 2.0], &keys(&[(1.0, "other"), (2.0, "other")])).expect("levels");
        assert_eq!(twice.levels, ["other (1)", "other (2)"]);
    }
}
