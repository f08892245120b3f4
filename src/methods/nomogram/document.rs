//! A nomogram as a document.

use crate::document::{Block, Cell, ColumnSpec, Document, Table};
use crate::methods::nomogram::{Answer, Value, Variable};
use figures::format;
use figures::{Figure, Nomogram, NomogramScale};

/// The figure, and its scales as tables.
pub fn document(answer: &Answer) -> Document {
    let mut document = Document::new(format!("Nomogram of {}, {}", answer.model, answer.endpoint))
        .paragraph(format!("Fitted to n = {}, {} events", format::count(answer.n), format::count(answer.events)))
        .with(Block::Figure(Box::new(figure(answer))))
        .with(points_table(answer))
        .with(survival_table(answer));
    document.notes.clone_from(&answer.notes);
    document
}

/// Points, a scale for each variable, total points, and survival.
pub fn figure(answer: &Answer) -> Figure {
    let widest = answer.points.iter().flat_map(|v| &v.scale).map(|m| m.points).fold(0.0, f64::max);
    let tenths: Vec<(f64, String)> = (0..=10).map(|k| f64::from(k) * widest / 10.0).map(tick).collect();
    let mut scales = vec![NomogramScale { label: "Points".to_owned(), ticks: tenths, ..NomogramScale::default() }];
    scales.extend(answer.points.iter().map(|v| NomogramScale {
        label: name(v),
        ticks: v.scale.iter().map(|m| (m.points, shown(&m.value))).collect(),
        ..NomogramScale::default()
    }));
    let total = |label: String, ticks: Vec<(f64, String)>| NomogramScale { label, ticks, total: true, marked: None };
    scales.push(total("Total points".to_owned(), answer.total.scale.iter().copied().map(tick).collect()));
    scales.extend(answer.survival.iter().map(|s| {
        let ticks = s.scale.iter().map(|m| (m.points, format::chosen(m.survival))).collect();
        total(format!("Survival at {} {}", format::chosen(s.time), answer.unit.word()), ticks)
    }));
    Figure::new("", Nomogram { scales, points: widest, total: answer.total.max })
}

fn tick(at: f64) -> (f64, String) {
    (at, format::chosen(at))
}

fn shown(value: &Value) -> String {
    match value {
        Value::Number(x) => format::chosen(*x),
        Value::Level(level) => level.clone(),
    }
}

fn name(variable: &Variable) -> String {
    let given: Vec<String> = variable.given.iter().map(|(factor, level)| format!("{factor} = {level}")).collect();
    match given.is_empty() {
        true => variable.label.clone(),
        false => format!("{} ({})", variable.label, given.join(", ")),
    }
}

fn points_table(answer: &Answer) -> Table {
    let mut table = Table::new([ColumnSpec::left("Variable"), ColumnSpec::decimal("Points")]);
    for variable in &answer.points {
        table.push_header([Cell::text(name(variable))]);
        for mark in &variable.scale {
            table.push_sub([Cell::text(shown(&mark.value)), Cell::fixed(mark.points, 1)]);
        }
    }
    table.caption("Points of each value")
}

fn survival_table(answer: &Answer) -> Table {
    let mut table = Table::new([ColumnSpec::left("Survival"), ColumnSpec::decimal("Total points")]);
    for axis in &answer.survival {
        table.push_header([Cell::text(format!("at {} {}", format::chosen(axis.time), answer.unit.word()))]);
        for mark in &axis.scale {
            table.push_sub([Cell::text(format::chosen(mark.survival)), Cell::fixed(mark.points, 1)]);
        }
    }
    table.caption("Total points of each survival probability")
}

/// The sentence for a paper.
pub const METHODS: &str = "The nomogram gives each covariate of the Cox model points in proportion to its part of the linear \
     predictor, 100 for the widest range; total points lead to predicted survival.";
