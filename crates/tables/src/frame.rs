//! A table in memory: typed columns of equal length that remember which row of which file each row came from.

use std::collections::HashMap;
use std::fmt;
use std::path::PathBuf;
use std::slice;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::column::{Column, Doubt};
use super::nearest::did_you_mean;
use crate::problem::{Place, Problem};

/// A table of typed columns.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Frame {
    file: Option<PathBuf>,
    rows: Arc<[RowId]>,
    /// Shared between a table and those that are made of it with all rows.
    columns: Vec<Arc<Column>>,
    /// Position of each column: tables of features have thousands.
    index: HashMap<String, usize>,
}

/// The columns of a table in their order.
pub type Columns<'f> = std::iter::Map<slice::Iter<'f, Arc<Column>>, fn(&'f Arc<Column>) -> &'f Column>;

/// Which row of the file a row came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct RowId {
    /// Row of data, from 1, without the header.
    pub row: u32,
    /// Line of the file or row of the sheet, from 1.
    pub line: u32,
}

/// A column was asked for that the table does not have, or of which something has to be asked first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownColumn {
    /// The name asked for.
    pub name: String,
    /// `did you mean age?`, when there is a near name.
    pub nearest: Option<String>,
    /// The table has it, and this question has to be answered before its values may be used.
    pub doubt: Option<Box<Doubt>>,
}

impl fmt::Display for UnknownColumn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(doubt) = &self.doubt {
            return doubt.fmt(f);
        }
        write!(f, "no column {} in the table", self.name)?;
        self.nearest.as_ref().map_or(Ok(()), |nearest| write!(f, "; {nearest}"))
    }
}

impl std::error::Error for UnknownColumn {}

impl UnknownColumn {
    /// The column as a problem: what is wrong with it, or what has to be asked. `role` is what it was to be.
    pub fn problem(self, place: Place, role: &str) -> Problem {
        if let Some(doubt) = self.doubt {
            return Problem::error(place, format!("question: {}", doubt.text)).remedy(doubt.option);
        }
        let message = format!("no column {} in the table{role}", self.name);
        Problem { remedy: self.nearest, ..Problem::error(place, message) }
    }
}

/// Columns of different length cannot stand side by side.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("column {name} has {found} values where the table has {expected} rows")]
pub struct LengthMismatch {
    /// The offending column.
    pub name: String,
    /// Its length.
    pub found: usize,
    /// The table's number of rows.
    pub expected: usize,
}

impl Frame {
    /// A table whose rows are those of `file` named by `rows`.
    ///
    /// # Errors
    /// A column of another length than the rows.
    pub fn new(file: Option<PathBuf>, rows: Vec<RowId>, columns: Vec<Column>) -> Result<Self, LengthMismatch> {
        let mut frame = Self { file, rows: rows.into(), ..Self::default() };
        for column in columns {
            frame.set(column)?;
        }
        Ok(frame)
    }

    /// A table made in memory: its rows are numbered from 1.
    ///
    /// # Errors
    /// A column of another length than the first.
    pub fn from_columns(columns: Vec<Column>) -> Result<Self, LengthMismatch> {
        let n = columns.first().map_or(0, |c| c.values.len());
        Self::new(None, (1..=n as u32).map(|row| RowId { row, line: row }).collect(), columns)
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// True without rows.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The columns in the file's order, derived ones last.
    pub fn columns(&self) -> Columns<'_> {
        self.columns.iter().map(|column| column)
    }

    /// The columns' names in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(|c| c.name.as_str())
    }

    /// The column called `name`, to use its values; names are case-sensitive. One with an open question is refused.
    ///
    /// # Errors
    /// There is no column of this name, or something has to be asked of it first.
    pub fn column(&self, name: &str) -> Result<&Column, UnknownColumn> {
        let refused = |nearest, doubt| UnknownColumn { name: name.to_owned(), nearest, doubt };
        let column = self.get(name).ok_or_else(|| refused(did_you_mean(name, self.names()), None))?;
        match &column.doubt {
            Some(doubt) => Err(refused(None, Some(Box::new(doubt.clone())))),
            None => Ok(column),
        }
    }

    /// The column called `name`, if there is one, whatever is to be asked of it.
    pub fn get(&self, name: &str) -> Option<&Column> {
        self.index.get(name).map(|&k| &*self.columns[k])
    }

    /// Adds a column at the end, or replaces the one of the same name where it stands.
    ///
    /// # Errors
    /// A column of another length than the table.
    pub fn set(&mut self, column: Column) -> Result<(), LengthMismatch> {
        if column.values.len() != self.len() {
            return Err(LengthMismatch { found: column.values.len(), expected: self.len(), name: column.name });
        }
        match self.index.get(&column.name) {
            Some(&k) => self.columns[k] = Arc::new(column),
            None => {
                self.index.insert(column.name.clone(), self.columns.len());
                self.columns.push(Arc::new(column));
            }
        }
        Ok(())
    }

    /// The column called `name`, to change what is said of it.
    pub(crate) fn column_mut(&mut self, name: &str) -> Option<&mut Column> {
        self.index.get(name).map(|&k| Arc::make_mut(&mut self.columns[k]))
    }

    /// The rows where `keep` is true, in order.
    pub fn filter(&self, keep: &[bool]) -> Self {
        debug_assert_eq!(keep.len(), self.len());
        let rows: Vec<usize> = (0..self.len()).filter(|&i| keep[i]).collect();
        self.select_rows(&rows)
    }

    /// The rows in `rows`, in that order (repeats allowed).
    pub fn select_rows(&self, rows: &[usize]) -> Self {
        if rows.len() == self.len() && rows.iter().enumerate().all(|(i, row)| i == *row) {
            return self.clone();
        }
        Self {
            file: self.file.clone(),
            rows: rows.iter().map(|&i| self.rows[i]).collect(),
            columns: self.columns.iter().map(|c| Arc::new(c.select(rows))).collect(),
            index: self.index.clone(),
        }
    }

    /// Which row of the file row `i` is.
    pub fn row_id(&self, i: usize) -> RowId {
        self.rows[i]
    }

    /// The file it was read from, as shown to the user.
    pub fn file(&self) -> Option<&PathBuf> {
        self.file.as_ref()
    }

    /// The place of the whole table, for messages.
    pub fn place(&self) -> Place {
        Place { file: self.file.clone(), ..Place::default() }
    }

    /// The place of row `i`, for messages.
    pub fn place_of(&self, i: usize) -> Place {
        let RowId { row, line } = self.rows[i];
        self.place().row(row as usize, line as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::super::column::Values;
    use super::*;

    fn ages() -> Frame {
        let age = Column::new("age", Values::Number(vec![30.0, 40.0, 50.0]), "made");
        Frame::from_columns(vec![age]).expect("one column")
    }

    #[test]
    fn a_filtered_row_knows_where_it_came_from() {
        let old = ages().filter(&[false, true, true]);
        assert_eq!(old.len(), 2);
        assert_eq!(old.place_of(1).to_string(), "row 3 (line 3)");
    }

    #[test]
    fn unknown_columns_are_answered_with_the_nearest() {
        let error = ages().column("Agee").expect_err("no such column");
        assert_eq!(error.to_string(), "no column Agee in the table; did you mean age?");
    }

    #[test]
    fn columns_must_be_as_long_as_the_table() {
        let mut frame = ages();
        let short = Column::new("sex", Values::Number(vec![1.0]), "made");
        assert_eq!(
            frame.set(short).expect_err("too short").to_string(),
            "column sex has 1 values where the table has 3 rows"
        );
    }
}
