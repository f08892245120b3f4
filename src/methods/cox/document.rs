//! Cox models as documents: table and forest.

pub mod cases;
pub mod causes;
pub mod change;
pub mod curve;
mod model;
pub mod profile;
pub mod subgroups;

pub use model::forest as model_forest;
pub use model::model;

use crate::document::{Block, Cell, ColumnSpec, Document, Table};
use crate::methods::cox::figure::scaled_residuals;
use crate::methods::cox::hazards::Residuals;
use crate::methods::cox::{Answer, Model, Term};
use figures::format;
use figures::{Axis, Band, Figure, Forest, ForestRow, ForestRowKind};
use survival::cox::Ties;

/// Every variable alone.
pub fn univariable(answer: &Answer) -> Document {
    let mut document = Document::new(format!("Univariable Cox models, {}", answer.endpoint))
        .about(&answer.endpoint)
        .paragraph(alone(answer))
        .with(univariable_table(answer));
    document.notes.clone_from(&answer.notes);
    document
}

/// Whose rule for tied events: `Efron`.
pub fn author(ties: Ties) -> &'static str {
    match ties {
        Ties::Efron => "Efron",
        Ties::Breslow => "Breslow",
        Ties::Exact => "exact",
    }
}

/// What each model is, and which tests the p-values are of.
fn alone(answer: &Answer) -> String {
    let rows = answer.described.patients.map_or(String::new(), |n| format!(" rows of {n} patients"));
    let p = "p of a variable by likelihood ratio";
    let levels = if answer.models.iter().any(|m| m.terms.len() > 1) { ", of a level by Wald's test" } else { "" };
    let (n, events, described) = (format::count(answer.n), format::count(answer.events), answer.described.words());
    format!("n = {n}{rows}, {events} events; {} ties{described}; {p}{levels}", author(answer.ties))
}

/// The joint model.
pub fn joint(answer: &Answer, model: &Model) -> Document {
    let title = format!("Multivariable Cox model, {}", answer.endpoint);
    let mut document = Document::new(title)
        .about(&answer.endpoint)
        .paragraph(summary(answer, model))
        .with(Block::Figure(Box::new(forest(answer, model))))
        .with(side_by_side(answer))
        .heading("Coefficients")
        .with(joint_table(answer, model))
        .heading("Proportional hazards")
        .with(hazards_table(answer, model));
    for figure in residual_figures(answer, model) {
        document = document.with(Block::Figure(Box::new(figure)));
    }
    document.notes.clone_from(&answer.notes);
    document
}

/// `n = 81, 32 events; variables with univariable p < 0.05; Efron ties; LR chi-square 21.3 on 3 df, p < 0.001; AIC 210.4`.
pub fn summary(answer: &Answer, model: &Model) -> String {
    let lr = model.tests.lr;
    format!(
        "n = {}, {} events; {}; {} ties{}; LR chi-square {} on {} df, {}; AIC {}",
        format::count(model.n),
        format::count(model.events),
        answer.rule,
        author(answer.ties),
        model.described.words(),
        format::fixed(lr.statistic, 2),
        lr.df,
        format::p_equation(lr.p),
        format::fixed(model.aic, 1)
    )
}

fn label(answer: &Answer, variable: &str) -> String {
    answer.models.iter().find(|m| m.variable == variable).map_or_else(|| variable.to_owned(), |m| m.label.clone())
}

