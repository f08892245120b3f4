//! Names of lines at their right ends.

use super::labels::{SAMPLE, draw_sample, shortened};
use super::marks::Frame;
use super::{Chart, Label, Layer, Mark};
use crate::role::Role;
use crate::surface::{Anchor, Point, Surface};

/// What stands before a name at the end of its line, in characters: where several are named a piece of what each looks like,
/// as there are more lines than colours; before a single one its mark, where lines have one.
pub fn end_sample(chart: &Chart, surface: &dyn Surface) -> f64 {
    let named = chart.layers.iter().filter(|layer| matches!(layer.label, Label::End(_))).count();
    match (named > 1, surface.marked()) {
        (true, _) => SAMPLE + 1.0,
        (false, true) => 2.0,
        (false, false) => 0.0,
    }
}

/// Names lines at their right ends, apart from each other, in the room up to `right`; how many have no room is said last.
pub fn draw_line_names(chart: &Chart, frame: &Frame, right: f64, surface: &mut dyn Surface) {
    let (character, line) = surface.em();
    let mut names: Vec<(f64, f64, &str, &Layer)> =
        chart.layers.iter().filter_map(|layer| named_end(layer, frame)).collect();
    names.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
    let lines = (frame.plot.height() / line + 1e-9).floor() as usize;
    let (all, mut lowest) = (names.len(), frame.plot.bottom - line / 2.0);
    let from = frame.plot.right + character;
    if all > lines && lines > 0 {
        names.truncate(lines - 1);
        let more = format!("+{} more", all - names.len());
        surface.text(Point::new(from, lowest), Anchor::Start, Role::Dim, &more);
        lowest -= line;
    }
    names.sort_by(|a, b| a.0.total_cmp(&b.0));
    let highest = frame.plot.top + line / 2.0;
    let mut places: Vec<f64> = names.iter().map(|name| name.0.min(lowest).max(highest)).collect();
    spread(&mut places, line, lowest);
    let sample = end_sample(chart, surface) * character;
    let texts: Vec<&str> = names.iter().map(|(_, _, text, _)| *text).collect();
    let texts = shortened(&texts, right - from - sample, surface);
    let single = names.len() + usize::from(all > lines) < 2;
    for ((place, text), (.., layer)) in places.iter().zip(texts).zip(names) {
        let at = Point::new(from, *place);
        if sample > 0.0 && !single {
            draw_sample(layer, 0, at, Point::new(from + SAMPLE * character - 1e-6, *place), surface);
        } else if sample > 0.0 {
            surface.marker(at, layer.marker, layer.role);
        }
        surface.text(Point::new(from + sample, *place), Anchor::Start, layer.role, &text);
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
