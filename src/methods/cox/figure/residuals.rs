//! Whether a hazard ratio changes over time, and which patients a model does not fit.

use figures::{Axis, Band, Chart, Figure, Label, Layer, Mark, Marker, Reference, Role};

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

/// One residual a patient (`what`) over the linear predictor, those with the event filled, those in `names` by name;
/// lines at `bound` on either side of 0.
pub fn case_residuals(
    what: &str,
    points: (&[f64], &[f64]),
    event: &[bool],
    names: Vec<(usize, String)>,
    bound: Option<f64>,
) -> Figure {
    let cloud = |with: bool| {
        let of: Vec<usize> = (0..points.1.len()).filter(|&i| event.get(i) == Some(&with)).collect();
        let named = names.iter().filter_map(|(i, name)| Some((of.iter().position(|k| k == i)?, name.clone())));
        Mark::Points {
            names: named.collect(),
            x: of.iter().map(|&i| points.0[i]).collect(),
            y: of.iter().map(|&i| points.1[i]).collect(),
            limits: None,
        }
    };
    let layer = |with: bool, name: &str| {
        let (role, marker) = if with { (Role::RiskHigh, Marker::Disc) } else { (Role::RiskLow, Marker::Circle) };
        Layer::plain(role, cloud(with)).marker(marker).label(Label::Legend(name.to_owned()))
    };
    let lines = bound.into_iter().flat_map(|b| [Reference::horizontal(b, ""), Reference::horizontal(-b, "")]);
    let chart = Chart {
        x: Axis::linear("Linear predictor"),
        y: Axis::linear(what),
        layers: vec![layer(false, "censored"), layer(true, "event")],
        references: std::iter::once(Reference::horizontal(0.0, "")).chain(lines).collect(),
        ..Chart::default()
    };
    Figure::new("", chart)
}
