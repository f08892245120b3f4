//! A figure of any kind on any surface.

use super::surface::{Anchor, Point, Rect, Surface};
use super::{Body, Figure, Role, chart};

/// Draws `figure` on the whole of `surface`.
pub fn draw(figure: &Figure, surface: &mut dyn Surface) {
    let (width, height) = surface.size();
    let margin = if surface.paper() { surface.em().1 * 0.6 } else { 0.0 };
    draw_in(figure, Rect::new(margin, margin, width - margin, height - margin), surface);
}

fn draw_in(figure: &Figure, area: Rect, surface: &mut dyn Surface) {
    let (character, line) = surface.em();
    let mut area = area;
    // A title takes room that only a figure of some height can spare.
    if !figure.title.is_empty() && area.height() >= 8.0 * line {
        let columns = (area.width() / character).floor().max(0.0) as usize;
        let title = crate::format::shorten(&figure.title, columns, crate::format::Glyphs::Utf8);
        surface.text(Point::new(area.left, area.top + line / 2.0), Anchor::Start, Role::Title, &title);
        area.top += if surface.paper() { line * 1.6 } else { line };
    }
    match &figure.body {
        Body::Chart(body) => chart::draw(body, area, surface),
    }
}
