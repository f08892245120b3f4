//! How the room of a chart is shared between the plot, its axes, labels and the numbers at risk.

use super::labels::SAMPLE;
use super::marks::Frame;
use super::position::Position;
use super::{Chart, Label, Layer, Mark};
use crate::axis::{Axis, Scale};
use crate::surface::{Rect, Surface};
use crate::ticks::{Tick, ticks};

/// Where everything stands.
pub struct Layout {
    pub frame: Frame,
    pub parts: Parts,
    pub x_ticks: Vec<Tick>,
    pub y_ticks: Vec<Tick>,
    /// The whole area of the chart.
    pub area: Rect,
    /// The middle of each line of text.
    pub head: f64,
    pub head_lines: usize,
    pub y_label: f64,
    pub top_labels: f64,
    pub tick_labels: f64,
    pub x_label: f64,
    pub at_risk_title: f64,
    pub at_risk_first: f64,
    /// Free room to the right of a square plot.
    pub side: Rect,
}

/// What stands outside of the plot because there was no free place inside.
#[derive(Debug, Clone, Copy, Default)]
pub struct Outside {
    /// Lines of the legend and remarks above the plot.
    pub lines: usize,
    /// Whether the rows of numbers at risk show what their curves look like, instead of a legend.
    pub keyed: bool,
}

/// Which parts there is room for.
#[derive(Debug, Clone, Copy)]
pub struct Parts {
    pub y_label: bool,
    pub x_label: bool,
    pub at_risk: bool,
    pub tick_labels: bool,
    pub axes: bool,
}

/// From everything to the bare plot: what is left out first is missed least.
const FEWER_AND_FEWER: [Parts; 6] = [
    Parts { y_label: true, x_label: true, at_risk: true, tick_labels: true, axes: true },
    Parts { y_label: false, x_label: true, at_risk: true, tick_labels: true, axes: true },
    Parts { y_label: true, x_label: true, at_risk: false, tick_labels: true, axes: true },
    Parts { y_label: false, x_label: false, at_risk: false, tick_labels: true, axes: true },
    Parts { y_label: false, x_label: false, at_risk: false, tick_labels: false, axes: true },
    Parts { y_label: false, x_label: false, at_risk: false, tick_labels: false, axes: false },
];

/// The smallest plot that is worth its labels, in characters and lines.
const SMALLEST: (f64, f64) = (10.0, 5.0);

impl Layout {
    /// Shares `area` out, with `labels` outside of the plot.
    pub fn fit(chart: &Chart, surface: &dyn Surface, area: Rect, labels: Outside) -> Self {
        let (character, line) = surface.em();
        let enough = |layout: &Self| {
            let plot = layout.frame.plot;
            plot.width() >= SMALLEST.0 * character && plot.height() >= SMALLEST.1 * line
        };
        let attempts =
            FEWER_AND_FEWER.map(|parts| Parts { at_risk: parts.at_risk && chart.at_risk.is_some(), ..parts });
        let mut layout = None;
        for parts in attempts {
            let attempt = Self::with(chart, surface, area, labels, parts);
            let done = enough(&attempt);
            layout = Some(attempt);
            if done {
                break;
            }
        }
        // At least one attempt is always made.
        layout.unwrap_or_else(|| Self::with(chart, surface, area, Outside::default(), FEWER_AND_FEWER[5]))
    }

