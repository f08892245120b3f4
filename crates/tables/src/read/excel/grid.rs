//! A sheet as its table is found in it: merged cells hold for all that they cover, formulas may lack their values.

use std::path::Path;

use calamine::{Data, Dimensions, Range};

use super::cells::Cells;
use super::value::{is_blank, text_of};
use crate::problem::{Place, Problem};
use crate::read::layout::{Layout, Rows};

/// The cells of a sheet, and which of them are merged.
pub(super) struct Grid<'c> {
    pub cells: &'c Cells,
    pub merged: &'c [Dimensions],
}

impl Grid<'_> {
    /// The merged cells of one row that span several columns.
    fn spans(&self, row: usize) -> impl Iterator<Item = &Dimensions> {
        let at = self.cells.start().0 + row as u32;
        self.merged.iter().filter(move |d| d.start.0 == at && d.end.0 == at && d.end.1 > d.start.1)
    }
}

impl Rows for Grid<'_> {
    fn len(&self) -> usize {
        self.cells.height()
    }

    fn row(&self, i: usize) -> Vec<String> {
        self.cells.row(i).iter().map(text_of).collect()
    }

    fn line(&self, i: usize) -> usize {
        self.cells.start().0 as usize + i + 1
    }

    fn spread(&self, row: usize, column: usize) -> Option<String> {
        let left = self.cells.start().1;
        let at = left + column as u32;
        let span = self.spans(row).find(|d| (d.start.1..=d.end.1).contains(&at))?;
        let source = span.start.1.checked_sub(left)? as usize;
        self.cells.row(row).get(source).map(text_of)
    }

    fn has_spans(&self, row: usize) -> bool {
        self.spans(row).next().is_some()
    }
}

/// A value written once for several rows, in merged cells, holds for each of them.
pub(super) fn fill_down(cells: &mut Cells, merged: &[Dimensions], layout: &Layout, shown: &Path) -> Vec<Problem> {
    let (top, left) = cells.start();
    let mut filled = vec![0; cells.width()];
    for range in merged.iter().filter(|d| d.end.0 > d.start.0 && d.start.1 >= left) {
        let column = (range.start.1 - left) as usize;
        let Some(first) = range.start.0.checked_sub(top).map(|row| row as usize) else { continue };
        if column >= cells.width() || !layout.body.contains(&first) {
            continue;
        }
        let last = ((range.end.0 - top) as usize).min(layout.body.end - 1);
        let value = cells.row(first)[column].clone();
        for row in first + 1..=last {
            cells.row_mut(row)[column] = value.clone();
        }
        filled[column] += 1;
    }
    let said = |name: String, n: usize| {
        let cells = if n == 1 { "1 merged cell holds" } else { &format!("{n} merged cells hold") };
        let message = format!("{cells} a value for several rows, which is taken for each of them");
        Problem::note(Place::file(shown).field(name), message)
    };
    each(&filled, layout).map(|(name, n)| said(name, n)).collect()
}

/// Formulas without a stored value: a program wrote them, and none has calculated them.
pub(super) fn not_calculated(cells: &Cells, formulas: &Range<String>, layout: &Layout, shown: &Path) -> Vec<Problem> {
    let (top, left) = cells.start();
    let Some(from) = formulas.start() else { return Vec::new() };
    let value = |row: usize, column: usize| -> Option<(usize, &Data)> {
        let row = (row as u32 + from.0).checked_sub(top)? as usize;
        let column = (column as u32 + from.1).checked_sub(left)? as usize;
        let is_inside = layout.body.contains(&row) && column < cells.width();
        is_inside.then(|| (column, &cells.row(row)[column]))
    };
    let mut empty = vec![0; cells.width()];
    for (row, column, _) in formulas.used_cells().filter(|(_, _, formula)| !formula.is_empty()) {
        if let Some((column, _)) = value(row, column).filter(|(_, value)| is_blank(value)) {
            empty[column] += 1;
        }
    }
    let said = |name: String, n: usize| {
        let formulas = if n == 1 { "1 formula has" } else { &format!("{n} formulas have") };
        let message = format!("{formulas} no stored value and count as missing: no program has calculated them");
        let remedy = "open the workbook in a spreadsheet program and save it";
        Problem::warning(Place::file(shown).field(name), message).remedy(remedy)
    };
    each(&empty, layout).map(|(name, n)| said(name, n)).collect()
}

/// The names of the columns of which something was counted, and how often.
fn each(counts: &[usize], layout: &Layout) -> impl Iterator<Item = (String, usize)> {
    let name = |column: usize| layout.names.get(column).cloned().unwrap_or_default();
    counts.iter().enumerate().filter(|(_, n)| **n > 0).map(move |(column, n)| (name(column), *n))
}
