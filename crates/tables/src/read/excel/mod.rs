//! Workbooks: one sheet of them, with dates, merged cells, formulas and empty rows as people make them.

mod mentions;
mod sheet;

use std::borrow::Cow;
use std::io::Cursor;
use std::path::Path;

use calamine::{Data, Dimensions, Range, Reader, Sheets, open_workbook_auto_from_rs};
use chrono::NaiveDateTime;

use self::mentions::Mentions;
use super::layout::{Layout, Rows};
use super::{Raw, RawColumn, ReadError, ReadOptions};
use crate::column::Values;
use crate::date;
use crate::frame::RowId;
use crate::problem::{Place, Problem};

/// A workbook in memory.
type Book = Sheets<Cursor<Vec<u8>>>;

pub(super) fn read(bytes: Vec<u8>, shown: &Path, options: &ReadOptions) -> Result<Raw, ReadError> {
    let content = |reason: String| ReadError::Content { file: shown.to_owned(), reason };
    let Mentions { merged: has_merged, formulas: has_formulas } = Mentions::of(&bytes);
    let mut book: Book = open_workbook_auto_from_rs(Cursor::new(bytes)).map_err(|e| content(e.to_string()))?;
    let mut problems = Vec::new();
    let sheet::Chosen { name, range, has_blanks } = sheet::choose(&mut book, options, shown, &mut problems)?;
    let merged = match &mut book {
        Sheets::Xlsx(xlsx) if has_merged => xlsx.merge_cells_by_sheet_name(&name).unwrap_or_default(),
        _ => Vec::new(),
    };
    let sheet = Grid::new(&range, &merged);
    let Some(mut layout) = Layout::find(&sheet, shown) else {
        return Err(ReadError::Empty { file: shown.to_owned() });
    };
    problems.append(&mut layout.problems);
    let mut body: Vec<Cow<'_, [Data]>> = layout.body.clone().map(|i| Cow::Borrowed(sheet.rows[i])).collect();
    problems.extend(sheet.fill_down(&mut body, &layout, shown));
    // Looking for formulas is reading the sheet once more.
    if has_blanks && has_formulas {
        let formulas = book.worksheet_formula(&name).unwrap_or_default();
        problems.extend(sheet.not_calculated(&formulas, &body, &layout, shown));
    }

    let has_values = |c: usize| body.iter().any(|row| !is_blank(&row[c]));
    layout.names.resize(range.width(), String::new());
    let kept: Vec<usize> =
        (0..range.width()).filter(|&c| !layout.names[c].trim().is_empty() || has_values(c)).collect();
    let pick = |of: &[Option<String>]| kept.iter().map(|&c| of.get(c).cloned().flatten()).collect::<Vec<_>>();
    let line = |k: usize| sheet.line(layout.body.start + k) as u32;
    Ok(Raw {
        labels: pick(&layout.labels),
        units: pick(&layout.units),
        names: kept.iter().map(|&c| layout.names[c].clone()).collect(),
        header: layout.line,
        rows: (0..body.len()).map(|k| RowId { row: k as u32 + 1, line: line(k) }).collect(),
        columns: kept.iter().map(|&c| column(&body, c)).collect(),
        problems,
        ..Raw::default()
    })
}

/// The visible sheets with something in them; the one that is read without being asked for stands first.
pub(super) fn sheets(bytes: Vec<u8>, shown: &Path) -> Vec<String> {
    let book: Result<Book, _> = open_workbook_auto_from_rs(Cursor::new(bytes));
    book.map_or_else(|_| Vec::new(), |mut book| sheet::visible(&mut book, shown))
}

/// The cells of a sheet, and which of them are merged.
struct Grid<'r> {
    rows: Vec<&'r [Data]>,
    /// Row and column of the sheet at which the cells begin.
    start: (u32, u32),
    merged: &'r [Dimensions],
}

impl<'r> Grid<'r> {
    fn new(range: &'r Range<Data>, merged: &'r [Dimensions]) -> Self {
        Self { rows: range.rows().collect(), start: range.start().unwrap_or_default(), merged }
    }

    /// The merged cells of one row that span several columns.
    fn spans(&self, row: usize) -> impl Iterator<Item = &Dimensions> {
        let at = self.start.0 + row as u32;
        self.merged.iter().filter(move |d| d.start.0 == at && d.end.0 == at && d.end.1 > d.start.1)
    }

