//! The effect in subgroups as a table and a forest.

use super::{p, ratio};
use crate::document::{Block, Cell, ColumnSpec, Document, Table};
use crate::methods::cox::Term;
use crate::methods::cox::subgroups::{Answer, Interaction, Level, Subgroup};
use figures::format;
use figures::{Axis, Figure, Forest, ForestRow, ForestRowKind};

/// Forest and table.
pub fn document(answer: &Answer) -> Document {
    let mut document = Document::new(format!("{} in subgroups, {}", answer.label, answer.endpoint))
        .about(&answer.endpoint)
        .paragraph(summary(answer))
        .with(Block::Figure(Box::new(forest(answer))))
        .with(table(answer));
    document.notes.clone_from(&answer.notes);
    document
}

/// `Hazard ratio of Rad-score, adjusted for Age; n = 149, 54 events; Efron ties`.
pub fn summary(answer: &Answer) -> String {
    let adjusted = match answer.adjusted.as_slice() {
        [] => String::new(),
        some => format!(", adjusted for {}", some.join(", ")),
    };
    let dropped = if answer.n_dropped > 0 { format!(", {} left out", answer.n_dropped) } else { String::new() };
    format!(
        "Hazard ratio of {}{adjusted}; n = {}, {} events{dropped}; {} ties{}",
        effect(answer),
        format::count(answer.n),
        format::count(answer.events),
        super::author(answer.ties),
        answer.described.words()
    )
}

/// What a coefficient is of, where the effect has several; what all are held against stands in the [`summary`].
fn contrast<'t>(terms: &[Term], term: &'t Term) -> &'t str {
    if terms.len() > 1 { term.level.as_deref().unwrap_or_default() } else { "" }
}

fn joined(level: &str, contrast: &str) -> String {
    if contrast.is_empty() { level.to_owned() } else { format!("{level}: {contrast}") }
}

/// A level under the name of what divides, which need not be said again: `≤ 54` under `Age`.
fn level_of<'l>(subgroup: &Subgroup, level: &'l Level) -> &'l str {
    let rest = level.level.strip_prefix(&subgroup.label).and_then(|rest| rest.strip_prefix(' '));
    rest.filter(|rest| rest.starts_with(['≤', '>'])).unwrap_or(&level.level)
}

/// `Age`, `Sex: female against male`, or `Tumour size against <=20` where the effect has several coefficients.
fn effect(answer: &Answer) -> String {
    match answer.overall.as_slice() {
        [term] => super::named(&answer.label, term),
        [Term { reference: Some(reference), .. }, ..] => format!("{} against {reference}", answer.label),
        _ => answer.label.clone(),
    }
}

/// Everybody, then the levels under the name of what divides, with the test of interaction.
pub fn table(answer: &Answer) -> Table {
    let mut table = Table::new([
        ColumnSpec::left("Subgroup"),
        ColumnSpec::right("n"),
        ColumnSpec::right("Events"),
        ColumnSpec::decimal("HR (95 % CI)"),
        ColumnSpec::decimal("p"),
        ColumnSpec::right("Chi-square (df)").group("Interaction").priority(1),
        ColumnSpec::decimal("p").group("Interaction"),
    ]);
    for term in &answer.overall {
        let name = joined("All patients", contrast(&answer.overall, term));
        table.push([
            Cell::text(name),
            Cell::count(answer.n),
            Cell::count(answer.events),
            ratio(term),
            p(term),
            Cell::empty(),
            Cell::empty(),
        ]);
    }
    for subgroup in &answer.subgroups {
        let [statistic, tested] = interaction(subgroup.interaction.as_ref());
        let empty = [(); 4].map(|()| Cell::empty());
        let cells = [Cell::text(subgroup.label.clone())].into_iter().chain(empty).chain([statistic, tested]);
        table.push_header(cells.collect::<Vec<_>>());
        for level in &subgroup.levels {
            for cells in level_rows(level_of(subgroup, level), level) {
                table.push_sub(cells);
            }
        }
    }
    table
}

