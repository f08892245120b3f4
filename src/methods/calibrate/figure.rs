//! Predicted against observed survival.

use figures::{Axis, Chart, Figure, Layer, Mark, Reference, Role, Spread};

/// One model, cohort or time.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CalibrationSeries {
    /// Its name; nothing when it is the only one.
    pub name: String,
    /// Mean prediction in each group of patients.
    pub predicted: Vec<f64>,
    /// The Kaplan-Meier estimate in each.
    pub observed: Vec<f64>,
    /// Its lower limits; empty for none.
    pub lower: Vec<f64>,
    /// Its upper limits; empty for none.
    pub upper: Vec<f64>,
    /// A smooth curve: predicted and observed; empty for none.
    pub smooth: (Vec<f64>, Vec<f64>),
    /// How many patients have each prediction, in equal steps from 0 to 1; empty for none.
    pub counts: Vec<usize>,
}

/// Without a prediction for so long, a smooth curve says nothing.
const GAP: f64 = 0.1;

/// A calibration plot of survival probabilities, with the line of perfect calibration.
pub fn calibration(series: &[CalibrationSeries], remarks: Vec<String>) -> Figure {
    let mut layers = Vec::new();
    for (index, one) in series.iter().enumerate() {
        let (x, y) = interrupted(&one.smooth.0, &one.smooth.1);
        if !x.is_empty() {
            layers.push(Layer {
                label: figures::Label::None,
                ..Layer::series(index, "", Mark::Line { x, y, band: None })
            });
        }
        let limits = figures::Band::between(&one.lower, &one.upper);
        let points = Mark::Points { x: one.predicted.clone(), y: one.observed.clone(), limits, names: Vec::new() };
        let layer = Layer::series(index, one.name.clone(), points);
        layers.push(if one.name.is_empty() { layer.label(figures::Label::None) } else { layer });
    }
    let low = lowest(series);
    let counted = series.iter().enumerate().filter(|(_, one)| one.counts.iter().any(|count| *count > 0));
    let spread: Vec<Spread> = counted.map(|(index, one)| spread(index, &one.counts)).collect();
    let chart = Chart {
        x: Axis::linear("Predicted survival").between(low, 1.0),
        y: Axis::linear("Observed survival").between(low, 1.0),
        layers,
        references: vec![Reference::identity()],
        remarks,
        spread,
        square: true,
        ..Chart::default()
    };
    Figure::new("", chart)
}

fn spread(index: usize, counts: &[usize]) -> Spread {
    let edges = (0..=counts.len()).map(|at| at as f64 / counts.len() as f64).collect();
    let counts = counts.iter().map(|count| *count as f64).collect();
    Spread { role: Role::series(index), counted: "patients".to_owned(), edges, counts }
}

/// The curve, interrupted where nobody has such a prediction.
fn interrupted(x: &[f64], y: &[f64]) -> (Vec<f64>, Vec<f64>) {
    let mut parts = (Vec::with_capacity(x.len()), Vec::with_capacity(x.len()));
    for (at, (x_here, y_here)) in x.iter().zip(y).enumerate() {
        if at > 0 && x_here - x[at - 1] > GAP {
            parts.0.push(f64::NAN);
            parts.1.push(f64::NAN);
        }
        parts.0.push(*x_here);
        parts.1.push(*y_here);
    }
    parts
}

/// Where both axes begin: at 0 unless everything lies in the upper half.
fn lowest(series: &[CalibrationSeries]) -> f64 {
    let values = series.iter().flat_map(|one| one.predicted.iter().chain(&one.observed).chain(&one.lower));
    let lowest = values.copied().filter(|value| value.is_finite()).fold(1.0, f64::min);
    if lowest < 0.5 { 0.0 } else { ((lowest - 0.02) * 10.0).floor() / 10.0 }
}
