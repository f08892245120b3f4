//! What a model says: survival of single patients, and the hazard along a number.

use figures::{Axis, Band, Chart, Figure, Label, Layer, Mark, Marker, Pattern, Reference, Role, TimeUnit, TopAxis};

/// Predicted survival of one patient, a value for every distinct time.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PredictedCurve {
    /// Who it is; nothing when there is only one.
    pub name: String,
    /// The distinct times, rising.
    pub time: Vec<f64>,
    /// Survival from each time on.
    pub surv: Vec<f64>,
    /// Lower confidence limits; empty for none.
    pub lower: Vec<f64>,
    /// Upper confidence limits.
    pub upper: Vec<f64>,
}

/// Predicted curves of `outcome` over time in `unit`; one without limits is there to compare with, and dim.
pub fn predicted_survival(outcome: &str, unit: TimeUnit, curves: &[PredictedCurve]) -> Figure {
    let from_start = |values: &[f64]| std::iter::once(1.0).chain(values.iter().copied()).collect::<Vec<f64>>();
    let layer = |(index, curve): (usize, &PredictedCurve)| {
        let is_backdrop = curve.lower.is_empty();
        let x = std::iter::once(0.0).chain(curve.time.iter().copied()).collect();
        let band = (!is_backdrop).then(|| Band { lower: from_start(&curve.lower), upper: from_start(&curve.upper) });
        Layer {
            label: if curve.name.is_empty() { Label::None } else { Label::Legend(curve.name.clone()) },
            role: if is_backdrop { Role::Dim } else { Role::series(index) },
            pattern: if is_backdrop { Pattern::Dashed } else { Pattern::series(index) },
            marker: Marker::series(index),
            mark: Mark::Steps { x, y: from_start(&curve.surv), band, censored: Vec::new() },
        }
    };
    let chart = Chart {
        x: Axis::time(format!("Time, {}", unit.word()), unit),
        y: Axis::linear(outcome).between(0.0, 1.0),
        layers: curves.iter().enumerate().map(layer).collect(),
        ..Chart::default()
    };
    Figure::new("", chart)
}

/// The log hazard ratio along `variable` with its limits, 0 at `reference` (named `reference_name`); `knots` at the
/// upper edge.
pub fn log_hazard_ratio(
    variable: &str,
    (x, y): (&[f64], &[f64]),
    limits: Band,
    (reference, reference_name): (f64, &str),
    knots: Vec<(f64, String)>,
    remarks: Vec<String>,
) -> Figure {
    let line = Mark::Line { x: x.to_vec(), y: y.to_vec(), band: Some(limits) };
    let chart = Chart {
        x: Axis::linear(variable),
        y: Axis::linear("Log hazard ratio"),
        top: (!knots.is_empty()).then(|| TopAxis { label: "Knots".to_owned(), ticks: knots }),
        layers: vec![Layer::plain(Role::series(0), line)],
        references: vec![Reference::horizontal(0.0, ""), Reference::vertical(reference, reference_name)],
        remarks,
        ..Chart::default()
    };
    Figure::new("", chart)
}
