//! The profile of a search for the best cut-off.

use figures::{Axis, Chart, Figure, Layer, Mark, Reference, Role};

/// The standardized log-rank statistic at every cut-off of `variable`, the best one marked, and the value that the
/// largest of all must exceed to be significant if that is known.
pub fn cut_point(variable: &str, cuts: &[f64], statistic: &[f64], best: f64, critical: Option<f64>) -> Figure {
    let mark = Mark::Line { x: cuts.to_vec(), y: statistic.to_vec(), band: None };
    let points = Mark::Points { x: cuts.to_vec(), y: statistic.to_vec(), limits: None, names: Vec::new() };
    let mut references = vec![Reference::vertical(best, figures::format::significant(best, 3))];
    references.extend(critical.map(|value| Reference::horizontal(value, "5% level")));
    let mut layers = vec![Layer::plain(Role::series(0), mark)];
    // Single points only where they can be told apart.
    if cuts.len() <= 60 {
        layers.push(Layer::plain(Role::series(0), points));
    }
    let chart = Chart {
        x: Axis::linear(variable),
        y: Axis::linear("Standardized log-rank statistic").from(0.0),
        layers,
        references,
        ..Chart::default()
    };
    Figure::new("", chart)
}
