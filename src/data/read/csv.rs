//! Text tables: fields between commas, semicolons, tabs or bars.

use std::borrow::Cow;
use std::io::Cursor;
use std::path::Path;
use std::sync::Arc;

use polars::prelude::{CsvParseOptions, CsvReadOptions, DataType, Field, Schema, SerReader};

use super::scan::{self, Record, UnclosedQuote};
use super::{Raw, RawColumn, ReadError, ReadOptions, encoding};
use crate::data::frame::RowId;
use crate::problem::{Place, Problem};

/// At most so many lines of the wrong length are named one by one.
const NAMED_LINES: usize = 20;

/// Reads every field as text: what it means is found out later, when the text can still be quoted.
pub(super) fn read(path: &Path, shown: &Path, options: &ReadOptions, usual: Option<u8>) -> Result<Raw, ReadError> {
    let bytes = std::fs::read(path)
        .map_err(|error| ReadError::Open { file: shown.to_owned(), reason: super::super::plain_io(&error) })?;
    let (text, note) = encoding::decode(&bytes);
    let mut problems: Vec<Problem> = note.map(|note| Problem::note(Place::file(shown), note)).into_iter().collect();
    let said = options.delimiter.and_then(|d| u8::try_from(d).ok());
    let delimiter = said.or(usual).unwrap_or_else(|| scan::delimiter(&text));
    let records = scan::records(&text, delimiter)
        .map_err(|UnclosedQuote { line }| ReadError::Quote { file: shown.to_owned(), line: line as usize })?;
    let Some((header, body)) = records.split_first().filter(|(_, body)| !body.is_empty()) else {
        return Err(ReadError::Empty { file: shown.to_owned() });
    };
    let mut names = scan::fields(&text[header.start..header.end], delimiter);
    fit_header(&mut names, body, &text, delimiter);
    problems.extend(uneven(body, names.len(), shown));

    let columns = parse(&contiguous(&text, body), delimiter, names.len())
        .map_err(|reason| ReadError::Content { file: shown.to_owned(), reason })?;
    if columns.first().is_none_or(|c| c.len() != body.len()) {
        let reason = "its lines cannot be told apart; are quotes in it unbalanced?".to_owned();
        return Err(ReadError::Content { file: shown.to_owned(), reason });
    }
    let rows = body.iter().zip(1..).map(|(record, row)| RowId { row, line: record.line }).collect();
    Ok(Raw { names, rows, columns: columns.into_iter().map(RawColumn::Polars).collect(), problems })
}

/// A header may be one name short where the rows are named (as R writes them) or end in a delimiter.
fn fit_header(names: &mut Vec<String>, body: &[Record], text: &[u8], delimiter: u8) {
    if !body.iter().all(|r| r.fields == names.len() + 1) {
        return;
    }
    let ends_empty = |r: &Record| text[r.start..r.end].last() == Some(&delimiter);
    if body.iter().all(ends_empty) {
        return;
    }
    names.insert(0, "row_name".to_owned());
}

/// Lines with more or fewer fields than the header.
fn uneven(body: &[Record], expected: usize, shown: &Path) -> Vec<Problem> {
    // A delimiter at the end of every line is a habit, not a fault.
    if body.iter().all(|r| r.fields == expected + 1) {
        return Vec::new();
    }
    let odd: Vec<(usize, &Record)> = body.iter().enumerate().filter(|(_, r)| r.fields != expected).collect();
    let fault = |(i, record): &(usize, &Record)| {
        let place = Place::file(shown).row(i + 1, record.line as usize);
        let message = format!("{} fields where the header has {expected}", record.fields);
        if record.fields > expected {
            let remedy = "put a field that holds the delimiter (or a decimal comma) in quotes";
            Problem::error(place, format!("{message}; those beyond are not read")).remedy(remedy)
        } else {
            Problem::warning(place, format!("{message}; the last ones count as missing"))
        }
    };
    let mut problems: Vec<Problem> = odd.iter().take(NAMED_LINES).map(fault).collect();
    if odd.len() > NAMED_LINES {
        let message = format!("{} more rows do not have {expected} fields", odd.len() - NAMED_LINES);
        problems.push(Problem::error(Place::file(shown), message));
    }
    problems
}

/// The records one after the other, without the blank lines between them.
fn contiguous<'t>(text: &'t [u8], body: &[Record]) -> Cow<'t, [u8]> {
    let touching = |pair: &[Record]| text[pair[0].end..pair[1].start].iter().filter(|&&b| b == b'\n').count() == 1;
    if body.windows(2).all(touching) {
        let (first, last) = (body[0], body[body.len() - 1]);
        return Cow::Borrowed(&text[first.start..last.end]);
    }
    let mut joined = Vec::with_capacity(text.len());
    for record in body {
        joined.extend_from_slice(&text[record.start..record.end]);
        joined.push(b'\n');
    }
    Cow::Owned(joined)
}

fn parse(body: &[u8], delimiter: u8, n_columns: usize) -> Result<Vec<polars::prelude::StringChunked>, String> {
    let schema: Schema = (0..n_columns).map(|k| Field::new(format!("{k}").into(), DataType::String)).collect();
    let parsing = CsvParseOptions::default().with_separator(delimiter).with_truncate_ragged_lines(true);
    let reader = CsvReadOptions::default()
        .with_has_header(false)
        .with_schema(Some(Arc::new(schema)))
        .with_parse_options(parsing)
        .into_reader_with_file_handle(Cursor::new(body));
    let table = reader.finish().map_err(|error| error.to_string())?;
    table.columns().iter().map(|c| c.str().cloned().map_err(|error| error.to_string())).collect()
}
