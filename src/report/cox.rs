//! Cox models as documents: table and forest.

mod model;

pub use model::model;

use super::document::{Block, Cell, ColumnSpec, Document, Table};
use crate::analysis::cox::{Answer, Model, Term};
use crate::format;
use crate::plot::{Axis, Figure, Forest, ForestRow, ForestRowKind};

/// Every variable alone.
pub fn univariable(answer: &Answer) -> Document {
    let mut document =
        Document::new(format!("Univariable Cox models, {}", answer.endpoint)).with(univariable_table(answer));
    document.notes.clone_from(&answer.notes);
    document
}

/// The joint model.
pub fn joint(answer: &Answer, model: &Model) -> Document {
    let title = format!("Multivariable Cox model, {}", answer.endpoint);
    let mut document = Document::new(title)
        .paragraph(summary(answer, model))
        .with(Block::Figure(Box::new(forest(answer, model))))
        .with(joint_table(answer, model))
        .heading("Proportional hazards")
        .with(zph_table(model));
    document.notes.clone_from(&answer.notes);
    document
}

/// `n = 81, 32 events; variables with univariable p < 0.05; Efron ties; LR chi-square 21.3 on 3 df, p < 0.001; AIC 210.4`.
pub fn summary(answer: &Answer, model: &Model) -> String {
    let lr = model.tests.lr;
    format!(
        "n = {}, {} events; {}; {} ties; LR chi-square {} on {} df, {}; AIC {}",
        format::count(model.n),
        format::count(model.events),
        answer.rule,
        answer.ties,
        format::fixed(lr.statistic, 2),
        lr.df,
        format::p_equation(lr.p),
        format::fixed(model.aic, 1)
    )
}

fn label(answer: &Answer, variable: &str) -> String {
    answer.models.iter().find(|m| m.variable == variable).map_or_else(|| variable.to_owned(), |m| m.label.clone())
}

/// A row for each coefficient, under the name of its variable; the variable of each row comes with it.
pub fn univariable_table(answer: &Answer) -> Table {
    let mut table = Table::new([
        ColumnSpec::left("Variable"),
        ColumnSpec::right("n").priority(3),
        ColumnSpec::right("Events").priority(2),
        ColumnSpec::decimal("HR (95 % CI)"),
        ColumnSpec::decimal("p"),
        ColumnSpec::left("Joint"),
    ]);
    for m in &answer.models {
        let entered = Cell::text(if m.entered { "yes" } else { "" });
        let counts = [Cell::count(m.n), Cell::count(m.events)];
        match m.terms.as_slice() {
            [term] => {
                let [n, events] = counts;
                table.push([Cell::text(named(&m.label, term)), n, events, ratio(term), Cell::p_value(m.lr_p), entered]);
            }
            terms => {
                let reference = terms.first().and_then(|t| t.reference.as_ref());
                let title = reference.map_or(m.label.clone(), |r| format!("{} (against {r})", m.label));
                let [n, events] = counts;
                table.push_header([Cell::text(title), n, events, Cell::empty(), Cell::p_value(m.lr_p), entered]);
                for term in terms {
                    let level = term.level.as_ref().unwrap_or(&term.term).clone();
                    table.push_sub([
                        Cell::text(level),
                        Cell::empty(),
                        Cell::empty(),
                        ratio(term),
                        p(term),
                        Cell::empty(),
                    ]);
                }
            }
        }
    }
    table
}

/// The variable of each row of [`univariable_table`].
pub fn variables_of_rows(answer: &Answer) -> Vec<String> {
    let rows = |terms: usize| if terms == 1 { 1 } else { 1 + terms };
    answer.models.iter().flat_map(|m| std::iter::repeat_n(m.variable.clone(), rows(m.terms.len()))).collect()
}

/// `Sex: female against male`, or the label of a number.
fn named(label: &str, term: &Term) -> String {
    match (&term.level, &term.reference) {
        (Some(level), Some(reference)) => format!("{label}: {level} against {reference}"),
        _ => label.to_owned(),
    }
}

fn ratio(term: &Term) -> Cell {
    match (term.hr, term.lower, term.upper) {
        (Some(hr), Some(lower), Some(upper)) => Cell::ratio_ci(hr, lower, upper),
        _ => Cell::missing(),
    }
}

fn p(term: &Term) -> Cell {
    term.p.map_or(Cell::missing(), Cell::p_value)
}

/// Coefficients of the joint model.
pub fn joint_table(answer: &Answer, model: &Model) -> Table {
    let mut table = Table::new([
        ColumnSpec::left("Term"),
        ColumnSpec::decimal("Coefficient").priority(2),
        ColumnSpec::decimal("SE").priority(3),
        ColumnSpec::decimal("HR (95 % CI)"),
        ColumnSpec::decimal("z").priority(4),
        ColumnSpec::decimal("p"),
    ]);
    let fixed = |x: Option<f64>, decimals| x.map_or(Cell::missing(), |x| Cell::fixed(x, decimals));
    for term in &model.terms {
        table.push([
            Cell::text(named(&label(answer, &term.variable), term)),
            fixed(term.coef, 3),
            fixed(term.se, 3),
            ratio(term),
            fixed(term.z, 2),
            p(term),
        ]);
    }
    table
}

/// Tests of proportional hazards.
pub fn zph_table(model: &Model) -> Table {
    let mut table = Table::new([
        ColumnSpec::left("Term"),
        ColumnSpec::decimal("Chi-square"),
        ColumnSpec::right("df"),
        ColumnSpec::decimal("p"),
    ]);
    for z in &model.zph {
        let cells = [Cell::text(z.term.clone()), Cell::fixed(z.chisq, 3), Cell::count(z.df), Cell::p_value(z.p)];
        if z.term == "GLOBAL" { table.push_total(cells) } else { table.push(cells) }
    }
    table
}

/// The joint model as a forest.
pub fn forest(answer: &Answer, model: &Model) -> Figure {
    let rows = model.terms.iter().map(|t| {
        let estimate = [t.hr, t.lower, t.upper].map(|x| x.unwrap_or(f64::NAN));
        ForestRow {
            label: named(&label(answer, &t.variable), t),
            kind: ForestRowKind::Estimate,
            estimate,
            shown: format::ratio_ci(estimate[0], estimate[1], estimate[2]),
            p: t.p.map_or_else(String::new, format::p_value),
            ..ForestRow::default()
        }
    });
    let forest = Forest {
        axis: Axis::log("Hazard ratio"),
        neutral: 1.0,
        directions: Some(("lower risk".to_owned(), "higher risk".to_owned())),
        headings: ["Covariate", "", "HR (95 % CI)", "p"].map(str::to_owned),
        rows: rows.collect(),
        selected: None,
    };
    Figure::new("", forest)
}
