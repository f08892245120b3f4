//! Painting a table: heading, the rows in sight, a frozen first column, as many others as there is room for.

use std::borrow::Cow;
use std::collections::HashSet;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Modifier;

use super::{Direction, Grid};
use crate::document::{Align, RowKind};
use crate::theme::{Role, Theme};
use figures::format::{self, Glyphs};

/// Cells between columns.
const GAP: usize = 2;
/// The first column is not made narrower for the others' sake than this.
const LEAST_FIRST: usize = 20;
/// Words are cut to no fewer cells than these.
const MOST_CUT: usize = 12;
/// No number with its limits is wider.
const WIDEST_NUMBER: usize = 30;
/// Rows at which it is looked what a column holds.
const MOST_SEEN: usize = 60;
/// Of more rows than these it is not looked at whether shorter names tell them apart.
const MOST_TOLD_APART: usize = 200;
/// Cells left of the first column, for marks.
const MARGIN: usize = 1;

/// What of a table is under a cell of the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Under {
    /// The heading of a column, by its place among those shown.
    Heading(usize),
    /// A line and a column.
    Row(usize, usize),
}

/// Where one column stands on the screen.
struct Slot {
    column: usize,
    x: u16,
    width: usize,
}

impl Grid {
    /// Rows of data that fit into `area`.
    pub fn page(&self, area: Rect) -> usize {
        usize::from(area.height).saturating_sub(self.heading_lines)
    }

    /// Forgets where it was painted.
    pub fn unsee(&self) {
        self.seen.set(None);
    }

    /// The lines of its headings, and the rows that are in sight in `area`, from top to bottom.
    pub fn in_sight(&self, area: Rect) -> (u16, Vec<usize>) {
        let page = self.page(area);
        let rows = self.rows.iter().skip(self.top_for(page.max(1))).take(page).copied().collect();
        (self.heading_lines as u16, rows)
    }

    /// What was painted under a cell of the screen.
    pub fn under(&self, x: u16, y: u16) -> Option<Under> {
        let area = self.seen.get().filter(|area| area.contains((x, y).into()))?;
        let slots = self.slots(usize::from(area.width));
        let slot = slots.iter().rev().find(|slot| area.x + slot.x <= x).or(slots.first())?;
        let column = self.columns.iter().position(|column| *column == slot.column)?;
        let Some(line) = usize::from(y - area.y).checked_sub(self.heading_lines) else {
            return Some(Under::Heading(column));
        };
        let line = self.top_for(self.page(area).max(1)) + line;
        (line < self.rows.len()).then_some(Under::Row(line, column))
    }

    /// Puts the cursor on a column among those shown.
    pub fn go_to_column(&mut self, column: usize) {
        self.column = column.min(self.columns.len().saturating_sub(1));
    }

    /// Paints the table into `area`; `focused` shows the cursor.
    pub fn view(&self, theme: &Theme, focused: bool, area: Rect, buf: &mut Buffer) {
        if area.is_empty() || self.table.columns.is_empty() {
            return;
        }
        self.plain.set(theme.glyphs() == Glyphs::Ascii);
        if focused {
            self.seen.set(Some(area));
        }
        let slots = self.slots(usize::from(area.width));
        self.view_heading(&slots, theme, focused, area, buf);
        let page = self.page(area);
        let top = self.top_for(page.max(1));
        for line in 0..page.min(self.rows.len() - top.min(self.rows.len())) {
            let y = area.y + (self.heading_lines + line) as u16;
            let strip = Rect::new(area.x, y, area.width, 1);
            self.view_row(top + line, &slots, theme, focused, strip, buf);
        }
        if self.rows.is_empty() && page > 0 {
            let said = if self.search.is_empty() { "no rows" } else { "no row contains the text searched for" };
            let y = area.y + self.heading_lines as u16;
            buf.set_stringn(area.x + 1, y, said, usize::from(area.width) - 1, theme.style(Role::Dim));
        }
    }

