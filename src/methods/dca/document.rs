//! Decision curves as a document.

use crate::document::{Block, Cell, ColumnSpec, Document, Table};
use crate::methods::dca::figure::{NetBenefit, decision_curve};
use crate::methods::dca::{ALL, Answer, NONE};
use figures::Figure;
use figures::format;

/// Curves and net benefits.
pub fn document(answer: &Answer) -> Document {
    let when = format!("{} {}", format::chosen(answer.time), answer.unit.word());
    let mut document = Document::new(format!("Decision curves at {when}, {}", answer.endpoint))
        .paragraph(format!("n = {}, {} events", format::count(answer.n), format::count(answer.events)))
        .with(Block::Figure(Box::new(figure(answer))))
        .with(table(answer));
    document.notes.clone_from(&answer.notes);
    document
}

/// Net benefit over the threshold.
pub fn figure(answer: &Answer) -> Figure {
    let rules: Vec<NetBenefit> = answer
        .curves
        .iter()
        .filter(|c| c.name != NONE)
        .map(|c| NetBenefit { name: name(&c.name).to_owned(), net_benefit: c.net_benefit.clone() })
        .collect();
    decision_curve(&answer.thresholds, &rules)
}

fn name(curve: &str) -> &str {
    match curve {
        ALL => "Treat all",
        NONE => "Treat none",
        other => other,
    }
}

/// One row a threshold; with many, every fifth is enough to read.
fn table(answer: &Answer) -> Table {
    let mut columns = vec![ColumnSpec::right("Threshold")];
    columns.extend(answer.curves.iter().filter(|c| c.name != NONE).map(|c| ColumnSpec::decimal(name(&c.name))));
    let mut table = Table::new(columns);
    let step = if answer.thresholds.len() > 40 { 5 } else { 1 };
    // 0.01, 0.02 .. : the fifth is the first round one.
    for k in (step - 1..answer.thresholds.len()).step_by(step) {
        let p = answer.thresholds[k];
        let mut cells = vec![Cell::number(p, format::percent(p, 0))];
        let curves = answer.curves.iter().filter(|c| c.name != NONE);
        cells.extend(curves.map(|c| Cell::fixed(c.net_benefit[k], 4)));
        table.push(cells);
    }
    table.caption("Net benefit")
}

/// The sentence for a paper.
pub const METHODS: &str = "Decision curves show the net benefit of acting on predicted risks over thresholds, the probability \
     of the event among those at or above the threshold by Kaplan-Meier.";
