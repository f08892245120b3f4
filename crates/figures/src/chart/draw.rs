//! A chart on a surface: layers, axes, labels, numbers at risk.

use super::beside::{self, Beside};
use super::ends;
use super::labels::{self, Entry};
use super::layout::{Layout, Outside};
use super::marks;
use super::occupied::Occupied;
use super::references;
use super::scales::names;
use super::{Chart, Label, Layer};
use crate::role::Role;
use crate::surface::{Anchor, Fill, Ink, Point, Rect, Side, Surface};

/// Draws `chart` into `area`.
pub fn draw(chart: &Chart, area: Rect, surface: &mut dyn Surface) {
    let Placed { layout, mut occupied, beside, inside, above, keyed } = place_labels(chart, area, surface);
    if layout.parts.axes && layout.frame.plot.top > area.top {
        let lines = labels::head_lines(&above, area.right - layout.frame.plot.left, surface);
        let shown = &lines[..lines.len().min(layout.head_lines)];
        labels::draw_head(&above, shown, Point::new(layout.frame.plot.left, layout.head), area.right, surface);
    }
    draw_spread(chart, &layout, surface);
    draw_layers(chart, &layout, surface);
    if surface.marked() {
        marks::draw_marks_on_lines(chart, &layout.frame, surface);
    }
    draw_axes(chart, &layout, surface);
    beside::draw(&beside, surface);
    for (block, place) in &inside {
        labels::draw_block(block, *place, surface);
    }
    if layout.parts.axes {
        references::draw_reference_names(chart, &layout.frame, &mut occupied, surface);
        labels::draw_point_names(chart, &layout.frame, &mut occupied, surface);
        labels::draw_area_names(chart, &layout.frame, surface);
        draw_names_inside(chart, &layout, &mut occupied, surface);
    }
    if layout.parts.tick_labels {
        ends::draw_line_names(chart, &layout.frame, area.right, surface);
    }
    draw_at_risk(chart, &layout, keyed, surface);
}

/// Where legend and remarks stand, and the layout that gives them room.
struct Placed<'a> {
    layout: Layout,
    occupied: Occupied,
    /// Names beside their lines, instead of a legend.
    beside: Vec<Beside<'a>>,
    /// Blocks at free places in the plot or beside it.
    inside: Vec<(Vec<Entry<'a>>, Rect)>,
    /// Entries above the plot.
    above: Vec<Entry<'a>>,
    /// Whether the rows of numbers at risk stand in for the legend.
    keyed: bool,
}

/// Where names stand: a low square chart that would lose names or the end of its axis has them to its right.
fn place_labels<'a>(chart: &'a Chart, area: Rect, surface: &dyn Surface) -> Placed<'a> {
    let usual = place_around(chart, area, surface);
    place_beside(chart, area, surface, &usual).unwrap_or(usual)
}

/// The narrowest square plot that leaves room to its right, in characters.
const NARROW_SQUARE: f64 = 16.0;

fn place_beside<'a>(chart: &'a Chart, area: Rect, surface: &dyn Surface, usual: &Placed) -> Option<Placed<'a>> {
    let parts = usual.layout.parts;
    if !chart.square || surface.paper() || parts.x_label || !parts.tick_labels {
        return None;
    }
    let (character, line) = surface.em();
    let [mut block, remarks] = labels::entries(chart);
    let names = block.len();
    block.extend(remarks);
    let widest = block.iter().map(|entry| labels::entry_width(entry, surface)).fold(0.0, f64::max);
    let side = widest.max(surface.text_width(&chart.x.label)) + 2.0 * character;
    let layout = Layout::fit(chart, surface, area, Outside { side, ..Outside::default() });
    let lines = (layout.side.height() / line + 1e-9).floor() as usize;
    if !layout.parts.tick_labels || layout.frame.plot.width() < NARROW_SQUARE * character || names > lines {
        return None;
    }
    block.truncate(lines);
    let occupied = cover(chart, &layout, surface);
    let inside = if block.is_empty() { Vec::new() } else { vec![(block, layout.side)] };
    Some(Placed { layout, occupied, beside: Vec::new(), inside, above: Vec::new(), keyed: false })
}

