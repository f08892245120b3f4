//! Tables as data: one value in each field, every column with a name of its own.

use super::{Block, Cell, ColumnSpec, Document, RowKind, Table, Value};

/// Which numbers an export holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Precision {
    /// All digits of the values; a cell of several numbers becomes several columns.
    #[default]
    Full,
    /// What is on the screen.
    Shown,
}

/// The name of the column that tells the heading above a row.
pub const GROUP: &str = "group";

/// A table of plain values.
#[derive(Debug, Clone, PartialEq)]
pub struct DataTable {
    /// The names of the columns, all different.
    pub columns: Vec<String>,
    /// The rows; each has as many fields as there are columns.
    pub rows: Vec<Vec<Field>>,
}

/// One value.
#[derive(Debug, Clone, PartialEq)]
pub enum Field {
    /// Nothing.
    Missing,
    /// A number, and the decimals that the screen shows of it if it shows it as such.
    Number(f64, Option<usize>),
    /// A whole number.
    Integer(i64),
    /// Text.
    Text(String),
}

/// All tables of a document, named values as tables of two columns, each with its caption.
pub(super) fn tables(document: &Document, precision: Precision) -> Vec<(String, Table)> {
    let mut heading = document.title.clone();
    let mut found = Vec::new();
    for block in &document.blocks {
        match block {
            Block::Heading(text) => heading.clone_from(text),
            Block::Table(table) => {
                found.push((table.caption.clone().unwrap_or_else(|| heading.clone()), table.clone()))
            }
            Block::KeyValues(pairs) => found.push((heading.clone(), named_values(pairs, precision))),
            _ => {}
        }
    }
    found
}

/// Named values as rows; in full precision a row for each part of a value.
fn named_values(pairs: &[(String, Cell)], precision: Precision) -> Table {
    let mut table = Table::new([ColumnSpec::left("Quantity"), ColumnSpec::left("Value")]);
    for (name, cell) in pairs {
        match (&cell.value, precision) {
            (Value::Parts(parts), Precision::Full) => {
                for (part, value) in parts {
                    table.push(vec![Cell::text(format!("{name} {part}").trim()), Cell::number(*value, "")]);
                }
            }
            _ => table.push(vec![Cell::text(name.clone()), cell.clone()]),
        }
    }
    table
}

impl DataTable {
    /// The values of `table`. With [`Precision::Full`] rows moved in under another one, a heading or not, name it in a first
    /// column [`GROUP`].
    pub fn new(table: &Table, precision: Precision) -> Self {
        match precision {
            Precision::Shown => Self::shown(table),
            Precision::Full => Self::full(table),
        }
    }

    fn shown(table: &Table) -> Self {
        let columns = table.columns.iter().map(ColumnSpec::name).collect();
        let row = |row: &super::Row| {
            let field = |column: usize| {
                let indent = if column == 0 { "  ".repeat(row.indent.into()) } else { String::new() };
                Field::Text(format!("{indent}{}", row.shown(column)))
            };
            (0..table.columns.len()).map(field).collect()
        };
        Self { columns, rows: table.rows.iter().map(row).collect() }
    }

    fn full(table: &Table) -> Self {
        let parts: Vec<Vec<&'static str>> = (0..table.columns.len()).map(|column| part_names(table, column)).collect();
        let grouped = table.rows.iter().any(|row| matches!(row.kind, RowKind::Header | RowKind::Sub));
        let mut columns: Vec<String> = if grouped { vec![GROUP.into()] } else { Vec::new() };
        for (spec, parts) in table.columns.iter().zip(&parts) {
            columns.extend(parts.iter().map(|part| format!("{} {part}", spec.name()).trim().to_owned()));
        }
        make_unique(&mut columns);
        let mut group = String::new();
        let mut rows = Vec::with_capacity(table.rows.len());
        for row in &table.rows {
            if row.kind != RowKind::Sub {
                group = row.shown(0).to_owned();
            }
            let of_group = if row.kind == RowKind::Sub { Field::Text(group.clone()) } else { Field::Missing };
            let mut fields: Vec<Field> = if grouped { vec![of_group] } else { Vec::new() };
            for (column, parts) in parts.iter().enumerate() {
                fields.extend(parts.iter().map(|part| field(row.cell(column), part)));
            }
            rows.push(fields);
        }
        Self { columns, rows }
    }
}

/// The names of the parts of the cells in `column`, in the order in which they come first; `""` alone if there are
/// none.
fn part_names(table: &Table, column: usize) -> Vec<&'static str> {
    let mut names: Vec<&'static str> = Vec::new();
    for cell in table.rows.iter().filter_map(|row| row.cell(column)) {
        let of_cell: Vec<&'static str> = match &cell.value {
            Value::Parts(parts) => parts.iter().map(|(name, _)| *name).collect(),
            Value::Missing => continue,
            _ => vec![""],
        };
        for name in of_cell {
            if !names.contains(&name) {
                names.push(name);
            }
        }
    }
    // The value itself comes before its limits even if the first row has none.
    names.sort_by_key(|name| !name.is_empty());
    if names.is_empty() { vec![""] } else { names }
}

fn field(cell: Option<&Cell>, part: &str) -> Field {
    let Some(cell) = cell else { return Field::Missing };
    match &cell.value {
        Value::Parts(parts) => {
            let found = parts.iter().find(|(name, _)| *name == part).map(|(_, value)| *value);
            found.filter(|value| !value.is_nan()).map_or(Field::Missing, |value| Field::Number(value, None))
        }
        _ if !part.is_empty() => Field::Missing,
        Value::Missing => Field::Missing,
        Value::Number(value) => Field::Number(*value, decimals(&cell.shown)),
        Value::Integer(value) => Field::Integer(*value),
        Value::Text => Field::Text(cell.shown.clone()),
    }
}

/// The decimals of a plain number such as `-0.034`; none for `<0.001` or `1.2e-5`.
fn decimals(shown: &str) -> Option<usize> {
    let digits = shown.strip_prefix('-').unwrap_or(shown);
    let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    plain.then(|| digits.split_once('.').map_or(0, |(_, decimals)| decimals.len()))
}

/// Numbers the second and later columns of the same name.
fn make_unique(columns: &mut [String]) {
    for index in 1..columns.len() {
        let earlier = &columns[..index];
        if earlier.contains(&columns[index]) {
            let numbered = (2..).map(|number| format!("{} {number}", columns[index]));
            let unique = numbered.into_iter().find(|name| !earlier.contains(name));
            if let Some(name) = unique {
                columns[index] = name;
            }
        }
    }
}
