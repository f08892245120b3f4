//! How the room of a chart is shared between the plot, its axes, labels and the numbers at risk.

use super::ends::end_sample;
use super::labels::SAMPLE;
use super::marks::Frame;
use super::scales::{horizontal_scale, vertical_scale, with_whole_lines};
use super::{Chart, Label, Layer, Mark, Scale};
use crate::format::width as width_of;
use crate::surface::{Rect, Surface};
use crate::ticks::Tick;

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
    /// The top of the first strip of bars above the plot, and the height of each.
    pub spread: (f64, f64),
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
    /// The width that a low square plot leaves to its right for names: it needs height, and is wide enough without.
    pub side: f64,
}

/// Which parts there is room for.
#[derive(Debug, Clone, Copy)]
pub struct Parts {
    pub spread: bool,
    pub y_label: bool,
    pub x_label: bool,
    pub at_risk: bool,
    pub tick_labels: bool,
    pub axes: bool,
}

/// From everything to the bare plot: what is left out first is missed least. With each goes the lowest plot, in lines,
/// that is worth its labels: rather a low plot with a scale than a higher one without.
const FEWER_AND_FEWER: [(Parts, f64); 7] = [
    (Parts { spread: true, y_label: true, x_label: true, at_risk: true, tick_labels: true, axes: true }, 5.0),
    (Parts { spread: false, y_label: true, x_label: true, at_risk: true, tick_labels: true, axes: true }, 5.0),
    (Parts { spread: false, y_label: false, x_label: true, at_risk: true, tick_labels: true, axes: true }, 5.0),
    (Parts { spread: false, y_label: true, x_label: true, at_risk: false, tick_labels: true, axes: true }, 5.0),
    (Parts { spread: false, y_label: true, x_label: false, at_risk: false, tick_labels: true, axes: true }, 3.0),
    (Parts { spread: false, y_label: false, x_label: false, at_risk: false, tick_labels: true, axes: true }, 3.0),
    (Parts { spread: false, y_label: false, x_label: false, at_risk: false, tick_labels: false, axes: false }, 0.0),
];

/// Of these the low plot whose horizontal axis is named to its right, where there is room for that.
const NAMED_BESIDE: usize = 4;

/// The narrowest plot that is worth its labels, in characters.
const NARROWEST: f64 = 10.0;

impl Layout {
    /// Shares `area` out, with `labels` outside of the plot.
    pub fn fit(chart: &Chart, surface: &dyn Surface, area: Rect, labels: Outside) -> Self {
        let (character, line) = surface.em();
        let enough = |layout: &Self, lowest: f64| {
            let plot = layout.frame.plot;
            let strips = layout.spread.1 * chart.spread.len() as f64;
            plot.width() >= NARROWEST * character && plot.height() >= (lowest * line).max(2.5 * strips)
        };
        let mut layout = None;
        for (index, (parts, lowest)) in FEWER_AND_FEWER.into_iter().enumerate() {
            if index == NAMED_BESIDE && labels.side <= 0.0 {
                continue;
            }
            let parts = Parts { at_risk: parts.at_risk && chart.at_risk.is_some(), ..parts };
            let attempt = Self::with(chart, surface, area, labels, parts);
            let done = enough(&attempt, lowest);
            layout = Some(attempt);
            if done {
                break;
            }
        }
        // At least one attempt is always made.
        layout.unwrap_or_else(|| Self::with(chart, surface, area, Outside::default(), FEWER_AND_FEWER[6].0))
    }

