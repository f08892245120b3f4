//! Net benefit over the risk threshold.

use super::Gain;
use figures::{Axis, Band, Body, Chart, Figure, Layer, Mark, Marker, Pattern, Reference, Role, Ticks};

/// The net benefit of treating by one rule.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct NetBenefit {
    /// The model, or `Treat all`.
    pub name: String,
    /// Net benefit at each threshold.
    pub net_benefit: Vec<f64>,
}

/// Decision curves at `thresholds`. A curve called `Treat all` is drawn as a thing to compare with; `Treat none` (no
/// benefit at all) is added.
pub fn decision_curve(thresholds: &[f64], rules: &[NetBenefit]) -> Figure {
    let line = |y: Vec<f64>| Mark::Line { x: thresholds.to_vec(), y, band: None };
    let mut layers = Vec::new();
    let mut models = 0;
    for rule in rules {
        let layer = Layer::series(models, rule.name.clone(), line(rule.net_benefit.clone()));
        if rule.name == "Treat all" {
            layers.push(layer.role(Role::Dim).pattern(Pattern::DashDotDot).marker(Marker::Circle));
        } else {
            layers.push(layer);
            models += 1;
        }
    }
    let none = Layer::series(0, "Treat none", line(vec![0.0; thresholds.len()]));
    layers.push(none.role(Role::Reference).pattern(Pattern::LongDashed).marker(Marker::Cross));
    let values = || rules.iter().flat_map(|rule| &rule.net_benefit).copied().filter(|value| value.is_finite());
    let highest = values().fold(0.01, f64::max);
    // Treating all soon does more harm than the figure has room for.
    let lowest = values().fold(0.0, f64::min).max(-highest / 4.0);
    let chart = Chart {
        x: Axis { to: end(thresholds, rules), ..Axis::linear("Risk threshold").ticks(Ticks::Percent) },
        y: Axis::linear("Net benefit").between(lowest, highest * 1.05),
        layers,
        ..Chart::default()
    };
    Figure::new("", chart)
}

/// Differences in net benefit with their limits, over the thresholds that `curves` show.
pub fn differences(thresholds: &[f64], gains: &[(String, &Gain)], curves: Figure) -> Figure {
    let end = match curves.body {
        Body::Chart(chart) => chart.x.to,
        _ => None,
    };
    let layer = |(at, (name, gain)): (usize, &(String, &Gain))| {
        let band = Band::between(&gain.lower, &gain.upper);
        Layer::series(at, name.clone(), Mark::Line { x: thresholds.to_vec(), y: gain.net_benefit.clone(), band })
    };
    let chart = Chart {
        x: Axis { to: end, ..Axis::linear("Risk threshold").ticks(Ticks::Percent) },
        y: Axis::linear("Difference in net benefit"),
        layers: gains.iter().enumerate().map(layer).collect(),
        references: vec![Reference::horizontal(0.0, "")],
        ..Chart::default()
    };
    Figure::new("", chart)
}

/// A little behind the last threshold at which a model is of any use: beyond, nobody or next to nobody is treated, and
/// single patients make the curves jump.
fn end(thresholds: &[f64], rules: &[NetBenefit]) -> Option<f64> {
    const OF_USE: f64 = 0.03;
    const BEYOND: f64 = 0.1;
    let models = || rules.iter().filter(|rule| rule.name != "Treat all");
    let highest = models().flat_map(|rule| &rule.net_benefit).copied().filter(|v| v.is_finite()).fold(0.0, f64::max);
    let of_use =
        |at: &usize| models().any(|rule| rule.net_benefit.get(*at).is_some_and(|v| *v > OF_USE * highest && *v > 0.0));
    let (first, last) = (*thresholds.first()?, *thresholds.last()?);
    let useful = thresholds[(0..thresholds.len()).rev().find(of_use)?];
    let end = useful + BEYOND * (useful - first);
    (first < end && end < last).then_some(end)
}
