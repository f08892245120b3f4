//! Tables that are too long to be made whole for a screen: a row is made where it is shown.

use super::{Cell, ColumnSpec, Row};

/// A table whose rows are made one by one.
pub trait LongTable: Send + Sync {
    /// The columns from left to right.
    fn columns(&self) -> Vec<ColumnSpec>;

    /// How many rows there are.
    fn len(&self) -> usize;

    /// True without rows.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// One cell.
    fn cell(&self, row: usize, column: usize) -> Cell;

    /// One row.
    fn row(&self, row: usize) -> Row {
        let cells = (0..self.columns().len()).map(|column| self.cell(row, column)).collect();
        Row { cells, ..Row::default() }
    }
}
