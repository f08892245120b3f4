//! Workbooks: one sheet of them, with dates, merged headers and empty rows as people make them.

use std::path::Path;

use calamine::{Data, Dimensions, Range, Reader, Sheets, open_workbook_auto};
use chrono::NaiveDateTime;

use super::{Raw, RawColumn, ReadError, ReadOptions, cells};
use crate::data::column::Values;
use crate::data::date;
use crate::data::frame::RowId;
use crate::problem::{Place, Problem};

pub(super) fn read(path: &Path, shown: &Path, options: &ReadOptions) -> Result<Raw, ReadError> {
    let content = |error: calamine::Error| ReadError::Content { file: shown.to_owned(), reason: error.to_string() };
    if let Err(error) = std::fs::File::open(path) {
        return Err(ReadError::Open { file: shown.to_owned(), reason: super::super::plain_io(&error) });
    }
    let mut book = open_workbook_auto(path).map_err(content)?;
    let mut problems = Vec::new();
    let sheet = choose_sheet(&mut book, options, shown, &mut problems)?;
    let far = |reason: String| ReadError::Content { file: shown.to_owned(), reason };
    let cells::Near { range, left_out } = cells::near(&mut book, &sheet).map_err(far)?;
    problems.extend(left_out.map(|cells| {
        let remedy = "delete what is in them if it is a slip, or move it to the table";
        Problem::warning(Place::file(shown), cells).remedy(remedy)
    }));
    let merged = match &mut book {
        Sheets::Xlsx(xlsx) => xlsx.merge_cells_by_sheet_name(&sheet).unwrap_or_default(),
        _ => Vec::new(),
    };
    let Some(header) = Header::find(&range, &merged) else { return Err(ReadError::Empty { file: shown.to_owned() }) };
    problems.extend(header.problem(shown));
    let (first_row, _) = range.start().unwrap_or_default();
    let body: Vec<&[Data]> = range.rows().skip(header.rows_above_body).collect();
    let line = |k: usize| first_row + (header.rows_above_body + k) as u32 + 1;
    let rows = (0..body.len()).map(|k| RowId { row: k as u32 + 1, line: line(k) }).collect();
    let columns = header.columns.iter().map(|&c| column(&body, c)).collect();
    Ok(Raw { names: header.names, rows, columns, problems })
}

/// The sheet asked for, else the first one with a table in it.
fn choose_sheet<R: std::io::Read + std::io::Seek>(
    book: &mut Sheets<R>,
    options: &ReadOptions,
    shown: &Path,
    problems: &mut Vec<Problem>,
) -> Result<String, ReadError> {
    let sheets = book.sheet_names();
    if let Some(wanted) = &options.sheet {
        return match sheets.iter().find(|s| s.trim().eq_ignore_ascii_case(wanted.trim())) {
            Some(sheet) => Ok(sheet.clone()),
            None => Err(ReadError::Sheet { file: shown.to_owned(), sheet: wanted.clone(), sheets }),
        };
    }
    let mut has_table = |sheet: &String| cells::near(book, sheet).is_ok_and(|sheet| sheet.range.height() > 1);
    let tables: Vec<String> = sheets.iter().filter(|s| has_table(s)).cloned().collect();
    let Some(first) = tables.first() else { return Err(ReadError::Empty { file: shown.to_owned() }) };
    if tables.len() > 1 {
        let message = format!("the workbook has {} sheets with data; {first} is read", tables.len());
        let remedy = format!("choose another by `sheet`: {}", tables[1..].join(", "));
        problems.push(Problem::note(Place::file(shown), message).remedy(remedy));
    }
    Ok(first.clone())
}

/// The columns' names and what stands above the rows of data.
struct Header {
    names: Vec<String>,
    /// Position of each column in the range; empty ones without a name are left out.
    columns: Vec<usize>,
    rows_above_body: usize,
    titles: usize,
    is_merged: bool,
}