/// A row for each coefficient, under the name of its variable; who is in the joint model, if there is one.
pub fn univariable_table(answer: &Answer) -> Table {
    let mut columns = vec![
        ColumnSpec::left("Variable"),
        ColumnSpec::right("n").priority(3),
        ColumnSpec::right("Events").priority(2),
        ColumnSpec::decimal("HR (95 % CI)"),
        ColumnSpec::decimal("p"),
    ];
    let has_joint = answer.models.iter().any(|m| m.entered);
    if has_joint {
        columns.push(ColumnSpec::left("Joint"));
    }
    let width = columns.len();
    let mut table = Table::new(columns);
    for m in &answer.models {
        let entered = has_joint.then(|| Cell::text(if m.entered { "yes" } else { "" }));
        let counts = [Cell::count(m.n), Cell::count(m.events)];
        let whole = |title: String, ratio: Cell| {
            let cells = [Cell::text(title)].into_iter().chain(counts).chain([ratio, Cell::p_value(m.lr_p)]);
            cells.chain(entered).collect::<Vec<_>>()
        };
        match m.terms.as_slice() {
            [term] => table.push(whole(named(&m.label, term), ratio(term))),
            terms => {
                let reference = terms.first().and_then(|t| t.reference.as_ref());
                let title = reference.map_or(m.label.clone(), |r| format!("{} (against {r})", m.label));
                table.push_header(whole(title, Cell::empty()));
                for term in terms {
                    let level = term.level.as_ref().unwrap_or(&term.term).clone();
                    let mut cells = vec![Cell::text(level), Cell::empty(), Cell::empty(), ratio(term), p(term)];
                    cells.resize_with(width, Cell::empty);
                    table.push_sub(cells);
                }
            }
        }
    }
    table
}

/// The hazard ratios of [`univariable_table`] as bars, a row for each of its rows.
pub fn forest_beside(answer: &Answer) -> Forest {
    let row = |term: &Term| ForestRow {
        kind: ForestRowKind::Estimate,
        estimate: [term.hr, term.lower, term.upper].map(|x| x.unwrap_or(f64::NAN)),
        ..ForestRow::default()
    };
    let mut rows = Vec::new();
    for m in &answer.models {
        if m.terms.len() != 1 {
            rows.push(ForestRow::header(""));
        }
        rows.extend(m.terms.iter().map(row));
    }
    Forest { headings: Default::default(), ..Forest::hazard_ratios(rows) }
}

/// The variable of each row of [`univariable_table`].
pub fn variables_of_rows(answer: &Answer) -> Vec<String> {
    let rows = |terms: usize| if terms == 1 { 1 } else { 1 + terms };
    answer.models.iter().flat_map(|m| std::iter::repeat_n(m.variable.clone(), rows(m.terms.len()))).collect()
}

/// `Sex: female against male`, or the label of a number.
pub(super) fn named(label: &str, term: &Term) -> String {
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
        ColumnSpec::decimal("VIF").priority(1),
    ]);
    let significant = |x: Option<f64>| x.map_or(Cell::missing(), |x| Cell::significant(x, 3));
    for (k, term) in model.terms.iter().enumerate() {
        let vif = model.vif.get(k).copied().flatten();
        table.push([
            Cell::text(named(&label(answer, &term.variable), term)),
            significant(term.coef),
            significant(term.se),
            ratio(term),
            term.z.map_or(Cell::missing(), |z| Cell::fixed(z, 2)),
            p(term),
            vif.map_or(Cell::missing(), |x| Cell::fixed(x, 2)),
        ]);
    }
    table
}

/// Tests of proportional hazards of the joint model.
pub fn hazards_table(answer: &Answer, model: &Model) -> Table {
    zph_table(model, |term| label(answer, term))
}

/// Scaled Schoenfeld residuals of each term, in the order of the tests.
pub fn residual_figures(answer: &Answer, model: &Model) -> Vec<Figure> {
    let figure = |r: &Residuals| {
        let smooth = r.smooth.as_ref().map(|s| {
            let band = Band { lower: s.lower.clone(), upper: s.upper.clone() };
            (s.x.as_slice(), s.y.as_slice(), Some(band))
        });
        let time = format!("Time, {}", r.unit);
        let points = (r.time.as_slice(), r.value.as_slice());
        scaled_residuals(&label(answer, &r.term), &time, points, smooth.unwrap_or((&[], &[], None)), r.assumed)
    };
    model.residuals.iter().map(figure).collect()
}

