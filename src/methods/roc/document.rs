//! Time-dependent ROC curves as a document.

use crate::document::{Block, Cell, ColumnSpec, Document, Table};
use crate::methods::contrast::Contrast;
use crate::methods::roc::figure::{RocSeries, roc};
use crate::methods::roc::{Answer, AtTime, Brier, Compared};
use crate::study::TimeUnit;
use figures::Figure;
use figures::format;

/// Curves, areas and, for a risk, Brier scores; the same for the scores that it is compared with, and the differences.
pub fn document(answer: &Answer) -> Document {
    let mut document = Document::new(format!("Time-dependent ROC curves of {}, {}", answer.score, answer.endpoint))
        .about(&answer.endpoint)
        .paragraph(format!("n = {}, {} events", format::count(answer.n), format::count(answer.events)));
    // Without any AUC there is only a diagonal to draw.
    if answer.times.iter().any(|at| at.auc.is_finite()) {
        document = document.with(Block::Figure(Box::new(figure(&answer.times, answer.unit))));
    }
    document = document.with(table(&answer.times, &answer.brier, answer.unit));
    for other in &answer.compared {
        document = document
            .heading(format!("Time-dependent ROC curves of {}", other.score))
            .with(Block::Figure(Box::new(figure(&other.times, answer.unit))))
            .with(table(&other.times, &other.brier, answer.unit))
            .heading(format!("{} less {} on the same patients", answer.score, other.score))
            .with(differences(other, answer.unit));
    }
    document.notes.clone_from(&answer.notes);
    document
}

/// The curves, one for each time.
pub fn figure(times: &[AtTime], unit: TimeUnit) -> Figure {
    let series: Vec<RocSeries> = times
        .iter()
        .filter(|a| a.auc.is_finite())
        .map(|a| {
            let auc = format::probability_ci(a.auc, a.lower, a.upper, 2);
            // Every curve begins in the corner where nobody is called positive.
            let from_corner = |rates: &[f64]| std::iter::once(0.0).chain(rates.iter().copied()).collect();
            RocSeries {
                name: format!("{} {}, AUC {auc}", format::chosen(a.time), unit.word()),
                fpr: from_corner(&a.fpr),
                tpr: from_corner(&a.tpr),
            }
        })
        .collect();
    roc(&series)
}

fn table(times: &[AtTime], brier: &[Brier], unit: TimeUnit) -> Table {
    let mut columns = vec![
        ColumnSpec::right("Time").unit(unit.word()),
        ColumnSpec::right("Cases"),
        ColumnSpec::right("Controls"),
        ColumnSpec::right("Censored before"),
        ColumnSpec::decimal("AUC (95 % CI)"),
        ColumnSpec::decimal("SE"),
        ColumnSpec::decimal("Youden's threshold").priority(1),
    ];
    if !brier.is_empty() {
        columns.extend([ColumnSpec::decimal("Brier score"), ColumnSpec::decimal("IPA")]);
    }
    let mut table = Table::new(columns);
    for (k, a) in times.iter().enumerate() {
        let mut cells = vec![
            Cell::number(a.time, format::chosen(a.time)),
            Cell::count(a.cases),
            Cell::count(a.controls),
            Cell::count(a.censored),
            Cell::probability_ci(a.auc, a.lower, a.upper, 3),
            Cell::fixed(a.se, 4),
            a.youden.map_or(Cell::missing(), |t| Cell::significant(t, 4)),
        ];
        if let Some(b) = brier.get(k) {
            cells.extend([Cell::probability_ci(b.brier, b.lower, b.upper, 3), Cell::percent(b.ipa)]);
        }
        table.push(cells);
    }
    table
}

/// The first score's AUC and Brier score less those of another.
fn differences(other: &Compared, unit: TimeUnit) -> Table {
    let mut columns = vec![
        ColumnSpec::right("Time").unit(unit.word()),
        ColumnSpec::decimal("Difference in AUC (95 % CI)"),
        ColumnSpec::decimal("p"),
    ];
    if !other.brier_difference.is_empty() {
        columns.extend([ColumnSpec::decimal("Difference in Brier score (95 % CI)"), ColumnSpec::decimal("p")]);
    }
    let cells = |d: &Contrast| [Cell::estimate_ci(d.difference, d.lower, d.upper, 3), Cell::p_value(d.p)];
    let mut table = Table::new(columns);
    for (k, at) in other.times.iter().enumerate() {
        let contrasts = other.auc_difference.get(k).into_iter().chain(other.brier_difference.get(k));
        let mut row = vec![Cell::number(at.time, format::chosen(at.time))];
        row.extend(contrasts.flat_map(cells));
        table.push(row);
    }
    table
}
