//! The table of every pane: cursor, scroll, sort, search, marks and columns, over a document's table.

mod rows;
mod view;
mod written_out;

pub use view::Under;

use std::borrow::Cow;
use std::cell::Cell as Remembered;
use std::cmp::Reverse;
use std::collections::BTreeSet;

use ratatui::layout::Rect;

use crate::app::command::Move;
use crate::document::{Align, Cell, ColumnSpec, Row, Table};
use figures::format::{self, Glyphs};

/// Which way a column is sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Smallest first.
    Up,
    /// Largest first.
    Down,
}

/// A table with what the user did to it.
///
/// Cursor and marks belong to rows of the table, not to lines of the screen: they stay on their row when the table
/// is sorted, searched, or replaced by a newer one of the same shape.
#[derive(Debug, Clone, Default)]
pub struct Grid {
    table: Table,
    /// What is shown of each cell, aligned in its column.
    shown: Vec<Vec<String>>,
    /// Widths of the columns; of a long table, as wide as they were so far.
    widths: Vec<usize>,
    /// The same in plain characters, of which some signs take several.
    plain_widths: Vec<usize>,
    /// Lines of the tallest heading.
    heading_lines: usize,
    /// The columns that may be left out where room is short, in the order in which they go.
    optional: Vec<usize>,
    /// Rows on screen, in order, as positions in the table.
    rows: Vec<usize>,
    /// Columns on screen, in order, as positions in the table.
    columns: Vec<usize>,
    cursor: usize,
    column: usize,
    top: usize,
    sort: Option<(usize, Direction)>,
    search: String,
    marks: BTreeSet<usize>,
    anchor: Option<usize>,
    /// Where it was painted last with its cursor: what a click is meant for.
    seen: SeenAt,
    /// Whether it was painted in plain characters last.
    plain: Remembered<bool>,
    /// The table where it is too long to be made whole; `table` has its columns then.
    long: Option<rows::Long>,
}

/// The part of the screen that a table was painted into last.
type SeenAt = Remembered<Option<Rect>>;

/// The widest that a column gets.
const WIDEST: usize = 44;

impl Grid {
    /// Replaces the table; sort, search and column choices stay if it has the same columns.
    pub fn set(&mut self, table: Table) {
        if table == self.table && self.long.is_none() {
            return;
        }
        self.take_columns(&table);
        self.long = None;
        self.shown = aligned(&table);
        self.measure(&table);
        self.marks.retain(|row| *row < table.rows.len());
        self.table = table;
        self.arrange();
    }

    /// Sort and column choices end where the columns are others.
    fn take_columns(&mut self, table: &Table) {
        let same_columns = table.columns.len() == self.table.columns.len()
            && table.columns.iter().zip(&self.table.columns).all(|(a, b)| a.title == b.title);
        if !same_columns {
            self.columns = (0..table.columns.len()).collect();
            self.column = 0;
            self.sort = None;
            self.shown.clear();
            self.measure(table);
        }
        self.heading_lines = table.columns.iter().map(|column| column.heading().len()).max().unwrap_or(1);
        let priority = |column: &usize| table.columns[*column].priority;
        self.optional = (0..table.columns.len()).filter(|column| priority(column) > 0).collect();
        self.optional.sort_by_key(|column| Reverse((priority(column), *column)));
    }

    fn measure(&mut self, table: &Table) {
        self.widths = widths(table, &self.shown, Glyphs::Utf8);
        self.plain_widths = widths(table, &self.shown, Glyphs::Ascii);
    }

    /// How many rows the table has, on screen or not.
    fn len(&self) -> usize {
        self.long.as_ref().map_or(self.table.rows.len(), |long| long.table.len())
    }

