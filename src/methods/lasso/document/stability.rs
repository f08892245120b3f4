//! How often candidates are selected, as a document.

use crate::document::{Block, Cell, ColumnSpec, Document, Table};
use crate::methods::distribution::bars;
use crate::methods::features::Column;
use crate::methods::lasso::stability::{Answer, Term};
use figures::format;
use figures::{Body, Figure, Reference};

/// Summary, figure and table.
pub fn document(answer: &Answer) -> Document {
    let mut document = Document::new("Stability of the selection")
        .paragraph(summary(answer))
        .with(Block::Figure(Box::new(figure(answer))))
        .with(table(answer));
    document.notes.clone_from(&answer.notes);
    document
}

/// `100 halves of training (n = 81, 31 events), the first 10 of 4,120 candidates to enter; 2 stable at 75 %, ..`.
pub fn summary(answer: &Answer) -> String {
    let cohort = answer.training.as_ref().map(|t| format!(" of {t}")).unwrap_or_default();
    let stable = answer.terms.iter().filter(|t| t.stable).count();
    format!(
        "{} halves{cohort} (n = {}, {} events), the first {} of {} candidates to enter: {} in at least {}; at most {} of \
         these by chance",
        format::count(answer.halves),
        format::count(answer.n),
        format::count(answer.events),
        answer.most,
        format::count(answer.candidates),
        format::count(stable),
        format::percent(answer.threshold, 0),
        format::fixed(answer.expected_false, 2)
    )
}

/// The most frequent candidates as bars.
pub fn figure(answer: &Answer) -> Figure {
    let bar = |t: &Term| {
        let chosen = if t.selected { " selected" } else { "" };
        (Column::called(&t.term).label(), t.entered, format!("{}{chosen}", format::percent(t.entered, 0)))
    };
    let shown: Vec<_> = answer.terms.iter().take(SHOWN).map(bar).collect();
    let mut figure = bars("Share of halves", &shown);
    if let Body::Chart(chart) = &mut figure.body {
        chart.references.push(Reference::vertical(answer.threshold, "stable"));
    }
    figure
}

/// Bars in the figure.
const SHOWN: usize = 20;

/// One row a candidate.
pub fn table(answer: &Answer) -> Table {
    let mut table = Table::new([
        ColumnSpec::left("Candidate"),
        ColumnSpec::right("Entered"),
        ColumnSpec::right("At lambda").priority(1),
        ColumnSpec::left("Stable"),
        ColumnSpec::left("Selected"),
    ]);
    let yes = |is: bool| Cell::text(if is { "yes" } else { "" });
    for Term { term, entered, at_lambda, stable, selected } in &answer.terms {
        let share = |x: f64| Cell::number(x, format::percent(x, 0));
        table.push([Cell::text(term.clone()), share(*entered), share(*at_lambda), yes(*stable), yes(*selected)]);
    }
    table
}

/// The sentence for a methods section.
pub fn methods(answer: &Answer) -> String {
    format!(
        "The stability of the selection was judged in {} complementary halves of the patients (events halved as well): a \
         candidate was stable if it was among the first {} to enter the path in at least {} of them, which bounds the \
         expected number of false selections by {} (Meinshausen and Bühlmann 2010; Shah and Samworth 2013).",
        format::count(answer.halves),
        answer.most,
        format::percent(answer.threshold, 0),
        format::fixed(answer.expected_false, 2)
    )
}
