//! A table while it is read: how far that is, and its first rows.

use crate::document::{Cell, ColumnSpec, Table};
use figures::format;
use tables::Frame;

/// How far the reading of a table is.
#[derive(Debug, Clone, Default)]
pub struct Reading {
    /// The percentage that is read; nothing where nothing is being read.
    pub percent: Option<u8>,
    /// The first rows, until the whole is there.
    pub first: Option<FirstRows>,
}

/// The first rows of a table that is being read.
#[derive(Debug, Clone)]
pub struct FirstRows {
    /// As many rows and columns as any screen has room for.
    pub table: Table,
    /// Columns of the whole table.
    pub columns: usize,
}

/// Rows and columns that a screen can show at most.
const MOST: (usize, usize) = (100, 60);
/// Digits of a value.
const DIGITS: usize = 5;

impl FirstRows {
    /// Those of `frame`.
    pub fn of(frame: &Frame) -> Self {
        let columns: Vec<_> = frame.columns().take(MOST.1).collect();
        let heading = |column: &&tables::Column| match column.numbers() {
            Some(_) => ColumnSpec::decimal(column.label()),
            None => ColumnSpec::left(column.label()),
        };
        let mut table = Table::new(columns.iter().map(heading).collect::<Vec<_>>());
        for row in 0..frame.len().min(MOST.0) {
            let cell = |column: &&tables::Column| match column.numbers() {
                Some(values) if !values[row].is_nan() => {
                    Cell::number(values[row], format::chosen_to(values[row], DIGITS))
                }
                Some(_) => Cell::missing(),
                None => column.values.text(row).map_or(Cell::missing(), Cell::text),
            };
            table.push(columns.iter().map(cell).collect::<Vec<_>>());
        }
        Self { table, columns: frame.columns().count() }
    }
}

impl Reading {
    /// `reading 43 %`, and once all bytes are read what follows.
    pub fn words(&self) -> String {
        match self.percent {
            None => "reading".to_owned(),
            Some(percent) if percent < 100 => format!("reading {percent} %"),
            Some(_) => "read; who the patients are is worked out".to_owned(),
        }
    }
}
