//! The scales of a chart's axes: from the data to places, with ticks.

use super::position::Position;
use super::snapped::{Cells, snapped};
use super::{Chart, Mark, ReferenceLine};
use crate::axis::{Axis, Scale};
use crate::surface::Surface;
use crate::ticks::{Tick, ticks};

/// How many of `count` places of a category axis have room: where not all do, the last line says how many are missing.
pub fn places_shown(count: usize, lines: f64) -> usize {
    let room = (lines + 1e-9).floor().max(0.0) as usize;
    if count <= room { count } else { room.saturating_sub(1) }
}

/// The bottom of the plot, moved up so that all places of a category axis are equally many lines high.
pub fn with_whole_lines(axis: &Axis, top: f64, bottom: f64, line: f64, paper: bool) -> f64 {
    match &axis.scale {
        Scale::Category(names) if !paper && !names.is_empty() => {
            let each = ((bottom - top) / line / names.len() as f64).floor();
            if each < 1.0 { bottom } else { top + each * names.len() as f64 * line }
        }
        _ => bottom,
    }
}

/// Where the ends of the vertical axis lie: places of a category axis count from the top, each a line high at least,
/// even if the last are beyond the bottom then.
fn vertical_ends(axis: &Axis, top: f64, bottom: f64, inset: f64, line: f64) -> (f64, f64) {
    match &axis.scale {
        Scale::Category(names) => (top, bottom.max(top + line * names.len() as f64)),
        _ => (bottom - inset, top + inset),
    }
}

/// The scale of the vertical axis and its ticks.
pub fn vertical_scale(
    chart: &Chart,
    (top, bottom): (f64, f64),
    surface: &dyn Surface,
    axes: bool,
) -> (Position, Vec<Tick>) {
    let axis = &chart.y;
    let (line, paper) = (surface.em().1, surface.paper());
    let (low, high) = extent(chart, Dimension::Y);
    if !paper && axes {
        // Bars stand on the line of the axis, which runs through the middle of the cells below the plot.
        let bars = chart.layers.iter().any(|layer| matches!(layer.mark, Mark::Histogram { .. }));
        let based = f64::from(u8::from(bars));
        let rows = (bottom - top).max(0.0) as usize;
        let cells = Cells { count: rows + based as usize, first: bottom - 0.5 + based, step: -1.0, based: bars };
        let wanted = rows.div_ceil(2).clamp(1, 6);
        if let Some(found) = snapped(axis, axis.bare_range(low, high), cells, wanted, |_, _| true) {
            return found;
        }
    }
    let (from, to) = vertical_ends(axis, top, bottom, surface.inset().1, line);
    let position = Position::new(axis, axis.range(low, high), from, to);
    let ticks = vertical_ticks(axis, &position, (bottom - top) / line, line, paper);
    (position, ticks)
}

/// The scale of the horizontal axis and those of its ticks whose labels end before `edge`, with the numbers at risk
/// below them, and with or without a line for its name.
pub fn horizontal_scale(
    chart: &Chart,
    (left, right): (f64, f64),
    edge: f64,
    surface: &dyn Surface,
    (at_risk, named): (bool, bool),
) -> (Position, Vec<Tick>) {
    let axis = &chart.x;
    let character = surface.em().0;
    let (low, high) = extent(chart, Dimension::X);
    let labels = Labels { chart, surface, at_risk };
    if !surface.paper() {
        let cells = Cells { count: (right - left).max(0.0) as usize, first: left + 0.5, step: 1.0, based: false };
        let wanted = ((right - left) / (9.0 * character)).clamp(2.0, 8.0) as usize;
        let found = snapped(axis, axis.bare_range(low, high), cells, wanted, |position, found| {
            found.windows(2).all(|pair| labels.apart(position, &pair[0], &pair[1]))
        });
        if let Some((position, mut ticks)) = found {
            let end = |tick: &Tick| position.at(tick.value) + surface.text_width(&tick.label) / 2.0;
            ticks.retain(|tick| end(tick) <= edge + 1e-6);
            // Without a line of its own the name of the axis stands behind the labels, if two and half of them remain.
            let before = |name: &&str| {
                let name = surface.text_width(name) + 2.0 * character;
                ticks.iter().filter(|tick| end(tick) + name <= edge).count()
            };
            let remaining =
                names(&axis.label).iter().map(before).find(|before| *before >= 2 && 2 * before >= ticks.len());
            if let Some(remaining) = remaining.filter(|_| !named) {
                ticks.truncate(remaining);
            }
            return (position, ticks);
        }
    }
    let inset = surface.inset().0;
    let position = Position::new(axis, axis.range(low, high), left + inset, right - inset);
    let ticks = horizontal_ticks(axis, &position, &labels);
    (position, ticks)
}

/// What an axis may be called: its name, and that without what stands in brackets behind it; nothing where it has none.
pub fn names(label: &str) -> Vec<&str> {
    let short = label.split_once(" (").map(|(short, _)| short);
    std::iter::once(label).chain(short).filter(|name| !name.is_empty()).collect()
}

/// How much room the labels of the horizontal axis take, with the numbers at risk below them.
struct Labels<'a> {
    chart: &'a Chart,
    surface: &'a dyn Surface,
    at_risk: bool,
}