    fn with(chart: &Chart, surface: &dyn Surface, area: Rect, labels: Outside, parts: Parts) -> Self {
        let head = labels.lines;
        let (character, line) = surface.em();
        let paper = surface.paper();
        let gap = if paper { line * 0.4 } else { 0.0 };

        // From the top down to the plot.
        let mut y = area.top;
        let mut next = |room: f64| {
            let middle = y + room / 2.0;
            y += room;
            middle
        };
        let head_first = next(if head > 0 && parts.axes { line } else { 0.0 });
        next(if parts.axes { line * (head.saturating_sub(1)) as f64 } else { 0.0 } + if head > 0 { gap } else { 0.0 });
        let y_label = next(if parts.y_label && !paper && !chart.y.label.is_empty() { line } else { 0.0 });
        let top_shown = chart.top.is_some() && parts.x_label;
        next(if top_shown && paper { line * 1.3 } else { 0.0 });
        let top_labels = next(if top_shown { line } else { 0.0 });
        next(gap);
        let top = y;

        // From the bottom up to the plot, measured downwards.
        let at_risk_rows = chart.at_risk.as_ref().filter(|_| parts.at_risk).map_or(0, |table| table.rows.len());
        let axis_room = if parts.axes { surface.axis_room() } else { 0.0 };
        let tick_line = if parts.tick_labels { line } else { 0.0 };
        let has_x_label = parts.x_label && !chart.x.label.is_empty();
        let label_line = if has_x_label || at_risk_rows > 0 { line * if paper { 1.2 } else { 1.0 } } else { 0.0 };
        let title_line = if at_risk_rows > 0 && paper { line * 1.4 } else { 0.0 };
        let below = axis_room + tick_line + label_line + title_line + line * at_risk_rows as f64;
        let bottom = with_whole_lines(&chart.y, top, (area.bottom - below).max(top), line, paper);
        let tick_labels = bottom + axis_room + tick_line / 2.0;
        let x_label = bottom + axis_room + tick_line + label_line / 2.0;
        let at_risk_title = if paper { x_label + label_line / 2.0 + title_line * 0.6 } else { x_label };
        let at_risk_first = bottom + axis_room + tick_line + label_line + title_line + line / 2.0;

        // From left to right.
        let (y_low, y_high) = extent(chart, Dimension::Y);
        let y_range = chart.y.range(y_low, y_high);
        let inset = surface.inset();
        let (y_from, y_to) = vertical_ends(&chart.y, top, bottom, inset.1, line);
        let y_position = Position::new(&chart.y, y_range, y_from, y_to);
        let y_ticks = vertical_ticks(&chart.y, &y_position, (bottom - top) / line, line, paper);
        let label_width =
            |labels: &[Tick]| labels.iter().map(|tick| surface.text_width(&tick.label)).fold(0.0, f64::max);
        let widest = area.width() * 0.4;
        let y_labels = if parts.tick_labels { label_width(&y_ticks).min(widest) } else { 0.0 };
        let at_risk_labels = at_risk_label_width(chart, surface, parts, labels.keyed).min(widest);
        let rotated = if paper && parts.y_label && !chart.y.label.is_empty() { line * 1.3 } else { 0.0 };
        let margin = (rotated + y_labels + axis_room).max(at_risk_labels);
        let left = (area.left + margin.ceil()).min(area.right);
        let right_room = end_label_width(chart, surface).min(area.width() * 0.35).max(character);
        let mut right = (area.right - right_room).max(left);
        if !parts.tick_labels {
            right = area.right.max(left);
        }
        let mut bottom_right = area.right;
        if chart.square && parts.axes {
            // Lines are about twice as high as characters are wide; a little wider shows more.
            let longest = if paper { bottom - top } else { ((bottom - top) * 2.5).max(20.0) };
            if right - left > longest {
                right = left + longest;
                bottom_right = right;
            }
        }
        let plot = Rect::new(left, top, right, bottom);

        let (x_low, x_high) = extent(chart, Dimension::X);
        let x_position = Position::new(&chart.x, chart.x.range(x_low, x_high), left + inset.0, right - inset.0);
        let x_ticks = horizontal_ticks(&chart.x, &x_position, surface, chart, parts.at_risk);
        let side = Rect::new(bottom_right + 2.0 * character, top, area.right, bottom);
        let resolution = if paper { (0.25, 0.25) } else { (2.0 * inset.0, 2.0 * inset.1) };
        let frame = Frame { plot, x: x_position, y: y_position, line, character, resolution };
        Self {
            frame,
            parts,
            x_ticks,
            y_ticks,
            area,
            head: head_first,
            head_lines: head,
            y_label,
            top_labels,
            tick_labels,
            x_label,
            at_risk_title,
            at_risk_first,
            side,
        }
    }

    /// Width of the labels to the left of the axis.
    pub fn label_end(&self, surface: &dyn Surface) -> f64 {
        self.frame.plot.left - surface.axis_room()
    }
}

/// How many of `count` places of a category axis have room: where not all do, the last line says how many are missing.
pub fn places_shown(count: usize, lines: f64) -> usize {
    let room = (lines + 1e-9).floor().max(0.0) as usize;
    if count <= room { count } else { room.saturating_sub(1) }
}

/// The bottom of the plot, moved up so that all places of a category axis are equally many lines high.
fn with_whole_lines(axis: &Axis, top: f64, bottom: f64, line: f64, paper: bool) -> f64 {
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

fn horizontal_ticks(
    axis: &Axis,
    position: &Position,
    surface: &dyn Surface,
    chart: &Chart,
    at_risk: bool,
) -> Vec<Tick> {
    let character = surface.em().0;
    let width = |tick: &Tick| {
        let counts = chart.at_risk.as_ref().filter(|_| at_risk).into_iter().flat_map(|table| &table.rows);
        let count_width = |n: f64| surface.text_width(&crate::format::fixed(n, 0));
        counts.map(|row| count_width(row.at(tick.value))).fold(surface.text_width(&tick.label), f64::max)
    };
    let apart = |left: &Tick, right: &Tick| {
        let room = position.at(right.value) - position.at(left.value);
        room >= (width(left) + width(right)) / 2.0 + 1.5 * character
    };
    let span = position.at(position.high) - position.at(position.low);
    let wanted = (span / (6.0 * character)).clamp(1.0, 10.0) as usize;
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

fn at_risk_label_width(chart: &Chart, surface: &dyn Surface, parts: Parts, keyed: bool) -> f64 {
    let Some(table) = chart.at_risk.as_ref().filter(|_| parts.at_risk) else { return 0.0 };
    let character = surface.em().0;
    let label = table.rows.iter().map(|row| surface.text_width(&row.label)).fold(0.0, f64::max);
    let number =
        table.rows.iter().map(|row| surface.text_width(&crate::format::fixed(row.at(0.0), 0))).fold(0.0, f64::max);
    // On a grid the heading shares its line with the label of the axis.
    let heading = if surface.paper() { 0.0 } else { surface.text_width(&table.title) };
    let sample = if keyed { (SAMPLE + 1.0) * character } else { 0.0 };
    (sample + label + number / 2.0 + 1.5 * character).max(heading + character)
}

fn end_label_width(chart: &Chart, surface: &dyn Surface) -> f64 {
    let width = |layer: &Layer| match &layer.label {
        Label::End(text) => surface.text_width(text) + 1.5 * surface.em().0,
        _ => 0.0,
    };
    chart.layers.iter().map(width).fold(0.0, f64::max)
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
            (super::ReferenceLine::Vertical(x), Dimension::X) => see(&[x]),
            (super::ReferenceLine::Horizontal(y), Dimension::Y) => see(&[y]),
            _ => {}
        }
    }
    range
}
