//! The screen of all features against the outcome, one at a time: volcano plot and the features in order of p.

use super::{Answer, Feature};
use crate::document::{Cell, ColumnSpec, Document, Table};
use crate::methods::features::figure::volcano;
use crate::methods::features::short_image;
use figures::Figure;
use figures::format;

/// The share of false findings among the discoveries that is accepted (Benjamini and Hochberg).
pub const FALSE_DISCOVERIES: f64 = 0.05;

/// The features with a hazard ratio, by ascending p; their places among all features.
pub fn order(answer: &Answer) -> Vec<usize> {
    let mut order: Vec<usize> = (0..answer.features.len()).filter(|&i| answer.features[i].p.is_finite()).collect();
    order.sort_by(|&a, &b| answer.features[a].p.total_cmp(&answer.features[b].p));
    order
}

fn is_found(feature: &Feature) -> bool {
    feature.q < FALSE_DISCOVERIES
}

/// `37 of 5,064 features at a false discovery rate of 5 %; 412 with p < 0.05, where chance alone gives 253`.
pub fn summary(answer: &Answer) -> String {
    let screened: Vec<&Feature> = answer.features.iter().filter(|f| f.p.is_finite()).collect();
    let found = screened.iter().filter(|f| is_found(f)).count();
    let nominal = screened.iter().filter(|f| f.p < 0.05).count();
    let training = match answer.training {
        Some((n, events)) => format!("; training n = {}, {} events", format::count(n), format::count(events)),
        None => String::new(),
    };
    format!(
        "{} of {} features at a false discovery rate of 5 % (Benjamini-Hochberg); {} with p < 0.05, where chance alone \
         gives {}{training}",
        format::count(found),
        format::count(screened.len()),
        format::count(nominal),
        format::count((0.05 * screened.len() as f64).round() as usize)
    )
}

/// Log hazard ratio for a standard deviation more against the p-value of every feature.
pub fn figure(answer: &Answer) -> Figure {
    let point = |f: &Feature| {
        let at = &f.column;
        let name = format!("{} {} {} {}", at.sequence, short_image(&at.image), at.class, at.feature);
        (name.trim().to_owned(), f.hr.ln(), f.p)
    };
    let points: Vec<_> = order(answer).into_iter().map(|i| point(&answer.features[i])).collect();
    let threshold = answer.features.iter().filter(|f| is_found(f)).map(|f| f.p).reduce(f64::max);
    volcano(&points, threshold)
}

/// One row a feature, by ascending p.
pub fn table(answer: &Answer) -> Table {
    let mut table = Table::new([
        ColumnSpec::decimal("HR per SD"),
        ColumnSpec::decimal("p").priority(1),
        ColumnSpec::decimal("q"),
        ColumnSpec::left("Seq"),
        ColumnSpec::left("Image"),
        ColumnSpec::left("Class"),
        ColumnSpec::left("Feature"),
        ColumnSpec::decimal("C").priority(2),
        ColumnSpec::left("Kept").priority(3),
        ColumnSpec::left("Column").priority(4),
    ]);
    for i in order(answer) {
        let f = &answer.features[i];
        table.push([
            Cell::number(f.hr, format::ratio(f.hr)),
            Cell::p_value(f.p),
            Cell::p_value(f.q),
            Cell::text(f.column.sequence.clone()),
            Cell::text(short_image(&f.column.image)),
            Cell::text(f.column.class.clone()),
            Cell::text(f.column.feature.clone()),
            Cell::fixed(f.c, 3),
            f.kept.map_or_else(Cell::missing, |kept| Cell::text(if kept { "yes" } else { "no" })),
            Cell::text(f.column.name.clone()),
        ]);
    }
    table
}

/// Summary, plot and table.
pub fn document(answer: &Answer) -> Document {
    let document = Document::new("Screen of single features").paragraph(summary(answer));
    Document { notes: answer.notes.clone(), ..document.with(figure(answer)).with(table(answer)) }
}

/// The sentence for a methods section.
pub fn methods(answer: &Answer) -> String {
    let screened = answer.features.iter().filter(|f| f.p.is_finite()).count();
    format!(
        "Each of {} features, standardized in the training cohort, was held against the outcome by univariable Cox \
         regression (Wald test); p-values were adjusted for the false discovery rate by Benjamini and Hochberg's method.",
        format::count(screened)
    )
}
