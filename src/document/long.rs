//! Tables that are too large to be made whole for a screen: a cell is made where it is shown.

use super::{Cell, ColumnSpec, Row};

/// A table whose cells are made one by one.
pub trait LongTable: Send + Sync {
    /// The columns from left to right.
    fn columns(&self) -> Vec<ColumnSpec>;

    /// How many columns there are.
    fn width(&self) -> usize;

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
        let cells = (0..self.width()).map(|column| self.cell(row, column)).collect();
        Row { cells, ..Row::default() }
    }
}
