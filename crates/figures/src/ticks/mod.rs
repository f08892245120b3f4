//! Which values of an axis get a label, and what it says.

mod log;
mod talbot;
mod time;

use super::axis::{Axis, Scale, Ticks};

/// A labelled value.
#[derive(Debug, Clone, PartialEq)]
pub struct Tick {
    /// Where.
    pub value: f64,
    /// The label.
    pub label: String,
}

/// About `wanted` ticks between `low` and `high` for `axis`; never more than twice as many, none outside.
pub fn ticks(axis: &Axis, low: f64, high: f64, wanted: usize) -> Vec<Tick> {
    let wanted = wanted.max(1);
    match (&axis.ticks, &axis.scale) {
        (Ticks::At(given), _) => {
            let inside = |(value, label): &(f64, String)| {
                (low..=high).contains(value).then(|| Tick { value: *value, label: label.clone() })
            };
            given.iter().filter_map(inside).collect()
        }
        (_, Scale::Category(names)) => {
            names.iter().enumerate().map(|(at, name)| Tick { value: at as f64, label: name.clone() }).collect()
        }
        (Ticks::Percent, _) => {
            let values = talbot::extended(low * 100.0, high * 100.0, wanted);
            let labels = labels(&values);
            let tick = |(value, label): (&f64, String)| Tick { value: value / 100.0, label: label + "%" };
            values.iter().zip(labels).map(tick).collect()
        }
        (Ticks::Auto, scale) => {
            let values = match scale {
                Scale::Log => log::logarithmic(low, high, wanted),
                Scale::Time(unit) => time::follow_up(low, high, wanted, *unit),
                _ => talbot::extended(low, high, wanted),
            };
            let texts = if *scale == Scale::Log { values.iter().map(|v| label(*v)).collect() } else { labels(&values) };
            values.into_iter().zip(texts).map(|(value, label)| Tick { value, label }).collect()
        }
    }
}

/// Round distances of ticks between `low` and `high` (both in the units of the axis: percents, decades), none so small
/// that there would be more than `most`, each with what it counts for against rounder ones.
pub fn steps(axis: &Axis, low: f64, high: f64, most: usize) -> Vec<(f64, f64)> {
    const ROUND: [(f64, f64); 4] = [(1.0, 0.0), (2.0, 0.05), (5.0, 0.05), (2.5, 0.12)];
    let span = high - low;
    let least = span / most.max(1) as f64;
    let decimal = |unit: f64| {
        let decades = (least / unit).log10().floor() as i32..=(span / unit).log10().ceil() as i32;
        let steps = decades.flat_map(move |decade| ROUND.map(|(step, cost)| (step * 10f64.powi(decade) * unit, cost)));
        steps.filter(move |(step, _)| (least..=span).contains(step)).collect::<Vec<_>>()
    };
    match &axis.scale {
        Scale::Log => {
            let doublings = [1.0, 2.0].map(|times| (times * 2f64.log10(), 0.0));
            let decades = [1.0, 2.0, 3.0, 5.0, 10.0, 20.0, 50.0, 100.0].map(|step| (step, 0.0));
            let near_one = low < 0.0 && high > 0.0 && span < 2.2;
            let doublings = doublings.into_iter().filter(|_| near_one);
            doublings.chain(decades).filter(|(step, _)| (least..=span).contains(step)).collect()
        }
        Scale::Time(unit) => {
            let known = time::steps(*unit);
            let longest = known[known.len() - 1];
            let longer = decimal(longest).into_iter().filter(|(step, _)| *step > longest);
            let shorter = decimal(1.0).into_iter().filter(|(step, _)| *step < known[0]);
            let known = known.iter().map(|step| (*step, 0.0)).filter(|(step, _)| (least..=span).contains(step));
            known.chain(longer).chain(shorter).collect()
        }
        _ => decimal(1.0),
    }
}

/// The ticks at the multiples of `step` from `low` to `high`, all in the units of the axis.
pub fn at_multiples(axis: &Axis, step: f64, low: f64, high: f64) -> Vec<Tick> {
    let first = (low / step - 1e-9).ceil();
    let count = ((high / step + 1e-9).floor() - first + 1.0).clamp(0.0, 1e4) as usize;
    // Dividing keeps decimals exact where the step is a fraction: 0.3, not 0.30000000000000004.
    let nth = |at: usize| {
        let multiple = first + at as f64;
        if step < 1.0 && (1.0 / step - (1.0 / step).round()).abs() < 1e-9 {
            multiple / (1.0 / step).round()
        } else {
            multiple * step
        }
    };
    let units: Vec<f64> = (0..count).map(nth).collect();
    let percent = axis.ticks == Ticks::Percent;
    let log = axis.scale == Scale::Log;
    let values: Vec<f64> = match (log, percent) {
        (true, _) => units.iter().map(|unit| rounded(10f64.powf(*unit))).collect(),
        (_, true) => units.iter().map(|unit| unit / 100.0).collect(),
        _ => units.clone(),
    };
    let texts = if log { values.iter().map(|value| label(*value)).collect() } else { labels(&units) };
    let end = if percent { "%" } else { "" };
    values.into_iter().zip(texts).map(|(value, label)| Tick { value, label: label + end }).collect()
}

