//! Names right beside their lines, which need no legend then.

use super::marks::{self, Frame};
use super::occupied::Occupied;
use super::{Chart, Label, Layer, Mark};
use crate::role::Role;
use crate::surface::{Anchor, Point, Rect, Surface};

/// As many lines as can be named without searching for each of them.
const MOST: usize = 6;
/// The share of a name along which its line has to run.
const ALONG: f64 = 0.7;

/// A name at its place.
#[derive(Debug, Clone)]
pub struct Beside<'a> {
    pub text: &'a str,
    pub role: Role,
    /// The start of the text, vertically in its middle.
    pub at: Point,
}

/// A free place for the name of every line, above or below it where no other line is near, as far to the right as
/// possible. `None` where one has no such place: a legend is better than some names here and some there.
pub fn names<'a>(
    chart: &'a Chart,
    frame: &Frame,
    occupied: &mut Occupied,
    surface: &dyn Surface,
) -> Option<Vec<Beside<'a>>> {
    let named: Vec<(usize, &Layer, &str)> = chart.layers.iter().enumerate().filter_map(named).collect();
    let all_lines = named.iter().all(|(_, layer, _)| matches!(layer.mark, Mark::Steps { .. } | Mark::Line { .. }));
    if named.is_empty() || named.len() > MOST || !all_lines {
        return None;
    }
    let covers: Vec<Occupied> = chart.layers.iter().map(|layer| cover(layer, frame, surface)).collect();
    let before = occupied.clone();
    let places = named.into_iter().map(|(index, layer, text)| {
        let place = place(text, index, &covers, frame, occupied, surface)?;
        occupied.take(place);
        let at = Point::new(place.left, (place.top + place.bottom) / 2.0);
        Some(Beside { text, role: layer.role, at })
    });
    let places: Option<Vec<Beside>> = places.collect();
    if places.is_none() {
        *occupied = before;
    }
    places
}

/// Writes the names.
pub fn draw(names: &[Beside], surface: &mut dyn Surface) {
    for name in names {
        surface.text(name.at, Anchor::Start, name.role, name.text);
    }
}

fn named((index, layer): (usize, &Layer)) -> Option<(usize, &Layer, &str)> {
    match &layer.label {
        Label::Legend(text) if !text.is_empty() => Some((index, layer, text)),
        _ => None,
    }
}

/// What one layer alone covers.
fn cover(layer: &Layer, frame: &Frame, surface: &dyn Surface) -> Occupied {
    let mut cover = Occupied::of(surface);
    marks::draw_area(layer, frame, 0, &mut cover);
    marks::draw_lines(layer, frame, &mut cover);
    cover
}

fn place(
    text: &str,
    index: usize,
    covers: &[Occupied],
    frame: &Frame,
    occupied: &Occupied,
    surface: &dyn Surface,
) -> Option<Rect> {
    let (character, line) = surface.em();
    let (plot, width) = (frame.plot, surface.text_width(text));
    let across = ((plot.width() - width) / character).floor();
    let down = (plot.height() / line).floor();
    if across < 2.0 || down < 3.0 {
        return None;
    }
    // The place to the right wins, and of those the one along which the line runs furthest.
    for column in (1..across as usize).rev() {
        let left = plot.left + column as f64 * character;
        let rows = (0..down as usize).map(|row| plot.top + row as f64 * line);
        let rects = rows.map(|top| Rect::new(left, top, left + width, top + line));
        let beside = |area: Rect| {
            let middle = (area.left + area.right) / 2.0;
            let strip = Rect::new(middle, area.top - 0.5 * line, middle, area.bottom + 0.5 * line);
            // Most places are far from the line: that is seen at a glance.
            if covers[index].is_free(strip) {
                return None;
            }
            let wide = Rect { left: area.left - character, right: area.right + character, ..area };
            let near = Rect { top: area.top - line, bottom: area.bottom + line, ..wide };
            if !occupied.is_free(wide)
                || covers.iter().enumerate().any(|(at, other)| at != index && !other.is_free(near))
            {
                return None;
            }
            let along =
                |shift: f64| covers[index].share(Rect { top: area.top + shift, bottom: area.bottom + shift, ..area });
            let along = along(-line).max(along(line));
            (along >= ALONG).then_some((area, along))
        };
        let best = rects.filter_map(beside).max_by(|a, b| a.1.total_cmp(&b.1));
        if let Some((area, _)) = best {
            return Some(area);
        }
    }
    None
}
