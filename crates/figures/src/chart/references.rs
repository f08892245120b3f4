//! Names of lines to compare with.

use super::marks::Frame;
use super::occupied::Occupied;
use super::{Chart, ReferenceLine};
use crate::surface::{Anchor, Point, Rect, Surface};

/// Names lines to compare with: vertical ones at the top beside the line, horizontal ones at the right above it.
pub fn draw_reference_names(chart: &Chart, frame: &Frame, occupied: &mut Occupied, surface: &mut dyn Surface) {
    for reference in &chart.references {
        let Some(label) = &reference.label else { continue };
        let width = surface.text_width(label);
        let places = places(reference.line, frame, width, surface);
        let found = places.into_iter().find(|place| place.is_free(frame.plot, width, occupied, surface));
        if let Some(Place { at, .. }) = found {
            occupied.take(area(at, width, surface));
            surface.text(at, Anchor::Start, reference.role, label);
        }
    }
}

/// Where a name may stand.
#[derive(Clone, Copy)]
struct Place {
    /// Where it begins.
    at: Point,
    /// What stays free behind it.
    gap: f64,
    /// The column of the line that it stands on, which may be taken.
    over: Option<f64>,
}

impl Place {
    const fn new(at: Point) -> Self {
        Self { at, gap: 0.0, over: None }
    }

    fn is_free(&self, plot: Rect, width: f64, occupied: &Occupied, surface: &dyn Surface) -> bool {
        let area = area(self.at, width + self.gap, surface);
        let inside =
            area.left >= plot.left && area.right <= plot.right && area.top >= plot.top && area.bottom <= plot.bottom;
        let free = match self.over {
            None => occupied.is_free(area),
            Some(column) => {
                let character = surface.em().0;
                let (left, right) = (Rect { right: column, ..area }, Rect { left: column + character, ..area });
                [left, right].into_iter().filter(|part| part.width() > 0.0).all(|part| occupied.is_free(part))
            }
        };
        inside && free
    }
}

/// What a name of `width` takes.
fn area(at: Point, width: f64, surface: &dyn Surface) -> Rect {
    let half = if surface.paper() { 0.45 * surface.em().1 } else { 0.0 };
    Rect::new(at.x, at.y - half, at.x + width, at.y + half)
}

/// The places for a name of `width`, the best first.
fn places(line: ReferenceLine, frame: &Frame, width: f64, surface: &dyn Surface) -> Vec<Place> {
    let (character, plot) = (frame.character, frame.plot);
    match line {
        ReferenceLine::Vertical(x) => beside(frame.x.at(x), frame, width, surface),
        ReferenceLine::Horizontal(y) => {
            let y = frame.y.at(y);
            let ends = [plot.right - width - character, plot.left + character];
            ends.into_iter()
                .flat_map(|x| [y - frame.line, y + frame.line].map(|y| Place::new(Point::new(x, y))))
                .collect()
        }
        ReferenceLine::Identity => Vec::new(),
    }
}

/// Beside a vertical line at `x`, from the top down: to its right, to its left, in cells also right before it; where neither is
/// free anywhere, over it.
fn beside(x: f64, frame: &Frame, width: f64, surface: &dyn Surface) -> Vec<Place> {
    let (character, line, plot) = (frame.character, frame.line, frame.plot);
    let rows = || (0..(plot.height() / line) as usize).map(|row| plot.top + (row as f64 + 0.5) * line);
    // The line takes the field of a character that it runs through and no part of the next.
    let column = (x / character).floor() * character;
    let middle = if surface.paper() { x - width / 2.0 } else { column - (width / 2.0).floor() };
    let over = rows().map(|y| Place { over: Some(column), ..Place::new(Point::new(middle, y)) });
    if surface.paper() {
        let both = |y| [x + character, x - character - width].map(|x| Place::new(Point::new(x, y)));
        return rows().flat_map(both).chain(over).collect();
    }
    let apart = |y| {
        let before = Place { gap: character - 1e-6, ..Place::new(Point::new(column - character - width, y)) };
        [Place::new(Point::new(column + 1.0, y)), before]
    };
    let touching = rows().map(|y| Place::new(Point::new(column - width, y)));
    rows().flat_map(apart).chain(touching).chain(over).collect()
}