/// A power of ten or two without the last digits' noise.
fn rounded(value: f64) -> f64 {
    format!("{value:.12e}").parse().unwrap_or(value)
}

/// Labels of equally precise numbers: as many decimals as the most demanding needs.
fn labels(values: &[f64]) -> Vec<String> {
    let largest = values.iter().fold(0.0, |largest: f64, value| largest.max(value.abs()));
    let smallest_step = values.windows(2).map(|pair| pair[1] - pair[0]).fold(f64::INFINITY, f64::min);
    if largest >= 1e6 || largest < 1e-3 && largest > 0.0 {
        let digits = (1..12).find(|digits| distinct(values, |value| crate::format::scientific(value, *digits)));
        return values.iter().map(|value| powers(*value, digits.unwrap_or(12))).collect();
    }
    let exact = |decimals: &usize| {
        let unit = 10f64.powi(*decimals as i32);
        values.iter().all(|value| ((value * unit).round() / unit - value).abs() <= 1e-6 * smallest_step.min(largest))
    };
    let decimals = (0..12).find(exact).unwrap_or(12);
    values.iter().map(|value| crate::format::fixed(*value, decimals)).collect()
}

/// Whether `write` gives each value a text of its own that does not lose any of it.
fn distinct(values: &[f64], write: impl Fn(f64) -> String) -> bool {
    let step = values.windows(2).map(|pair| pair[1] - pair[0]).fold(f64::INFINITY, f64::min);
    values.iter().all(|value| write(*value).parse::<f64>().is_ok_and(|back| (back - value).abs() <= 1e-3 * step))
}

fn powers(value: f64, digits: usize) -> String {
    if value == 0.0 { "0".into() } else { crate::format::scientific(value, digits) }
}

/// The label of a single value, as short as it is exact: `0.25`, `1`, `1000`, `1e-5`.
fn label(value: f64) -> String {
    if value != 0.0 && !(1e-4..1e5).contains(&value.abs()) {
        return crate::format::scientific(
            value,
            (1..12).find(|d| distinct(&[value], |v| crate::format::scientific(v, *d))).unwrap_or(12),
        );
    }
    let rounded = format!("{value:.9}");
    rounded.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::axis::TimeUnit;

    fn shown(axis: &Axis, low: f64, high: f64, wanted: usize) -> String {
        let labels: Vec<String> = ticks(axis, low, high, wanted).into_iter().map(|tick| tick.label).collect();
        labels.join(" ")
    }

    #[test]
    fn linear_labels_share_their_decimals() {
        let axis = Axis::linear("");
        assert_eq!(shown(&axis, 0.0, 1.0, 5), "0.00 0.25 0.50 0.75 1.00");
        assert_eq!(shown(&axis, 0.0, 1.0, 6), "0.0 0.2 0.4 0.6 0.8 1.0");
        assert_eq!(shown(&axis, -0.13, 0.31, 5), "-0.1 0.0 0.1 0.2 0.3");
        assert_eq!(shown(&axis, 0.0, 3.2e6, 4), "0 1e6 2e6 3e6");
        assert_eq!(shown(&axis, 1e-7, 4.2e-7, 4), "1e-7 2e-7 3e-7 4e-7");
        assert_eq!(shown(&axis, 1000.0, 1003.0, 4), "1000 1001 1002 1003");
    }

    #[test]
    fn percentages_and_given_labels() {
        assert_eq!(shown(&Axis::linear("").ticks(Ticks::Percent), 0.0, 1.0, 6), "0% 20% 40% 60% 80% 100%");
        let given = Ticks::At(vec![(0.0, "none".into()), (9.0, "all".into())]);
        assert_eq!(shown(&Axis::linear("").ticks(given), -1.0, 1.0, 6), "none");
    }

    #[test]
    fn log_and_time_labels() {
        assert_eq!(shown(&Axis::log(""), 0.4, 5.0, 5), "0.5 1 2 4");
        assert_eq!(shown(&Axis::log(""), 0.04, 30.0, 5), "0.1 0.3 1 3 10 30");
        assert_eq!(shown(&Axis::time("", TimeUnit::Months), 0.0, 62.0, 6), "0 12 24 36 48 60");
        assert_eq!(shown(&Axis::time("", TimeUnit::Days), 0.0, 1022.0, 6), "0 180 360 540 720 900");
    }

    #[test]
    fn any_range_has_a_bounded_number_of_ticks() {
        let axes =
            [Axis::linear(""), Axis::log(""), Axis::time("", TimeUnit::Years), Axis::linear("").ticks(Ticks::Percent)];
        for axis in &axes {
            for (low, high) in [(1e-300, 1e300), (0.1, 0.1000001), (1.0, 1.0 + 1e-13), (5e-324, 1e-323), (3.0, 1e12)] {
                for wanted in [0, 1, 2, 5, 40] {
                    let found = ticks(axis, low, high, wanted);
                    assert!(found.len() <= 2 * wanted.max(1) + 1, "{axis:?} {low} {high} {wanted}: {found:?}");
                    assert!(found.iter().all(|tick| tick.value.is_finite()));
                }
            }
        }
    }
}
