//! What a cell of a workbook holds.

use calamine::Data;
use chrono::NaiveDateTime;

use crate::date;

/// Whether nothing is to be read in it.
pub(super) fn is_blank(cell: &Data) -> bool {
    match cell {
        Data::Empty => true,
        Data::String(text) => text.trim().is_empty(),
        Data::DateTimeIso(text) | Data::DurationIso(text) => text.is_empty(),
        _ => false,
    }
}

pub(super) fn number_of(cell: &Data) -> Option<f64> {
    match cell {
        Data::Int(value) => Some(*value as f64),
        Data::Float(value) => Some(*value),
        _ => None,
    }
}

/// The day of a cell that holds a moment, in days since 1970-01-01.
pub(super) fn date_of(cell: &Data) -> Option<i32> {
    match cell {
        Data::DateTime(moment) if moment.is_datetime() => moment.as_datetime().and_then(day_of),
        Data::DateTimeIso(text) => date::parse_iso(text),
        _ => None,
    }
}

fn day_of(moment: NaiveDateTime) -> Option<i32> {
    i32::try_from(moment.and_utc().timestamp().div_euclid(86_400)).ok()
}

/// A cell as a person reads it. Errors of formulas are kept as they are shown, to be listed.
pub(super) fn text_of(cell: &Data) -> String {
    match cell {
        Data::Empty => String::new(),
        Data::String(text) => {
            if text.trim().is_empty() {
                String::new()
            } else {
                text.clone()
            }
        }
        Data::Int(value) => value.to_string(),
        Data::Float(value) => value.to_string(),
        Data::Bool(value) => value.to_string(),
        Data::DateTime(moment) => match date_of(cell) {
            Some(day) => date::iso(day),
            None => moment.as_f64().to_string(),
        },
        Data::DateTimeIso(text) | Data::DurationIso(text) => text.clone(),
        Data::Error(error) => error.to_string(),
    }
}
