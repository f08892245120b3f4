//! Distributions and amounts: histograms, boxes by group, bars.

use figures::{Axis, Chart, Figure, Layer, Mark, Reference, Role};

/// One group of values.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Group {
    /// Its name.
    pub name: String,
    /// Its values; those that are not finite are left out.
    pub values: Vec<f64>,
}

/// How many values there are of each size, in bins of equal width (the rule of Freedman and Diaconis, 5 to 60 bins).
/// `marks` are values that matter, such as a threshold, with their names.
pub fn histogram(quantity: &str, values: &[f64], marks: &[(f64, String)]) -> Figure {
    let mut sorted: Vec<f64> = values.iter().copied().filter(|value| value.is_finite()).collect();
    sorted.sort_by(f64::total_cmp);
    let (edges, heights) = binned(&sorted);
    let chart = Chart {
        x: Axis::linear(quantity),
        y: Axis::linear("Count").from(0.0),
        layers: vec![Layer::plain(Role::series(0), Mark::Histogram { edges, heights })],
        references: marks.iter().map(|(value, name)| Reference::vertical(*value, name.clone())).collect(),
        ..Chart::default()
    };
    Figure::new("", chart)
}

/// Boxes from the first to the third quartile with the median, whiskers to the last values within one and a half times
/// their distance, over all single values.
pub fn boxes(quantity: &str, groups: &[Group]) -> Figure {
    let layer = |(index, group): (usize, &Group)| {
        let mut sorted: Vec<f64> = group.values.iter().copied().filter(|value| value.is_finite()).collect();
        sorted.sort_by(f64::total_cmp);
        let values = if sorted.len() > MOST_DRAWN { thinned(&sorted) } else { group.values.clone() };
        let mark = Mark::Box { at: index as f64, summary: summary(&sorted), values };
        Layer::plain(Role::series(index), mark)
    };
    let names: Vec<String> = groups.iter().map(|group| group.name.clone()).collect();
    let chart = Chart {
        x: Axis::linear(quantity),
        y: Axis::category("", names),
        layers: groups.iter().enumerate().map(layer).collect(),
        ..Chart::default()
    };
    Figure::new("", chart)
}

/// More single values than these hide one another.
const MOST_DRAWN: usize = 5_000;

/// Some of many sorted values, evenly over all of them.
fn thinned(sorted: &[f64]) -> Vec<f64> {
    let at = |k: usize| sorted[k * (sorted.len() - 1) / (MOST_DRAWN - 1)];
    (0..MOST_DRAWN).map(at).collect()
}

/// A bar for each name, from zero to its value, with its text at the end: coefficients, frequencies of selection.
pub fn bars(quantity: &str, amounts: &[(String, f64, String)]) -> Figure {
    let names: Vec<String> = amounts.iter().map(|(name, ..)| name.clone()).collect();
    let values: Vec<f64> = amounts.iter().map(|(_, value, _)| *value).collect();
    let texts = amounts.iter().map(|(.., text)| text.clone()).collect();
    let finite = || values.iter().copied().filter(|value| value.is_finite());
    let (low, high) = (finite().fold(0.0, f64::min), finite().fold(0.0, f64::max));
    // Room for the texts beyond the ends of bars to the left; those to the right have it beside the plot.
    let room = 0.15 * (high - low);
    let axis = Axis::linear(quantity).between(if low < 0.0 { low - room } else { 0.0 }, high);
    let chart = Chart {
        x: axis,
        y: Axis::category("", names),
        layers: vec![Layer::plain(Role::series(0), Mark::Bars { values, texts })],
        references: if low < 0.0 { vec![Reference::vertical(0.0, "")] } else { Vec::new() },
        ..Chart::default()
    };
    Figure::new("", chart)
}

/// Edges and counts of bins over rising values.
fn binned(sorted: &[f64]) -> (Vec<f64>, Vec<f64>) {
    let (Some(low), Some(high)) = (sorted.first().copied(), sorted.last().copied()) else {
        return (Vec::new(), Vec::new());
    };
    if low == high {
        return (vec![low - 0.5, high + 0.5], vec![sorted.len() as f64]);
    }
    let [_, q1, _, q3, _] = summary(sorted);
    let ideal = 2.0 * (q3 - q1) / (sorted.len() as f64).cbrt();
    let bins = if ideal > 0.0 { ((high - low) / ideal).ceil().clamp(5.0, 60.0) } else { 10.0 } as usize;
    let width = (high - low) / bins as f64;
    let mut heights = vec![0.0; bins];
    for value in sorted {
        let bin = ((value - low) / width) as usize;
        heights[bin.min(bins - 1)] += 1.0;
    }
    ((0..=bins).map(|edge| low + edge as f64 * width).collect(), heights)
}

/// Whiskers, quartiles (interpolated linearly) and median of rising values.
fn summary(sorted: &[f64]) -> [f64; 5] {
    if sorted.is_empty() {
        return [f64::NAN; 5];
    }
    let quantile = |p: f64| {
        let place = p * (sorted.len() - 1) as f64;
        let below = sorted[place.floor() as usize];
        below + (sorted[place.ceil() as usize] - below) * place.fract()
    };
    let (q1, q3) = (quantile(0.25), quantile(0.75));
    let reach = 1.5 * (q3 - q1);
    let low = sorted.iter().copied().find(|value| *value >= q1 - reach).unwrap_or(q1);
    let high = sorted.iter().copied().rfind(|value| *value <= q3 + reach).unwrap_or(q3);
    [low, q1, quantile(0.5), q3, high]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whiskers_end_at_values() {
        assert_eq!(summary(&[1.0, 2.0, 3.0, 4.0, 100.0]), [1.0, 2.0, 3.0, 4.0, 4.0]);
        assert!(summary(&[]).iter().all(|value| value.is_nan()));
    }

    #[test]
    fn bins_hold_every_value() {
        let values: Vec<f64> = (0..100).map(|value| f64::from(value).sqrt()).collect();
        let (edges, heights) = binned(&values);
        assert_eq!(edges.len(), heights.len() + 1);
        assert_eq!(heights.iter().sum::<f64>(), 100.0);
        assert_eq!(binned(&[2.0, 2.0]), (vec![1.5, 2.5], vec![2.0]));
    }
}
