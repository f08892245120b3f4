//! A column of the data in R: as the file gives it, or written out.

use tables::Column;

use super::raw::Raw;
use super::values::{one_line, text, written};
use crate::ask::Dataset;

/// `data[["age"]] <- as.numeric(raw[["age"]])`, or with the values themselves where the file does not give them so.
pub fn assignment(column: &Column, rows: &[usize], data: &Dataset, raw: Option<&Raw>) -> String {
    let target = format!("data[[{}]]", text(&column.name));
    let read = raw.and_then(|raw| raw.column(column, rows, data));
    let (values, why) = match read {
        Some(values) => (values, String::new()),
        None => (
            written(&column.values, rows),
            format!("# {}: {}\n", one_line(&column.name), one_line(&column.guess.reason)),
        ),
    };
    format!("{why}{target} <- {values}")
}
