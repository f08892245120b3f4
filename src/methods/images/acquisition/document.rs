//! How images were taken, as a supplementary table.

use super::{Answer, Row, Summary};
use crate::document::{Cell, ColumnSpec, Document, Table};
use figures::format;

/// A table for each sequence: a row a parameter, a column a centre.
pub fn document(answer: &Answer) -> Document {
    let mut document = Document::new("Acquisition parameters");
    for table in tables(answer) {
        let sequence = table.caption.clone().unwrap_or_default();
        document = document.heading(sequence).with(Table { caption: None, ..table });
    }
    if answer.rows.is_empty() {
        document = document.paragraph("No image says how it was taken.");
    }
    Document { notes: answer.notes.clone(), ..document }
}

/// The same, each under its sequence.
pub fn tables(answer: &Answer) -> impl Iterator<Item = Table> {
    answer.sequences.iter().filter_map(|sequence| of_sequence(answer, sequence))
}

fn of_sequence(answer: &Answer, sequence: &str) -> Option<Table> {
    let rows: Vec<&Row> = answer.rows.iter().filter(|row| row.sequence == sequence).collect();
    if rows.is_empty() {
        return None;
    }
    let mut columns = vec![ColumnSpec::left("Parameter")];
    let images = |centre: &String| rows.iter().filter(|row| row.centre == *centre).map(|row| row.n).max().unwrap_or(0);
    columns.extend(answer.centres.iter().map(|centre| ColumnSpec::left(format!("{centre} (n = {})", images(centre)))));
    let mut table = Table::new(columns).caption(sequence);
    for of_one in rows.chunk_by(|a, b| a.parameter == b.parameter) {
        let unit = if of_one[0].unit.is_empty() { String::new() } else { format!(", {}", of_one[0].unit) };
        let mut cells = vec![Cell::text(format!("{}{unit}", of_one[0].parameter))];
        cells.extend(answer.centres.iter().map(|centre| match of_one.iter().find(|row| row.centre == *centre) {
            Some(row) => Cell::text(shown(row)),
            None => Cell::missing(),
        }));
        table.push(cells);
    }
    Some(table)
}

/// `3 (12), 1.5 (4)`, `4.5 (2.1 to 8)`, with the images that do not tell it.
fn shown(row: &Row) -> String {
    let values = match &row.summary {
        Summary::Range { median, min, max } => {
            let [median, min, max] = [median, min, max].map(|x| format::significant(*x, 4));
            format!("{median} ({min} to {max})")
        }
        Summary::Levels(levels) if levels.len() == 1 => levels[0].0.clone(),
        Summary::Levels(levels) => {
            levels.iter().map(|(level, n)| format!("{level} ({n})")).collect::<Vec<_>>().join(", ")
        }
    };
    if row.missing > 0 { format!("{values}; not told {}", row.missing) } else { values }
}
