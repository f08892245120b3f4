//! The layers of a chart on a surface.

use super::clip::clip;
use super::position::Position;
use super::scales::places_shown;
use super::{Band, Chart, Label, Layer, Mark, Reference, ReferenceLine};
use crate::Role;
use crate::surface::{Anchor, Fill, Ink, Marker, Pattern, Point, Rect, Side, Stroke};

/// Where the axes are.
#[derive(Debug, Clone, Copy)]
pub struct Frame {
    pub plot: Rect,
    /// How far to the right texts may reach.
    pub edge: f64,
    pub x: Position,
    pub y: Position,
    /// Height of a line of text.
    pub line: f64,
    /// Width of a character.
    pub character: f64,
    /// What can be told apart: half a character's width and a quarter of its height, or a quarter of a pixel.
    pub resolution: (f64, f64),
}

impl Frame {
    /// Whether everything stands in cells.
    pub fn grid(&self) -> bool {
        self.line <= 1.0
    }

    /// Height of a place of a vertical category axis.
    fn place_height(&self) -> f64 {
        (self.y.at(1.0) - self.y.at(0.0)).abs()
    }

    fn point(&self, x: f64, y: f64) -> Point {
        Point::new(self.x.at(x), self.y.at(y))
    }

    fn points(&self, x: &[f64], y: &[f64]) -> Vec<Point> {
        x.iter().zip(y).map(|(x, y)| self.point(*x, *y)).collect()
    }

    /// The indices of those of `count` places (given by several functions of the index) that can be told from the one
    /// kept before them, and of the last: a million steps are drawn as fast as a thousand.
    fn distinct(&self, count: usize, x: impl Fn(usize) -> f64, y: &[&dyn Fn(usize) -> f64]) -> Vec<usize> {
        let grid = |index: usize| {
            let across = (self.x.at(x(index)) / self.resolution.0).floor();
            (across, y.iter().map(|y| (self.y.at(y(index)) / self.resolution.1).floor()).collect::<Vec<f64>>())
        };
        let mut kept = Vec::new();
        let mut before = None;
        for index in 0..count {
            let here = grid(index);
            // NaN differs from itself, so gaps stay.
            if before.as_ref() != Some(&here) || index + 1 == count {
                kept.push(index);
                before = Some(here);
            }
        }
        kept
    }

    /// The corners of the step function that is `y[i]` from `x[i]` on.
    fn corners(&self, x: &[f64], y: &[f64]) -> Vec<Point> {
        let mut corners = Vec::with_capacity(2 * x.len());
        for (at, (x, y)) in x.iter().zip(y).enumerate() {
            let corner = self.point(*x, *y);
            if let Some(Point { y, .. }) = corners.last().copied().filter(|_| at > 0) {
                corners.push(Point::new(corner.x, y));
            }
            corners.push(corner);
        }
        corners
    }
}

/// The areas of a layer, which lie behind all lines.
pub fn draw_area(layer: &Layer, frame: &Frame, index: usize, ink: &mut dyn Ink) {
    match &layer.mark {
        Mark::Steps { x, band: Some(band), .. } => fill_band(x, band, true, frame, Fill::Band(layer.role), ink),
        Mark::Line { x, band: Some(band), .. } => fill_band(x, band, false, frame, Fill::Band(layer.role), ink),
        Mark::Area { x, lower, upper, steps } => {
            let band = Band { lower: lower.clone(), upper: upper.clone() };
            fill_band(x, &band, *steps, frame, Fill::Area(layer.role, index), ink);
        }
        _ => {}
    }
}