    /// The columns that fit: the first always; while all do not fit, those of high priority number go first; then the
    /// rest scroll so that the focused one is in sight. However many columns there are, only those in sight are looked at.
    fn slots(&self, width: usize) -> Vec<Slot> {
        let kept = self.kept(width);
        let Some((&first, rest)) = kept.split_first() else { return Vec::new() };
        let first_width = self.first_width(first, rest, width.saturating_sub(MARGIN));
        let room = width.saturating_sub(MARGIN + first_width);
        let focus = match &kept {
            Cow::Borrowed(_) => self.column.saturating_sub(1),
            Cow::Owned(_) => rest.iter().position(|c| Some(*c) == self.column()).unwrap_or(0),
        };
        let mut slots = vec![Slot { column: first, x: MARGIN as u16, width: first_width }];
        let mut x = MARGIN + first_width + GAP;
        for &column in rest.get(self.leftmost(rest, focus, room)..).unwrap_or_default() {
            let available = width.saturating_sub(x);
            if available < self.least_width(column) && slots.len() > 1 {
                break;
            }
            slots.push(Slot { column, x: x as u16, width: self.width(column).min(available) });
            x += self.width(column) + GAP;
        }
        slots
    }

    /// The columns but those that are left out because all do not fit; the focused one stays.
    fn kept(&self, width: usize) -> Cow<'_, [usize]> {
        if self.optional.is_empty() {
            return Cow::Borrowed(&self.columns);
        }
        let mut total = MARGIN + self.columns.iter().map(|c| self.width(*c) + GAP).sum::<usize>();
        let (focused, first) = (self.column(), self.columns.first().copied());
        let mut out = HashSet::new();
        for column in self.optional.iter().filter(|c| self.columns.contains(c)) {
            if total <= width + GAP {
                break;
            }
            if Some(*column) != focused && Some(*column) != first {
                out.insert(*column);
                total -= self.width(*column) + GAP;
            }
        }
        Cow::Owned(self.columns.iter().copied().filter(|column| !out.contains(column)).collect())
    }

    /// The first of the columns behind the frozen one that is shown: as few are passed by as bring the focused one in sight.
    fn leftmost(&self, rest: &[usize], focus: usize, room: usize) -> usize {
        let mut used = 0;
        let before = (0..=focus).rev().take_while(|at| {
            used += rest.get(*at).map_or(0, |column| self.width(*column) + GAP);
            used <= room
        });
        before.last().unwrap_or(focus)
    }

    /// Cells that a column needs to be shown at all: what is cut of words can be guessed, not so of numbers. The place of the
    /// mark of a sorted column can be spared.
    fn least_width(&self, column: usize) -> usize {
        let is_number = |text: &str| text.trim_start().starts_with(|c: char| c.is_ascii_digit() || "-<>+".contains(c));
        let seen = || self.rows.iter().skip(self.top).take(MOST_SEEN).map(|row| self.shown(*row, column));
        let (cells, numbers) = seen()
            .filter(|text| !text.trim().is_empty())
            .fold((0, 0), |(cells, numbers), text| (cells + 1, numbers + usize::from(is_number(text))));
        let is_left = self.table.columns[column].align == Align::Left;
        if is_left && (2 * numbers < cells.max(1) || self.width(column) > WIDEST_NUMBER) {
            return self.width(column).min(MOST_CUT);
        }
        let heading = self.table.columns[column].heading();
        seen().chain(heading.iter().map(String::as_str)).map(format::width).max().unwrap_or(0)
    }

    /// The width of the first column: narrower where another column has room then, as long as names of rows can still be told
    /// apart.
    fn first_width(&self, first: usize, rest: &[usize], width: usize) -> usize {
        let whole = self.width(first).min(width.max(1));
        // What the first columns of the rest need, one after the other; the place of the mark of a sorted column can be
        // spared.
        let needs = rest.iter().scan(0, |used, column| {
            *used += self.width(*column) + GAP;
            Some(*used - 1)
        });
        let needs: Vec<usize> = std::iter::once(0).chain(needs.take_while(|needs| *needs <= width)).collect();
        let fitting = |first: usize| needs.iter().rposition(|needs| first + needs <= width).unwrap_or(0);
        let more = fitting(LEAST_FIRST.min(whole));
        if more <= fitting(whole) || self.rows.len() > MOST_TOLD_APART {
            return whole;
        }
        let narrow = width - needs[more];
        let mut names: Vec<(String, &str)> = Vec::new();
        for row in &self.rows {
            let name = self.shown(*row, first);
            names.push((format::shorten(name, narrow, Glyphs::Utf8), name));
        }
        names.sort();
        names.dedup();
        let told_apart = names.windows(2).all(|pair| pair[0].0 != pair[1].0);
        if told_apart { narrow } else { whole }
    }

    fn view_heading(&self, slots: &[Slot], theme: &Theme, focused: bool, area: Rect, buf: &mut Buffer) {
        let lines = self.heading_lines;
        for slot in slots {
            let spec = &self.table.columns[slot.column];
            let heading = spec.heading();
            for (i, text) in heading.iter().enumerate() {
                let line = lines - heading.len() + i;
                if line >= usize::from(area.height) {
                    return;
                }
                let last = i + 1 == heading.len();
                let text =
                    if last { format!("{text}{}", self.arrow(slot.column, theme.glyphs())) } else { text.clone() };
                let align = if spec.align == Align::Decimal { Align::Right } else { spec.align };
                let text = set(&text, align, slot.width, theme.glyphs());
                let mut style = theme.style(Role::Title).add_modifier(Modifier::BOLD);
                if focused && self.column() == Some(slot.column) && last {
                    style = style.add_modifier(Modifier::UNDERLINED);
                }
                buf.set_stringn(area.x + slot.x, area.y + line as u16, text, slot.width, style);
            }
        }
    }

    fn arrow(&self, column: usize, glyphs: Glyphs) -> &'static str {
        match (self.sort, glyphs) {
            (Some((c, Direction::Up)), Glyphs::Utf8) if c == column => "▲",
            (Some((c, Direction::Down)), Glyphs::Utf8) if c == column => "▼",
            (Some((c, Direction::Up)), Glyphs::Ascii) if c == column => "^",
            (Some((c, Direction::Down)), Glyphs::Ascii) if c == column => "v",
            _ => "",
        }
    }

    fn view_row(&self, line: usize, slots: &[Slot], theme: &Theme, focused: bool, strip: Rect, buf: &mut Buffer) {
        let row = self.rows[line];
        let selected = focused && line == self.cursor;
        let mut style = match self.table.rows.get(row).map(|row| row.kind) {
            Some(RowKind::Header | RowKind::Total) => theme.style(Role::Text).add_modifier(Modifier::BOLD),
            _ => theme.style(Role::Text),
        };
        if selected {
            style = style.patch(theme.style(Role::Selection));
            buf.set_style(strip, style);
        }
        let in_range = self.anchor.is_some_and(|a| (a.min(self.cursor)..=a.max(self.cursor)).contains(&line));
        if self.marks.contains(&row) || in_range {
            let mark = if theme.glyphs() == Glyphs::Utf8 { "•" } else { "*" };
            let marked = if selected { style } else { theme.style(Role::Accent) };
            buf.set_stringn(strip.x, strip.y, mark, 1, marked);
        }
        for slot in slots {
            let text = self.shown(row, slot.column);
            if text.is_empty() {
                continue;
            }
            let spec = &self.table.columns[slot.column];
            let text = set(text, spec.align, slot.width, theme.glyphs());
            buf.set_stringn(strip.x + slot.x, strip.y, text, slot.width, style);
        }
    }
}

/// `text` as it stands in a column of `width`.
fn set(text: &str, align: Align, width: usize, glyphs: Glyphs) -> String {
    let text = format::shorten(&glyphs.text(text), width, glyphs);
    match align {
        Align::Left => text,
        // Decimal cells are aligned already and only move to the right edge as a block.
        Align::Right | Align::Decimal => format::pad_left(&text, width),
        Align::Centre => {
            let free = width.saturating_sub(format::width(&text));
            format!("{}{text}", " ".repeat(free / 2))
        }
    }
}
