//! Workbooks: one sheet of them, with dates, merged cells, formulas and empty rows as people make them.

mod cells;
mod columns;
mod grid;
mod mentions;
mod sheet;
mod strays;
mod value;

use std::io::Cursor;
use std::path::Path;

use calamine::{Reader, Sheets, open_workbook_auto_from_rs};

use self::grid::Grid;
use self::mentions::Mentions;
use super::layout::Layout;
use super::{Raw, ReadError, ReadOptions};
use crate::frame::RowId;

/// A workbook in memory.
type Book = Sheets<Cursor<Vec<u8>>>;

pub(super) fn read(bytes: Vec<u8>, shown: &Path, options: &ReadOptions) -> Result<Raw, ReadError> {
    let content = |reason: String| ReadError::Content { file: shown.to_owned(), reason };
    let Mentions { merged: has_merged, formulas: has_formulas } = Mentions::of(&bytes);
    let mut book: Book = open_workbook_auto_from_rs(Cursor::new(bytes)).map_err(|e| content(e.to_string()))?;
    let mut problems = Vec::new();
    let sheet::Chosen { name, mut cells, has_blanks } = sheet::choose(&mut book, options, shown, &mut problems)?;
    let merged = match &mut book {
        Sheets::Xlsx(xlsx) if has_merged => xlsx.merge_cells_by_sheet_name(&name).unwrap_or_default(),
        _ => Vec::new(),
    };
    let Some(mut layout) = Layout::find(&Grid { cells: &cells, merged: &merged }, shown) else {
        return Err(ReadError::Empty { file: shown.to_owned() });
    };
    problems.append(&mut layout.problems);
    problems.extend(grid::fill_down(&mut cells, &merged, &layout, shown));
    // Looking for formulas is reading the sheet once more.
    if has_blanks && has_formulas {
        let formulas = book.worksheet_formula(&name).unwrap_or_default();
        problems.extend(grid::not_calculated(&cells, &formulas, &layout, shown));
    }
    drop(book);

    layout.names.resize(cells.width(), String::new());
    let (body, top) = (layout.body.clone(), cells.start().0);
    let counts = columns::counted(&cells, body.clone());
    let is_kept = |c: &usize| !layout.names[*c].trim().is_empty() || counts[*c].filled > 0;
    let kept: Vec<usize> = (0..cells.width()).filter(is_kept).collect();
    let pick = |of: &[Option<String>]| kept.iter().map(|&c| of.get(c).cloned().flatten()).collect::<Vec<_>>();
    Ok(Raw {
        labels: pick(&layout.labels),
        units: pick(&layout.units),
        names: kept.iter().map(|&c| layout.names[c].clone()).collect(),
        header: layout.line,
        rows: (1..).zip(body.clone()).map(|(row, i)| RowId { row, line: top + i as u32 + 1 }).collect(),
        columns: columns::columns(cells, body, &counts, &kept),
        problems,
        ..Raw::default()
    })
}

/// The visible sheets with something in them; the one that is read without being asked for stands first.
pub(super) fn sheets(bytes: Vec<u8>, shown: &Path) -> Vec<String> {
    let book: Result<Book, _> = open_workbook_auto_from_rs(Cursor::new(bytes));
    book.map_or_else(|_| Vec::new(), |mut book| sheet::visible(&mut book, shown))
}
