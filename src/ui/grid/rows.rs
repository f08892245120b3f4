//! Which rows a table shows, and in which order.

use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;

use regex::Regex;

use super::{Direction, Grid, WIDEST, aligned_column};
use crate::document::{ColumnSpec, LongTable, SortKey, Table, loose_patterns, patterns};
use crate::session::{Look, MOST_MARKS};
use figures::format;

/// Rows of a long table that are looked at before and behind the cursor's, and how near their end it may come.
const ROOM: usize = 512;
const NEAR: usize = 256;

/// A table of which the columns in sight are made for the rows about the cursor.
#[derive(Clone)]
pub(super) struct Long {
    pub(super) table: Arc<dyn LongTable>,
    /// How its columns are set.
    specs: Vec<ColumnSpec>,
    /// The lines that are looked at, their rows, and where each of these stands among them.
    lines: Range<usize>,
    rows: Vec<usize>,
    places: HashMap<usize, usize>,
    /// The columns of these rows, each made when it is first looked at.
    columns: Vec<OnceCell<Made>>,
}

/// A column of the rows about the cursor.
#[derive(Clone)]
pub(super) struct Made {
    shown: Vec<String>,
    pub(super) width: usize,
}

impl std::fmt::Debug for Long {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} rows, of which {:?} are looked at", self.table.len(), self.lines)
    }
}

impl Long {
    fn new(table: Arc<dyn LongTable>, specs: Vec<ColumnSpec>) -> Self {
        Self { table, specs, lines: 0..0, rows: Vec::new(), places: HashMap::new(), columns: Vec::new() }
    }

    /// Looks at these lines and rows.
    fn look_at(&mut self, lines: Range<usize>, rows: &[usize]) {
        self.lines = lines;
        self.rows = rows.to_vec();
        self.places = rows.iter().enumerate().map(|(place, row)| (*row, place)).collect();
        self.columns = vec![OnceCell::new(); self.specs.len()];
    }

    /// A column of the rows that are looked at.
    pub(super) fn made(&self, column: usize) -> &Made {
        static NOTHING: Made = Made { shown: Vec::new(), width: 0 };
        let made = || {
            let cells = self.rows.iter().map(|row| self.table.cell(*row, column).shown).collect();
            let shown = aligned_column(&self.specs[column], cells);
            Made { width: shown.iter().map(|text| format::width(text)).max().unwrap_or(0), shown }
        };
        self.columns.get(column).map_or(&NOTHING, |kept| kept.get_or_init(made))
    }

    pub(super) fn shown(&self, row: usize, column: usize) -> &str {
        let place = self.places.get(&row);
        place.and_then(|place| self.made(column).shown.get(*place)).map_or("", String::as_str)
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
        // The same table in another order has the same columns.
        if !self.long.as_ref().is_some_and(|long| Arc::ptr_eq(&long.table, &table)) {
            let columns = Table::new(table.columns());
            self.take_columns(&columns);
            self.shown = Vec::new();
            self.marks.retain(|row| *row < table.len());
            self.long = Some(Long::new(table, columns.columns.clone()));
            self.table = columns;
        }
        self.forget_rows();
        self.show(rows.iter().map(|row| *row as usize).collect());
        self.make_rows();
    }

    /// The column that the table is sorted by, and whether the largest stands first.
    pub fn sorted(&self) -> Option<(usize, bool)> {
        self.sort.map(|(column, direction)| (column, direction == Direction::Down))
    }

    /// What was made of a long table is of rows that may be elsewhere now.
    fn forget_rows(&mut self) {
        // A column does not become narrower by rows that are out of sight.
        let Some(long) = &mut self.long else { return };
        for (width, made) in self.widths.iter_mut().zip(&long.columns) {
            *width = (*width).max(made.get().map_or(0, |made| made.width)).min(WIDEST);
        }
        long.lines = 0..0;
        long.rows.clear();
        long.places.clear();
        long.columns.clear();
    }

    /// Looks at the rows of a long table about the cursor, where they are not looked at yet.
    pub(super) fn make_rows(&mut self) {
        let Some(long) = &self.long else { return };
        let wanted = |room: usize| self.cursor.saturating_sub(room)..(self.cursor + room).min(self.rows.len());
        let (near, lines) = (wanted(NEAR), wanted(ROOM));
        if !long.rows.is_empty() && long.lines.start <= near.start && near.end <= long.lines.end {
            return;
        }
        self.forget_rows();
        if let Some(long) = &mut self.long {
            long.look_at(lines.clone(), &self.rows[lines]);
        }
    }

    /// The titles of all columns, in the order on screen, those that are hidden last, and whether each is shown.
    pub fn all_columns(&self) -> Vec<(usize, String, bool)> {
        let on_screen: HashSet<usize> = self.columns.iter().copied().collect();
        let hidden = (0..self.table.columns.len()).filter(|column| !on_screen.contains(column));
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
