//! One model as a document.

use super::{author, curve, p, profile, ratio, zph_table};
use crate::document::{Block, Cell, ColumnSpec, Document, Table};
use crate::methods::cox::Term;
use crate::methods::cox::model::{Answer, Baseline, Model};
use figures::format;
use figures::{Figure, ForestRow};

/// Coefficients, tests, and what else was asked for.
pub fn model(answer: &Answer) -> Document {
    let model = &answer.model;
    let mut document = Document::new(format!("Cox model, {}", answer.endpoint))
        .about(&answer.endpoint)
        .paragraph(summary(answer))
        .with(terms(model))
        .paragraph(tests(model));
    if !model.selection.is_empty() {
        document = document.heading("Backward selection").with(selection(model));
    }
    if !model.zph.is_empty() {
        document = document.heading("Proportional hazards").with(zph_table(model, str::to_owned));
    }
    if let Some(cases) = &model.cases {
        document = document.heading("Residuals").with(super::cases::table(cases, super::cases::Kind::Deviance));
    }
    if !model.profiles.is_empty() {
        document = profile::with(document.heading("Predicted survival"), answer);
    }
    for along in &model.curves {
        document = document
            .heading(format!("Hazard along {}", along.label))
            .with(Block::Figure(Box::new(curve::figure(along))))
            .paragraph(curve::tests(along))
            .with(curve::table(along));
    }
    if let Some(baseline) = &model.baseline {
        document = document.heading("Cumulative baseline hazard, all covariates zero").with(hazard(baseline));
    }
    document.notes.clone_from(&answer.notes);
    document
}

/// The coefficients as a forest, for a figure by itself.
pub fn forest(answer: &Answer) -> Figure {
    let rows = answer.model.terms.iter().map(|term| ForestRow {
        label: against(term),
        n: String::new(),
        ..super::forest_row(term)
    });
    Figure::new("", super::forest_of(rows.collect()))
}

/// `n = 213, 151 events, 15 left out; Efron ties; stratified by site`.
fn summary(answer: &Answer) -> String {
    let model = &answer.model;
    let dropped = if model.n_dropped > 0 { format!(", {} left out", model.n_dropped) } else { String::new() };
    let rows = model.described.patients.map_or(String::new(), |n| format!(" rows of {n} patients"));
    let described = model.described.words();
    format!("n = {}{rows}, {} events{dropped}; {} ties{described}", model.n, model.events, author(answer.ties))
}

fn terms(model: &Model) -> Table {
    let is_robust = model.terms.iter().any(|t| t.robust_se.is_some());
    let mut columns = vec![
        ColumnSpec::left("Term"),
        ColumnSpec::decimal("Coefficient"),
        ColumnSpec::decimal("SE").priority(1),
        ColumnSpec::decimal("HR (95 % CI)"),
        ColumnSpec::decimal("z").priority(2),
        ColumnSpec::decimal("p"),
    ];
    if is_robust {
        columns.insert(3, ColumnSpec::decimal("Robust SE"));
    }
    let mut table = Table::new(columns);
    let significant = |x: Option<f64>| x.map_or(Cell::missing(), |x| Cell::significant(x, 4));
    for term in &model.terms {
        let mut cells = vec![
            Cell::text(against(term)),
            significant(term.coef),
            significant(term.se),
            ratio(term),
            term.z.map_or(Cell::missing(), |z| Cell::fixed(z, 2)),
            p(term),
        ];
        if is_robust {
            cells.insert(3, significant(term.robust_se));
        }
        table.push(cells);
    }
    table
}

/// `ph.ecog=1 (against 0)`.
fn against(term: &Term) -> String {
    match &term.reference {
        Some(reference) => format!("{} (against {reference})", term.term),
        None => term.term.clone(),
    }
}

fn tests(model: &Model) -> String {
    let of = |name: &str, t: crate::methods::cox::Test| {
        (!t.statistic.is_nan())
            .then(|| format!("{name} {} on {} df, {}", format::fixed(t.statistic, 2), t.df, format::p_equation(t.p)))
    };
    let tests = &model.tests;
    let all = [
        of("likelihood ratio", tests.lr),
        of("Wald", tests.wald),
        of("score", tests.score),
        tests.robust_score.and_then(|t| of("robust score", t)),
    ];
    let listed: Vec<String> = all.into_iter().flatten().collect();
    let fit = [("log-likelihood", model.loglik[1]), ("AIC", model.aic), ("BIC", model.bic)];
    let fit: Vec<String> = fit.iter().map(|(name, x)| format!("{name} {}", format::fixed(*x, 2))).collect();
    let c = model.concordance.map(|c| {
        format!(" Concordance {} (SE {}) on the same patients.", format::fixed(c.c, 3), format::fixed(c.se, 3))
    });
    format!("Tests: {}. {}.{}", listed.join("; "), fit.join(", "), c.unwrap_or_default())
}

fn selection(model: &Model) -> Table {
    let mut table = Table::new([ColumnSpec::left("Step"), ColumnSpec::decimal("Criterion")]);
    for step in &model.selection {
        let what = step.dropped.as_ref().map_or("all covariates".to_owned(), |term| format!("without {term}"));
        table.push([Cell::text(what), step.criterion.map_or(Cell::empty(), |x| Cell::fixed(x, 3))]);
    }
    table
}

fn hazard(baseline: &Baseline) -> Table {
    let has_strata = !baseline.stratum.is_empty();
    let mut columns = vec![ColumnSpec::decimal("Time"), ColumnSpec::decimal("Cumulative hazard")];
    if has_strata {
        columns.insert(0, ColumnSpec::left("Stratum"));
    }
    let mut table = Table::new(columns);
    for (i, (time, hazard)) in baseline.time.iter().zip(&baseline.cumhaz).enumerate() {
        let mut cells = vec![Cell::significant(*time, 6), Cell::significant(*hazard, 4)];
        if has_strata {
            cells.insert(0, Cell::text(baseline.stratum[i].clone()));
        }
        table.push(cells);
    }
    table
}
