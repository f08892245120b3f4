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
    let effects: Vec<f64> = features.iter().filter(|(_, _, p)| p.is_finite()).map(|(_, effect, _)| *effect).collect();
    let named: Vec<f64> = features.iter().filter(|(_, _, p)| found(*p)).map(|(_, effect, _)| *effect).collect();
    let (low, high) = frame(&effects, &named);
    let beyond: Vec<&str> = features
        .iter()
        .filter(|(_, effect, p)| p.is_finite() && (*effect < low || *effect > high))
        .map(|(name, ..)| name.as_str())
        .collect();
    let remark = match beyond.as_slice() {
        [] => None,
        [one] => Some(format!("beyond the axis: {one}")),
        several => Some(format!("{} features beyond the axis", several.len())),
    };
    let limited = |end: f64| end.is_finite().then_some(end);
    let chart = Chart {
        x: Axis { from: limited(low), to: limited(high), ..Axis::linear("log hazard ratio") },
        remarks: remark.into_iter().collect(),
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

/// Where the axis of effects begins and ends: at no effect further out than three interquartile ranges from the
/// quartiles, unless it is a discovery. Infinite where nothing lies out there.
fn frame(effects: &[f64], discoveries: &[f64]) -> (f64, f64) {
    const FAR_OUT: f64 = 3.0;
    let mut sorted: Vec<f64> = effects.iter().copied().filter(|effect| effect.is_finite()).collect();
    sorted.sort_by(f64::total_cmp);
    if sorted.len() < 20 {
        return (f64::NEG_INFINITY, f64::INFINITY);
    }
    let quartile = |part: usize| sorted[(sorted.len() - 1) * part / 4];
    let reach = FAR_OUT * (quartile(3) - quartile(1));
    let bounds = discoveries
        .iter()
        .fold((quartile(1) - reach, quartile(3) + reach), |(low, high), effect| (low.min(*effect), high.max(*effect)));
    (
        if sorted[0] < bounds.0 { bounds.0 } else { f64::NEG_INFINITY },
        if sorted[sorted.len() - 1] > bounds.1 { bounds.1 } else { f64::INFINITY },
    )
}
