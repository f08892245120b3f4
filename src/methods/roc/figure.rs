//! Discrimination: ROC curves, and a statistic with limits over time.

use figures::{Axis, Chart, Figure, Label, Layer, Mark, Reference, TimeUnit};

/// One time or model.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RocSeries {
    /// Its name, with the area under it: `12 months, AUC 0.75 (0.68-0.81)`.
    pub name: String,
    /// False positive rates, rising.
    pub fpr: Vec<f64>,
    /// True positive rates.
    pub tpr: Vec<f64>,
}

/// One model's statistic at several times.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TimeSeries {
    /// The model.
    pub name: String,
    /// The times, rising.
    pub time: Vec<f64>,
    /// The statistic at each.
    pub estimate: Vec<f64>,
    /// Its lower limits; empty for none.
    pub lower: Vec<f64>,
    /// Its upper limits; empty for none.
    pub upper: Vec<f64>,
}

/// ROC curves with the line of chance.
pub fn roc(series: &[RocSeries]) -> Figure {
    let curve = |(index, one): (usize, &RocSeries)| {
        Layer::series(index, one.name.clone(), Mark::Line { x: one.fpr.clone(), y: one.tpr.clone(), band: None })
    };
    let chart = Chart {
        x: Axis::linear("1 - specificity").between(0.0, 1.0),
        y: Axis::linear("Sensitivity").between(0.0, 1.0),
        layers: series.iter().enumerate().map(curve).collect(),
        references: vec![Reference::identity()],
        square: true,
        ..Chart::default()
    };
    Figure::new("", chart)
}

/// `statistic` (`AUC`, `Brier score`) of models over time, compared with `neutral` (0.5 for AUC).
pub fn statistic_over_time(statistic: &str, unit: TimeUnit, series: &[TimeSeries], neutral: Option<f64>) -> Figure {
    let line = |(index, one): (usize, &TimeSeries)| {
        let mark = Mark::Line {
            x: one.time.clone(),
            y: one.estimate.clone(),
            band: figures::Band::between(&one.lower, &one.upper),
        };
        let layer = Layer::series(index, one.name.clone(), mark);
        if series.len() > 1 { layer } else { layer.label(Label::None) }
    };
    // Where nothing is known for long, the axis begins with what is.
    let times = || series.iter().flat_map(|one| &one.time).copied().filter(|time| time.is_finite());
    let (first, last) = (times().fold(f64::INFINITY, f64::min), times().fold(0.0, f64::max));
    let from = (first < 0.2 * last || first == last).then_some(0.0);
    // Where one half is chance, one is the most that there is; an axis that comes near it ends there.
    let highest = series.iter().flat_map(|one| one.estimate.iter().chain(&one.upper)).copied().fold(0.0, f64::max);
    let to = (neutral == Some(0.5) && highest > 0.95).then_some(1.0);
    let chart = Chart {
        x: Axis { from, ..Axis::time(format!("Time, {}", unit.word()), unit) },
        y: Axis { to, ..Axis::linear(statistic) },
        layers: series.iter().enumerate().map(line).collect(),
        references: neutral.map(|value| Reference::horizontal(value, "")).into_iter().collect(),
        ..Chart::default()
    };
    Figure::new("", chart)
}