impl Header {
    /// Skips title rows (one cell in a wide sheet) and joins a header of two rows, where cells of the first are merged
    /// over several columns.
    fn find(range: &Range<Data>, merged: &[Dimensions]) -> Option<Self> {
        let (top, left) = range.start()?;
        let rows: Vec<&[Data]> = range.rows().collect();
        let filled = |row: &[Data]| row.iter().filter(|c| !text_of(c).is_empty()).count();
        let titles = rows.iter().take_while(|row| filled(row) <= 1 && row.len() > 2).count();
        let first = rows.get(titles)?;
        let sheet_row = top + titles as u32;
        let spans: Vec<&Dimensions> =
            merged.iter().filter(|d| d.start.0 == sheet_row && d.end.0 == sheet_row && d.end.1 > d.start.1).collect();
        let is_merged = !spans.is_empty() && titles + 1 < rows.len();
        let group_of = |column: usize| {
            let at = left + column as u32;
            let span = spans.iter().find(|d| (d.start.1..=d.end.1).contains(&at));
            let source = span.map_or(column, |d| (d.start.1 - left) as usize);
            text_of(&first[source])
        };
        let mut names: Vec<String> = (0..first.len()).map(group_of).collect();
        if is_merged {
            let below = rows[titles + 1];
            let subs: Vec<String> = below.iter().map(text_of).collect();
            let repeated = |sub: &str| subs.iter().filter(|s| *s == sub).count() > 1;
            for (name, sub) in names.iter_mut().zip(&subs).filter(|(_, sub)| !sub.is_empty()) {
                *name = if repeated(sub) && !name.is_empty() { format!("{name} {sub}") } else { sub.clone() };
            }
        }
        let rows_above_body = titles + 1 + usize::from(is_merged);
        let body = &rows[rows_above_body..];
        let has_values = |c: usize| body.iter().any(|row| !text_of(&row[c]).is_empty());
        let columns: Vec<usize> = (0..names.len()).filter(|&c| !names[c].is_empty() || has_values(c)).collect();
        let names = columns.iter().map(|&c| std::mem::take(&mut names[c])).collect();
        Some(Self { names, columns, rows_above_body, titles, is_merged })
    }

    fn problem(&self, shown: &Path) -> Vec<Problem> {
        let mut problems = Vec::new();
        if self.titles > 0 {
            let message = format!(
                "{} row{} above the columns' names left out",
                self.titles,
                if self.titles == 1 { "" } else { "s" }
            );
            problems.push(Problem::note(Place::file(shown), message));
        }
        if self.is_merged {
            let message = "the header has merged cells: names are taken from its two rows";
            problems.push(Problem::note(Place { line: Some(self.titles + 1), ..Place::file(shown) }, message));
        }
        problems
    }
}

/// A column of numbers or dates if its cells say so, else texts.
fn column(body: &[&[Data]], c: usize) -> RawColumn {
    let cells = || body.iter().map(|row| &row[c]);
    let count = |of: fn(&Data) -> bool| cells().filter(|cell| of(cell)).count();
    let filled = count(|cell| !text_of(cell).is_empty());
    let dates = count(|cell| date_of(cell).is_some());
    if filled > 0 && filled == count(is_number) {
        let numbers = cells().map(|cell| number_of(cell).unwrap_or(f64::NAN)).collect();
        return RawColumn::Typed(Values::Number(numbers), "numbers in the workbook");
    }
    if filled > 0 && filled == dates {
        return RawColumn::Typed(Values::Date(cells().map(date_of).collect()), "dates in the workbook");
    }
    // A serial number among dates is a date whose cell lost its format.
    let serial = |cell: &Data| if 2 * dates > filled { number_of(cell).and_then(day_of_serial) } else { None };
    let text = |cell: &Data| serial(cell).map(date::iso).unwrap_or_else(|| text_of(cell));
    RawColumn::Texts(cells().map(|cell| Some(text(cell)).filter(|t| !t.is_empty())).collect())
}

fn is_number(cell: &Data) -> bool {
    matches!(cell, Data::Int(_) | Data::Float(_))
}

fn number_of(cell: &Data) -> Option<f64> {
    match cell {
        Data::Int(value) => Some(*value as f64),
        Data::Float(value) => Some(*value),
        _ => None,
    }
}

fn date_of(cell: &Data) -> Option<i32> {
    match cell {
        Data::DateTime(moment) if moment.is_datetime() => moment.as_datetime().and_then(day_of),
        Data::DateTimeIso(text) => date::parse_iso(text),
        _ => None,
    }
}

fn day_of(moment: NaiveDateTime) -> Option<i32> {
    i32::try_from(moment.and_utc().timestamp().div_euclid(86_400)).ok()
}

/// Days of the 1900 system that are plausible as dates: 1927 to 2064.
fn day_of_serial(serial: f64) -> Option<i32> {
    const EPOCH_1970: f64 = 25_569.0;
    (10_000.0..60_000.0).contains(&serial).then(|| (serial.floor() - EPOCH_1970) as i32)
}

/// A cell as a person reads it. Errors of formulas are kept as they are shown, to be listed.
fn text_of(cell: &Data) -> String {
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
