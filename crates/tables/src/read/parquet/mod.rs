//! Parquet: a table whose columns know their types.

mod footer;

use std::io::Cursor;
use std::path::Path;

use polars::prelude::{Column as PolarsColumn, DataType, Float64Chunked, ParquetReader, SerReader};

use super::{Raw, RawColumn, ReadError};
use crate::column::{Category, Values};
use crate::frame::RowId;
use crate::problem::{Place, Problem};

pub(super) fn read(bytes: Vec<u8>, shown: &Path) -> Result<Raw, ReadError> {
    footer::check(&bytes).map_err(|why| ReadError::damaged(shown, &format!("parquet: {why}")))?;
    let table = ParquetReader::new(Cursor::new(bytes))
        .finish()
        .map_err(|error| ReadError::damaged(shown, &error.to_string()))?;
    let mut raw = Raw {
        rows: (1..=table.height() as u32).map(|row| RowId { row, line: row }).collect(),
        has_cases: true,
        ..Raw::default()
    };
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
    Ok(raw)
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
