//! Many numbers in few, and as boxes beside one another.

use figures::{Axis, Chart, Layer, Mark, Reference, Role, Scale};

pub fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

pub fn spread(values: &[f64]) -> f64 {
    let center = mean(values);
    (values.iter().map(|v| (v - center).powi(2)).sum::<f64>() / (values.len() - 1) as f64).sqrt()
}

/// The standard error of their mean.
pub fn error(values: &[f64]) -> f64 {
    spread(values) / (values.len() as f64).sqrt()
}

/// `0.504 (sd 0.076, mean within 0.480 to 0.528)`.
pub fn said(values: &[f64]) -> String {
    let (center, se) = (mean(values), error(values));
    format!(
        "{center:.3} (sd {:.3}; 95 % limits of the mean {:.3} to {:.3})",
        spread(values),
        center - 1.96 * se,
        center + 1.96 * se
    )
}

/// A box over the single values of each name, from top to bottom.
pub fn boxes(named: &[(&str, &[f64])], truth: f64, label: &str) -> Chart {
    let names = named.iter().map(|(name, _)| (*name).to_owned()).collect();
    let layers = named.iter().enumerate().map(|(at, (_, values))| {
        let mark = Mark::Box { at: at as f64, summary: summary(values), values: values.to_vec() };
        Layer::plain(Role::series(at), mark)
    });
    Chart {
        x: Axis::linear("C"),
        y: Axis { scale: Scale::Category(names), ..Axis::default() },
        layers: layers.collect(),
        references: vec![Reference::vertical(truth, label)],
        ..Chart::default()
    }
}

/// Whiskers to the farthest value within one and a half heights of the box, quartiles, median.
fn summary(values: &[f64]) -> [f64; 5] {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let at = |p: f64| {
        let place = p * (sorted.len() - 1) as f64;
        let (low, part) = (place.floor() as usize, place.fract());
        sorted[low] + part * (sorted[(low + 1).min(sorted.len() - 1)] - sorted[low])
    };
    let [q1, median, q3] = [0.25, 0.5, 0.75].map(at);
    let reach = 1.5 * (q3 - q1);
    let within = |v: &&f64| (q1 - reach..=q3 + reach).contains(*v);
    let (low, high) = (sorted.iter().find(within), sorted.iter().rev().find(within));
    [low.copied().unwrap_or(q1), q1, median, q3, high.copied().unwrap_or(q3)]
}