    /// A row of the table.
    fn whole(&self, row: usize) -> Option<Cow<'_, Row>> {
        match &self.long {
            Some(long) => (row < long.table.len()).then(|| Cow::Owned(long.table.row(row))),
            None => self.table.rows.get(row).map(Cow::Borrowed),
        }
    }

    /// The width of a column.
    fn width(&self, column: usize) -> usize {
        let so_far = if self.plain.get() { self.plain_widths[column] } else { self.widths[column] };
        self.long.as_ref().map_or(so_far, |long| long.made(column).width.clamp(so_far, WIDEST))
    }

    /// What is shown in a cell.
    fn shown(&self, row: usize, column: usize) -> &str {
        match &self.long {
            Some(long) => long.shown(row, column),
            None => &self.shown[row][column],
        }
    }

    /// The table as it was set.
    pub fn table(&self) -> &Table {
        &self.table
    }

    /// Whether it was painted with its cursor since [`Self::unsee`].
    pub fn is_seen(&self) -> bool {
        self.seen.get().is_some()
    }

    /// Whether a range of marks was begun and not ended.
    pub fn is_ranging(&self) -> bool {
        self.anchor.is_some()
    }

    /// The row under the cursor, as a position in the table.
    pub fn row(&self) -> Option<usize> {
        self.rows.get(self.cursor).copied()
    }

    /// The column under the cursor, as a position in the table.
    pub fn column(&self) -> Option<usize> {
        self.columns.get(self.column).copied()
    }

    /// The cell under the cursor.
    pub fn cell(&self) -> Option<Cow<'_, Cell>> {
        let (row, column) = (self.row()?, self.column()?);
        match &self.long {
            Some(long) => Some(Cow::Owned(long.table.cell(row, column))),
            None => self.table.rows.get(row)?.cells.get(column).map(Cow::Borrowed),
        }
    }

    /// The row under the cursor.
    pub fn current(&self) -> Option<Cow<'_, Row>> {
        self.whole(self.row()?)
    }

    /// Rows that are marked, as positions in the table.
    pub fn marks(&self) -> &BTreeSet<usize> {
        &self.marks
    }

    /// The table with the marked rows only.
    pub fn marked(&self) -> Table {
        let rows = self.marks.iter().filter_map(|row| self.whole(*row)).map(Cow::into_owned).collect();
        Table { caption: self.table.caption.clone(), columns: self.table.columns.clone(), rows }
    }

    /// Marks exactly these rows.
    pub fn set_marks(&mut self, marks: impl IntoIterator<Item = usize>) {
        let n = self.len();
        self.marks = marks.into_iter().filter(|row| *row < n).collect();
    }

    /// Cursor line from 1, and lines on screen in all: "row 3 of 41".
    pub fn position(&self) -> (usize, usize) {
        (if self.rows.is_empty() { 0 } else { self.cursor + 1 }, self.rows.len())
    }

    /// What rows must contain to be shown.
    pub fn search(&self) -> &str {
        &self.search
    }

    /// Shows only rows with `text` in them; `/text/` is a regular expression, nothing shows all.
    pub fn set_search(&mut self, text: impl Into<String>) {
        self.search = text.into();
        self.arrange();
    }

    /// Puts the cursor on a row of the table; a search that hides it ends. False if there is no such row.
    pub fn go_to(&mut self, row: usize) -> bool {
        if row < self.len() && !self.rows.contains(&row) {
            self.set_search("");
        }
        let line = self.rows.iter().position(|r| *r == row);
        self.cursor = line.unwrap_or(self.cursor);
        self.make_rows();
        line.is_some()
    }

    /// Puts the cursor on a line from 0; false if there are not so many.
    pub fn go_to_line(&mut self, line: usize) -> bool {
        let there = line < self.rows.len();
        if there {
            self.cursor = line;
            self.make_rows();
        }
        there
    }

    /// Does what a table command asks; `page` is the number of rows on screen. False if it is none of this table's.
    pub fn act(&mut self, command: Move, page: usize) -> bool {
        let last = self.rows.len().saturating_sub(1);
        let page = page.max(1);
        let line = match command {
            Move::Up => self.cursor.saturating_sub(1),
            Move::Down => self.cursor + 1,
            Move::PageUp => self.cursor.saturating_sub(page),
            Move::PageDown => self.cursor + page,
            Move::HalfPageUp => self.cursor.saturating_sub(page.div_ceil(2)),
            Move::HalfPageDown => self.cursor + page.div_ceil(2),
            Move::Top => 0,
            Move::Bottom => last,
            Move::NextMatch if self.cursor < last => self.cursor + 1,
            Move::PreviousMatch => self.cursor.saturating_sub(1),
            _ => return self.act_on_columns(command) || self.act_on_marks(command),
        };
        self.cursor = line.min(last);
        self.top = self.top_for(page);
        self.make_rows();
        true
    }

    fn act_on_columns(&mut self, command: Move) -> bool {
        let last = self.columns.len().saturating_sub(1);
        match command {
            Move::Left => self.column = self.column.saturating_sub(1),
            Move::Right => self.column = (self.column + 1).min(last),
            Move::FirstColumn => self.column = 0,
            Move::LastColumn => self.column = last,
            Move::Sort => self.sort_next(),
            // The first column names the row: it stays.
            Move::HideColumn if self.column > 0 => {
                self.columns.remove(self.column);
                self.column = self.column.min(self.columns.len() - 1);
            }
            Move::ResetColumns => {
                self.columns = (0..self.table.columns.len()).collect();
                self.column = self.column.min(self.columns.len().saturating_sub(1));
            }
            Move::ColumnLeft if self.column > 1 => {
                self.columns.swap(self.column, self.column - 1);
                self.column -= 1;
            }
            Move::ColumnRight if self.column > 0 && self.column < last => {
                self.columns.swap(self.column, self.column + 1);
                self.column += 1;
            }
            Move::HideColumn | Move::ColumnLeft | Move::ColumnRight => {}
            _ => return false,
        }
        true
    }

    fn act_on_marks(&mut self, command: Move) -> bool {
        let Some(row) = self.row() else { return false };
        match command {
            Move::Mark => {
                if !self.marks.remove(&row) {
                    self.marks.insert(row);
                }
            }
            Move::MarkRange => match self.anchor.take() {
                Some(from) => {
                    let (a, b) = (from.min(self.cursor), from.max(self.cursor));
                    self.marks.extend(self.rows.iter().skip(a).take(b - a + 1));
                }
                None => self.anchor = Some(self.cursor),
            },
            Move::MarkAll => {
                let all = self.rows.iter().all(|r| self.marks.contains(r));
                self.marks = if all { BTreeSet::new() } else { self.rows.iter().copied().collect() };
            }
            _ => return false,
        }
        true
    }

    /// The line at the top of a screen of `page` rows, moved as little as keeps the cursor in sight.
    fn top_for(&self, page: usize) -> usize {
        let highest = self.rows.len().saturating_sub(page);
        self.top.min(self.cursor).max((self.cursor + 1).saturating_sub(page)).min(highest)
    }
}