/// Looks for free places inside first: names beside their lines, else a legend. What finds none goes above the plot, except a legend whose curves are named by
/// the rows of numbers at risk: these show the curves' looks then.
fn place_around<'a>(chart: &'a Chart, area: Rect, surface: &dyn Surface) -> Placed<'a> {
    let [mut legend, remarks] = labels::entries(chart);
    let layout = Layout::fit(chart, surface, area, Outside::default());
    let mut occupied = cover(chart, &layout, surface);
    let beside = if layout.parts.axes { beside::names(chart, &layout.frame, &mut occupied, surface) } else { None };
    if beside.is_some() {
        legend.clear();
    }
    let beside = beside.unwrap_or_default();
    let mut inside = Vec::new();
    let mut place = |block: &Vec<Entry<'a>>| {
        if block.is_empty() {
            return true;
        }
        let found = labels::find_place(block, surface, layout.frame.plot, layout.side, &occupied);
        let Some(place) = found.filter(|_| layout.parts.axes) else { return false };
        // A line of its own between this block and the next.
        occupied.take(Rect { bottom: place.bottom + 0.5 * layout.frame.line, ..place });
        inside.push((block.clone(), place));
        true
    };
    let (legend_fits, remarks_fit) = (place(&legend), place(&remarks));
    if legend_fits && remarks_fit {
        return Placed { layout, occupied, beside, inside, above: Vec::new(), keyed: false };
    }
    // Lines above move the plot, so all goes there, and lines get other places.
    let [legend, remarks] = labels::entries(chart);
    if layout.parts.at_risk && !legend.is_empty() && named_at_risk(chart, &legend) {
        let placed = place_outside(chart, area, surface, remarks.clone(), true);
        if placed.keyed {
            return placed;
        }
    }
    let names = legend.len();
    let outside = place_outside(chart, area, surface, legend.into_iter().chain(remarks).collect(), false);
    // A low chart cannot spare the lines: rather a name over a line to compare with than none.
    let shown: usize = head_lines(&outside, area, surface).iter().take(outside.layout.head_lines).map(Vec::len).sum();
    if shown < names && !surface.paper() {
        return place_over_references(chart, area, surface).unwrap_or(outside);
    }
    outside
}

/// How the entries above the plot fall into lines.
fn head_lines(placed: &Placed, area: Rect, surface: &dyn Surface) -> Vec<Vec<usize>> {
    labels::head_lines(&placed.above, area.right - placed.layout.frame.plot.left, surface)
}

/// A layout with the legend where nothing but lines to compare with is in its way, if there is such a place.
fn place_over_references<'a>(chart: &'a Chart, area: Rect, surface: &dyn Surface) -> Option<Placed<'a>> {
    let [legend, _] = labels::entries(chart);
    let layout = Layout::fit(chart, surface, area, Outside::default());
    let plain = Chart { references: Vec::new(), ..chart.clone() };
    let covered = cover(&plain, &layout, surface);
    let place = labels::find_place(&legend, surface, layout.frame.plot, layout.side, &covered);
    let place = place.filter(|_| layout.parts.axes)?;
    let mut occupied = cover(chart, &layout, surface);
    occupied.take(place);
    Some(Placed {
        layout,
        occupied,
        beside: Vec::new(),
        inside: vec![(legend, place)],
        above: Vec::new(),
        keyed: false,
    })
}

/// A layout with the entries `above` the plot, names before remarks, as far as a low chart can spare the lines.
fn place_outside<'a>(
    chart: &'a Chart,
    area: Rect,
    surface: &dyn Surface,
    above: Vec<Entry<'a>>,
    keyed: bool,
) -> Placed<'a> {
    let bare = Layout::fit(chart, surface, area, Outside { keyed, ..Outside::default() });
    let lines = labels::head_lines(&above, area.right - bare.frame.plot.left, surface);
    let names = above.iter().take_while(|entry| entry.layer.is_some()).count();
    let needed = lines.iter().filter(|line| line.first().is_some_and(|first| *first < names)).count();
    let height = area.height() / bare.frame.line;
    let most = ((height - 10.0) / 2.0).max((needed as f64).min(height - 5.0)).max(1.0) as usize;
    let layout = Layout::fit(chart, surface, area, Outside { lines: lines.len().min(most), keyed, side: 0.0 });
    let occupied = cover(chart, &layout, surface);
    let keyed = keyed && layout.parts.at_risk;
    Placed { layout, occupied, beside: Vec::new(), inside: Vec::new(), above, keyed }
}

