//! On a grid of characters a label stands in the middle of a cell, and so must the value that it names: the scale is
//! chosen so that the distance of two ticks is a whole number of cells.

use super::position::Position;
use crate::axis::{Axis, Scale, Ticks};
use crate::ticks::{Tick, at_multiples, steps};

/// How far from the middle of its cell a value may lie and still be drawn in it.
const HALF: f64 = 0.49;

/// The cells of an axis, counted from its low end.
#[derive(Debug, Clone, Copy)]
pub struct Cells {
    /// How many there are.
    pub count: usize,
    /// The middle of the first, on the surface.
    pub first: f64,
    /// From the middle of one to the middle of the next: 1 to the right, -1 upwards.
    pub step: f64,
    /// Whether the low end of the axis has to be the middle of the first cell: bars grow from there.
    pub based: bool,
}

/// A distance of ticks and how many cells it takes.
#[derive(Debug, Clone, Copy)]
struct Candidate {
    /// The distance of ticks, in units of the axis (decades on a logarithmic one).
    step: f64,
    /// What such a step counts for against rounder ones.
    roundness: f64,
    cells: usize,
    /// Which multiple of a cell's share lies in the first cell.
    first: f64,
}

impl Candidate {
    fn cell(&self) -> f64 {
        self.step / self.cells as f64
    }
}

/// A scale for `range` with about `wanted` ticks, all in the middle of cells; `apart` says whether the labels of such
/// ticks have room. `None` where no round step does: the scale is continuous then.
pub fn snapped(
    axis: &Axis,
    range: (f64, f64),
    cells: Cells,
    wanted: usize,
    apart: impl Fn(&Position, &[Tick]) -> bool,
) -> Option<(Position, Vec<Tick>)> {
    if matches!(axis.scale, Scale::Category(_)) || matches!(axis.ticks, Ticks::At(_)) || cells.count < 2 {
        return None;
    }
    let (low, high) = (unit(axis, range.0), unit(axis, range.1));
    if !(high - low).is_finite() || high - low <= 0.0 {
        return None;
    }
    let candidates = steps(axis, low, high, cells.count).into_iter();
    let fitting = candidates.filter_map(|(step, roundness)| fit(step, roundness, (low, high), cells));
    let mut best: Option<(f64, Position, Vec<Tick>)> = None;
    for candidate in fitting {
        let (position, ticks) = placed(axis, range, cells, &candidate);
        let fill = (high - low) / candidate.cell() / (cells.count - 1) as f64;
        let density = (ticks.len().max(1) as f64 / wanted as f64).ln().abs();
        // Two ticks say where the ends are; a third shows the scale.
        let few = if ticks.len() < 3 && wanted > 2 { 0.3 } else { 0.0 };
        let score = 2.0 * fill.min(1.0) - 0.5 * density - candidate.roundness - few;
        let enough = ticks.len() >= 2 || wanted < 2;
        if enough && best.as_ref().is_none_or(|best| score > best.0) && apart(&position, &ticks) {
            best = Some((score, position, ticks));
        }
    }
    best.map(|(_, position, ticks)| (position, ticks))
}

/// What is spread evenly: the value, percents of one, or its decimal logarithm.
fn unit(axis: &Axis, value: f64) -> f64 {
    match (&axis.scale, &axis.ticks) {
        (Scale::Log, _) => value.log10(),
        (_, Ticks::Percent) => value * 100.0,
        _ => value,
    }
}

fn value(axis: &Axis, unit: f64) -> f64 {
    match (&axis.scale, &axis.ticks) {
        (Scale::Log, _) => 10f64.powf(unit),
        (_, Ticks::Percent) => unit / 100.0,
        _ => unit,
    }
}

/// As many cells to a step as the range leaves room for.
fn fit(step: f64, roundness: f64, (low, high): (f64, f64), cells: Cells) -> Option<Candidate> {
    let most = (step / (high - low) * cells.count as f64).floor().min(cells.count as f64) as usize;
    (1..=most.max(1)).rev().find_map(|each| {
        let cell = step / each as f64;
        let first = if cells.based { (low / cell).round() } else { (low / cell - HALF).ceil() };
        let at_base = !cells.based || (low / cell - first).abs() < 1e-9;
        let fits = high / cell - first <= (cells.count - 1) as f64 + HALF;
        (at_base && fits).then_some(Candidate { step, roundness, cells: each, first })
    })
}

/// Where the values lie then. An end that the axis gives stays the end; others reach to the edges of the cells.
fn placed(axis: &Axis, range: (f64, f64), cells: Cells, candidate: &Candidate) -> (Position, Vec<Tick>) {
    let cell = candidate.cell();
    let last = (cells.count - 1) as f64;
    let end = |given: Option<f64>, at: f64, by: f64| given.unwrap_or(value(axis, (candidate.first + at + by) * cell));
    let low = end(axis.from.map(|_| range.0).or(cells.based.then_some(range.0)), 0.0, -HALF);
    let high = end(axis.to.map(|_| range.1), last, HALF);
    let at = |value: f64| cells.first + cells.step * (unit(axis, value) / cell - candidate.first);
    let position = Position::new(axis, (low, high), at(low), at(high));
    (position, at_multiples(axis, candidate.step, unit(axis, low), unit(axis, high)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::axis::TimeUnit;

    fn rows(count: usize) -> Cells {
        Cells { count, first: count as f64 - 0.5, step: -1.0, based: false }
    }

    #[test]
    fn ticks_lie_in_the_middle_of_cells_and_are_equally_far_apart() {
        let axes = [
            (Axis::linear("").between(0.0, 1.0), (0.0, 1.0)),
            (Axis::linear(""), (-0.131, 0.317)),
            (Axis::linear("").ticks(Ticks::Percent).between(0.0, 1.0), (0.0, 1.0)),
            (Axis::time("", TimeUnit::Months), (0.0, 61.3)),
            (Axis::log(""), (0.03, 140.0)),
            (Axis::linear("").between(0.3, 1.0), (0.3, 1.0)),
        ];
        for (axis, range) in &axes {
            for count in 4..60 {
                let Some((position, ticks)) = snapped(axis, *range, rows(count), count.div_ceil(2).min(6), |_, _| true)
                else {
                    panic!("{axis:?} has no scale of {count} rows");
                };
                let places: Vec<f64> = ticks.iter().map(|tick| position.at(tick.value)).collect();
                for place in &places {
                    let off = (place - 0.5 - (place - 0.5).round()).abs();
                    assert!(off < 1e-6 && (0.0..count as f64).contains(place), "{axis:?} {count}: {places:?}");
                }
                let apart = places.windows(2).map(|pair| pair[0] - pair[1]).collect::<Vec<_>>();
                assert!(apart.windows(2).all(|pair| (pair[0] - pair[1]).abs() < 1e-6), "{axis:?} {count}: {places:?}");
                for end in [range.0, range.1] {
                    assert!((0.0..=count as f64).contains(&position.at(end)), "{axis:?} {count} {end}");
                }
            }
        }
    }

    #[test]
    fn a_base_is_the_first_cell_itself() {
        let cells = Cells { count: 11, first: 10.5, step: -1.0, based: true };
        let found = snapped(&Axis::linear("").from(0.0), (0.0, 37.0), cells, 5, |_, _| true);
        let (position, ticks) = found.expect("a scale from 0 to 37");
        assert_eq!(position.at(0.0), 10.5);
        assert_eq!(ticks.iter().map(|tick| tick.label.as_str()).collect::<Vec<_>>(), ["0", "20", "40"]);
    }
}
