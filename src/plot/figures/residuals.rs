//! Whether a hazard ratio changes over time.

use crate::plot::{Axis, Band, Chart, Figure, Layer, Mark, Marker, Reference, Role};

/// Scaled Schoenfeld residuals of `term` at the event times, with a smooth line and its limits, around the
/// coefficient that the model assumes for all times. `time_label` names the scale of time.
pub fn scaled_residuals(
    term: &str,
    time_label: &str,
    points: (&[f64], &[f64]),
    smooth: (&[f64], &[f64], Option<Band>),
    coefficient: f64,
) -> Figure {
    let cloud = Mark::Points { x: points.0.to_vec(), y: points.1.to_vec(), limits: None, names: Vec::new() };
    let line = Mark::Line { x: smooth.0.to_vec(), y: smooth.1.to_vec(), band: smooth.2 };
    let chart = Chart {
        x: Axis::linear(time_label),
        y: Axis::linear(format!("β(t) of {term}")),
        layers: vec![Layer::plain(Role::Dim, cloud).marker(Marker::Dot), Layer::plain(Role::series(0), line)],
        references: vec![Reference::horizontal(coefficient, "β"), Reference::horizontal(0.0, "")],
        ..Chart::default()
    };
    Figure::new("", chart)
}
