//! Text tables: fields between commas, semicolons, tabs, bars or blanks.

use std::borrow::Cow;
use std::io::Cursor;
use std::path::Path;
use std::sync::Arc;

use polars::prelude::{CsvParseOptions, CsvReadOptions, DataType, Field, Schema, SerReader};

use super::layout::{Layout, Rows};
use super::scan::{self, Record, UnclosedQuote};
use super::{Raw, RawColumn, ReadError, ReadOptions, Told, blanks, clean, encoding, lines};
use crate::frame::RowId;
use crate::problem::{Place, Problem};

/// At most so many lines of the wrong length are named one by one.
const NAMED_LINES: usize = 3;

/// Reads every field as text: what it means is found out later, when the text can still be quoted.
pub(super) fn read(
    bytes: &[u8],
    shown: &Path,
    options: &ReadOptions,
    usual: Option<u8>,
    told: Told<'_>,
) -> Result<Raw, ReadError> {
    let mut problems = Vec::new();
    let asked = super::asked_encoding(shown, options)?;
    let decoded = encoding::decode(bytes, asked);
    problems.extend(decoded.note.map(|note| Problem::note(Place::file(shown), note)));
    problems.extend(decoded.fault.map(|fault| {
        Problem::warning(Place::file(shown), fault)
            .remedy("name its encoding: --encoding NAME, or `encoding` in the table's section")
    }));
    let mut lines = lines::prepare(decoded.text);
    problems.extend(lines.notes.drain(..).map(|note| Problem::note(Place::file(shown), note)));
    let said = options.delimiter.and_then(|d| u8::try_from(d).ok()).or(lines.delimiter).or(usual);
    let (text, delimiter) = divided(lines.text, said, shown, &mut problems);
    // The quick way types values as it reads them, those that are withheld too.
    let clean = || clean::read((&text, delimiter, lines.cut), shown, options, &problems, told);
    match options.withheld.is_empty().then(clean).flatten() {
        Some(raw) => Ok(raw),
        None => read_carefully(&text, delimiter, lines.cut, shown, problems),
    }
}

/// Cuts a text into records and fields, whatever is in it. `problems` are those of what came before.
pub(super) fn read_carefully(
    text: &[u8],
    delimiter: u8,
    cut: u32,
    shown: &Path,
    mut problems: Vec<Problem>,
) -> Result<Raw, ReadError> {
    let records = scan::records(text, delimiter)
        .map_err(|UnclosedQuote { line }| ReadError::Quote { file: shown.to_owned(), line: (line + cut) as usize })?;
    let empty = || ReadError::Empty { file: shown.to_owned() };
    let rows = Fields { text, records: &records, delimiter, cut };
    if records.len() < 2 {
        return Err(empty());
    }
    let mut layout = Layout::find(&rows, shown).ok_or_else(empty)?;
    let body = &records[layout.body.clone()];
    let n_names = layout.names.len();
    fit_header(&mut layout, body, text, delimiter);
    problems.append(&mut layout.problems);
    problems.extend(uneven(body, layout.names.len(), shown, cut));

    let columns = parse(&contiguous(text, body), delimiter, layout.names.len())
        .map_err(|reason| ReadError::Content { file: shown.to_owned(), reason })?;
    if columns.first().is_none_or(|c| c.len() != body.len()) {
        let reason = "its lines cannot be told apart; are quotes in it unbalanced?".to_owned();
        return Err(ReadError::Content { file: shown.to_owned(), reason });
    }
    let rows = body.iter().zip(1..).map(|(record, row)| RowId { row, line: record.line + cut }).collect();
    if layout.names.len() > n_names {
        layout.labels.insert(0, None);
        layout.units.insert(0, None);
    }
    Ok(Raw {
        names: layout.names,
        labels: layout.labels,
        units: layout.units,
        header: layout.line,
        delimiter: Some(delimiter),
        rows,
        columns: columns.into_iter().map(RawColumn::Polars).collect(),
        has_cases: false,
        problems,
    })
}

/// The text and its delimiter; fields between blanks are put between tabs.
pub(super) fn divided<'t>(
    text: Cow<'t, [u8]>,
    said: Option<u8>,
    shown: &Path,
    problems: &mut Vec<Problem>,
) -> (Cow<'t, [u8]>, u8) {
    if let Some(said) = said.filter(|d| *d != b' ') {
        return (text, said);
    }
    if let Some(found) = scan::delimiter(&text).filter(|_| said.is_none()) {
        return (text, found);
    }
    match blanks::to_tabs(&text) {
        Some(tabbed) => {
            let message = "its fields stand between blanks, as R's write.table writes them";
            problems.push(Problem::note(Place::file(shown), message));
            (Cow::Owned(tabbed), b'\t')
        }
        None => (text, b','),
    }
}

/// The records of a text as rows.
struct Fields<'r> {
    text: &'r [u8],
    records: &'r [Record],
    delimiter: u8,
    /// Lines cut off above.
    cut: u32,
}

impl Rows for Fields<'_> {
    fn len(&self) -> usize {
        self.records.len()
    }

    fn row(&self, i: usize) -> Vec<String> {
        let record = self.records[i];
        scan::fields(&self.text[record.start..record.end], self.delimiter)
    }

    fn line(&self, i: usize) -> usize {
        (self.records[i].line + self.cut) as usize
    }
}

/// A header may be one name short where the rows are named (as R writes them) or end in a delimiter.
fn fit_header(layout: &mut Layout, body: &[Record], text: &[u8], delimiter: u8) {
    if !body.iter().all(|r| r.fields == layout.names.len() + 1) {
        return;
    }
    let ends_empty = |r: &Record| text[r.start..r.end].last() == Some(&delimiter);
    if body.iter().all(ends_empty) {
        return;
    }
    layout.names.insert(0, "row_name".to_owned());
}

/// Lines with more or fewer fields than the header.
fn uneven(body: &[Record], expected: usize, shown: &Path, cut: u32) -> Vec<Problem> {
    // A delimiter at the end of every line is a habit, not a fault.
    if body.iter().all(|r| r.fields == expected + 1) {
        return Vec::new();
    }
    let odd: Vec<(usize, &Record)> = body.iter().enumerate().filter(|(_, r)| r.fields != expected).collect();
    let fault = |(i, record): &(usize, &Record)| {
        let place = Place::file(shown).row(i + 1, (record.line + cut) as usize);
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
