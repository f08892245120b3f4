//! A screen of many features at once.

use figures::{Axis, Chart, Figure, Layer, Mark, Marker, Reference, Role};

/// How many of the most significant features get their names.
const NAMED: usize = 12;

/// Effect against significance of each feature: name, log hazard ratio, p-value. `threshold` is the largest p-value
/// that counts as a discovery, if there is any.
pub fn volcano(features: &[(String, f64, f64)], threshold: Option<f64>) -> Figure {
    let height = |p: f64| -p.max(1e-300).log10();
    let found = |p: f64| threshold.is_some_and(|threshold| p <= threshold);
    let cloud = |role: Role, marker: Marker, wanted: &dyn Fn(f64, f64) -> bool| {
        let mut chosen: Vec<_> =
            features.iter().filter(|(_, effect, p)| p.is_finite() && wanted(*effect, *p)).collect();
        chosen.sort_by(|a, b| a.2.total_cmp(&b.2));
        let names =
            chosen.iter().enumerate().filter(|(_, one)| found(one.2)).map(|(index, one)| (index, one.0.clone()));
        let mark = Mark::Points {
            names: names.take(NAMED).collect(),
            x: chosen.iter().map(|one| one.1).collect(),
            y: chosen.iter().map(|one| height(one.2)).collect(),
            limits: None,
        };
        Layer::plain(role, mark).marker(marker)
    };
    let chart = Chart {
        x: Axis::linear("log hazard ratio"),
        y: Axis::linear("-log10 p").from(0.0),
        layers: vec![
            cloud(Role::Dim, Marker::Dot, &|_, p| !found(p)),
            cloud(Role::RiskLow, Marker::Circle, &|effect, p| found(p) && effect < 0.0),
            cloud(Role::RiskHigh, Marker::Disc, &|effect, p| found(p) && effect >= 0.0),
        ],
        references: std::iter::once(Reference::vertical(0.0, ""))
            .chain(threshold.map(|p| {
                Reference::horizontal(
                    height(p),
                    format!("p = {}", figures::format::significant(p, 2).trim_end_matches('0')),
                )
            }))
            .collect(),
        ..Chart::default()
    };
    Figure::new("", chart)
}
