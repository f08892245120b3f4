//! Models of competing causes as a document: one forest and one table of both kinds of hazard ratio.

use crate::document::{Block, Cell, ColumnSpec, Document, Table};
use crate::methods::cox::Term;
use crate::methods::cox::causes::{Answer, OfCause};
use figures::format;
use figures::{Figure, Forest, ForestRow};

/// Summary, forest and table.
pub fn document(answer: &Answer) -> Document {
    let mut document = Document::new(format!("Competing causes, {}", answer.label))
        .about(&answer.label)
        .paragraph(summary(answer))
        .with(Block::Figure(Box::new(forest(answer))))
        .with(table(answer));
    document.notes.clone_from(&answer.notes);
    document
}

/// `Fine-Gray and cause-specific models; n = 149: recurrence 57 events, death 9 events`.
pub fn summary(answer: &Answer) -> String {
    let causes: Vec<String> =
        answer.causes.iter().map(|c| format!("{} {} events", c.cause, format::count(c.events))).collect();
    format!("Fine-Gray and cause-specific models; n = {}: {}", format::count(answer.n), causes.join(", "))
}

/// Under each cause, each term with the ratio of subdistribution hazards and that of cause-specific hazards.
pub fn forest(answer: &Answer) -> Figure {
    let row = |label: String, term: &Term| {
        let estimate = [term.hr, term.lower, term.upper].map(|x| x.unwrap_or(f64::NAN));
        ForestRow::ratio(label, estimate, term.p.unwrap_or(f64::NAN)).indented()
    };
    let of_cause = |cause: &OfCause| {
        let head = ForestRow::header(format!("{} ({} events)", cause.cause, format::count(cause.events)));
        let terms = cause.subdistribution.iter().zip(&cause.specific).flat_map(|(incidence, hazard)| {
            let name = title(answer, incidence);
            [row(format!("{name}, Fine-Gray"), incidence), row(format!("{name}, cause-specific"), hazard)]
        });
        std::iter::once(head).chain(terms.collect::<Vec<_>>()).collect::<Vec<_>>()
    };
    let rows = answer.causes.iter().flat_map(of_cause).collect();
    let headings = ["Cause, covariate", "", "HR (95 % CI)", "p"].map(str::to_owned);
    Figure::new("", Forest { headings, ..Forest::hazard_ratios(rows) })
}

/// A row for each term under its cause.
pub fn table(answer: &Answer) -> Table {
    let mut table = Table::new([
        ColumnSpec::left("Cause\ncovariate"),
        ColumnSpec::right("Events"),
        ColumnSpec::decimal("Fine-Gray\nsHR (95 % CI)"),
        ColumnSpec::decimal("\np"),
        ColumnSpec::decimal("Cause-specific\nHR (95 % CI)"),
        ColumnSpec::decimal("\np"),
    ]);
    for cause in &answer.causes {
        table.push_header([Cell::text(cause.cause.to_string()), Cell::count(cause.events)]);
        for (incidence, hazard) in cause.subdistribution.iter().zip(&cause.specific) {
            let name = Cell::text(title(answer, incidence));
            table.push_sub([name, Cell::empty(), ratio(incidence), p(incidence), ratio(hazard), p(hazard)]);
        }
    }
    table
}

/// The cause of each row of [`table`].
pub fn causes_of_rows(answer: &Answer) -> Vec<String> {
    let rows = |of: &OfCause| 1 + of.subdistribution.len().min(of.specific.len());
    answer.causes.iter().flat_map(|of| std::iter::repeat_n(of.cause.to_string(), rows(of))).collect()
}

/// What a term is called in print; those of a spline or product have names of their own.
fn title(answer: &Answer, term: &Term) -> String {
    match term.level.is_some() || term.term == term.variable {
        true => super::named(answer.printed(&term.variable), term),
        false => term.term.clone(),
    }
}

fn ratio(term: &Term) -> Cell {
    match (term.hr, term.lower, term.upper, term.coef, term.se) {
        (Some(hr), Some(lower), Some(upper), Some(coef), Some(se)) => Cell::parts(
            [("", hr), ("lower", lower), ("upper", upper), ("coef", coef), ("se", se)],
            format::ratio_ci(hr, lower, upper),
        ),
        _ => Cell::missing(),
    }
}

fn p(term: &Term) -> Cell {
    term.p.map_or(Cell::missing(), Cell::p_value)
}

/// The sentence for a methods section.
pub fn methods(answer: &Answer, covariates: &[String]) -> String {
    format!(
        "Hazards of competing causes ({}) were modelled with {} in two ways: the subdistribution hazard by Fine and Gray's \
         model (censoring weighted by Kaplan-Meier), and the cause-specific hazard by Cox regression with the other causes \
         censored ({} ties).",
        answer.causes.iter().map(|c| c.cause.to_string()).collect::<Vec<_>>().join(", "),
        covariates.iter().map(|name| answer.printed(name)).collect::<Vec<_>>().join(", "),
        super::author(answer.ties)
    )
}
