//! Parquet: a table whose columns know their types.

mod footer;

use std::io::Cursor;
use std::path::Path;

use polars::prelude::{
    Column as PolarsColumn, DataFrame, DataType, Float64Chunked, ParquetReader, PolarsResult, SerReader,
};

use super::{Raw, RawColumn, ReadError};
use crate::column::{Category, Values};
use crate::frame::RowId;
use crate::problem::{Place, Problem};

/// The columns are read in about so many parts, each turned into the table's own columns before the next: what one part took
/// serves the next. Each part goes over the types of all columns once.
const PARTS: usize = 12;

pub(super) fn read(bytes: Vec<u8>, shown: &Path) -> Result<Raw, ReadError> {
    footer::check(&bytes).map_err(|why| ReadError::damaged(shown, &format!("parquet: {why}")))?;
    let mut raw = Raw { has_cases: true, ..Raw::default() };
    in_parts(&bytes, |table| take(&table, &mut raw, shown))
        .map_err(|error| ReadError::damaged(shown, &error.to_string()))?;
    Ok(raw)
}

/// Hands the columns of a file to `each`, some at a time; all at once where there are none.
fn in_parts(bytes: &[u8], mut each: impl FnMut(DataFrame)) -> PolarsResult<()> {
    let mut whole = ParquetReader::new(Cursor::new(bytes));
    let metadata = whole.get_metadata()?.clone();
    let columns: Vec<usize> = (0..whole.schema()?.len()).collect();
    if columns.is_empty() {
        each(whole.finish()?);
    }
    let at_a_time = columns.len().div_ceil(PARTS).max(rayon::current_num_threads());
    for some in columns.chunks(at_a_time) {
        let mut part = ParquetReader::new(Cursor::new(bytes)).with_projection(Some(some.to_vec()));
        part.set_metadata(metadata.clone());
        each(part.finish()?);
    }
    Ok(())
}

/// Takes the columns of a part in.
fn take(table: &DataFrame, raw: &mut Raw, shown: &Path) {
    if raw.rows.is_empty() {
        raw.rows = (1..=table.height() as u32).map(|row| RowId { row, line: row }).collect();
    }
    for column in table.columns() {
        match convert(column) {
            Ok(converted) => {
                raw.names.push(column.name().to_string());
                raw.columns.push(converted);
            }
            Err(reason) => {
                let place = Place::file(shown).field(column.name().as_str());
                let message = format!("a column of type {} cannot be read: {reason}", column.dtype());
                raw.problems.push(Problem::warning(place, message).remedy("write it as numbers, dates or text"));
            }
        }
    }
}

fn convert(column: &PolarsColumn) -> Result<RawColumn, String> {
    let failed = |error: polars::error::PolarsError| error.to_string();
    let dtype = column.dtype();
    Ok(match dtype {
        DataType::String => RawColumn::Words(column.str().map_err(failed)?.clone()),
        DataType::Boolean => {
            let truths = column.bool().map_err(failed)?;
            let word = |t: bool| if t { "true" } else { "false" };
            RawColumn::Typed(
                Values::Category(Category::from_texts(truths.iter().map(|t| t.map(word)))),
                "true or false in the file",
            )
        }
        DataType::Date | DataType::Datetime(..) => {
            let dates = column.cast(&DataType::Date).map_err(failed)?;
            let days = dates.date().map_err(failed)?.physical().iter().collect();
            RawColumn::Typed(Values::Date(days), "dates in the file")
        }
        DataType::Categorical(..) | DataType::Enum(..) => {
            let texts = column.cast(&DataType::String).map_err(failed)?;
            RawColumn::Words(texts.str().map_err(failed)?.clone())
        }
        dtype if dtype.is_primitive_numeric() => {
            let numbers = column.cast(&DataType::Float64).map_err(failed)?;
            RawColumn::Typed(Values::Number(values(numbers.f64().map_err(failed)?)), "numbers in the file")
        }
        DataType::Null => RawColumn::Texts(vec![None; column.len()]),
        _ => return Err("it is neither numbers, dates nor text".to_owned()),
    })
}

/// The numbers of a column, NaN where there is none.
fn values(numbers: &Float64Chunked) -> Vec<f64> {
    if numbers.null_count() > 0 {
        return numbers.iter().map(|x| x.unwrap_or(f64::NAN)).collect();
    }
    let mut all = Vec::with_capacity(numbers.len());
    numbers.downcast_iter().for_each(|block| all.extend_from_slice(block.values()));
    all
}
