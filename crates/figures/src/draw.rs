//! A figure of any kind on any surface.

use super::surface::{Anchor, Point, Rect, Surface};
use super::{
    Body, Figure, NARROWEST_PANEL, Panels, Role, chart, flow, forest, heat_map, nomogram, picture, stages, svg,
};

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
        Body::Forest(body) => forest::draw(body, area, surface),
        Body::HeatMap(body) => heat_map::draw(body, area, surface),
        Body::Nomogram(body) => nomogram::draw(body, area, surface),
        Body::Flow(body) => flow::draw(body, area, surface),
        Body::Stages(body) => stages::draw(body, area, surface),
        Body::Picture(body) => picture::draw(body, area, surface),
        Body::Panels(body) => draw_panels(body, area, surface),
    }
}

/// The height of each row: on paper in proportion to what its panels need, in characters the same of all.
fn row_heights(
    panels: &Panels,
    beside: usize,
    width: f64,
    (rows, room): (usize, f64),
    surface: &dyn Surface,
) -> Vec<f64> {
    if !surface.paper() {
        return vec![(room / rows as f64).floor(); rows];
    }
    let wanted: Vec<f64> = svg::panel_rows(panels, beside, width).into_iter().take(rows).collect();
    let all: f64 = wanted.iter().sum();
    wanted.into_iter().map(|height| room * height / all.max(1.0)).collect()
}

/// Draws as many panels as keep a readable size, and says how many are left.
fn draw_panels(panels: &Panels, area: Rect, surface: &mut dyn Surface) {
    const LOWEST: f64 = 10.0;
    let (character, line) = surface.em();
    let beside = panels.beside(area.width() / character, NARROWEST_PANEL);
    let rows = panels.figures.len().div_ceil(beside).max(1);
    // A sheet is made as high as its panels need.
    let room = if surface.paper() { rows } else { (area.height() / line / LOWEST).floor().max(1.0) as usize };
    let rows_shown = rows.min(room);
    let shown = panels.figures.len().min(rows_shown * beside);
    let left_out = panels.figures.len() - shown;
    let bottom = area.bottom - if left_out > 0 && area.height() > LOWEST * line { line } else { 0.0 };
    let gap = 2.0 * character;
    let whole = |length: f64| if surface.paper() { length } else { length.floor() };
    let width = whole((area.width() - gap * (beside as f64 - 1.0)) / beside as f64).max(0.0);
    let heights = row_heights(panels, beside, width, (rows_shown, bottom - area.top), surface);
    let mut top = area.top;
    for (row, height) in panels.figures[..shown].chunks(beside).zip(heights) {
        for (at, figure) in row.iter().enumerate() {
            let left = area.left + at as f64 * (width + gap);
            let foot = if surface.paper() { line * 0.5 } else { 0.0 };
            draw_in(figure, Rect::new(left, top, left + width, top + height - foot), surface);
        }
        top += height;
    }
    if bottom < area.bottom {
        let names: Vec<&str> = panels.figures[shown..].iter().map(|figure| figure.title.as_str()).collect();
        let text = format!("no room for: {}", names.join(", "));
        let columns = (area.width() / character) as usize;
        let text = crate::format::shorten(&text, columns, crate::format::Glyphs::Utf8);
        surface.text(Point::new(area.left, area.bottom - line / 2.0), Anchor::Start, Role::Dim, &text);
    }
}