/// The lines, points and bars of a layer.
pub fn draw_lines(layer: &Layer, frame: &Frame, ink: &mut dyn Ink) {
    let stroke = Stroke { role: layer.role, pattern: layer.pattern, thin: false };
    match &layer.mark {
        Mark::Steps { x, y, censored, .. } => {
            let kept = frame.distinct(x.len().min(y.len()), |index| x[index], &[&|index| y[index]]);
            for part in clip(&frame.corners(&pick(x, &kept), &pick(y, &kept)), frame.plot) {
                ink.steps(&part, stroke);
            }
            draw_censored(censored, x, y, frame, layer.role, ink);
        }
        Mark::Line { x, y, .. } => {
            for part in clip(&frame.points(x, y), frame.plot) {
                ink.line(&part, stroke);
            }
        }
        Mark::Area { x, upper, steps, .. } => {
            let edge = if *steps { frame.corners(x, upper) } else { frame.points(x, upper) };
            for part in clip(&edge, frame.plot) {
                if *steps { ink.steps(&part, stroke) } else { ink.line(&part, stroke) }
            }
        }
        Mark::Points { x, y, limits, .. } => draw_points(layer, (x, y), limits.as_ref(), frame, ink),
        Mark::Histogram { edges, heights } => draw_histogram(layer.role, edges, heights, frame, ink),
        Mark::Bars { values, texts } => draw_bars(layer.role, values, texts, frame, ink),
        Mark::Box { at, summary, values } => draw_box(layer.role, *at, *summary, values, frame, ink),
    }
}

/// Characters from one mark of a line to the next.
const MARKS_APART: f64 = 24.0;

/// Marks along lines that a legend or their ends name, each line's where the others have none.
pub fn draw_marks_on_lines(chart: &Chart, frame: &Frame, ink: &mut dyn Ink) {
    let named = |layer: &&Layer| !matches!(layer.label, Label::None | Label::Inside(_));
    let lines: Vec<(&Layer, &[f64], &[f64])> = chart
        .layers
        .iter()
        .filter(named)
        .filter_map(|layer| match &layer.mark {
            Mark::Steps { x, y, .. } | Mark::Line { x, y, .. } => Some((layer, x.as_slice(), y.as_slice())),
            _ => None,
        })
        .collect();
    if lines.len() < 2 {
        return;
    }
    for (rank, (layer, x, y)) in lines.iter().enumerate() {
        let first = frame.plot.left + 0.5 + ((rank as f64 + 0.5) * MARKS_APART / lines.len() as f64).floor();
        let places = (0..).map(|at| first + f64::from(at) * MARKS_APART).take_while(|place| *place < frame.plot.right);
        let steps = matches!(layer.mark, Mark::Steps { .. });
        for place in places {
            if let Some(at) = on_line(x, y, steps, place, frame).filter(|at| frame.plot.contains(*at)) {
                ink.marker(at, layer.marker, layer.role);
            }
        }
    }
}

/// The point of a line at the horizontal `place`.
fn on_line(x: &[f64], y: &[f64], steps: bool, place: f64, frame: &Frame) -> Option<Point> {
    let next = x.partition_point(|x| frame.x.at(*x) <= place);
    let (before, after) = (next.checked_sub(1)?, next);
    let (from, to) = (frame.point(*x.get(before)?, *y.get(before)?), frame.point(*x.get(after)?, *y.get(after)?));
    let share = if steps { 0.0 } else { (place - from.x) / (to.x - from.x) };
    let y = from.y + (to.y - from.y) * share;
    y.is_finite().then_some(Point::new(place, y))
}

fn fill_band(x: &[f64], band: &Band, steps: bool, frame: &Frame, fill: Fill, ink: &mut dyn Ink) {
    let count = x.len().min(band.lower.len()).min(band.upper.len());
    let kept = frame.distinct(count, |index| x[index], &[&|index| band.lower[index], &|index| band.upper[index]]);
    let x = pick(x, &kept);
    let shape = |values: &[f64]| {
        let values = pick(values, &kept);
        if steps { frame.corners(&x, &values) } else { frame.points(&x, &values) }
    };
    let plot = frame.plot;
    let inside = |at: Point| Point::new(at.x.clamp(plot.left, plot.right), at.y.clamp(plot.top, plot.bottom));
    let pairs: Vec<(Point, Point)> = shape(&band.upper).into_iter().zip(shape(&band.lower)).collect();
    for part in pairs.split(|(up, low)| up.y.is_nan() || low.y.is_nan() || up.x.is_nan()) {
        let (up, low): (Vec<Point>, Vec<Point>) = part.iter().map(|(up, low)| (inside(*up), inside(*low))).unzip();
        if up.len() > 1 {
            ink.fill(&up, &low, fill);
        }
    }
}

