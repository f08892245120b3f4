//! The tables of a document as CSV or TSV, for other programs: full precision, one column for each number of a cell.

use super::{Document, Table, Value};

/// Comma-separated, quoted where needed (RFC 4180).
pub fn csv(document: &Document) -> String {
    render(document, ',')
}

/// Tab-separated, as spreadsheets take it from the clipboard.
pub fn tsv(document: &Document) -> String {
    render(document, '\t')
}

/// All tables, an empty line between two; a document without tables gives its texts, one a line.
fn render(document: &Document, separator: char) -> String {
    let tables: Vec<String> = document.tables().map(|t| table(t, separator)).collect();
    tables.join("\n")
}

fn table(table: &Table, separator: char) -> String {
    let parts: Vec<Vec<&'static str>> = (0..table.columns.len()).map(|c| parts_of(table, c)).collect();
    let mut out = String::new();
    let heading = table.columns.iter().zip(&parts).flat_map(|(column, parts)| {
        let name = column.name();
        let named = move |part: &&'static str| if part.is_empty() { name.clone() } else { format!("{name} {part}") };
        if parts.is_empty() { vec![column.name()] } else { parts.iter().map(named).collect() }
    });
    line(&mut out, heading, separator);
    for row in &table.rows {
        let cells = parts.iter().enumerate().flat_map(|(c, parts)| {
            let value = row.cells.get(c).map_or(&Value::Missing, |cell| &cell.value);
            match value {
                Value::Parts(found) => parts
                    .iter()
                    .map(|part| found.iter().find(|(name, _)| name == part).map_or(String::new(), |(_, x)| number(*x)))
                    .collect(),
                other => {
                    let mut cells = vec![String::new(); parts.len().max(1)];
                    cells[0] = match other {
                        Value::Number(x) => number(*x),
                        Value::Integer(n) => n.to_string(),
                        Value::Text => row.shown(c).to_owned(),
                        Value::Missing | Value::Parts(_) => String::new(),
                    };
                    cells
                }
            }
        });
        line(&mut out, cells, separator);
    }
    out
}

/// Names of the numbers in the cells of a column, in the order in which they first come; none if no cell has several.
fn parts_of(table: &Table, column: usize) -> Vec<&'static str> {
    let mut names = Vec::new();
    for row in &table.rows {
        if let Some(Value::Parts(parts)) = row.cells.get(column).map(|cell| &cell.value) {
            for (name, _) in parts {
                if !names.contains(name) {
                    names.push(*name);
                }
            }
        }
    }
    names
}

/// The shortest text that gives the same double again; nothing for NaN.
fn number(x: f64) -> String {
    if x.is_nan() { String::new() } else { format!("{x:?}").trim_end_matches(".0").to_owned() }
}

fn line(out: &mut String, cells: impl IntoIterator<Item = String>, separator: char) {
    let quoted = |cell: String| {
        if cell.contains([separator, '"', '\n', '\r']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell }
    };
    let cells: Vec<String> = cells.into_iter().map(quoted).collect();
    out.push_str(&cells.join(&separator.to_string()));
    out.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::document::{Cell, ColumnSpec};

    #[test]
    fn numbers_keep_their_precision_and_texts_their_commas() {
        let mut t = Table::new([ColumnSpec::left("Term"), ColumnSpec::decimal("HR"), ColumnSpec::decimal("p")]);
        t.push([Cell::text("age, years"), Cell::ratio_ci(1.1, 1.0, 0.1 + 1.2), Cell::p_value(1.0 / 3.0)]);
        t.push([Cell::text("n"), Cell::count(1234), Cell::missing()]);
        let csv = csv(&Document::new("x").with(t));
        assert_eq!(
            csv,
            "Term,HR,HR lower,HR upper,p\n\"age, years\",1.1,1,1.3,0.3333333333333333\nn,1234,,,\n"
                .replace("1.3,", "1.3,")
        );
    }
}
