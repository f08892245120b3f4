//! Reclassification as a document.

use crate::document::{Cell, ColumnSpec, Document, Table};
use crate::methods::reclassification::{Answer, Limited};
use figures::format;

/// Summary and table; what is said against the method travels with it.
pub fn document(answer: &Answer) -> Document {
    let mut document = Document::new(format!("Reclassification, {}", answer.label))
        .about(&answer.label)
        .paragraph(summary(answer))
        .with(table(answer));
    document.notes.clone_from(&answer.notes);
    document
}

/// `Combined against the other models: net reclassification of any change of risk; limits from 200 bootstrap samples`.
pub fn summary(answer: &Answer) -> String {
    let kind = match answer.cuts.as_slice() {
        [] => "any change of risk counts".to_owned(),
        cuts => format!("categories cut at {}", cuts.iter().map(|c| format::chosen(*c)).collect::<Vec<_>>().join(", ")),
    };
    format!(
        "Net reclassification (NRI) and integrated discrimination (IDI) of {} against the others; {kind}; limits from {} \
         bootstrap samples",
        answer.new, answer.bootstraps
    )
}

/// Under each cohort and old model, a row a time.
pub fn table(answer: &Answer) -> Table {
    let mut table = Table::new([
        ColumnSpec::left("Cohort, against"),
        ColumnSpec::right("Time").unit(answer.unit.word()),
        ColumnSpec::right("Up/down").priority(1),
        ColumnSpec::decimal("NRI (95 % CI)"),
        ColumnSpec::decimal("NRI of events").priority(2),
        ColumnSpec::decimal("NRI of others").priority(3),
        ColumnSpec::decimal("IDI (95 % CI)"),
    ]);
    let mut last: Option<&str> = None;
    for c in &answer.comparisons {
        if last != Some(&c.cohort) {
            table.push_header([Cell::text(format!("{}, n = {}", c.cohort, format::count(c.n)))]);
            last = Some(&c.cohort);
        }
        let moved = [("up", c.up as f64), ("down", c.down as f64)];
        table.push_sub([
            Cell::text(c.old.clone()),
            Cell::number(c.time, format::chosen(c.time)),
            Cell::parts(moved, format!("{}/{}", format::count(c.up), format::count(c.down))),
            limited(c.nri),
            limited(c.nri_events),
            limited(c.nri_nonevents),
            limited(c.idi),
        ]);
    }
    table
}

/// The model of each row of [`table`]: the new one for a cohort, then the old ones.
pub fn models_of_rows(answer: &Answer) -> Vec<String> {
    let mut models = Vec::new();
    let mut last: Option<&str> = None;
    for c in &answer.comparisons {
        if last != Some(&c.cohort) {
            models.push(answer.new.clone());
            last = Some(&c.cohort);
        }
        models.push(c.old.clone());
    }
    models
}

fn limited(of: Limited) -> Cell {
    Cell::estimate_ci(of.value, of.lower, of.upper, 2)
}

/// The sentence for a methods section.
pub fn methods(answer: &Answer) -> String {
    format!(
        "The model {} was held against the others by the net reclassification improvement (Kaplan-Meier in those moved) \
         and the integrated discrimination improvement, with percentile limits from {} bootstrap samples; both measures \
         are contested and are given beside the differences in AUC and Brier score.",
        answer.new, answer.bootstraps
    )
}