    /// A value written once for several rows, in merged cells, holds for each of them.
    fn fill_down(&self, body: &mut [Cow<'_, [Data]>], layout: &Layout, shown: &Path) -> Vec<Problem> {
        let (top, left) = self.start;
        let mut filled: Vec<(usize, usize)> = Vec::new();
        for cells in self.merged.iter().filter(|d| d.end.0 > d.start.0 && d.start.1 >= left) {
            let column = (cells.start.1 - left) as usize;
            let Some(first) = (cells.start.0.saturating_sub(top) as usize).checked_sub(layout.body.start) else {
                continue;
            };
            let last =
                ((cells.end.0 - top) as usize).saturating_sub(layout.body.start).min(body.len().saturating_sub(1));
            let Some(value) = body.get(first).and_then(|row| row.get(column)).cloned() else { continue };
            for row in &mut body[first + 1..=last.max(first)] {
                row.to_mut()[column] = value.clone();
            }
            match filled.iter_mut().find(|(c, _)| *c == column) {
                Some((_, n)) => *n += 1,
                None => filled.push((column, 1)),
            }
        }
        let said = |(column, n): (usize, usize)| {
            let name = layout.names.get(column).cloned().unwrap_or_default();
            let cells = if n == 1 { "1 merged cell holds" } else { &format!("{n} merged cells hold") };
            let message = format!("{cells} a value for several rows, which is taken for each of them");
            Problem::note(Place::file(shown).field(name), message)
        };
        filled.into_iter().map(said).collect()
    }

    /// Formulas without a stored value: a program wrote them, and none has calculated them.
    fn not_calculated(
        &self,
        formulas: &Range<String>,
        body: &[Cow<'_, [Data]>],
        layout: &Layout,
        shown: &Path,
    ) -> Vec<Problem> {
        let (top, left) = self.start;
        let Some(from) = formulas.start() else { return Vec::new() };
        let mut empty: Vec<usize> = vec![0; self.rows.first().map_or(0, |row| row.len())];
        for (row, column, _) in formulas.used_cells().filter(|(_, _, formula)| !formula.is_empty()) {
            let row = (row as u32 + from.0).checked_sub(top).map(|r| r as usize);
            let column = (column as u32 + from.1).checked_sub(left).map(|c| c as usize);
            let cell = row.and_then(|r| r.checked_sub(layout.body.start)).zip(column);
            let is_empty = cell.and_then(|(r, c)| body.get(r)?.get(c)).is_some_and(is_blank);
            if let (true, Some((_, column))) = (is_empty, cell) {
                empty[column] += 1;
            }
        }
        let said = |(column, n): (usize, &usize)| {
            let name = layout.names.get(column).cloned().unwrap_or_default();
            let formulas = if *n == 1 { "1 formula has" } else { &format!("{n} formulas have") };
            let message = format!("{formulas} no stored value and count as missing: no program has calculated them");
            let remedy = "open the workbook in a spreadsheet program and save it";
            Problem::warning(Place::file(shown).field(name), message).remedy(remedy)
        };
        empty.iter().enumerate().filter(|(_, n)| **n > 0).map(said).collect()
    }
}

impl Rows for Grid<'_> {
    fn len(&self) -> usize {
        self.rows.len()
    }

    fn row(&self, i: usize) -> Vec<String> {
        self.rows[i].iter().map(text_of).collect()
    }

    fn line(&self, i: usize) -> usize {
        self.start.0 as usize + i + 1
    }

    fn spread(&self, row: usize, column: usize) -> Option<String> {
        let at = self.start.1 + column as u32;
        let span = self.spans(row).find(|d| (d.start.1..=d.end.1).contains(&at))?;
        let source = span.start.1.checked_sub(self.start.1)? as usize;
        self.rows[row].get(source).map(text_of)
    }

    fn has_spans(&self, row: usize) -> bool {
        self.spans(row).next().is_some()
    }
}

/// A column of numbers or dates if its cells say so, else texts.
fn column(body: &[Cow<'_, [Data]>], c: usize) -> RawColumn {
    let cells = || body.iter().map(|row| &row[c]);
    let count = |of: fn(&Data) -> bool| cells().filter(|cell| of(cell)).count();
    let filled = count(|cell| !is_blank(cell));
    if filled > 0 && filled == count(is_number) {
        let numbers = cells().map(|cell| number_of(cell).unwrap_or(f64::NAN)).collect();
        return RawColumn::Typed(Values::Number(numbers), "numbers in the workbook");
    }
    let dates = count(|cell| date_of(cell).is_some());
    if filled > 0 && filled == dates {
        return RawColumn::Typed(Values::Date(cells().map(date_of).collect()), "dates in the workbook");
    }
    // A serial number among dates is a date whose cell lost its format.
    let serial = |cell: &Data| if 2 * dates > filled { number_of(cell).and_then(date::of_serial) } else { None };
    let text = |cell: &Data| serial(cell).map(date::iso).unwrap_or_else(|| text_of(cell));
    RawColumn::Texts(cells().map(|cell| Some(text(cell)).filter(|t| !t.is_empty())).collect())
}

/// Whether nothing is to be read in it.
fn is_blank(cell: &Data) -> bool {
    match cell {
        Data::Empty => true,
        Data::String(text) => text.trim().is_empty(),
        Data::DateTimeIso(text) | Data::DurationIso(text) => text.is_empty(),
        _ => false,
    }
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