/// Whether every entry of a legend is also a row of the numbers at risk.
fn named_at_risk(chart: &Chart, block: &[Entry]) -> bool {
    let rows = || chart.at_risk.iter().flat_map(|table| &table.rows);
    block.iter().all(|entry| entry.layer.is_some() && rows().any(|row| row.label == entry.text))
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
    // More than two bands over one another are a fog of dots.
    let banded = chart.layers.iter().filter(|layer| layer.has_band()).count();
    for (index, layer) in chart.layers.iter().enumerate() {
        if !(layer.has_band() && banded > 2 && frame.grid()) {
            marks::draw_area(layer, frame, index, ink);
        }
    }
    for reference in &chart.references {
        marks::draw_reference(reference, frame, ink);
    }
    for layer in &chart.layers {
        marks::draw_lines(layer, frame, ink);
    }
}

/// A strip of bars for each series, all on one scale.
fn draw_spread(chart: &Chart, layout: &Layout, surface: &mut dyn Surface) {
    let (top, height) = layout.spread;
    let most = chart.spread.iter().flat_map(|spread| &spread.counts).copied().fold(0.0, f64::max);
    if height <= 0.0 || most <= 0.0 {
        return;
    }
    let frame = &layout.frame;
    for (row, spread) in chart.spread.iter().enumerate() {
        let base = top + (row as f64 + 1.0) * height;
        for (edges, count) in spread.edges.windows(2).zip(&spread.counts) {
            let left = frame.x.at(edges[0]).max(frame.plot.left);
            let right = frame.x.at(edges[1]).min(frame.plot.right);
            if *count > 0.0 && left < right {
                // A single value is seen, too.
                let rise = (count / most).max(0.125) * height * if surface.paper() { 0.9 } else { 1.0 };
                surface.bar(Rect::new(left, base - rise, right, base), Side::Bottom, Fill::Solid(spread.role));
            }
        }
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
        let names: Vec<&str> = layout.y_ticks.iter().map(|tick| tick.label.as_str()).collect();
        for (label, y) in labels::shortened(&names, end - layout.area.left, surface).iter().zip(&y_places) {
            surface.text(Point::new(end, *y), Anchor::End, Role::Text, label);
        }
        for (tick, x) in layout.x_ticks.iter().zip(&x_places) {
            surface.text(Point::new(*x, layout.tick_labels), Anchor::Middle, Role::Text, &tick.label);
        }
    }
    if layout.parts.x_label {
        let room = layout.area.right - plot.left;
        // Bars that there was no room for are not spoken of.
        let counted = chart.spread.first().filter(|_| layout.parts.spread);
        let name = match counted {
            Some(strip) => format!("{} (bars: {})", chart.x.label, strip.counted),
            None => chart.x.label.clone(),
        };
        let label = labels::shortened_one(&name, room, surface);
        let half = surface.text_width(&label) / 2.0;
        let x = plot.centre().x.clamp(plot.left + half, (layout.area.right - half).max(plot.left + half));
        surface.text(Point::new(x, layout.x_label), Anchor::Middle, Role::Dim, &label);
    }
    if layout.parts.y_label && surface.paper() {
        let at = Point::new(layout.area.left + frame.line * 0.5, plot.centre().y);
        surface.text_upwards(at, Role::Dim, &chart.y.label);
    } else if layout.parts.y_label {
        let label = labels::shortened_one(&chart.y.label, layout.area.width(), surface);
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

/// The names of the axes where there is no line for them: in free corners of a low plot, and behind the last label.
fn draw_names_inside(chart: &Chart, layout: &Layout, occupied: &mut Occupied, surface: &mut dyn Surface) {
    let (frame, character) = (&layout.frame, layout.frame.character);
    let (plot, line) = (frame.plot, frame.line);
    if surface.paper() || !layout.parts.tick_labels {
        return;
    }
    if !layout.parts.y_label && !chart.y.label.is_empty() {
        let width = surface.text_width(&chart.y.label);
        let at =
            |left: f64, row: f64| Rect::new(left, plot.top + row * line, left + width, plot.top + (row + 1.0) * line);
        let (left, right) = (plot.left + character, plot.right - width - character);
        let last = (plot.height() / line).floor() - 1.0;
        let free = |place: &Rect| {
            let wide = Rect { left: place.left - character, right: place.right + character, ..*place };
            place.left > plot.left && place.right < plot.right && occupied.is_free(wide)
        };
        if let Some(place) = [at(left, 0.0), at(left, last), at(right, 0.0)].into_iter().find(free) {
            occupied.take(place);
            surface.text(Point::new(place.left, place.top + line / 2.0), Anchor::Start, Role::Dim, &chart.y.label);
        }
    }
    if !layout.parts.x_label {
        let end = |tick: &crate::ticks::Tick| frame.x.at(tick.value) + surface.text_width(&tick.label) / 2.0;
        let from = layout.x_ticks.last().map_or(plot.left, end) + 2.0 * character;
        let fits = |name: &&str| from + surface.text_width(name) <= layout.area.right;
        if let Some(name) = names(&chart.x.label).into_iter().find(fits) {
            let at = Point::new(layout.area.right - surface.text_width(name), layout.tick_labels);
            surface.text(at, Anchor::Start, Role::Dim, name);
        }
    }
}

fn draw_at_risk(chart: &Chart, layout: &Layout, keyed: bool, surface: &mut dyn Surface) {
    let Some(table) = chart.at_risk.as_ref().filter(|_| layout.parts.at_risk) else { return };
    let (plot, line, character) = (layout.frame.plot, layout.frame.line, layout.frame.character);
    let title = labels::shortened_one(&table.title, plot.left - layout.area.left - 0.5 * character, surface);
    surface.text(Point::new(layout.area.left, layout.at_risk_title), Anchor::Start, Role::Dim, &title);
    let numbers = |at: f64| table.rows.iter().map(move |row| crate::format::fixed(row.at(at), 0));
    let first = layout.x_ticks.first().map_or(0.0, |tick| {
        let half = numbers(tick.value).map(|n| surface.text_width(&n)).fold(0.0, f64::max) / 2.0;
        layout.frame.x.at(tick.value) - half - character
    });
    for (index, row) in table.rows.iter().enumerate() {
        let y = layout.at_risk_first + index as f64 * line;
        let mut left = layout.area.left;
        if let Some((index, layer)) = layer_of(chart, &row.label).filter(|_| keyed) {
            let end = left + labels::SAMPLE * character - 1e-6;
            labels::draw_sample(layer, index, Point::new(left, y), Point::new(end, y), surface);
            left += (labels::SAMPLE + 1.0) * character;
        }
        let label = labels::shortened_one(&row.label, first.min(plot.left) - left, surface);
        surface.text(Point::new(left, y), Anchor::Start, row.role, &label);
        for tick in &layout.x_ticks {
            // Centred below the tick as a column, right-aligned within it.
            let widest = numbers(tick.value).map(|n| surface.text_width(&n)).fold(0.0, f64::max);
            let right = (layout.frame.x.at(tick.value) - widest / 2.0 + 0.01 * character).max(0.0) + widest;
            let number = crate::format::fixed(row.at(tick.value), 0);
            surface.text(Point::new(right, y), Anchor::End, Role::Text, &number);
        }
    }
}

/// The layer that the legend calls `name`.
fn layer_of<'a>(chart: &'a Chart, name: &str) -> Option<(usize, &'a Layer)> {
    let named = |layer: &&Layer| matches!(&layer.label, Label::Legend(label) if label == name);
    let index = chart.layers.iter().position(|layer| named(&layer))?;
    Some((index, &chart.layers[index]))
}