impl Labels<'_> {
    fn width(&self, tick: &Tick) -> f64 {
        let counts = self.chart.at_risk.as_ref().filter(|_| self.at_risk).into_iter().flat_map(|table| &table.rows);
        let count_width = |n: f64| self.surface.text_width(&crate::format::fixed(n, 0));
        counts.map(|row| count_width(row.at(tick.value))).fold(self.surface.text_width(&tick.label), f64::max)
    }

    fn apart(&self, position: &Position, left: &Tick, right: &Tick) -> bool {
        let room = position.at(right.value) - position.at(left.value);
        room >= (self.width(left) + self.width(right)) / 2.0 + 1.5 * self.surface.em().0
    }
}

fn vertical_ticks(axis: &Axis, position: &Position, lines: f64, line: f64, paper: bool) -> Vec<Tick> {
    if let Scale::Category(names) = &axis.scale {
        let shown = places_shown(names.len(), lines);
        let mut found = ticks(axis, position.low, position.high, 1);
        found.truncate(shown);
        if shown < names.len() && lines >= 1.0 {
            found.push(Tick { value: shown as f64, label: format!("+{} more", names.len() - shown) });
        }
        return found;
    }
    let wanted = if paper { (lines / 3.5).clamp(2.0, 6.0) } else { (lines / 2.0).ceil().clamp(1.0, 6.0) } as usize;
    let apart = |found: &[Tick]| {
        let places: Vec<f64> = found.iter().map(|tick| position.at(tick.value)).collect();
        places.windows(2).all(|pair| (pair[0].floor() - pair[1].floor()).abs() >= line)
    };
    (1..=wanted)
        .rev()
        .map(|wanted| ticks(axis, position.low, position.high, wanted))
        .find(|found| apart(found))
        .unwrap_or_else(|| {
            thinned(ticks(axis, position.low, position.high, 1), |kept, tick| {
                (position.at(kept.value) - position.at(tick.value)).abs() >= line
            })
        })
}

fn horizontal_ticks(axis: &Axis, position: &Position, labels: &Labels) -> Vec<Tick> {
    let apart = |left: &Tick, right: &Tick| labels.apart(position, left, right);
    let span = position.at(position.high) - position.at(position.low);
    let wanted = (span / (6.0 * labels.surface.em().0)).clamp(1.0, 10.0) as usize;
    (1..=wanted)
        .rev()
        .map(|wanted| ticks(axis, position.low, position.high, wanted))
        .find(|found| found.windows(2).all(|pair| apart(&pair[0], &pair[1])))
        .unwrap_or_else(|| thinned(ticks(axis, position.low, position.high, 1), apart))
}

/// The ticks without those too near to the one kept before them.
fn thinned(ticks: Vec<Tick>, apart: impl Fn(&Tick, &Tick) -> bool) -> Vec<Tick> {
    let mut kept: Vec<Tick> = Vec::new();
    for tick in ticks {
        if kept.last().is_none_or(|last| apart(last, &tick)) {
            kept.push(tick);
        }
    }
    kept
}

#[derive(Clone, Copy, PartialEq)]
enum Dimension {
    X,
    Y,
}

/// Smallest and largest finite value of all layers in one dimension (reversed infinities where there is none).
fn extent(chart: &Chart, dimension: Dimension) -> (f64, f64) {
    let axis = if dimension == Dimension::X { &chart.x } else { &chart.y };
    let mut range = (f64::INFINITY, f64::NEG_INFINITY);
    let mut see = |values: &[f64]| {
        for value in values.iter().filter(|value| value.is_finite() && (axis.scale != Scale::Log || **value > 0.0)) {
            range = (range.0.min(*value), range.1.max(*value));
        }
    };
    for layer in &chart.layers {
        match (&layer.mark, dimension) {
            (
                Mark::Steps { x, .. } | Mark::Line { x, .. } | Mark::Points { x, .. } | Mark::Area { x, .. },
                Dimension::X,
            ) => see(x),
            (
                Mark::Steps { y, band, .. } | Mark::Line { y, band, .. } | Mark::Points { y, limits: band, .. },
                Dimension::Y,
            ) => {
                see(y);
                if let Some(band) = band {
                    see(&band.lower);
                    see(&band.upper);
                }
            }
            (Mark::Area { lower, upper, .. }, Dimension::Y) => {
                see(lower);
                see(upper);
            }
            (Mark::Histogram { edges, .. }, Dimension::X) => see(edges),
            (Mark::Histogram { heights, .. }, Dimension::Y) => {
                see(&[0.0]);
                see(heights);
            }
            (Mark::Bars { values, .. }, Dimension::X) => {
                see(&[0.0]);
                see(values);
            }
            (Mark::Box { summary, values, .. }, Dimension::X) => {
                see(summary);
                see(values);
            }
            (Mark::Bars { .. } | Mark::Box { .. }, Dimension::Y) => {}
        }
    }
    for reference in &chart.references {
        match (reference.line, dimension) {
            (ReferenceLine::Vertical(x), Dimension::X) => see(&[x]),
            (ReferenceLine::Horizontal(y), Dimension::Y) => see(&[y]),
            _ => {}
        }
    }
    range
}