/// Tests of proportional hazards, terms under the names that `named` gives them.
fn zph_table(model: &Model, named: impl Fn(&str) -> String) -> Table {
    let mut table = Table::new([
        ColumnSpec::left("Term"),
        ColumnSpec::decimal("Chi-square"),
        ColumnSpec::right("df"),
        ColumnSpec::decimal("p"),
    ]);
    for z in &model.zph {
        let is_global = z.term == "GLOBAL";
        let name = if is_global { "All together".to_owned() } else { named(&z.term) };
        let cells = [Cell::text(name), Cell::fixed(z.chisq, 3), Cell::count(z.df), Cell::p_value(z.p)];
        if is_global { table.push_total(cells) } else { table.push(cells) }
    }
    table
}

/// Each variable alone beside the joint model, as papers print it: a row for each coefficient.
pub fn side_by_side(answer: &Answer) -> Table {
    const ALONE: &str = "Univariable";
    const JOINT: &str = "Multivariable";
    let mut table = Table::new([
        ColumnSpec::left("Variable"),
        ColumnSpec::right("n").group(ALONE),
        ColumnSpec::right("Events").group(ALONE),
        ColumnSpec::decimal("HR (95 % CI)").group(ALONE),
        ColumnSpec::decimal("p").group(ALONE),
        ColumnSpec::decimal("HR (95 % CI)").group(JOINT),
        ColumnSpec::decimal("p").group(JOINT),
    ]);
    let joint = |term: &Term| {
        let found = answer.joint.as_ref().and_then(|model| model.terms.iter().find(|t| t.term == term.term));
        found.map_or([Cell::empty(), Cell::empty()], |t| [ratio(t), p(t)])
    };
    for m in &answer.models {
        let counts = [Cell::count(m.n), Cell::count(m.events)];
        match m.terms.as_slice() {
            [term] => {
                let alone = [ratio(term), Cell::p_value(m.lr_p)];
                let cells =
                    [Cell::text(named(&m.label, term))].into_iter().chain(counts).chain(alone).chain(joint(term));
                table.push(cells.collect::<Vec<_>>());
            }
            terms => {
                let reference = terms.first().and_then(|t| t.reference.as_ref());
                let title = reference.map_or(m.label.clone(), |r| format!("{} (against {r})", m.label));
                let whole = [Cell::empty(), Cell::p_value(m.lr_p), Cell::empty(), Cell::empty()];
                table.push_header([Cell::text(title)].into_iter().chain(counts).chain(whole).collect::<Vec<_>>());
                for term in terms {
                    let level = term.level.as_ref().unwrap_or(&term.term).clone();
                    let start = [Cell::text(level), Cell::empty(), Cell::empty(), ratio(term), p(term)];
                    table.push_sub(start.into_iter().chain(joint(term)).collect::<Vec<_>>());
                }
            }
        }
    }
    table
}

/// The joint model as a forest.
pub fn forest(answer: &Answer, model: &Model) -> Figure {
    let row = |t: &Term| ForestRow { label: named(&label(answer, &t.variable), t), ..forest_row(t) };
    Figure::new("", forest_of(model.terms.iter().map(row).collect()))
}

/// Every variable by itself as a forest.
pub fn univariable_forest(answer: &Answer) -> Figure {
    let rows = answer.models.iter().flat_map(|m| {
        m.terms.iter().map(|t| ForestRow { label: named(&m.label, t), n: format::count(m.n), ..forest_row(t) })
    });
    let mut forest = forest_of(rows.collect());
    forest.headings[1] = "n".to_owned();
    Figure::new("", forest)
}

/// The hazard ratio of a coefficient, without its name.
fn forest_row(term: &Term) -> ForestRow {
    let estimate = [term.hr, term.lower, term.upper].map(|x| x.unwrap_or(f64::NAN));
    ForestRow {
        kind: ForestRowKind::Estimate,
        estimate,
        shown: format::ratio_ci(estimate[0], estimate[1], estimate[2]),
        p: term.p.map_or_else(String::new, format::p_value),
        ..ForestRow::default()
    }
}

fn forest_of(rows: Vec<ForestRow>) -> Forest {
    Forest {
        axis: Axis::log("Hazard ratio"),
        neutral: 1.0,
        directions: Some(("lower risk".to_owned(), "higher risk".to_owned())),
        headings: ["Covariate", "", "HR (95 % CI)", "p"].map(str::to_owned),
        rows,
        selected: None,
    }
}
