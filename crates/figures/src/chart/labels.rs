//! Legends, remarks, names of points and of lines: text that looks for a free place.

use super::marks::Frame;
use super::occupied::Occupied;
use super::{Chart, Label, Layer, Mark};
use crate::format::{Glyphs, shorten_name};
use crate::role::Role;
use crate::surface::{Anchor, Fill, Marker, Point, Rect, Side, Stroke, Surface};

/// Characters that the sample of a line takes in a legend.
pub const SAMPLE: f64 = 4.0;

/// One line of a block of text inside the plot.
#[derive(Debug, Clone)]
pub struct Entry<'a> {
    pub text: &'a str,
    pub layer: Option<(usize, &'a Layer)>,
}

/// The entries of the legend, then the remarks.
pub fn entries(chart: &Chart) -> [Vec<Entry<'_>>; 2] {
    let legend = chart.layers.iter().enumerate().filter_map(|(index, layer)| match &layer.label {
        Label::Legend(text) => Some(Entry { text, layer: Some((index, layer)) }),
        _ => None,
    });
    let remarks = chart.remarks.iter().map(|text| Entry { text, layer: None });
    [legend.collect(), remarks.collect()]
}

/// The width of an entry with its sample.
pub fn entry_width(entry: &Entry, surface: &dyn Surface) -> f64 {
    let sample = if entry.layer.is_some() { SAMPLE + 1.0 } else { 0.0 };
    sample * surface.em().0 + surface.text_width(entry.text)
}

/// A place in the plot, or in `side` next to it, that is free for all `entries` under one another.
pub fn find_place(
    entries: &[Entry],
    surface: &dyn Surface,
    plot: Rect,
    side: Rect,
    occupied: &Occupied,
) -> Option<Rect> {
    let (character, line) = surface.em();
    let width = entries.iter().map(|entry| entry_width(entry, surface)).fold(0.0, f64::max);
    let height = entries.len() as f64 * line;
    if width <= side.width() && height <= side.height() {
        let place = (0..).map(|step| side.top + f64::from(step) * line).take_while(|top| top + height <= side.bottom);
        let place = place.map(|top| Rect::new(side.left, top, side.left + width, top + height));
        return place.into_iter().find(|place| occupied.is_free(*place));
    }
    // Not over the ends of the axes: a margin of one character on all sides.
    let (margin, lines) = (character, ((plot.height() - height) / line).floor());
    if lines < 0.0 || width + 2.0 * margin > plot.width() {
        return None;
    }
    let right = plot.right - margin - width;
    let left = plot.left + if surface.paper() { 1.5 * margin } else { margin };
    let free =
        |place: &Rect| occupied.is_free(Rect::new(place.left - margin, place.top, place.right + margin, place.bottom));
    let at = |left: f64, top: f64| Rect::new(left, top, left + width, top + height);
    let rows: Vec<f64> = (0..=lines as usize).map(|row| plot.top + row as f64 * line).collect();
    let corners =
        [at(right, rows[0]), at(left, rows[rows.len() - 1]), at(left, rows[0]), at(right, rows[rows.len() - 1])];
    let edges = rows.iter().flat_map(|top| [at(right, *top), at(left, *top), at(((left + right) / 2.0).floor(), *top)]);
    corners.into_iter().chain(edges).find(free)
}

/// Draws `entries` under one another in `place`.
pub fn draw_block(entries: &[Entry], place: Rect, surface: &mut dyn Surface) {
    let line = surface.em().1;
    for (row, entry) in entries.iter().enumerate() {
        draw_entry(entry, Point::new(place.left, place.top + (row as f64 + 0.5) * line), surface);
    }
}

fn draw_entry(entry: &Entry, at: Point, surface: &mut dyn Surface) {
    let character = surface.em().0;
    let Some((index, layer)) = entry.layer else {
        surface.text(at, Anchor::Start, Role::Text, entry.text);
        return;
    };
    let end = Point::new(at.x + SAMPLE * character - 1e-6, at.y);
    draw_sample(layer, index, at, end, surface);
    surface.text(Point::new(at.x + (SAMPLE + 1.0) * character, at.y), Anchor::Start, Role::Text, entry.text);
}

