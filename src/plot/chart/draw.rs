//! A chart on a surface: layers, axes, labels, numbers at risk.

use super::Chart;
use super::labels::{self, Entry};
use super::layout::Layout;
use super::marks;
use super::occupied::Occupied;
use crate::plot::role::Role;
use crate::plot::surface::{Anchor, Ink, Point, Rect, Side, Surface};

/// Draws `chart` into `area`.
pub fn draw(chart: &Chart, area: Rect, surface: &mut dyn Surface) {
    let [legend, remarks] = labels::entries(chart);
    let mut layout = Layout::fit(chart, surface, area, 0);
    let mut occupied = cover(chart, &layout, surface);
    let mut inside = Vec::new();
    let mut above: Vec<Entry> = Vec::new();
    let legend_needs = labels::head_lines(&legend, area.right - layout.frame.plot.left, surface).len() as f64;
    for block in [legend, remarks].into_iter().filter(|block| !block.is_empty()) {
        match labels::find_place(&block, surface, layout.frame.plot, layout.side, &occupied) {
            Some(place) if layout.parts.axes => {
                // A line of its own between this block and the next.
                occupied.take(Rect { bottom: place.bottom + 0.5 * layout.frame.line, ..place });
                inside.push((block, place));
            }
            _ => above.extend(block),
        }
    }
    if !above.is_empty() {
        // What found no place gets lines above the plot; as that moves everything, all of it goes there.
        above = inside.drain(..).flat_map(|(block, _)| block).chain(above).collect();
        above.sort_by_key(|entry| entry.layer.is_none());
        let room = area.right - layout.frame.plot.left;
        let mut lines = labels::head_lines(&above, room, surface);
        // A low chart needs its lines for the curves; their names come before remarks.
        let height = area.height() / layout.frame.line;
        let most = ((height - 10.0) / 2.0).max(legend_needs.min((height - 9.0).max(1.0)));
        lines.truncate(most.max(1.0) as usize);
        layout = Layout::fit(chart, surface, area, lines.len());
        if layout.parts.axes && layout.frame.plot.top > area.top {
            labels::draw_head(&above, &lines, Point::new(layout.frame.plot.left, layout.head), surface);
        }
        occupied = cover(chart, &layout, surface);
    }
    draw_layers(chart, &layout, surface);
    draw_axes(chart, &layout, surface);
    for (block, place) in &inside {
        labels::draw_block(block, *place, surface);
    }
    if layout.parts.axes {
        labels::draw_reference_names(chart, &layout.frame, &mut occupied, surface);
        labels::draw_point_names(chart, &layout.frame, &mut occupied, surface);
        labels::draw_area_names(chart, &layout.frame, surface);
    }
    if layout.parts.tick_labels {
        labels::draw_line_names(chart, &layout.frame, area.right, surface);
    }
    draw_at_risk(chart, &layout, surface);
}

/// What the layers of the chart cover.
fn cover(chart: &Chart, layout: &Layout, surface: &dyn Surface) -> Occupied {
    let mut occupied = Occupied::of(surface);
    draw_layers(chart, layout, &mut occupied);
    occupied
}

fn draw_layers(chart: &Chart, layout: &Layout, ink: &mut dyn Ink) {
    let frame = &layout.frame;
    if frame.plot.width() <= 0.0 || frame.plot.height() <= 0.0 {
        return;
    }
    for (index, layer) in chart.layers.iter().enumerate() {
        marks::draw_area(layer, frame, index, ink);
    }
    for reference in &chart.references {
        marks::draw_reference(reference, frame, ink);
    }
    for layer in &chart.layers {
        marks::draw_lines(layer, frame, ink);
    }
}

