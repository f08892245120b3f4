//! A nomogram as a document.

use crate::document::{Block, Cell, ColumnSpec, Document, Table};
use crate::methods::cox::domain::Given;
use crate::methods::cox::figure::{PredictedCurve, predicted_survival};
use crate::methods::nomogram::reading::{self, Covariate, Reading};
use crate::methods::nomogram::{Answer, Value, Variable};
use figures::format;
use figures::{Body, Figure, Nomogram, NomogramScale};

/// The figure, and its scales as tables.
pub fn document(answer: &Answer) -> Document {
    let mut document = Document::new(format!("Nomogram of {}, {}", answer.model, answer.endpoint))
        .about(&answer.endpoint)
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
    let total =
        |label: String, ticks: Vec<(f64, String)>| NomogramScale { label, ticks, total: true, marked: Vec::new() };
    scales.push(total("Total points".to_owned(), answer.total.scale.iter().copied().map(tick).collect()));
    scales.extend(answer.survival.iter().map(|s| {
        let ticks = s.scale.iter().map(|m| (m.points, format::chosen(m.survival))).collect();
        total(format!("Survival at {} {}", format::chosen(s.time), answer.unit.word()), ticks)
    }));
    Figure::new("", Nomogram { scales, points: widest, total: answer.total.max })
}

/// The scales with the marks of patients, by name where there are several.
pub fn figure_of(answer: &Answer, covariates: &[Covariate], patients: &[(&str, &Reading)]) -> Figure {
    let mut figure = figure(answer);
    let Body::Nomogram(nomogram) = &mut figure.body else { return figure };
    for (name, reading) in patients {
        let name = if patients.len() > 1 { *name } else { "" };
        let of_variables = answer.points.iter().map(|scale| {
            let at = covariates.iter().position(|covariate| covariate.variable == scale.variable)?;
            // Of several scales of a covariate only that of the patient's levels has a mark.
            reading.scales.get(at).copied().flatten().filter(|used| answer.points.get(*used) == Some(scale))?;
            reading.points[at]
        });
        let marks = std::iter::once(None).chain(of_variables).collect::<Vec<_>>();
        for (at, scale) in nomogram.scales.iter_mut().enumerate() {
            let mark = if scale.total { Some(reading.total) } else { marks.get(at).copied().flatten() };
            scale.marked.extend(mark.map(|mark| (mark, name.to_owned())));
        }
    }
    figure
}

/// `113 points; survival 0.82 at 12, 0.64 at 36 months`.
pub fn in_words(answer: &Answer, reading: &Reading) -> String {
    let at =
        |time: f64| format!("{} at {}", format::fixed(answer.survival_at(time, reading.lp), 2), format::chosen(time));
    let times: Vec<String> = answer.survival.iter().map(|scale| at(scale.time)).collect();
    let points = format::fixed(reading.total, 0);
    format!("{points} points; survival {} {}", times.join(", "), answer.unit.word())
}

/// Predicted survival of patients.
pub fn curves(answer: &Answer, patients: &[(&str, &Reading)]) -> Figure {
    let curve = |(name, reading): &(&str, &Reading)| {
        let (time, surv) = answer.curve(reading.lp);
        let name = if patients.len() > 1 { (*name).to_owned() } else { String::new() };
        PredictedCurve { name, time, surv, lower: Vec::new(), upper: Vec::new() }
    };
    predicted_survival(&answer.endpoint, answer.unit, &patients.iter().map(curve).collect::<Vec<_>>())
}

/// Values and points of patients, covariate by covariate.
pub fn patients_table(covariates: &[Covariate], names: &[&str], values: &[Vec<Given>], readings: &[Reading]) -> Table {
    let mut columns = vec![ColumnSpec::left("Covariate")];
    for name in names.iter().take(readings.len()) {
        columns.push(ColumnSpec::left(format!("{name}: value")));
        columns.push(ColumnSpec::decimal(format!("{name}: points")));
    }
    let mut table = Table::new(columns);
    for (at, covariate) in covariates.iter().enumerate() {
        let mut cells = vec![Cell::text(covariate.label.clone())];
        for (values, reading) in values.iter().zip(readings) {
            cells.push(Cell::text(reading::shown(&values[at])));
            cells.push(reading.points[at].map_or(Cell::missing(), |points| Cell::fixed(points, 1)));
        }
        table.push(cells);
    }
    table
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
