//! Bootstrap validation as a document.

use crate::document::{Cell, ColumnSpec, Document, Table};
use crate::methods::optimism::{Answer, Measure, Measures, Spec};
use crate::study::TimeUnit;
use figures::format;

/// Each model's measures in training, their optimism, and what is left.
pub fn document(answer: &Answer) -> Document {
    let mut document = Document::new(format!("Bootstrap validation, {}", answer.label))
        .about(&answer.label)
        .paragraph(summary(answer))
        .with(table(answer));
    document.notes.clone_from(&answer.notes);
    document
}

/// `Models fitted again to 200 bootstrap samples of development (seed 1)`.
pub fn summary(answer: &Answer) -> String {
    format!(
        "Models fitted again to {} bootstrap samples of {} (seed {})",
        answer.bootstraps, answer.training, answer.seed
    )
}

/// A model's row, then one for each measure.
pub fn table(answer: &Answer) -> Table {
    let holds_score = answer.models.iter().any(|m| m.measures.holds_score);
    let [optimism, less] = heads(holds_score);
    let mut table = Table::new([
        ColumnSpec::left("Model, measure"),
        ColumnSpec::right("n").priority(2),
        ColumnSpec::right("Events").priority(1),
        ColumnSpec::decimal("Apparent"),
        ColumnSpec::decimal(optimism),
        ColumnSpec::decimal(less),
    ]);
    for m in &answer.models {
        table.push_header([Cell::text(m.label.clone()), Cell::count(m.n), Cell::count(m.events)]);
        for (name, measure) in named(&m.measures, answer.unit) {
            let [apparent, optimism, corrected] = cells(measure);
            table.push_sub([Cell::text(name), Cell::empty(), Cell::empty(), apparent, optimism, corrected]);
        }
    }
    table
}

/// The model of each row of [`table`].
pub fn models_of_rows(answer: &Answer) -> Vec<String> {
    let rows = |m: &crate::methods::optimism::OfModel| 1 + named(&m.measures, answer.unit).len();
    answer.models.iter().flat_map(|m| std::iter::repeat_n(m.model.clone(), rows(m))).collect()
}

/// How optimism and the rest are headed: where a selection came before, samples that refit coefficients alone correct
/// nothing.
fn heads(holds_score: bool) -> [&'static str; 2] {
    if holds_score { ["Of coefficients alone", "Less that"] } else { ["Optimism", "Corrected"] }
}

/// The measures of one model.
pub fn measures_table(measures: &Measures, unit: TimeUnit) -> Table {
    let [optimism, less] = heads(measures.holds_score);
    let mut table = Table::new([
        ColumnSpec::left("Measure"),
        ColumnSpec::decimal("Apparent"),
        ColumnSpec::decimal(optimism),
        ColumnSpec::decimal(less),
    ]);
    for (name, measure) in named(measures, unit) {
        let [apparent, optimism, corrected] = cells(measure);
        table.push([Cell::text(name), apparent, optimism, corrected]);
    }
    table
}

fn named(measures: &Measures, unit: TimeUnit) -> Vec<(String, Measure)> {
    let mut all = vec![("Harrell's C".to_owned(), measures.c), ("Calibration slope".to_owned(), measures.slope)];
    let brier = |time: f64| format!("Brier score, {} {}", format::chosen(time), unit.word());
    all.extend(measures.brier.iter().map(|at| (brier(at.time), at.measure)));
    all
}

fn cells(of: Measure) -> [Cell; 3] {
    [Cell::fixed(of.apparent, 3), Cell::fixed(of.optimism, 4), Cell::fixed(of.corrected, 3)]
}

/// The sentence for a paper.
pub fn methods(spec: &Spec) -> String {
    format!(
        "Optimism was estimated by fitting each model to {} bootstrap samples of the training cohort (seed {}) and taken \
         off the apparent C-index, calibration slope and Brier score.",
        spec.bootstraps, spec.seed
    )
}