fn aligned(table: &Table) -> Vec<Vec<String>> {
    let mut shown: Vec<Vec<String>> = table
        .rows
        .iter()
        .map(|row| {
            let mut cells: Vec<String> = row.cells.iter().map(|c| c.shown.clone()).collect();
            cells.resize(table.columns.len(), String::new());
            if let Some(first) = cells.first_mut() {
                first.insert_str(0, &"  ".repeat(usize::from(row.indent)));
            }
            cells
        })
        .collect();
    for (c, column) in table.columns.iter().enumerate().filter(|(_, column)| column.align == Align::Decimal) {
        let cells = shown.iter_mut().map(|row| std::mem::take(&mut row[c])).collect();
        for (row, text) in aligned_column(column, cells).into_iter().enumerate() {
            shown[row][c] = text;
        }
    }
    shown
}

/// The cells of one column as they stand under each other.
fn aligned_column(column: &ColumnSpec, cells: Vec<String>) -> Vec<String> {
    if column.align == Align::Decimal { format::align_decimal(&cells) } else { cells }
}

fn widths(table: &Table, shown: &[Vec<String>], glyphs: Glyphs) -> Vec<usize> {
    let width = |text: &str| if text.is_ascii() { text.len() } else { format::width(&glyphs.text(text)) };
    (0..table.columns.len())
        .map(|c| {
            let heading = table.columns[c].heading();
            let titles = heading.iter().map(|line| width(line)).max().unwrap_or(0);
            let cells = shown.iter().map(|row| width(&row[c])).max().unwrap_or(0);
            // One more for the sort arrow.
            (titles + 1).max(cells).clamp(1, WIDEST)
        })
        .collect()
}