fn draw_axes(chart: &Chart, layout: &Layout, surface: &mut dyn Surface) {
    if !layout.parts.axes {
        return;
    }
    let frame = &layout.frame;
    let (plot, character) = (frame.plot, frame.character);
    let y_places: Vec<f64> = layout.y_ticks.iter().map(|tick| frame.y.at(tick.value)).collect();
    let x_places: Vec<f64> = layout.x_ticks.iter().map(|tick| frame.x.at(tick.value)).collect();
    surface.axis(Side::Left, plot, &y_places);
    surface.axis(Side::Bottom, plot, &x_places);
    if layout.parts.tick_labels {
        let end = layout.label_end(surface);
        for (tick, y) in layout.y_ticks.iter().zip(&y_places) {
            let label = shortened(&tick.label, end - layout.area.left, surface);
            surface.text(Point::new(end, *y), Anchor::End, Role::Text, &label);
        }
        for (tick, x) in layout.x_ticks.iter().zip(&x_places) {
            surface.text(Point::new(*x, layout.tick_labels), Anchor::Middle, Role::Text, &tick.label);
        }
    }
    if layout.parts.x_label {
        let room = layout.area.right - plot.left;
        let label = shortened(&chart.x.label, room, surface);
        let half = surface.text_width(&label) / 2.0;
        let x = plot.centre().x.clamp(plot.left + half, (layout.area.right - half).max(plot.left + half));
        surface.text(Point::new(x, layout.x_label), Anchor::Middle, Role::Dim, &label);
    }
    if layout.parts.y_label && surface.paper() {
        let at = Point::new(layout.area.left + frame.line * 0.5, plot.centre().y);
        surface.text_upwards(at, Role::Dim, &chart.y.label);
    } else if layout.parts.y_label {
        let label = shortened(&chart.y.label, layout.area.width(), surface);
        surface.text(Point::new(layout.area.left, layout.y_label), Anchor::Start, Role::Dim, &label);
    }
    if let Some(top) = chart.top.as_ref().filter(|_| layout.parts.x_label) {
        let mut free_from =
            if surface.paper() { layout.area.left } else { layout.area.left + surface.text_width(&top.label) };
        for (value, label) in top.ticks.iter().filter(|(value, _)| frame.x.holds(*value)) {
            let (x, half) = (frame.x.at(*value), surface.text_width(label) / 2.0);
            if x - half >= free_from + 0.99 * character && x + half <= layout.area.right {
                surface.text(Point::new(x, layout.top_labels), Anchor::Middle, Role::Dim, label);
                free_from = x + half;
            }
        }
        if surface.paper() {
            let at = Point::new(plot.centre().x, layout.top_labels - frame.line * 1.1);
            surface.text(at, Anchor::Middle, Role::Dim, &top.label);
        } else {
            surface.text(Point::new(layout.area.left, layout.top_labels), Anchor::Start, Role::Dim, &top.label);
        }
    }
}

fn draw_at_risk(chart: &Chart, layout: &Layout, surface: &mut dyn Surface) {
    let Some(table) = chart.at_risk.as_ref().filter(|_| layout.parts.at_risk) else { return };
    let (plot, line, character) = (layout.frame.plot, layout.frame.line, layout.frame.character);
    let title = shortened(&table.title, plot.left - layout.area.left - 0.5 * character, surface);
    surface.text(Point::new(layout.area.left, layout.at_risk_title), Anchor::Start, Role::Dim, &title);
    let numbers = |at: f64| table.rows.iter().map(move |row| crate::format::fixed(row.at(at), 0));
    let first = layout.x_ticks.first().map_or(0.0, |tick| {
        let half = numbers(tick.value).map(|n| surface.text_width(&n)).fold(0.0, f64::max) / 2.0;
        layout.frame.x.at(tick.value) - half - character
    });
    for (index, row) in table.rows.iter().enumerate() {
        let y = layout.at_risk_first + index as f64 * line;
        let label = shortened(&row.label, first.min(plot.left) - layout.area.left, surface);
        surface.text(Point::new(layout.area.left, y), Anchor::Start, row.role, &label);
        for tick in &layout.x_ticks {
            // Centred below the tick as a column, right-aligned within it.
            let widest = numbers(tick.value).map(|n| surface.text_width(&n)).fold(0.0, f64::max);
            let right = (layout.frame.x.at(tick.value) - widest / 2.0 + 0.01 * character).max(0.0) + widest;
            let number = crate::format::fixed(row.at(tick.value), 0);
            surface.text(Point::new(right, y), Anchor::End, Role::Text, &number);
        }
    }
}

/// `text`, cut so that it takes at most `room`.
fn shortened(text: &str, room: f64, surface: &dyn Surface) -> String {
    if surface.text_width(text) <= room {
        return text.to_owned();
    }
    let columns = (room / surface.em().0).floor().max(0.0) as usize;
    crate::format::shorten(text, columns, crate::format::Glyphs::Utf8)
}
