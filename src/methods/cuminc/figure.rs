//! Cumulative incidence of competing causes.

use figures::{Axis, Chart, Figure, Layer, Mark, TimeUnit};

/// The cumulative incidence of one cause, in one group if there are several.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CauseCurve {
    /// The cause, and the group if there are several.
    pub name: String,
    /// Times, rising.
    pub time: Vec<f64>,
    /// The estimate from each time on.
    pub estimate: Vec<f64>,
    /// Lower limits; empty for none.
    pub lower: Vec<f64>,
    /// Upper limits; empty for none.
    pub upper: Vec<f64>,
}

/// One line for each cause.
pub fn cumulative_incidence(unit: TimeUnit, curves: &[CauseCurve], remarks: Vec<String>) -> Figure {
    let line = |(index, curve): (usize, &CauseCurve)| {
        let band = figures::Band::between(&curve.lower, &curve.upper);
        let mark = Mark::Steps { x: curve.time.clone(), y: curve.estimate.clone(), band, censored: Vec::new() };
        Layer::series(index, curve.name.clone(), mark)
    };
    let chart = Chart { remarks, ..incidence_chart(unit, curves.iter().enumerate().map(line).collect()) };
    Figure::new("", chart)
}

fn incidence_chart(unit: TimeUnit, layers: Vec<Layer>) -> Chart {
    Chart {
        x: Axis::time(format!("Time, {}", unit.word()), unit),
        y: Axis::linear("Cumulative incidence").from(0.0),
        layers,
        ..Chart::default()
    }
}
