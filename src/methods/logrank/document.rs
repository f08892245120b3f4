//! The log-rank test as a document.

use crate::document::{Cell, ColumnSpec, Document, Table};
use crate::methods::logrank::Answer;
use figures::format;

/// Observed and expected events by group, and the test.
pub fn document(answer: &Answer) -> Document {
    let mut document = Document::new(format!("{} by {}", answer.endpoint, answer.by))
        .about(&answer.endpoint)
        .with(table(answer))
        .paragraph(test(answer));
    document.notes.clone_from(&answer.notes);
    document
}

fn table(answer: &Answer) -> Table {
    let mut table = Table::new([
        ColumnSpec::left("Group"),
        ColumnSpec::right("n"),
        ColumnSpec::decimal("Observed"),
        ColumnSpec::decimal("Expected"),
        ColumnSpec::decimal("Observed/expected"),
    ]);
    for g in &answer.groups {
        let whole = g.observed.fract() == 0.0;
        table.push([
            Cell::text(g.label.clone()),
            Cell::count(g.n),
            Cell::fixed(g.observed, if whole { 0 } else { 2 }),
            Cell::fixed(g.expected, 2),
            Cell::fixed(g.observed / g.expected, 2),
        ]);
    }
    table
}

/// `Log-rank test within strata of sex: chi-square 10.33 on 1 df, p = 0.001`.
fn test(answer: &Answer) -> String {
    let name = match answer.rho {
        0.0 => "Log-rank test".to_owned(),
        1.0 => "Peto-Peto test".to_owned(),
        rho => format!("G-rho test with rho {}", format::significant(rho, 3)),
    };
    let trend = if answer.trend { " for trend" } else { "" };
    let strata = match answer.strata.as_slice() {
        [] => String::new(),
        columns => format!(" within strata of {}", columns.join(" and ")),
    };
    let chi_square = format::fixed(answer.statistic, 2);
    format!("{name}{trend}{strata}: chi-square {chi_square} on {} df, {}", answer.df, format::p_equation(answer.p))
}
