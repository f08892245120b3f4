//! Which rows a table shows, and in which order.

use std::collections::HashMap;
use std::sync::Arc;

use regex::Regex;

use super::{Direction, Grid, WIDEST, aligned};
use crate::document::{LongTable, Row, SortKey, Table, loose_patterns, patterns};
use crate::session::{Look, MOST_MARKS};
use figures::format;

/// Rows of a long table that are made before and behind the cursor's, and how near their end it may come.
const ROOM: usize = 512;
const NEAR: usize = 256;

/// A table of which the rows about the cursor are made.
#[derive(Clone)]
pub(super) struct Long {
    pub(super) table: Arc<dyn LongTable>,
    /// The lines that are made, and their rows with what is shown of each cell.
    lines: std::ops::Range<usize>,
    made: HashMap<usize, (Row, Vec<String>)>,
}

impl std::fmt::Debug for Long {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} rows, of which {:?} are made", self.table.len(), self.lines)
    }
}

impl Long {
    pub(super) fn row(&self, row: usize) -> Option<&Row> {
        self.made.get(&row).map(|(row, _)| row)
    }

    pub(super) fn shown(&self, row: usize, column: usize) -> &str {
        self.made.get(&row).and_then(|(_, shown)| shown.get(column)).map_or("", String::as_str)
    }
}

impl Grid {
    /// Works out the rows on screen; the cursor stays on its row where that is still there. Those of a long table are
    /// worked out by whoever set it.
    pub(super) fn arrange(&mut self) {
        if self.long.is_some() {
            return;
        }
        let holds = |r: usize, p: &Regex| self.table.rows[r].cells.iter().any(|c| p.is_match(&c.shown));
        let found = |patterns: &[Regex]| -> Vec<usize> {
            (0..self.table.rows.len()).filter(|&r| patterns.iter().all(|p| holds(r, p))).collect()
        };
        let mut rows = found(&patterns(&self.search));
        // What is nowhere as it stands may be letters of it.
        let loose = if rows.is_empty() { loose_patterns(&self.search) } else { Vec::new() };
        if !loose.is_empty() {
            rows = found(&loose);
        }
        if let Some((column, direction)) = self.sort {
            let keys: Vec<SortKey> = self.table.rows.iter().map(|row| SortKey::of(row.cells.get(column))).collect();
            rows.sort_by(|&a, &b| keys[a].compare(&keys[b], direction == Direction::Down));
        }
        self.show(rows);
    }

    fn show(&mut self, rows: Vec<usize>) {
        let before = self.row();
        self.rows = rows;
        let line = before.and_then(|row| self.rows.iter().position(|r| *r == row));
        self.cursor = line.unwrap_or(self.cursor).min(self.rows.len().saturating_sub(1));
        self.anchor = None;
    }

    /// Shows these rows of a table too long to be made whole, in this order: those that [`search`](Self::search) and
    /// [`sorted`](Self::sorted) ask for.
    pub fn set_long(&mut self, table: Arc<dyn LongTable>, rows: &[u32]) {
        self.take_columns(&Table::new(table.columns()));
        self.table = Table::new(table.columns());
        self.shown = Vec::new();
        self.marks.retain(|row| *row < table.len());
        self.long = Some(Long { table, lines: 0..0, made: HashMap::new() });
        self.show(rows.iter().map(|row| *row as usize).collect());
        self.make_rows();
    }

    /// The column that the table is sorted by, and whether the largest stands first.
    pub fn sorted(&self) -> Option<(usize, bool)> {
        self.sort.map(|(column, direction)| (column, direction == Direction::Down))
    }

    /// Makes the rows of a long table about the cursor, where they are not made yet.
    pub(super) fn make_rows(&mut self) {
        let Some(long) = &mut self.long else { return };
        let wanted = |room: usize| self.cursor.saturating_sub(room)..(self.cursor + room).min(self.rows.len());
        let near = wanted(NEAR);
        if !long.made.is_empty() && long.lines.start <= near.start && near.end <= long.lines.end {
            return;
        }
        long.lines = wanted(ROOM);
        let rows = &self.rows[long.lines.clone()];
        let made = Table { rows: rows.iter().map(|row| long.table.row(*row)).collect(), ..self.table.clone() };
        let shown = aligned(&made);
        for line in &shown {
            for (width, text) in self.widths.iter_mut().zip(line) {
                *width = (*width).max(format::width(text)).min(WIDEST);
            }
        }
        long.made = rows.iter().copied().zip(made.rows.into_iter().zip(shown)).collect();
    }

    /// The titles of all columns, in the order on screen, those that are hidden last, and whether each is shown.
    pub fn all_columns(&self) -> Vec<(usize, String, bool)> {
        let hidden = (0..self.table.columns.len()).filter(|column| !self.columns.contains(column));
        let title = |column: usize| self.table.columns[column].heading().join(" ");
        let shown = self.columns.iter().map(|column| (*column, title(*column), true));
        shown.chain(hidden.map(|column| (column, title(column), false))).collect()
    }

    /// Shows a column or hides it; the first one, which names the row, stays.
    pub fn toggle_column(&mut self, column: usize) {
        match self.columns.iter().position(|shown| *shown == column) {
            Some(0) => {}
            Some(at) => drop(self.columns.remove(at)),
            None => {
                // Where it stood in the table, as far as the order there is still that.
                let at = self.columns.iter().position(|shown| *shown > column).unwrap_or(self.columns.len());
                self.columns.insert(at.max(1), column);
            }
        }
        self.column = self.column.min(self.columns.len().saturating_sub(1));
    }

    /// How the table is looked at.
    pub fn look(&self) -> Look {
        let all_marked = !self.marks.is_empty() && self.marks.len() == self.len();
        let listed = !all_marked && self.marks.len() <= MOST_MARKS;
        let as_they_come = self.columns.iter().copied().eq(0..self.table.columns.len());
        Look {
            line: self.cursor,
            top: self.top,
            column: self.column,
            sort: self.sorted(),
            search: self.search.clone(),
            marks: if listed { self.marks.iter().copied().collect() } else { Vec::new() },
            all_marked,
            columns: (!as_they_come).then(|| self.columns.clone()),
        }
    }

    /// Looks at the table in that way, with its marks or those that are there; false while it has not so many columns or
    /// lines.
    pub fn look_so(&mut self, look: &Look, with_marks: bool) -> bool {
        let width = self.table.columns.len();
        let named = look.columns.iter().flatten().copied();
        if width == 0 || named.chain(look.sort.map(|(column, _)| column)).any(|column| column >= width) {
            return false;
        }
        self.columns = look.columns.clone().unwrap_or_else(|| (0..width).collect());
        self.column = look.column.min(self.columns.len().saturating_sub(1));
        self.sort = look.sort.map(|(column, down)| (column, if down { Direction::Down } else { Direction::Up }));
        self.search.clone_from(&look.search);
        self.anchor = None;
        if with_marks {
            self.set_marks(if look.all_marked { (0..self.len()).collect() } else { look.marks.clone() });
        }
        self.arrange();
        let there = look.line < self.rows.len() || look.line == 0;
        if there {
            (self.cursor, self.top) = (look.line, look.top);
            self.make_rows();
        }
        there
    }

    /// Sorts by the focused column: up, then down, then as it was.
    pub(super) fn sort_next(&mut self) {
        let Some(column) = self.column() else { return };
        self.sort = match self.sort {
            Some((c, Direction::Up)) if c == column => Some((c, Direction::Down)),
            Some((c, Direction::Down)) if c == column => None,
            _ => Some((column, Direction::Up)),
        };
        self.arrange();
    }
}
