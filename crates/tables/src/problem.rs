//! What is wrong with a study or its data, where, and what to do about it.
//!
//! Problems in data are not errors of a function: they are collected, listed and shown, and what can go on goes on.

mod alike;

pub use alike::{gathered, lines};

use std::cmp::Ordering;
use std::fmt;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// How bad a problem is; the worst sorts first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The study, or the part of it named, cannot be used as it is.
    Error,
    /// It can be used, but somebody should look before the numbers are believed.
    Warning,
    /// A choice was made that the reader should know of.
    Note,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        })
    }
}

/// Where a problem is, as exactly as it is known.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Place {
    /// The file, relative to the study's folder where it lies inside.
    pub file: Option<PathBuf>,
    /// Line of the file or row of the sheet, from 1, the header included.
    pub line: Option<usize>,
    /// Position in the line in characters, from 1.
    pub column: Option<usize>,
    /// Row of data, from 1, without the header.
    pub row: Option<usize>,
    /// The table's column.
    pub field: Option<String>,
    /// The patient's id.
    pub patient: Option<String>,
    /// The image sequence.
    pub sequence: Option<String>,
}

impl Place {
    /// A whole file.
    pub fn file(path: impl Into<PathBuf>) -> Self {
        Self { file: Some(path.into()), ..Self::default() }
    }

    /// A line and a character in it, both from 1.
    pub fn at(mut self, line: usize, column: usize) -> Self {
        (self.line, self.column) = (Some(line), Some(column));
        self
    }

    /// A row of data (from 1, without the header) and the line of the file it stands on.
    pub fn row(mut self, row: usize, line: usize) -> Self {
        (self.row, self.line) = (Some(row), Some(line));
        self
    }

    /// A column of the table.
    pub fn field(mut self, name: impl Into<String>) -> Self {
        self.field = Some(name.into());
        self
    }

    /// A patient.
    pub fn patient(mut self, id: impl Into<String>) -> Self {
        self.patient = Some(id.into());
        self
    }

    /// An image sequence.
    pub fn sequence(mut self, name: impl Into<String>) -> Self {
        self.sequence = Some(name.into());
        self
    }

    /// True when nothing is known of the place.
    pub fn is_unknown(&self) -> bool {
        *self == Self::default()
    }
}

impl fmt::Display for Place {
    /// `study.toml:12:8`, or `clinical.csv, row 14 (line 15), column age, patient P014`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts = Vec::new();
        match (&self.file, self.row, self.line, self.column) {
            (Some(file), None, Some(line), Some(column)) => parts.push(format!("{}:{line}:{column}", file.display())),
            (Some(file), None, Some(line), None) => parts.push(format!("{}:{line}", file.display())),
            (Some(file), ..) => parts.push(file.display().to_string()),
            (None, None, Some(line), Some(column)) => parts.push(format!("line {line}, character {column}")),
            (None, None, None, Some(column)) => parts.push(format!("character {column}")),
            _ => {}
        }
        match (self.row, self.line) {
            (Some(row), Some(line)) => parts.push(format!("row {row} (line {line})")),
            (Some(row), None) => parts.push(format!("row {row}")),
            (None, _) => {}
        }
        parts.extend(self.field.as_ref().map(|name| format!("column {name}")));
        parts.extend(self.patient.as_ref().map(|id| format!("patient {id}")));
        parts.extend(self.sequence.clone());
        f.write_str(&parts.join(", "))
    }
}

/// Something that is wrong or doubtful, its place, and the remedy if one is known.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Problem {
    /// How bad it is.
    pub severity: Severity,
    /// Where it is.
    pub place: Place,
    /// What is wrong, as a clause without capital or full stop.
    pub message: String,
    /// What to do about it.
    pub remedy: Option<String>,
}

impl Problem {
    /// An error at `place`.
    pub fn error(place: Place, message: impl Into<String>) -> Self {
        Self { severity: Severity::Error, place, message: message.into(), remedy: None }
    }

    /// A warning at `place`.
    pub fn warning(place: Place, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(place, message) }
    }

    /// A note at `place`.
    pub fn note(place: Place, message: impl Into<String>) -> Self {
        Self { severity: Severity::Note, ..Self::error(place, message) }
    }

    /// The same problem with what to do about it.
    pub fn remedy(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = Some(remedy.into());
        self
    }
}

impl fmt::Display for Problem {
    /// `study.toml:12:8: error: no column nlrr in the table; did you mean nlr?`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.place.is_unknown() {
            write!(f, "{}: ", self.place)?;
        }
        write!(f, "{}: {}", self.severity, self.message)?;
        match &self.remedy {
            Some(remedy) => write!(f, "; {remedy}"),
            None => Ok(()),
        }
    }
}

/// Worst first, then by file, line and row, so that a list reads like its files; equal problems are kept once.
pub fn sort(problems: &mut Vec<Problem>) {
    problems.sort_by(reading_order);
    problems.dedup();
}

fn reading_order(a: &Problem, b: &Problem) -> Ordering {
    (a.severity.cmp(&b.severity)).then_with(|| a.place.cmp(&b.place)).then_with(|| a.message.cmp(&b.message))
}

/// True if any of `problems` is an error.
pub fn any_error(problems: &[Problem]) -> bool {
    problems.iter().any(|p| p.severity == Severity::Error)
}

/// `2 errors, 1 warning` (without what does not occur), or `no problems`.
pub fn summary(problems: &[Problem]) -> String {
    let counted = [Severity::Error, Severity::Warning, Severity::Note].map(|severity| {
        let n = problems.iter().filter(|p| p.severity == severity).count();
        (n > 0).then(|| format!("{n} {severity}{}", if n == 1 { "" } else { "s" }))
    });
    let counted: Vec<String> = counted.into_iter().flatten().collect();
    if counted.is_empty() { "no problems".to_owned() } else { counted.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_read_like_the_file_they_name() {
        let table = Place::file("clinical.csv").row(14, 15).field("age").patient("P014");
        assert_eq!(table.to_string(), "clinical.csv, row 14 (line 15), column age, patient P014");
        assert_eq!(Place::file("study.toml").at(12, 8).to_string(), "study.toml:12:8");
        assert_eq!(Place::default().field("age").to_string(), "column age");
    }

    #[test]
    fn a_problem_names_place_fault_and_remedy() {
        let problem =
            Problem::error(Place::file("study.toml").at(3, 1), "unknown key tabel").remedy("did you mean table?");
        assert_eq!(problem.to_string(), "study.toml:3:1: error: unknown key tabel; did you mean table?");
    }

    #[test]
    fn the_worst_comes_first_and_once() {
        let error = Problem::error(Place::file("b").at(2, 1), "x");
        let note = Problem::note(Place::file("a").at(1, 1), "y");
        let mut list = vec![note.clone(), error.clone(), error.clone()];
        sort(&mut list);
        assert_eq!(list, [error, note]);
        assert_eq!(summary(&list), "1 error, 1 note");
        assert_eq!(summary(&[]), "no problems");
    }
}
