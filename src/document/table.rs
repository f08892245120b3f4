//! Tables: columns that know how to be set, rows that know what they are.

use super::Cell;

/// Rows and columns under an optional caption.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Table {
    /// What the table holds, above it.
    pub caption: Option<String>,
    /// The columns from left to right.
    pub columns: Vec<ColumnSpec>,
    /// The rows from top to bottom; one with fewer cells than columns is filled up with empty ones.
    pub rows: Vec<Row>,
}

/// How a column is headed, set and, where room is short, left out.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ColumnSpec {
    /// The heading; a line break starts a second line (`Training\nn = 81`).
    pub title: String,
    /// Where the cells stand in the column.
    pub align: Align,
    /// The unit, shown behind the title in brackets.
    pub unit: Option<String>,
    /// A heading over this column and its neighbours of the same group: `Univariable`.
    pub group: Option<String>,
    /// 0 is never left out; of the others those with the highest number go first.
    pub priority: u8,
}

/// Where cells stand in their column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Align {
    /// At the left edge: text.
    #[default]
    Left,
    /// At the right edge: counts.
    Right,
    /// In the middle.
    Centre,
    /// Decimal points of the first numbers under each other: estimates, p-values.
    Decimal,
}

/// One row.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Row {
    /// The cells from left to right.
    pub cells: Vec<Cell>,
    /// What the row is.
    pub kind: RowKind,
    /// Levels by which the first cell is moved in.
    pub indent: u8,
}

/// What a row is, for those who set it in bold or under a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RowKind {
    /// Data.
    #[default]
    Plain,
    /// The heading of the rows below it, such as the name of a factor.
    Header,
    /// One of the rows under a header, such as a level.
    Sub,
    /// A sum or overall result of the rows above it.
    Total,
}

impl Table {
    /// A table without rows.
    pub fn new(columns: impl Into<Vec<ColumnSpec>>) -> Self {
        Self { caption: None, columns: columns.into(), rows: Vec::new() }
    }

    /// Under `caption`.
    #[must_use]
    pub fn caption(mut self, caption: impl Into<String>) -> Self {
        self.caption = Some(caption.into());
        self
    }

    /// Adds a row of data.
    pub fn push(&mut self, cells: impl Into<Vec<Cell>>) {
        self.rows.push(Row { cells: cells.into(), ..Row::default() });
    }

    /// Adds the heading of the rows that follow.
    pub fn push_header(&mut self, cells: impl Into<Vec<Cell>>) {
        self.rows.push(Row { cells: cells.into(), kind: RowKind::Header, indent: 0 });
    }

    /// Adds a row under the last heading, moved in by one level.
    pub fn push_sub(&mut self, cells: impl Into<Vec<Cell>>) {
        self.rows.push(Row { cells: cells.into(), kind: RowKind::Sub, indent: 1 });
    }

    /// Adds a row with a sum or overall result.
    pub fn push_total(&mut self, cells: impl Into<Vec<Cell>>) {
        self.rows.push(Row { cells: cells.into(), kind: RowKind::Total, indent: 0 });
    }
}

impl ColumnSpec {
    /// A column of text.
    pub fn left(title: impl Into<String>) -> Self {
        Self { title: title.into(), ..Self::default() }
    }

    /// A column of counts.
    pub fn right(title: impl Into<String>) -> Self {
        Self { align: Align::Right, ..Self::left(title) }
    }

    /// A column with its cells in the middle.
    pub fn centre(title: impl Into<String>) -> Self {
        Self { align: Align::Centre, ..Self::left(title) }
    }

    /// A column of numbers, decimal points under each other.
    pub fn decimal(title: impl Into<String>) -> Self {
        Self { align: Align::Decimal, ..Self::left(title) }
    }

    /// In `unit`.
    #[must_use]
    pub fn unit(mut self, unit: impl Into<String>) -> Self {
        self.unit = Some(unit.into());
        self
    }

    /// Left out where room is short: the higher, the sooner.
    #[must_use]
    pub fn priority(mut self, priority: u8) -> Self {
        self.priority = priority;
        self
    }

    /// Under a heading that it shares with its neighbours.
    #[must_use]
    pub fn group(mut self, group: impl Into<String>) -> Self {
        self.group = Some(group.into());
        self
    }

    /// The group, then title and unit, as they head the column line by line.
    pub fn heading(&self) -> Vec<String> {
        self.group.iter().cloned().chain(self.title_lines()).collect()
    }

    /// Title and unit line by line, without the group.
    pub fn title_lines(&self) -> Vec<String> {
        let mut lines: Vec<String> = self.title.split('\n').map(str::to_owned).collect();
        if let (Some(unit), Some(last)) = (&self.unit, lines.last_mut()) {
            *last = format!("{last} ({unit})");
        }
        lines
    }

    /// Title and unit on one line, as data files name the column.
    pub fn name(&self) -> String {
        self.heading().join(" ")
    }
}

impl Row {
    /// The cell in `column`; `None` beyond the last.
    pub fn cell(&self, column: usize) -> Option<&Cell> {
        self.cells.get(column)
    }

    /// What is shown in `column`, nothing beyond the last cell.
    pub fn shown(&self, column: usize) -> &str {
        self.cell(column).map_or("", |cell| cell.shown.as_str())
    }
}