/// The values at `indices`.
fn pick(values: &[f64], indices: &[usize]) -> Vec<f64> {
    indices.iter().map(|index| values[*index]).collect()
}

fn draw_censored(times: &[f64], x: &[f64], y: &[f64], frame: &Frame, role: Role, ink: &mut dyn Ink) {
    let value = |time: f64| {
        let step = x.partition_point(|from| *from <= time).checked_sub(1);
        step.and_then(|step| y.get(step)).copied().unwrap_or(f64::NAN)
    };
    // Between the marks on a grid there is room for the line that they stand on.
    let apart = if frame.grid() { 1.0 + 2.0 * frame.resolution.0 } else { 0.0 };
    let mut before = f64::NEG_INFINITY;
    for index in frame.distinct(times.len(), |index| times[index], &[&|index| value(times[index])]) {
        let at = frame.point(times[index], value(times[index]));
        if frame.plot.contains(at) && at.x.floor() - before >= apart {
            before = at.x.floor();
            // On a grid the mark stands on the line, at the upper edge below it.
            let below = frame.grid() && at.y - 0.5 < frame.plot.top;
            ink.censored(if below { Point::new(at.x, at.y + 0.75) } else { at }, role);
        }
    }
}

fn draw_points(layer: &Layer, (x, y): (&[f64], &[f64]), limits: Option<&Band>, frame: &Frame, ink: &mut dyn Ink) {
    let stroke = Stroke::thin(layer.role, Pattern::Solid);
    if let Some(band) = limits.filter(|_| crowded(x, frame)) {
        fill_band(x, band, false, frame, Fill::Band(layer.role), ink);
    } else if let Some(band) = limits {
        for (x, (low, high)) in x.iter().zip(band.lower.iter().zip(&band.upper)) {
            for part in clip(&[frame.point(*x, *low), frame.point(*x, *high)], frame.plot) {
                ink.line(&part, stroke);
            }
        }
    }
    for at in frame.points(x, y).into_iter().filter(|at| frame.plot.contains(*at)) {
        ink.marker(at, layer.marker, layer.role);
    }
}

/// Whether single bars of limits would run into each other.
fn crowded(x: &[f64], frame: &Frame) -> bool {
    let (Some(first), Some(last)) = (x.first(), x.last()) else { return false };
    let apart = (frame.x.at(*last) - frame.x.at(*first)).abs() / x.len().saturating_sub(1).max(1) as f64;
    x.len() > 10 && apart < if frame.grid() { 2.0 } else { 3.0 }
}

fn draw_histogram(role: Role, edges: &[f64], heights: &[f64], frame: &Frame, ink: &mut dyn Ink) {
    let base = frame.y.at(0.0).clamp(frame.plot.top, frame.plot.bottom);
    // Zero lies half a dot above the axis; bars stand on the axis itself.
    let base = if frame.plot.bottom - base < frame.line { frame.plot.bottom } else { base };
    for (pair, height) in edges.windows(2).zip(heights) {
        let (left, right) = (frame.x.at(pair[0]).max(frame.plot.left), frame.x.at(pair[1]).min(frame.plot.right));
        // What lies below zero hangs from it.
        if left < right && *height < 0.0 {
            let end = frame.y.at(*height).clamp(base, frame.plot.bottom);
            let end = if frame.grid() { end.max(base + 0.125).min(frame.plot.bottom) } else { end };
            ink.bar(Rect::new(left, base, right, end), Side::Bottom, Fill::Solid(role));
            continue;
        }
        let top = frame.y.at(*height).clamp(frame.plot.top, base);
        // What is there is seen, however low.
        let top = if frame.grid() { top.min(base - 0.125).max(frame.plot.top) } else { top };
        if left < right && *height > 0.0 {
            ink.bar(Rect::new(left, top, right, base), Side::Bottom, Fill::Solid(role));
        }
    }
}

