//! One feature in the lesions that were drawn more than once: drawing against drawing.

use super::drawings::Drawings;
use super::{Agreement, agreement};
use crate::ask::{FeatureColumn, FeatureTable};
use crate::document::{Cell, ColumnSpec, Document, Table};
use crate::study::Cohort;
use figures::format;
use figures::{Axis, Chart, Figure, Layer, Mark, Reference};
use survival::stats::icc::IccType;

/// A feature's values in the lesions that all of some drawings have.
#[derive(Debug, Clone, PartialEq)]
pub struct Readings {
    /// What is compared, in words: `readers A, B`.
    pub name: String,
    /// The drawings: `A`, `A, drawing 2`.
    pub drawings: Vec<String>,
    /// The patient of each lesion, as a row of the cohort.
    pub patients: Vec<usize>,
    /// One row for each lesion, with a value for each drawing.
    pub values: Vec<Vec<f64>>,
    /// Their agreement.
    pub agreement: Agreement,
}

/// Two drawings of one lesion.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pair {
    /// The comparison, and which of its drawings is held against its first.
    pub of: (usize, usize),
    /// The patient, as a row of the cohort.
    pub patient: usize,
    /// The value in the first drawing, and in the other.
    pub values: [f64; 2],
}

/// The comparisons of a feature's column; none without repeated drawings, or where the column is not of images.
pub fn readings(features: &FeatureTable, column: FeatureColumn, kind: IccType) -> Vec<Readings> {
    let drawings = Drawings::of(features);
    let compared = drawings.raters().into_iter().map(|(name, _, raters)| {
        let rows = drawings.of_column(column, &raters);
        let (patients, values): (Vec<usize>, Vec<Vec<f64>>) = rows.into_iter().unzip();
        let drawings = raters.iter().map(|rater| drawings.called(rater)).collect();
        let agreement = agreement(&values, kind);
        Readings { name, drawings, patients, values, agreement }
    });
    compared.filter(|readings| readings.values.len() > 1).collect()
}

/// Every drawing against the first of its comparison, those furthest apart first.
pub fn pairs(readings: &[Readings]) -> Vec<Pair> {
    let of_comparison = |(c, compared): (usize, &Readings)| {
        let of_drawing = move |(patient, row): (&usize, &Vec<f64>)| {
            let (patient, first) = (*patient, row[0]);
            let pair = move |(d, other): (usize, f64)| Pair { of: (c, d), patient, values: [first, other] };
            row.iter().copied().enumerate().skip(1).map(pair).collect::<Vec<_>>()
        };
        compared.patients.iter().zip(&compared.values).flat_map(of_drawing).collect::<Vec<_>>()
    };
    let mut pairs: Vec<Pair> = readings.iter().enumerate().flat_map(of_comparison).collect();
    let apart = |pair: &Pair| (pair.values[1] - pair.values[0]).abs();
    pairs.sort_by(|a, b| apart(b).total_cmp(&apart(a)));
    pairs
}

/// `readers A, B: ICC2 0.93 (0.85-0.97), 30 lesions`.
pub fn words(readings: &Readings, kind: IccType) -> String {
    let Agreement { icc, lower, upper, .. } = readings.agreement;
    let n = format::count(readings.values.len());
    format!("{}: {} {}, {n} lesions", readings.name, kind.name(), format::estimate_ci(icc, lower, upper, 2))
}

/// Each lesion's first value against its others, with the line where they are equal.
pub fn figure(feature: &str, readings: &[Readings]) -> Figure {
    let all = || readings.iter().flat_map(|of| of.values.iter().flatten()).copied().filter(|value| value.is_finite());
    let (low, high) = (all().fold(f64::INFINITY, f64::min), all().fold(f64::NEG_INFINITY, f64::max));
    let margin = (high - low) * 0.02;
    let axis = |label: String| match low < high {
        true => Axis::linear(label).between(low - margin, high + margin),
        false => Axis::linear(label),
    };
    let series: Vec<(usize, usize)> =
        readings.iter().enumerate().flat_map(|(c, of)| (1..of.drawings.len()).map(move |d| (c, d))).collect();
    let layer = |(index, (c, d)): (usize, &(usize, usize))| {
        let of = &readings[*c];
        let (x, y) = of.values.iter().map(|row| (row[0], row[*d])).unzip();
        let points = Mark::Points { x, y, limits: None, names: Vec::new() };
        Layer::series(index, format!("{} against {}", of.drawings[*d], of.drawings[0]), points)
    };
    let chart = Chart {
        x: axis(format!("{feature}, first drawing")),
        y: axis("The other drawing".to_owned()),
        layers: series.iter().enumerate().map(layer).collect(),
        references: vec![Reference::identity()],
        square: true,
        ..Chart::default()
    };
    Figure::new("", chart)
}

/// The pairs as a table.
pub fn table(cohort: &Cohort, readings: &[Readings], pairs: &[Pair]) -> Table {
    let mut table = Table::new([
        ColumnSpec::left("Patient"),
        ColumnSpec::left("Compared"),
        ColumnSpec::decimal("First"),
        ColumnSpec::decimal("Other"),
        ColumnSpec::decimal("Diff."),
    ]);
    for Pair { of: (c, d), patient, values: [first, other] } in pairs {
        let drawings = &readings[*c].drawings;
        table.push([
            Cell::text(cohort.ids()[*patient].clone()),
            Cell::text(format!("{} against {}", drawings[*d], drawings[0])),
            Cell::significant(*first, 4),
            Cell::significant(*other, 4),
            Cell::significant(other - first, 3),
        ]);
    }
    table
}

/// Figure, agreement and table.
pub fn document(feature: &str, cohort: &Cohort, readings: &[Readings], kind: IccType) -> Document {
    let words: Vec<String> = readings.iter().map(|of| words(of, kind)).collect();
    Document::new(format!("{feature}, drawing against drawing"))
        .paragraph(words.join("\n"))
        .with(figure(feature, readings))
        .with(table(cohort, readings, &pairs(readings)))
}
