//! A cut-off as a document.

use crate::document::{Block, Cell, ColumnSpec, Document, Table};
use crate::methods::cutpoint::figure::cut_point;
use crate::methods::cutpoint::{Answer, Side, Spec};
use crate::methods::km;
use figures::Figure;
use figures::format;

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
        .about(&answer.endpoint)
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

/// `Cut-off of NLR: 3.0; largest standardized log-rank statistic 3.21 of 66 cut-offs; p = 0.021 (Lausen), ..`.
pub fn summary(answer: &Answer, permuted: Option<f64>) -> String {
    let permuted = permuted.map(|p| format!(", {} by permutation", format::p_equation(p))).unwrap_or_default();
    format!(
        "Cut-off of {}: {}; n = {}, {} events; largest standardized log-rank statistic {} of {} cut-offs, {} (Lausen \
         and Schumacher){permuted}",
        answer.label,
        format::chosen_to(answer.cutpoint, 4),
        format::count(answer.n),
        format::count(answer.low.events + answer.high.events),
        format::fixed(answer.statistic, 2),
        format::count(answer.profile.cut.len()),
        format::p_equation(answer.p),
    )
}

/// Both sides of a cut-off in every cohort, two rows a cohort. The first cohort, where the cut-off was found, has no
/// log-rank p: it would not account for the search.
pub fn sides_table(cohorts: &[(&str, &km::Answer)]) -> Table {
    let mut table = Table::new([
        ColumnSpec::left("Cohort"),
        ColumnSpec::left("Group"),
        ColumnSpec::right("n"),
        ColumnSpec::right("Events"),
        ColumnSpec::left("Median (95 % CI)").priority(1),
        ColumnSpec::decimal("HR (95 % CI)"),
        ColumnSpec::decimal("Log-rank p"),
    ]);
    for (k, (cohort, answer)) in cohorts.iter().enumerate() {
        let decimals = km::document::time_decimals(answer);
        for (i, group) in answer.groups.iter().enumerate() {
            let is_last = i + 1 == answer.groups.len();
            let ratio = answer.hazard_ratio.filter(|_| i > 0);
            let p = answer.logrank.filter(|_| is_last && i > 0).map(|t| t.p);
            table.push([
                Cell::text(if i == 0 { *cohort } else { "" }),
                Cell::text(group.label.clone()),
                Cell::count(group.n),
                Cell::count(group.events),
                km::document::median(group, decimals),
                ratio.map_or(Cell::empty(), |r| Cell::ratio_ci(r.hr, r.lower, r.upper)),
                match p {
                    Some(_) if k == 0 => Cell::text("see above"),
                    Some(p) => Cell::p_value(p),
                    None => Cell::empty(),
                },
            ]);
        }
    }
    table
}

/// The search in the first cohort, and the cut-off carried unchanged to all.
pub fn carried(answer: &Answer, permuted: Option<f64>, cohorts: &[(&str, &km::Answer)]) -> Document {
    let mut document = Document::new(format!("Cut-off of {}, {}", answer.label, answer.endpoint))
        .about(&answer.endpoint)
        .paragraph(summary(answer, permuted))
        .with(Block::Figure(Box::new(figure(answer))))
        .with(sides_table(cohorts));
    for (cohort, curves) in cohorts {
        let figure = Figure { title: (*cohort).to_owned(), ..km::document::figure(curves) };
        document = document.with(Block::Figure(Box::new(figure)));
    }
    document.notes.clone_from(&answer.notes);
    document
}

/// The statistic at every cut-off.
pub fn figure(answer: &Answer) -> Figure {
    cut_point(&answer.label, &answer.profile.cut, &answer.profile.statistic, answer.cutpoint, None)
}

/// The sentence for a paper: what was found by the search `spec`.
pub fn methods(found: &Answer, spec: &Spec) -> String {
    format!(
        "The cut-off of {} was chosen by the largest standardized log-rank statistic in the {} cohort, each group holding \
         at least {:.0} % of the patients; the p-value accounts for the search (Lausen and Schumacher 1992; {} \
         permutations). The cut-off was applied to the other cohorts unchanged.",
        found.label,
        spec.on.cohort.as_deref().unwrap_or("whole"),
        100.0 * spec.minprop,
        format::count(spec.draws)
    )
}
