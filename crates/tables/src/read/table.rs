//! A table that was read, and how it reads where more is said of the types of its columns.

use std::collections::BTreeMap;
use std::path::Path;

use super::{ColumnRules, ReadError, ReadOptions, Told, read_telling};
use crate::column::{Column, Kind};
use crate::frame::Frame;
use crate::problem::Problem;

/// A table as it was read, with what was said of it then.
#[derive(Debug, Clone)]
pub struct Table {
    frame: Frame,
    problems: Vec<Problem>,
    options: ReadOptions,
    /// Columns of which the type that was guessed is said now, and why it was guessed.
    said: BTreeMap<String, String>,
}

impl Table {
    /// Reads the table at `path`; messages call it `shown`.
    ///
    /// # Errors
    /// As [`super::read_table`].
    pub fn read(path: &Path, shown: &Path, options: &ReadOptions) -> Result<Self, ReadError> {
        Self::read_telling(path, shown, options, &|_| {})
    }

    /// The same, telling how far it is.
    ///
    /// # Errors
    /// As [`super::read_table`].
    pub fn read_telling(path: &Path, shown: &Path, options: &ReadOptions, told: Told<'_>) -> Result<Self, ReadError> {
        let (frame, problems) = read_telling(path, shown, options, told)?;
        Ok(Self { frame, problems, options: options.clone(), said: BTreeMap::new() })
    }

    /// What [`super::read_table`] gives where the same file is read by other options, if that is known without the file: where
    /// they say no more than that columns hold what they were taken to hold.
    pub fn with(&mut self, options: &ReadOptions) -> Option<(Frame, Vec<Problem>)> {
        let rest = |options: &ReadOptions| ReadOptions { columns: BTreeMap::new(), ..options.clone() };
        if rest(&self.options) != rest(options) {
            return None;
        }
        let names = self.options.columns.keys().chain(options.columns.keys());
        let mut said: Vec<(&String, Kind)> = Vec::new();
        for name in names {
            let of = |options: &ReadOptions| options.columns.get(name).cloned().unwrap_or_default();
            let (before, now) = (of(&self.options), of(options));
            if (ColumnRules { kind: now.kind, ..before.clone() }) != now {
                return None;
            }
            match (before.kind, now.kind, self.frame.get(name)) {
                (before, now, _) if before == now => {}
                (_, _, None) => {}
                (None, Some(kind), Some(column)) if self.is_known(column, kind) => said.push((name, kind)),
                _ => return None,
            }
        }
        for (name, reason) in std::mem::take(&mut self.said) {
            if let Some(column) = self.frame.column_mut(&name) {
                column.guess.reason = reason;
            }
        }
        for (name, kind) in said {
            if self.frame.get(name).is_some_and(|column| knows_its_type(&column.guess.reason)) {
                continue;
            }
            let Some(column) = self.frame.column_mut(name) else { continue };
            let reason = std::mem::replace(&mut column.guess.reason, format!("said to be {kind}"));
            self.said.insert(name.clone(), reason);
        }
        Some((self.frame.clone(), self.problems.clone()))
    }

    /// Whether a column reads the same when its type is said to be `kind`. Numbers do; texts are looked at more closely
    /// where nobody says that they are texts.
    fn is_known(&self, column: &Column, kind: Kind) -> bool {
        let is_quiet = || {
            let of_it = |problem: &&Problem| problem.place.field.as_deref() == Some(column.name.as_str());
            column.suspects.is_empty() && column.doubt.is_none() && !self.problems.iter().any(|p| of_it(&p))
        };
        match kind {
            Kind::Number => column.kind() == kind,
            Kind::Text => column.kind() == kind && is_quiet(),
            Kind::Category | Kind::Date => false,
        }
    }
}

/// Whether the type was not guessed but is the file's own.
fn knows_its_type(reason: &str) -> bool {
    reason.ends_with(" in the file") || reason.ends_with(" in the workbook")
}

#[cfg(test)]
mod tests {
    use super::super::read_table;
    use super::*;

    #[test]
    fn what_is_said_of_types_needs_no_second_reading() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("t.csv");
        let crp = |i: u32| if i.is_multiple_of(5) { "<5".to_owned() } else { (7.25 + 0.5 * f64::from(i)).to_string() };
        let row = |i: u32| format!("P{i},{},{},{}\n", i % 9, crp(i), ["m", "f"][i as usize % 2]);
        let text = "id,time,crp,sex\n".to_owned() + &(0..40).map(row).collect::<String>();
        std::fs::write(&path, text).expect("a file");
        let said = |kinds: &[(&str, Kind)]| ReadOptions {
            columns: kinds
                .iter()
                .map(|(name, kind)| ((*name).to_owned(), ColumnRules { kind: Some(*kind), ..ColumnRules::default() }))
                .collect(),
            ..ReadOptions::default()
        };
        let shown = Path::new("t.csv");
        let mut table = Table::read(&path, shown, &said(&[])).expect("a table");
        let all = [
            (said(&[("id", Kind::Text), ("time", Kind::Number)]), true),
            (said(&[]), true),
            (said(&[("crp", Kind::Number), ("nobody", Kind::Date)]), true),
            (said(&[("id", Kind::Category)]), false),
            (said(&[("sex", Kind::Text)]), false),
            (ReadOptions { missing: vec!["7".to_owned()], ..ReadOptions::default() }, false),
        ];
        for (options, is_known) in all {
            let again = read_table(&path, shown, &options).expect("a table");
            let known = table.with(&options);
            assert_eq!(known.is_some(), is_known, "{options:?}");
            if let Some((frame, problems)) = known {
                // NaN is not equal to itself.
                assert_eq!((format!("{:?}", frame.columns().collect::<Vec<_>>()), problems), {
                    (format!("{:?}", again.0.columns().collect::<Vec<_>>()), again.1)
                });
            }
        }
    }
}
