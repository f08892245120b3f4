//! Decision curves as a document.

use crate::document::{Block, Cell, ColumnSpec, Document, Table};
use crate::methods::dca::figure::{NetBenefit, decision_curve, differences};
use crate::methods::dca::{ALL, Answer, Gain, NONE};
use figures::Figure;
use figures::format;

/// Curves and net benefits.
pub fn document(answer: &Answer) -> Document {
    let when = when(answer);
    let of = answer.cohort.as_ref().map(|cohort| format!(", {cohort}")).unwrap_or_default();
    let mut document = Document::new(format!("Decision curves at {when}, {}{of}", answer.endpoint))
        .about(&answer.endpoint)
        .paragraph(answer.status.words(&when))
        .with(Block::Figure(Box::new(figure(answer))))
        .with(table(answer));
    if !answer.differences.is_empty() {
        document = document
            .heading("Differences in net benefit")
            .with(Block::Figure(Box::new(gains_figure(answer))))
            .with(gains_table(answer))
            .paragraph(format!(
                "Limits are percentiles of {} bootstrap samples of these patients; the models were not fitted anew.",
                format::count(answer.bootstraps)
            ));
    }
    document.notes.clone_from(&answer.notes);
    document
}

/// The time by which the event counts: `36 months`.
pub fn when(answer: &Answer) -> String {
    format!("{} {}", format::chosen(answer.time), answer.unit.word())
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
        cells.extend(curves.map(|c| match (c.lower.get(k), c.upper.get(k)) {
            (Some(lower), Some(upper)) => Cell::estimate_ci(c.net_benefit[k], *lower, *upper, 3),
            _ => Cell::fixed(c.net_benefit[k], 4),
        }));
        table.push(cells);
    }
    table.caption("Net benefit")
}

/// What the last rule gains over each before it, over the threshold.
pub fn gains_figure(answer: &Answer) -> Figure {
    let gains: Vec<(String, &Gain)> =
        answer.differences.iter().map(|gain| (format!("{} less {}", gain.model, gain.reference), gain)).collect();
    differences(&answer.thresholds, &gains, figure(answer))
}

fn gains_table(answer: &Answer) -> Table {
    let mut columns = vec![ColumnSpec::right("Threshold")];
    let title = |gain: &Gain| ColumnSpec::decimal(format!("{} less {}", gain.model, gain.reference));
    columns.extend(answer.differences.iter().map(title));
    let mut table = Table::new(columns);
    let step = if answer.thresholds.len() > 40 { 5 } else { 1 };
    for k in (step - 1..answer.thresholds.len()).step_by(step) {
        let p = answer.thresholds[k];
        let gains = answer.differences.iter();
        let cells = gains.map(|gain| Cell::estimate_ci(gain.net_benefit[k], gain.lower[k], gain.upper[k], 3));
        table.push(std::iter::once(Cell::number(p, format::percent(p, 0))).chain(cells).collect::<Vec<_>>());
    }
    table.caption("Differences in net benefit (95 % limits)")
}

/// The sentence for a paper.
pub const METHODS: &str = "Decision curves show the net benefit of acting on predicted risks over thresholds, the probability \
     of the event among those at or above the threshold by Kaplan-Meier.";

/// The sentences of curves that have limits.
pub const METHODS_WITH_LIMITS: &str = "Decision curves show the net benefit of acting on predicted risks over thresholds, the \
     probability of the event among those at or above the threshold by Kaplan-Meier. Limits of net benefits and of their \
     differences are percentiles of bootstrap samples of the patients, the models as they are.";