    fn with(chart: &Chart, surface: &dyn Surface, area: Rect, labels: Outside, parts: Parts) -> Self {
        let (character, line) = surface.em();
        let Heights {
            top,
            bottom,
            head,
            y_label,
            top_labels,
            spread,
            tick_labels,
            x_label,
            at_risk_title,
            at_risk_first,
        } = Heights::of(chart, surface, area, labels.lines, parts);
        let (y_position, y_ticks) = vertical_scale(chart, (top, bottom), surface, parts.axes);
        let left = (area.left + margin(chart, surface, area, parts, labels.keyed, &y_ticks).ceil()).min(area.right);
        let (right, side) =
            right_end(chart, surface, Rect::new(left, top, area.right, bottom), area, labels.side, parts);
        let plot = Rect::new(left, top, right, bottom);
        let (x_position, x_ticks) =
            horizontal_scale(chart, (left, right), area.right, surface, (parts.at_risk, parts.x_label));
        let inset = surface.inset();
        let resolution = if surface.paper() { (0.25, 0.25) } else { (2.0 * inset.0, 2.0 * inset.1) };
        let edge = area.right;
        let frame = Frame { plot, edge, x: x_position, y: y_position, line, character, resolution };
        Self {
            frame,
            parts,
            x_ticks,
            y_ticks,
            area,
            head,
            head_lines: labels.lines,
            y_label,
            top_labels,
            spread,
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

/// Where the plot begins and ends from the top down, and the lines of text above and below it.
struct Heights {
    top: f64,
    bottom: f64,
    head: f64,
    y_label: f64,
    top_labels: f64,
    spread: (f64, f64),
    tick_labels: f64,
    x_label: f64,
    at_risk_title: f64,
    at_risk_first: f64,
}

impl Heights {
    fn of(chart: &Chart, surface: &dyn Surface, area: Rect, head_lines: usize, parts: Parts) -> Self {
        let (line, paper) = (surface.em().1, surface.paper());
        let gap = if paper { line * 0.4 } else { 0.0 };

        // From the top down to the plot.
        let mut y = area.top;
        let mut next = |room: f64| {
            let middle = y + room / 2.0;
            y += room;
            middle
        };
        let head = next(if head_lines > 0 && parts.axes { line } else { 0.0 });
        let more_lines = if parts.axes { line * (head_lines.saturating_sub(1)) as f64 } else { 0.0 };
        next(more_lines + if head_lines > 0 { gap } else { 0.0 });
        let y_label = next(if parts.y_label && !paper && !chart.y.label.is_empty() { line } else { 0.0 });
        let top_shown = chart.top.is_some() && parts.x_label;
        next(if top_shown && paper { line * 1.3 } else { 0.0 });
        let top_labels = next(if top_shown { line } else { 0.0 });
        let strip = if parts.spread { line } else { 0.0 };
        let spread = (y, strip);
        y += strip * chart.spread.len() as f64;
        let top = y + gap;

        // From the bottom up to the plot, measured downwards.
        let at_risk_rows = chart.at_risk.as_ref().filter(|_| parts.at_risk).map_or(0, |table| table.rows.len());
        let axis_room = if parts.axes { surface.axis_room() } else { 0.0 };
        let tick_line = if parts.tick_labels { line } else { 0.0 };
        let has_x_label = parts.x_label && !chart.x.label.is_empty();
        let label_line = if has_x_label || at_risk_rows > 0 { line * if paper { 1.2 } else { 1.0 } } else { 0.0 };
        let title_line = if at_risk_rows > 0 && paper { line * 1.4 } else { 0.0 };
        let below = axis_room + tick_line + label_line + title_line + line * at_risk_rows as f64;
        let bottom = with_whole_lines(&chart.y, top, (area.bottom - below).max(top), line, paper);
        let x_label = bottom + axis_room + tick_line + label_line / 2.0;
        Self {
            top,
            bottom,
            head,
            y_label,
            top_labels,
            spread,
            tick_labels: bottom + axis_room + tick_line / 2.0,
            x_label,
            at_risk_title: if paper { x_label + label_line / 2.0 + title_line * 0.6 } else { x_label },
            at_risk_first: bottom + axis_room + tick_line + label_line + title_line + line / 2.0,
        }
    }
}

/// Room to the left of the plot: for the vertical axis and its labels, and for what numbers at risk are called.
fn margin(chart: &Chart, surface: &dyn Surface, area: Rect, parts: Parts, keyed: bool, y_ticks: &[Tick]) -> f64 {
    let (line, paper) = (surface.em().1, surface.paper());
    // Names of categories are what such a chart is read by.
    let named = paper && matches!(chart.y.scale, Scale::Category(_));
    let widest = area.width() * if named { 0.5 } else { 0.4 };
    let label_width = || y_ticks.iter().map(|tick| surface.text_width(&tick.label)).fold(0.0, f64::max);
    let y_labels = if parts.tick_labels { label_width().min(widest) } else { 0.0 };
    let at_risk_labels = at_risk_label_width(chart, surface, parts, keyed).min(widest);
    let rotated = if paper && parts.y_label && !chart.y.label.is_empty() { line * 1.3 } else { 0.0 };
    let axis_room = if parts.axes { surface.axis_room() } else { 0.0 };
    (rotated + y_labels + axis_room).max(at_risk_labels)
}

/// Where the plot ends to the right in the `room` from its left on, and what is free beside it, of which names want `wanted`.
fn right_end(chart: &Chart, surface: &dyn Surface, room: Rect, area: Rect, wanted: f64, parts: Parts) -> (f64, Rect) {
    let (character, paper) = (surface.em().0, surface.paper());
    let Rect { left, top, bottom, .. } = room;
    let beside = end_label_width(chart, surface).min(area.width() * if paper { 0.45 } else { 0.35 });
    let beside = beside.max(character).max(wanted).max(bar_text_room(chart, room.width(), surface));
    // In cells a plot ends where a column does, and what stands beside it begins there.
    let beside = if paper { beside } else { beside.floor() };
    let mut right = if parts.tick_labels { (area.right - beside).max(left) } else { area.right.max(left) };
    let mut free = (area.right, top);
    // In a terminal there is more to be seen in a chart as wide as the place that it has.
    if chart.square && parts.axes && paper && right - left > bottom - top {
        right = left + bottom - top;
        free.0 = right;
    }
    if wanted > 0.0 {
        free = (right, area.top);
    }
    (right, Rect::new(free.0 + 2.0 * character, free.1, area.right, bottom))
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
    let sample = end_sample(chart, surface);
    let width = |layer: &Layer| match &layer.label {
        Label::End(text) => surface.text_width(text) + (1.0 + sample) * surface.em().0,
        _ => 0.0,
    };
    chart.layers.iter().map(width).fold(0.0, f64::max)
}

/// What has to stay free to the right of a plot of horizontal bars, so that the texts at their ends have room in `width`.
fn bar_text_room(chart: &Chart, width: f64, surface: &dyn Surface) -> f64 {
    let character = surface.em().0;
    let bars = chart.layers.iter().filter_map(|layer| match &layer.mark {
        Mark::Bars { values, texts } => Some(values.iter().zip(texts)),
        _ => None,
    });
    let bars: Vec<(f64, &String)> = bars.flatten().map(|(value, text)| (*value, text)).collect();
    let longest = bars.iter().map(|bar| bar.0).fold(0.0, f64::max);
    let (low, high) = (chart.x.from.unwrap_or(0.0).min(0.0), chart.x.to.unwrap_or(longest));
    let room = |(value, text): &(f64, &String)| {
        let share = (value - low) / (high - low);
        // Two characters: one between bar and text, and part of a cell at the bar's end.
        let needed = surface.text_width(text).max(width_of(text) as f64 * character) + 2.0 * character;
        if share > 0.0 && *value > 0.0 { width - (width - needed) / share.min(1.0) } else { 0.0 }
    };
    bars.iter().map(room).fold(0.0, f64::max).min(0.35 * width)
}