/// A short piece of what the layer looks like.
pub fn draw_sample(layer: &Layer, index: usize, from: Point, to: Point, surface: &mut dyn Surface) {
    let line = surface.em().1;
    let centre = Point::new((from.x + to.x) / 2.0, from.y);
    match &layer.mark {
        Mark::Points { .. } | Mark::Box { .. } => {
            let marker = if layer.marker == Marker::Dot { Marker::Disc } else { layer.marker };
            surface.marker(centre, marker, layer.role);
        }
        Mark::Area { .. } => {
            let rise = line * 0.49;
            let shift = |by: f64| [Point::new(from.x, from.y + by), Point::new(to.x, to.y + by)];
            surface.fill(&shift(-rise), &shift(rise), Fill::Area(layer.role, index));
        }
        Mark::Histogram { .. } | Mark::Bars { .. } => {
            let rise = line * 0.5;
            let area = Rect::new(from.x, from.y - rise, (to.x + 1e-6).max(from.x), to.y + rise);
            surface.bar(area, Side::Bottom, Fill::Solid(layer.role));
        }
        Mark::Steps { .. } | Mark::Line { .. } => {
            let stroke = Stroke { role: layer.role, pattern: layer.pattern, thin: false };
            if matches!(layer.mark, Mark::Steps { .. }) {
                surface.steps(&[from, to], stroke);
            } else {
                surface.line(&[from, to], stroke);
            }
            if surface.marked() {
                surface.marker(centre, layer.marker, layer.role);
            }
        }
    }
}

/// How entries fall into lines above the plot: their indices, line by line.
pub fn head_lines(entries: &[Entry], room: f64, surface: &dyn Surface) -> Vec<Vec<usize>> {
    let gap = 3.0 * surface.em().0;
    let mut lines: Vec<Vec<usize>> = Vec::new();
    let mut used = 0.0;
    for (index, entry) in entries.iter().enumerate() {
        let width = entry_width(entry, surface);
        match lines.last_mut() {
            Some(line) if used + gap + width <= room => line.push(index),
            _ => {
                lines.push(vec![index]);
                used = -gap;
            }
        }
        used += gap + width;
    }
    lines
}

/// Draws entries in lines from `at` on.
pub fn draw_head(entries: &[Entry], lines: &[Vec<usize>], at: Point, surface: &mut dyn Surface) {
    let (character, line) = surface.em();
    for (row, indices) in lines.iter().enumerate() {
        let mut x = at.x;
        for index in indices {
            draw_entry(&entries[*index], Point::new(x, at.y + row as f64 * line), surface);
            x += entry_width(&entries[*index], surface) + 3.0 * character;
        }
    }
}

/// Names lines at their right ends, apart from each other, in the room up to `right`.
pub fn draw_line_names(chart: &Chart, frame: &Frame, right: f64, surface: &mut dyn Surface) {
    let (character, line) = surface.em();
    let mut names: Vec<(f64, f64, &str, &Layer)> =
        chart.layers.iter().filter_map(|layer| named_end(layer, frame)).collect();
    names.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
    names.truncate((frame.plot.height() / line).floor() as usize);
    names.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut places: Vec<f64> =
        names.iter().map(|name| name.0.clamp(frame.plot.top + line / 2.0, frame.plot.bottom - line / 2.0)).collect();
    spread(&mut places, line, frame.plot.bottom - line / 2.0);
    for (place, (_, _, text, layer)) in places.iter().zip(names) {
        let (role, marker) = (layer.role, layer.marker);
        let mut at = Point::new(frame.plot.right + 0.5 * character, *place);
        if surface.marked() {
            surface.marker(at, marker, role);
            at.x += 2.0 * character;
        }
        let columns = ((right - at.x) / character).max(0.0) as usize;
        let room = right - at.x;
        let text = if surface.text_width(text) <= room {
            text.into()
        } else {
            // On paper letters differ in width.
            let shorter = (1..=columns).rev().map(|columns| shorten_name(text, columns, Glyphs::Utf8));
            shorter.into_iter().find(|text| surface.text_width(text) <= room).unwrap_or_default()
        };
        surface.text(at, Anchor::Start, role, &text);
    }
}

/// Place and value of the last point of a named line.
fn named_end<'a>(layer: &'a Layer, frame: &Frame) -> Option<(f64, f64, &'a str, &'a Layer)> {
    let Label::End(text) = &layer.label else { return None };
    let (Mark::Line { x, y, .. } | Mark::Steps { x, y, .. } | Mark::Area { x, upper: y, .. }) = &layer.mark else {
        return None;
    };
    let last = x.iter().zip(y).rfind(|(x, y)| frame.x.holds(**x) && y.is_finite())?;
    Some((frame.y.at(*last.1), *last.1, text, layer))
}

/// Moves rising `places` down, then back up from `lowest`, until they are `apart`.
fn spread(places: &mut [f64], apart: f64, lowest: f64) {
    for index in 1..places.len() {
        places[index] = places[index].max(places[index - 1] + apart);
    }
    let mut limit = lowest;
    for place in places.iter_mut().rev() {
        *place = place.min(limit);
        limit = *place - apart;
    }
}

