//! SAS: .sas7bdat. Its formats' labels stand in a catalogue of their own, so that values stay values.

use std::ops::ControlFlow;

use sas7bdat::{CellValue, Dataset, LogicalType};

use super::{Cells, Variable, day_of_seconds};

pub(super) fn read(bytes: &[u8]) -> Result<Vec<Variable>, String> {
    let data = Dataset::from_bytes(bytes.to_vec()).map_err(|error| error.to_string())?;
    let mut variables: Vec<Variable> = data
        .columns()
        .iter()
        .map(|column| {
            let cells = match column.logical_type {
                LogicalType::String | LogicalType::Bytes => Cells::Texts(Vec::new()),
                LogicalType::Date | LogicalType::DateTime => Cells::Days(Vec::new()),
                LogicalType::Integer | LogicalType::Float | LogicalType::Time => Cells::Numbers(Vec::new()),
            };
            Variable { label: column.label.clone(), ..Variable::new(column.name.clone(), cells) }
        })
        .collect();
    let rows = data.visit_rows(|row| {
        for (variable, cell) in variables.iter_mut().zip(row.iter()) {
            push(&mut variable.cells, cell);
        }
        Ok(ControlFlow::Continue(()))
    });
    rows.map_err(|error| error.to_string())?;
    Ok(variables)
}

fn push(cells: &mut Cells, cell: &CellValue<'_>) {
    match cells {
        Cells::Numbers(numbers) => numbers.push(match cell {
            CellValue::Int32(x) => f64::from(*x),
            CellValue::Int64(x) => *x as f64,
            CellValue::Float64(x) => *x,
            CellValue::Time(time) => time.seconds_since_midnight as f64,
            _ => f64::NAN,
        }),
        Cells::Texts(texts) => {
            let text = match cell {
                CellValue::Str(text) => Some((*text).to_owned()),
                CellValue::Bytes(bytes) => Some(String::from_utf8_lossy(bytes).into_owned()),
                _ => None,
            };
            texts.push(text.filter(|t| !t.trim().is_empty()));
        }
        Cells::Days(days) => days.push(match cell {
            CellValue::Date(date) => Some(date.unix_days()),
            CellValue::DateTime(moment) => day_of_seconds(moment.seconds_since_sas_epoch as f64 - 3_653.0 * 86_400.0),
            _ => None,
        }),
    }
}
