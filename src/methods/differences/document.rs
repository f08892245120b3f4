//! What tells two runs apart, as tables.

use super::{Answer, Change};
use crate::document::{Cell, ColumnSpec, Document, Table};
use figures::format;

/// Settings, inputs, patients, numbers, files; only those that differ.
pub fn document(answer: &Answer) -> Document {
    let mut document = Document::new(format!("{} and {}", answer.a, answer.b));
    if answer.same {
        return document.paragraph("They are the same.");
    }
    if !answer.settings.is_empty() {
        let mut table =
            Table::new([ColumnSpec::left("Setting"), ColumnSpec::left("First"), ColumnSpec::left("Second")]);
        for one in &answer.settings {
            table.push([Cell::text(one.key.clone()), Cell::text(one.a.to_string()), Cell::text(one.b.to_string())]);
        }
        document = document.heading("Settings").with(table);
    }
    if !answer.inputs.is_empty() {
        document = document.heading("Inputs").with(changes(&answer.inputs));
    }
    let patients = &answer.patients;
    if patients.n_a != patients.n_b || !patients.only_a.is_empty() || !patients.only_b.is_empty() {
        let count = |n: Option<u64>| n.map_or_else(|| format::MISSING.to_owned(), |n| format::count(n as usize));
        let alone = |ids: &[String]| if ids.is_empty() { "nobody".to_owned() } else { ids.join(", ") };
        document = document.heading("Patients").paragraph(format!(
            "{} and {}; in the first alone: {}; in the second alone: {}.",
            count(patients.n_a),
            count(patients.n_b),
            alone(&patients.only_a),
            alone(&patients.only_b)
        ));
    }
    if !answer.numbers.is_empty() {
        document = document.heading("Numbers").with(numbers(answer));
    }
    if !answer.files.is_empty() {
        document = document.heading("Files").with(changes(&answer.files));
    }
    document
}

fn changes(all: &[Change]) -> Table {
    let mut table = Table::new([ColumnSpec::left("File"), ColumnSpec::left("Change")]);
    for one in all {
        let words = match one.change {
            "only_a" => "in the first alone",
            "only_b" => "in the second alone",
            other => other,
        };
        table.push([Cell::text(one.path.clone()), Cell::text(words)]);
    }
    table
}

fn numbers(answer: &Answer) -> Table {
    let mut table = Table::new([
        ColumnSpec::left("Table"),
        ColumnSpec::right("Compared"),
        ColumnSpec::right("Differ"),
        ColumnSpec::right("Largest"),
        ColumnSpec::right("Rows of one alone").priority(2),
        ColumnSpec::left("First difference"),
    ]);
    for of in &answer.numbers {
        let first = of.differences.first().map(|one| {
            let place = if one.column.is_empty() { one.row.clone() } else { format!("{}, {}", one.row, one.column) };
            format!("{place}: {} and {}", format::significant(one.a, 6), format::significant(one.b, 6))
        });
        table.push([
            Cell::text(of.file.clone()),
            Cell::count(of.compared),
            Cell::count(of.differing),
            Cell::percent(of.largest),
            Cell::count(of.rows),
            first.map_or_else(Cell::empty, Cell::text),
        ]);
    }
    table
}
