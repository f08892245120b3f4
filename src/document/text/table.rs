//! A table as aligned text: a rule under the heading and above totals, two blanks between columns, nothing else.

use super::{TextStyle, wrap};
use crate::document::{Align, RowKind, Table};
use figures::format::{align_decimal, pad_left, pad_right, shorten, width};

const GAP: usize = 2;
/// The narrowest that a column is cut to before the table is let run over.
const NARROWEST: usize = 6;

/// One column, ready to print: every text padded to the same width.
struct Column {
    title: String,
    heading: Vec<String>,
    cells: Vec<String>,
    align: Align,
    priority: u8,
    width: usize,
}

/// `table` as text. Columns that do not fit are left out by priority and named below it; when the rest is still too
/// wide, columns of text are shortened.
pub fn render(table: &Table, style: TextStyle) -> String {
    let mut columns: Vec<Column> = (0..table.columns.len()).map(|index| set_column(table, index, style)).collect();
    let left_out = style.width.map(|room| fit(&mut columns, room, style)).unwrap_or_default();

    let mut out =
        table.caption.as_ref().map(|text| wrap(&style.glyphs.text(text), style.measure(), "")).unwrap_or_default();
    if columns.is_empty() {
        return out;
    }
    let total = total_width(&columns);
    let rule = format!("{}\n", style.glyphs.pick("─", "-").repeat(total));
    for line in heading_lines(&columns) {
        out.push_str(&line);
    }
    out.push_str(&rule);
    for (index, row) in table.rows.iter().enumerate() {
        let follows_data = index > 0 && table.rows[index - 1].kind != RowKind::Total;
        if row.kind == RowKind::Total && follows_data {
            out.push_str(&rule);
        }
        out.push_str(&join(columns.iter().map(|column| column.cells[index].as_str())));
    }
    if !left_out.is_empty() {
        let text = format!("(no room for: {})", left_out.join(", "));
        out.push_str(&wrap(&text, style.measure(), ""));
    }
    out
}

fn set_column(table: &Table, index: usize, style: TextStyle) -> Column {
    let spec = &table.columns[index];
    let indented = |row: &crate::document::Row| {
        let indent = if index == 0 { "  ".repeat(row.indent.into()) } else { String::new() };
        format!("{indent}{}", style.glyphs.text(row.shown(index)).replace('\n', " "))
    };
    let mut cells: Vec<String> = table.rows.iter().map(indented).collect();
    if spec.align == Align::Decimal {
        cells = align_decimal(&cells);
    }
    let heading: Vec<String> = spec.heading().iter().map(|line| style.glyphs.text(line).into_owned()).collect();
    let widest = cells.iter().chain(&heading).map(|text| width(text)).max().unwrap_or(0);
    let mut column = Column {
        title: style.glyphs.text(&spec.name()).into_owned(),
        heading,
        cells,
        align: spec.align,
        priority: spec.priority,
        width: widest,
    };
    column.pad();
    column
}

impl Column {
    fn pad(&mut self) {
        let (columns, align) = (self.width, self.align);
        for cell in &mut self.cells {
            *cell = pad(cell, columns, align);
        }
        for line in &mut self.heading {
            *line = pad(line, columns, align);
        }
    }

    fn cut(&mut self, columns: usize, style: TextStyle) {
        for text in self.cells.iter_mut().chain(&mut self.heading) {
            *text = shorten(text.trim_end(), columns, style.glyphs);
        }
        self.width = columns;
        self.pad();
    }
}

fn pad(text: &str, columns: usize, align: Align) -> String {
    match align {
        Align::Left => pad_right(text, columns),
        Align::Right => pad_left(text, columns),
        Align::Centre | Align::Decimal => {
            let left = columns.saturating_sub(width(text)) / 2;
            pad_right(&format!("{}{text}", " ".repeat(left)), columns)
        }
    }
}

/// Leaves out, then shortens columns until they fit into `room`; the titles of those left out.
fn fit(columns: &mut Vec<Column>, room: usize, style: TextStyle) -> Vec<String> {
    let mut left_out = Vec::new();
    while total_width(columns) > room {
        let lowest = columns.iter().enumerate().filter(|(_, c)| c.priority > 0).max_by_key(|(at, c)| (c.priority, *at));
        let Some(at) = lowest.map(|(at, _)| at) else { break };
        left_out.insert(0, columns.remove(at).title);
    }
    for at in 0..columns.len() {
        let excess = total_width(columns).saturating_sub(room);
        let column = &mut columns[at];
        if excess > 0 && column.align == Align::Left && column.width > NARROWEST {
            column.cut(column.width.saturating_sub(excess).max(NARROWEST), style);
        }
    }
    left_out
}

fn total_width(columns: &[Column]) -> usize {
    columns.iter().map(|column| column.width).sum::<usize>() + GAP * columns.len().saturating_sub(1)
}

/// The headings, set at the bottom of the tallest.
fn heading_lines(columns: &[Column]) -> Vec<String> {
    let height = columns.iter().map(|column| column.heading.len()).max().unwrap_or(0);
    let line = |at: usize| {
        join(columns.iter().map(|column| {
            let missing = height - column.heading.len();
            if at < missing { " ".repeat(column.width) } else { column.heading[at - missing].clone() }
        }))
    };
    (0..height).map(line).collect()
}

fn join<S: AsRef<str>>(cells: impl Iterator<Item = S>) -> String {
    let mut line = String::new();
    for (at, cell) in cells.enumerate() {
        if at > 0 {
            line.push_str(&" ".repeat(GAP));
        }
        line.push_str(cell.as_ref());
    }
    format!("{}\n", line.trim_end())
}
