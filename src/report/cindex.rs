//! A concordance as a document.

use super::document::{Cell, ColumnSpec, Document, Table};
use crate::analysis::cindex::Answer;
use crate::format;

/// One row.
pub fn document(answer: &Answer) -> Document {
    let c = &answer.concordance;
    let until = c.tau.map_or(String::new(), |tau| format!(" up to {}", format::chosen(tau)));
    let direction = if answer.higher_is_better { "longer survival" } else { "higher risk" };
    let mut table = Table::new([
        ColumnSpec::left("Score"),
        ColumnSpec::right("n"),
        ColumnSpec::right("Events"),
        ColumnSpec::decimal("C (95 % CI)"),
        ColumnSpec::decimal("SE"),
        ColumnSpec::right("Concordant").priority(1),
        ColumnSpec::right("Discordant").priority(1),
        ColumnSpec::right("Tied score").priority(2),
        ColumnSpec::right("Tied time").priority(2),
    ]);
    let pairs = |x: f64| if x.fract() == 0.0 { Cell::count(x as usize) } else { Cell::significant(x, 6) };
    table.push([
        Cell::text(answer.score.clone()),
        Cell::count(c.n),
        Cell::count(c.events),
        Cell::probability_ci(c.c, c.lower, c.upper, 3),
        Cell::fixed(c.se, 4),
        pairs(c.concordant),
        pairs(c.discordant),
        pairs(c.tied_risk),
        pairs(c.tied_time + c.tied_both),
    ]);
    let mut document = Document::new(format!("{}{until}, {}", c.method.words(), answer.endpoint))
        .paragraph(format!("A higher {} means {direction}", answer.score))
        .with(table);
    document.notes.clone_from(&answer.notes);
    document
}
