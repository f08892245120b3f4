//! A cut-off as a document.

use super::document::{Block, Cell, ColumnSpec, Document, Table};
use crate::analysis::cutpoint::{Answer, Side};
use crate::format;
use crate::plot::Figure;
use crate::plot::figures::cut_point;

/// The profile, the test and the two groups.
pub fn document(answer: &Answer) -> Document {
    let at = format::chosen(answer.cutpoint);
    let mut table = Table::new([ColumnSpec::left("Group"), ColumnSpec::right("n"), ColumnSpec::right("Events")]);
    let mut row = |name: String, side: Side| {
        table.push([Cell::text(name), Cell::count(side.n), Cell::count(side.events)]);
    };
    row(format!("{} ≤ {at}", answer.label), answer.low);
    row(format!("{} > {at}", answer.label), answer.high);
    let mut document = Document::new(format!("Cut-off of {}, {}", answer.label, answer.endpoint))
        .paragraph(format!(
            "Largest standardized log-rank statistic {} at {at}, {} ({}, {} cut-offs tried)",
            format::fixed(answer.statistic, 3),
            format::p_equation(answer.p),
            answer.method,
            answer.profile.cut.len()
        ))
        .with(Block::Figure(Box::new(figure(answer))))
        .with(table);
    document.notes.clone_from(&answer.notes);
    document
}

/// The statistic at every cut-off.
pub fn figure(answer: &Answer) -> Figure {
    cut_point(&answer.label, &answer.profile.cut, &answer.profile.statistic, answer.cutpoint, None)
}
