//! The columns of a sheet's table. Cells lie row by row, so all columns are made in one pass over the rows.

use std::ops::Range;

use calamine::Data;

use super::cells::Cells;
use super::value::{date_of, is_blank, number_of, text_of};
use crate::column::Values;
use crate::date;
use crate::read::RawColumn;

/// How many cells of a column are what.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Counts {
    /// Those with something to read.
    pub filled: usize,
    numbers: usize,
    dates: usize,
}

/// Counts the cells of each column in these rows.
pub(super) fn counted(cells: &Cells, rows: Range<usize>) -> Vec<Counts> {
    let mut counts = vec![Counts::default(); cells.width()];
    for row in rows {
        for (cell, counts) in cells.row(row).iter().zip(&mut counts) {
            counts.filled += usize::from(!is_blank(cell));
            counts.numbers += usize::from(number_of(cell).is_some());
            counts.dates += usize::from(date_of(cell).is_some());
        }
    }
    counts
}

/// A column that is made.
enum Making {
    Numbers(Vec<f64>),
    Dates(Vec<Option<i32>>),
    /// Texts; a serial number among dates is a date whose cell lost its format.
    Texts(Vec<Option<String>>, bool),
}

impl Making {
    /// Numbers or dates if all cells with something are such, else texts.
    fn of(counts: Counts, rows: usize) -> Self {
        let Counts { filled, numbers, dates } = counts;
        if filled > 0 && filled == numbers {
            Self::Numbers(Vec::with_capacity(rows))
        } else if filled > 0 && filled == dates {
            Self::Dates(Vec::with_capacity(rows))
        } else {
            Self::Texts(Vec::with_capacity(rows), 2 * dates > filled)
        }
    }

    fn push(&mut self, cell: &mut Data) {
        match self {
            Self::Numbers(values) => values.push(number_of(cell).unwrap_or(f64::NAN)),
            Self::Dates(values) => values.push(date_of(cell)),
            Self::Texts(values, are_mostly_dates) => {
                let serial = number_of(cell).filter(|_| *are_mostly_dates).and_then(date::of_serial);
                let text = match cell {
                    Data::String(text) if !text.trim().is_empty() => std::mem::take(text),
                    _ => serial.map_or_else(|| text_of(cell), date::iso),
                };
                values.push(Some(text).filter(|text| !text.is_empty()));
            }
        }
    }

    fn made(self) -> RawColumn {
        match self {
            Self::Numbers(values) => RawColumn::Typed(Values::Number(values), "numbers in the workbook"),
            Self::Dates(values) => RawColumn::Typed(Values::Date(values), "dates in the workbook"),
            Self::Texts(values, _) => RawColumn::Texts(values),
        }
    }
}

/// The columns `kept`, in these rows.
pub(super) fn columns(mut cells: Cells, rows: Range<usize>, counts: &[Counts], kept: &[usize]) -> Vec<RawColumn> {
    let mut columns: Vec<Making> = kept.iter().map(|&c| Making::of(counts[c], rows.len())).collect();
    for row in rows {
        let row = cells.row_mut(row);
        for (column, &c) in columns.iter_mut().zip(kept) {
            column.push(&mut row[c]);
        }
    }
    columns.into_iter().map(Making::made).collect()
}
