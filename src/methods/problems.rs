//! Problems of a study as a table.

use tables::problem::{self, Problem};

use crate::document::{Cell, ColumnSpec, Document, Table};

/// Summary and table.
pub fn document(problems: &[Problem]) -> Document {
    Document::new("Problems").paragraph(problem::summary(problems)).with(table(problems))
}

/// One row per problem; more than three alike are one.
pub fn table(problems: &[Problem]) -> Table {
    let mut table = Table::new([
        ColumnSpec::left("Severity"),
        ColumnSpec::left("Where"),
        ColumnSpec::left("What"),
        ColumnSpec::left("What to do"),
    ]);
    for p in &problem::gathered(problems) {
        table.push([
            Cell::text(p.severity.to_string()),
            Cell::text(p.place.to_string()),
            Cell::text(p.message.clone()),
            Cell::text(p.remedy.clone().unwrap_or_default()),
        ]);
    }
    table
}