/// The variable of each row of [`table`]: that whose effect it is for everybody, then what divides.
pub fn variables_of_rows(answer: &Answer) -> Vec<String> {
    let rows = |subgroup: &Subgroup| 1 + subgroup.levels.iter().map(|level| level.terms.len().max(1)).sum::<usize>();
    let divides = answer.subgroups.iter().flat_map(|of| std::iter::repeat_n(of.variable.clone(), rows(of)));
    std::iter::repeat_n(answer.effect.clone(), answer.overall.len()).chain(divides).collect()
}

fn interaction(test: Option<&Interaction>) -> [Cell; 2] {
    let Some(test) = test else { return [Cell::missing(), Cell::missing()] };
    let parts = [("", test.statistic), ("df", test.df as f64)];
    let shown = format!("{} ({})", format::fixed(test.statistic, 2), test.df);
    [Cell::parts(parts, shown), Cell::p_value(test.p)]
}

fn level_rows(name: &str, level: &Level) -> Vec<Vec<Cell>> {
    let counts = |name: String| vec![Cell::text(name), Cell::count(level.n), Cell::count(level.events)];
    if level.terms.is_empty() {
        let mut cells = counts(name.to_owned());
        cells.extend([Cell::missing(), Cell::missing()]);
        return vec![cells];
    }
    let row = |term: &Term| {
        let mut cells = counts(joined(name, contrast(&level.terms, term)));
        cells.extend([ratio(term), p(term)]);
        cells
    };
    level.terms.iter().map(row).collect()
}

/// The hazard ratios under one another, with the p of interaction beside the name of what divides.
pub fn forest(answer: &Answer) -> Figure {
    let counts = |n: usize, events: usize| format!("{} / {}", format::count(n), format::count(events));
    let estimate = |term: &Term| [term.hr, term.lower, term.upper].map(|x| x.unwrap_or(f64::NAN));
    let row = |label: String, term: &Term, n: String, kind: ForestRowKind, indent: u8| ForestRow {
        label,
        indent,
        kind,
        n,
        estimate: estimate(term),
        shown: format::ratio_ci(estimate(term)[0], estimate(term)[1], estimate(term)[2]),
        p: String::new(),
    };
    let mut rows: Vec<ForestRow> = answer
        .overall
        .iter()
        .map(|term| {
            let name = joined("All patients", contrast(&answer.overall, term));
            row(name, term, counts(answer.n, answer.events), ForestRowKind::Summary, 0)
        })
        .collect();
    for subgroup in &answer.subgroups {
        rows.push(header(subgroup));
        for level in &subgroup.levels {
            let (n, name) = (counts(level.n, level.events), level_of(subgroup, level));
            if level.terms.is_empty() {
                let shown = format::MISSING.to_owned();
                let label = name.to_owned();
                let kind = ForestRowKind::Estimate;
                rows.push(ForestRow { label, indent: 1, kind, n: n.clone(), shown, ..ForestRow::header("") });
            }
            rows.extend(level.terms.iter().map(|term| {
                row(joined(name, contrast(&level.terms, term)), term, n.clone(), ForestRowKind::Estimate, 1)
            }));
        }
    }
    let forest = Forest {
        axis: Axis::log(format!("Hazard ratio of {}", effect(answer))),
        neutral: 1.0,
        directions: None,
        headings: ["Subgroup", "n / events", "HR (95 % CI)", "p interaction"].map(str::to_owned),
        rows,
        selected: None,
    };
    Figure::new("", forest)
}

fn header(subgroup: &Subgroup) -> ForestRow {
    let p = subgroup.interaction.map_or_else(|| format::MISSING.to_owned(), |test| format::p_value(test.p));
    ForestRow { p, ..ForestRow::header(subgroup.label.clone()) }
}