/// Names areas where they are widest.
pub fn draw_area_names(chart: &Chart, frame: &Frame, surface: &mut dyn Surface) {
    for layer in &chart.layers {
        let (Label::Inside(text), Mark::Area { x, lower, upper, .. }) = (&layer.label, &layer.mark) else { continue };
        let half = surface.text_width(text) / 2.0 + frame.character;
        let thickness = |at: usize| frame.y.at(lower[at]) - frame.y.at(upper[at]);
        let inside = |at: &usize| {
            let place = frame.x.at(x[*at]);
            place - half >= frame.plot.left && place + half <= frame.plot.right
        };
        let widest = (0..x.len().min(lower.len()).min(upper.len()))
            .filter(inside)
            .max_by(|a, b| thickness(*a).total_cmp(&thickness(*b)));
        let Some(at) = widest.filter(|at| thickness(*at) >= 1.5 * frame.line) else { continue };
        let centre = Point::new(frame.x.at(x[at]), (frame.y.at(lower[at]) + frame.y.at(upper[at])) / 2.0);
        surface.text(centre, Anchor::Middle, Role::Text, &format!(" {text} "));
    }
}

/// Names points beside, above or below them, the most important first, as far as there is a free place.
pub fn draw_point_names(chart: &Chart, frame: &Frame, occupied: &mut Occupied, surface: &mut dyn Surface) {
    let (character, line) = surface.em();
    for layer in &chart.layers {
        let Mark::Points { x, y, names, .. } = &layer.mark else { continue };
        for (index, name) in names {
            let (Some(x), Some(y)) = (x.get(*index), y.get(*index)) else { continue };
            let at = Point::new(frame.x.at(*x), frame.y.at(*y));
            let width = surface.text_width(name);
            let row = |by: f64| at.y + by * line;
            let starts = [
                (at.x + 1.5 * character, row(0.0)),
                (at.x - width - 1.5 * character, row(0.0)),
                (at.x - width / 2.0, row(-1.0)),
                (at.x - width / 2.0, row(1.0)),
            ];
            let place = starts.into_iter().find(|(left, y)| {
                let area = Rect::new(*left, y - line / 2.0 + 1e-6, left + width, y + line / 2.0 - 1e-6);
                let area = if surface.paper() { area } else { Rect::new(*left, *y, left + width, *y) };
                let plot = frame.plot;
                area.left >= plot.left
                    && area.right <= plot.right
                    && area.top >= plot.top
                    && area.bottom <= plot.bottom
                    && occupied.is_free(area)
            });
            if let Some((left, y)) = place {
                occupied.take(Rect::new(left, y, left + width, y));
                surface.text(Point::new(left, y), Anchor::Start, Role::Text, name);
            }
        }
    }
}

/// Names reference lines: vertical ones at the top beside the line, horizontal ones at the right above it.
pub fn draw_reference_names(chart: &Chart, frame: &Frame, occupied: &mut Occupied, surface: &mut dyn Surface) {
    let (character, line) = surface.em();
    let plot = frame.plot;
    for reference in &chart.references {
        let Some(label) = &reference.label else { continue };
        let width = surface.text_width(label);
        let candidates: Vec<Point> = match reference.line {
            super::ReferenceLine::Vertical(x) => {
                let x = frame.x.at(x);
                let rows = (0..(plot.height() / line) as usize).map(|row| plot.top + (row as f64 + 0.5) * line);
                rows.flat_map(|y| [Point::new(x + character, y), Point::new(x - character * 0.5 - width, y)]).collect()
            }
            super::ReferenceLine::Horizontal(y) => {
                let y = frame.y.at(y);
                let ends = [plot.right - width - character, plot.left + character];
                ends.into_iter().flat_map(|x| [Point::new(x, y - line), Point::new(x, y + line)]).collect()
            }
            super::ReferenceLine::Identity => Vec::new(),
        };
        let half = if surface.paper() { 0.45 * line } else { 0.0 };
        let area = |at: &Point| Rect::new(at.x, at.y - half, at.x + width, at.y + half);
        let fits = |at: &Point| {
            let area = area(at);
            area.left >= plot.left
                && area.right <= plot.right
                && area.top >= plot.top
                && area.bottom <= plot.bottom
                && occupied.is_free(area)
        };
        if let Some(at) = candidates.into_iter().find(fits) {
            occupied.take(area(&at));
            surface.text(at, Anchor::Start, reference.role, label);
        }
    }
}
