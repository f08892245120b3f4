//! Legends, remarks, names of points and of lines: text that looks for a free place.

use super::marks::Frame;
use super::occupied::Occupied;
use super::{Chart, Label, Layer, Mark};
use crate::format::{Glyphs, shorten_names};
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
        draw_entry(entry, Point::new(place.left, place.top + (row as f64 + 0.5) * line), f64::INFINITY, surface);
    }
}

/// Draws an entry from `at` on; what goes beyond `right` is cut, and says so.
fn draw_entry(entry: &Entry, at: Point, right: f64, surface: &mut dyn Surface) {
    let character = surface.em().0;
    let Some((index, layer)) = entry.layer else {
        let text = shortened_one(entry.text, right - at.x, surface);
        surface.text(at, Anchor::Start, Role::Text, &text);
        return;
    };
    let end = Point::new(at.x + SAMPLE * character - 1e-6, at.y);
    draw_sample(layer, index, at, end, surface);
    let from = at.x + (SAMPLE + 1.0) * character;
    let text = shortened_one(entry.text, right - from, surface);
    surface.text(Point::new(from, at.y), Anchor::Start, Role::Text, &text);
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

/// Draws entries in lines from `at` on, as far as `right`. Where `lines` are not those of all names, the last one says how many
/// more there are.
pub fn draw_head(entries: &[Entry], lines: &[Vec<usize>], at: Point, right: f64, surface: &mut dyn Surface) {
    let (character, line) = surface.em();
    let mut lines = lines.to_vec();
    let names = entries.iter().filter(|entry| entry.layer.is_some()).count();
    let hidden = |lines: &[Vec<usize>]| {
        let shown = lines.iter().flatten().filter(|index| entries[**index].layer.is_some()).count();
        let more = names - shown;
        (more > 0).then(|| format!("+{more} more"))
    };
    let end = |line: &[usize]| {
        at.x + line.iter().map(|index| entry_width(&entries[*index], surface) + 3.0 * character).sum::<f64>()
    };
    // A name gives way to the words that say how many are missing.
    while let Some(last) = lines.last().filter(|last| !last.is_empty()) {
        match hidden(&lines) {
            Some(more) if end(last) + surface.text_width(&more) > right => {
                lines.last_mut().map(Vec::pop);
            }
            _ => break,
        }
    }
    let more = hidden(&lines);
    let ends: Vec<f64> = lines.iter().map(|line| end(line)).collect();
    for (row, indices) in lines.iter().enumerate() {
        let (mut x, y) = (at.x, at.y + row as f64 * line);
        for index in indices {
            draw_entry(&entries[*index], Point::new(x, y), right, surface);
            x += entry_width(&entries[*index], surface) + 3.0 * character;
        }
        if let Some(more) = more.as_ref().filter(|_| row + 1 == lines.len()) {
            surface.text(Point::new(ends[row], y), Anchor::Start, Role::Dim, more);
        }
    }
}

/// The names of a list, cut so that each takes at most `room` and none reads as another.
pub fn shortened(names: &[&str], room: f64, surface: &dyn Surface) -> Vec<String> {
    let fits = |text: &str| surface.text_width(text) <= room;
    if names.iter().all(|name| fits(name)) {
        return names.iter().map(|name| (*name).to_owned()).collect();
    }
    let columns = (room / surface.em().0).floor().max(0.0) as usize;
    // On paper letters differ in width.
    let shorter = (1..=columns).rev().map(|columns| {
        let short = shorten_names(names, columns, Glyphs::Utf8);
        let kept = |(name, short): (&&str, String)| if fits(name) { (*name).to_owned() } else { short };
        names.iter().zip(short).map(kept).collect::<Vec<String>>()
    });
    let all_fit = |short: &Vec<String>| short.iter().all(|text| fits(text));
    shorter.into_iter().find(all_fit).unwrap_or_else(|| vec![String::new(); names.len()])
}

/// A text that is in no list, cut in the same way.
pub fn shortened_one(text: &str, room: f64, surface: &dyn Surface) -> String {
    shortened(&[text], room, surface).pop().unwrap_or_default()
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