fn draw_bars(role: Role, values: &[f64], texts: &[String], frame: &Frame, ink: &mut dyn Ink) {
    let plot = frame.plot;
    let zero = frame.x.at(0.0).clamp(plot.left, plot.right);
    // On a grid the line at zero keeps a column of its own, unless it is the axis.
    let (before, after) = match frame.grid() {
        true if zero - plot.left < 1.0 => (plot.left, plot.left),
        true => (zero.floor(), zero.floor() + 1.0),
        false => (zero, zero),
    };
    let half = (0.35 * frame.place_height()).min(0.75 * frame.line);
    let shown = places_shown(values.len(), plot.height() / frame.line);
    for (place, value) in values.iter().enumerate().take(shown).filter(|(_, value)| value.is_finite()) {
        let y = frame.y.at(place as f64);
        let end = frame.x.at(*value).clamp(plot.left, plot.right);
        let (from, to) = if *value < 0.0 { (end.min(before), before) } else { (after, end.max(after)) };
        let (top, bottom) = if frame.grid() { (y.floor(), y.floor() + 1.0) } else { (y - half, y + half) };
        ink.bar(Rect::new(from, top, to, bottom), Side::Left, Fill::Solid(role));
        let Some(text) = texts.get(place) else { continue };
        let width = crate::format::width(text) as f64 * frame.character;
        let (x, anchor, fits) = if *value < 0.0 {
            (from.floor() - frame.character, Anchor::End, from - width - frame.character >= plot.left)
        } else {
            (to.ceil() + frame.character, Anchor::Start, to.ceil() + frame.character + width <= frame.edge)
        };
        if fits {
            ink.text(Point::new(x, y), anchor, Role::Dim, text);
        }
    }
}

fn draw_box(role: Role, at: f64, summary: [f64; 5], values: &[f64], frame: &Frame, ink: &mut dyn Ink) {
    let centre = frame.y.at(at);
    let count = (frame.y.high + 0.5) as usize;
    if at >= places_shown(count, frame.plot.height() / frame.line) as f64 {
        return;
    }
    let half = 0.4 * frame.place_height();
    // The golden ratio spreads consecutive values evenly across the place, without chance.
    const GOLDEN: f64 = 0.618_033_988_749_895;
    let dots = |ink: &mut dyn Ink| {
        for (index, value) in values.iter().enumerate() {
            let spread = ((index as f64 + 1.0) * GOLDEN).fract() * 2.0 - 1.0;
            let at = Point::new(frame.x.at(*value), centre + spread * half);
            if frame.plot.contains(at) {
                ink.marker(at, Marker::Dot, role);
            }
        }
    };
    // In characters a line would lose pieces to dots; on paper the box would veil them.
    if frame.grid() {
        dots(ink);
    }
    let places =
        summary.map(|value| frame.x.at(value).clamp(frame.plot.left, frame.plot.right - frame.character / 2.0));
    if places.iter().all(|place| place.is_finite()) {
        ink.box_plot(places, centre, half * 0.6, role);
    }
    if !frame.grid() {
        dots(ink);
    }
}

/// A line to compare with.
pub fn draw_reference(reference: &Reference, frame: &Frame, ink: &mut dyn Ink) {
    // What is selected may stand on a ground of its own, which over a whole column would hide the curves that cross it.
    let stroke = match reference.role {
        Role::Selection if frame.grid() => Stroke::thin(Role::Accent, Pattern::Dashed),
        Role::Selection => Stroke::thin(Role::Selection, Pattern::Dashed),
        role => Stroke::thin(role, Pattern::Dotted),
    };
    let plot = frame.plot;
    let ends = match reference.line {
        ReferenceLine::Vertical(x) => {
            let x = frame.x.at(x);
            [Point::new(x, plot.top), Point::new(x, plot.bottom - 1e-6)]
        }
        ReferenceLine::Horizontal(y) => {
            let y = frame.y.at(y);
            [Point::new(plot.left, y), Point::new(plot.right - 1e-6, y)]
        }
        ReferenceLine::Identity => {
            let low = frame.x.low.max(frame.y.low);
            let high = frame.x.high.min(frame.y.high);
            [frame.point(low, low), frame.point(high, high)]
        }
    };
    for part in clip(&ends, plot) {
        ink.line(&part, stroke);
    }
}
