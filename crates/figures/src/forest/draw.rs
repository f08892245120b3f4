//! A forest plot on a surface: which columns have room, then headings, bars, figures and axis.

use super::{Forest, ForestRow, ForestRowKind, PITCH};
use crate::Role;
use crate::chart::Position;
use crate::format::{Glyphs, align_decimal, shorten, shorten_name};
use crate::surface::{Anchor, Marker, Pattern, Point, Rect, Side, Stroke, Surface};
use crate::ticks::{Tick, ticks};

/// The narrowest bar that shows anything, in characters.
const NARROWEST_BAR: f64 = 10.0;
/// The widest that helps.
const WIDEST_BAR: f64 = 64.0;
/// Characters by which each level is moved in.
const INDENT: f64 = 2.0;

/// Where the columns are; those without room are `None`.
struct Columns {
    left: f64,
    label: f64,
    n: Option<f64>,
    bar: Option<(f64, f64)>,
    shown: Option<f64>,
    p: Option<f64>,
}

/// Which lines there is room for besides the rows.
struct Lines {
    pitch: f64,
    heading: bool,
    axis: bool,
    label: bool,
    /// Rows, with the one that says how many are missing.
    room: usize,
    /// Rows that are drawn.
    shown: usize,
}

impl Lines {
    /// Heading, axis, its labels and its name give way to rows, the last first.
    fn new(forest: &Forest, height: f64, pitch: f64) -> Self {
        let lines = ((height + 1e-9) / pitch).floor();
        let rows = forest.rows.len();
        let spare = (lines - rows as f64).max(if lines > 6.0 { 4.0 } else { 1.0 });
        let (heading, axis, label) = (spare >= 1.0, spare >= 3.0, spare >= 4.0);
        let used = usize::from(heading) + 2 * usize::from(axis) + usize::from(label);
        let room = (lines.max(0.0) as usize).saturating_sub(used);
        let shown = if rows <= room { rows } else { room.saturating_sub(1) };
        Self { pitch, heading, axis, label, room, shown }
    }
}

/// Draws `forest` into `area`.
pub fn draw(forest: &Forest, area: Rect, surface: &mut dyn Surface) {
    let line = surface.em().1;
    let lines = Lines::new(forest, area.height(), if surface.paper() { line * PITCH } else { line });
    let columns = columns(forest, area, surface);
    let top = area.top + if lines.heading { lines.pitch } else { 0.0 };
    let bottom = top + lines.pitch * lines.shown as f64;
    if lines.heading {
        draw_headings(forest, &columns, area.top + lines.pitch / 2.0, surface);
        if surface.paper() {
            let rule = [Point::new(area.left, top), Point::new(area.right, top)];
            surface.line(&rule, Stroke::thin(Role::Axis, Pattern::Solid));
        }
    }
    if let Some((left, right)) = columns.bar {
        let plot = Rect::new(left, top, right, bottom);
        draw_bars(forest, lines.shown, plot, lines.pitch, surface);
        if lines.axis {
            draw_axis(forest, plot, area, lines.label, surface);
        }
    }
    draw_texts(forest, lines.shown, &columns, (top, lines.pitch), surface);
    if lines.shown < forest.rows.len() && lines.room > 0 {
        let text = format!("+{} more", forest.rows.len() - lines.shown);
        surface.text(Point::new(area.left, bottom + lines.pitch / 2.0), Anchor::Start, Role::Dim, &text);
    }
}

/// The widths that the columns would like to have.
struct Widths {
    label: f64,
    n: f64,
    shown: f64,
    p: f64,
}

impl Widths {
    fn of(forest: &Forest, surface: &dyn Surface) -> Self {
        let [label, n, shown, p] = &forest.headings;
        let widest = |heading: &str, width: &dyn Fn(&ForestRow) -> f64| {
            forest.rows.iter().map(width).fold(surface.text_width(heading), f64::max)
        };
        let indent = INDENT * surface.em().0;
        let aligned = align_decimal(&forest.rows.iter().map(|row| row.shown.as_str()).collect::<Vec<_>>());
        let estimates = aligned.iter().map(|text| surface.text_width(text)).fold(surface.text_width(shown), f64::max);
        let aligned = align_decimal(&forest.rows.iter().map(|row| row.p.as_str()).collect::<Vec<_>>());
        let tests = aligned.iter().map(|text| surface.text_width(text)).fold(surface.text_width(p), f64::max);
        let counted = forest.rows.iter().any(|row| !row.n.is_empty());
        Self {
            label: widest(label, &|row| surface.text_width(&row.label) + f64::from(row.indent) * indent),
            n: if counted { widest(n, &|row| surface.text_width(&row.n)) } else { 0.0 },
            shown: estimates,
            p: tests,
        }
    }
}

/// Shares the width out: the bar gets what the text leaves and is the first to shrink.
fn columns(forest: &Forest, area: Rect, surface: &dyn Surface) -> Columns {
    let character = surface.em().0;
    let gap = 2.0 * character;
    let Widths { label, n, shown, p } = Widths::of(forest, surface);
    let bar = NARROWEST_BAR * character;
    let narrow = label.min(14.0 * character);
    // Widths of label, number, bar, estimate and p-value: the first of these that fits wins.
    let attempts = [
        [label, n, bar, shown, p],
        [label, 0.0, bar, shown, p],
        [narrow, 0.0, bar, shown, p],
        [narrow, 0.0, 0.0, shown, p],
        [narrow, 0.0, 0.0, shown, 0.0],
        [label.min(area.width()), 0.0, 0.0, 0.0, 0.0],
    ];
    let total = |widths: &[f64; 5]| {
        widths.iter().sum::<f64>() + gap * widths[1..].iter().filter(|width| **width > 0.0).count() as f64
    };
    let chosen = attempts.into_iter().find(|attempt| total(attempt) <= area.width()).unwrap_or(attempts[5]);
    let [mut label_width, n, mut bar, shown, p] = chosen;
    let spare = (area.width() - total(&chosen)).max(0.0);
    let lengthened = spare.min(label - label_width).max(0.0);
    label_width += lengthened;
    if bar > 0.0 {
        bar = (bar + spare - lengthened).min(WIDEST_BAR * character);
    }
    let mut x = area.left + label_width;
    let mut next = |width: f64| {
        let start = x + gap;
        if width > 0.0 {
            x = start + width;
        }
        (width > 0.0).then_some(start)
    };
    Columns {
        left: area.left,
        label: label_width,
        n: next(n).map(|start| start + n),
        bar: next(bar).map(|start| (start, start + bar)),
        shown: next(shown),
        p: next(p),
    }
}

fn draw_headings(forest: &Forest, columns: &Columns, y: f64, surface: &mut dyn Surface) {
    let [label, n, shown, p] = &forest.headings;
    surface.text(Point::new(columns.left, y), Anchor::Start, Role::Dim, label);
    if let Some(x) = columns.n {
        surface.text(Point::new(x, y), Anchor::End, Role::Dim, n);
    }
    for (x, text) in [(columns.shown, shown), (columns.p, p)] {
        if let Some(x) = x {
            surface.text(Point::new(x, y), Anchor::Start, Role::Dim, text);
        }
    }
}

fn draw_texts(forest: &Forest, shown: usize, columns: &Columns, (top, pitch): (f64, f64), surface: &mut dyn Surface) {
    let estimates: Vec<&str> = forest.rows.iter().map(|row| row.shown.as_str()).collect();
    let p_values: Vec<&str> = forest.rows.iter().map(|row| row.p.as_str()).collect();
    let (estimates, p_values) = if surface.paper() {
        (estimates.iter().map(ToString::to_string).collect(), p_values.iter().map(ToString::to_string).collect())
    } else {
        (align_decimal(&estimates), align_decimal(&p_values))
    };
    for (index, row) in forest.rows.iter().enumerate().take(shown) {
        let y = top + pitch * (index as f64 + 0.5);
        let selected = forest.selected == Some(index);
        let role = match row.kind {
            _ if selected => Role::Selection,
            ForestRowKind::Header | ForestRowKind::Summary => Role::Title,
            _ => Role::Text,
        };
        let indent = f64::from(row.indent) * INDENT * surface.em().0;
        let room = columns.label - indent;
        let label = if surface.text_width(&row.label) <= room {
            row.label.clone()
        } else {
            shorten_name(&row.label, (room / surface.em().0).max(0.0) as usize, Glyphs::Utf8)
        };
        surface.text(Point::new(columns.left + indent, y), Anchor::Start, role, &label);
        let text_role = if row.kind == ForestRowKind::Reference { Role::Dim } else { Role::Text };
        if let Some(x) = columns.n {
            surface.text(Point::new(x, y), Anchor::End, text_role, &row.n);
        }
        for (x, text) in [(columns.shown, &estimates[index]), (columns.p, &p_values[index])] {
            if let Some(x) = x {
                surface.text(Point::new(x, y), Anchor::Start, text_role, text);
            }
        }
    }
}

fn draw_bars(forest: &Forest, shown: usize, plot: Rect, pitch: f64, surface: &mut dyn Surface) {
    let position = position(forest, plot, surface);
    let neutral = position.at(forest.neutral);
    let line = [Point::new(neutral, plot.top), Point::new(neutral, plot.bottom - 1e-6)];
    surface.line(&line, Stroke::thin(Role::Reference, Pattern::Dotted));
    for (index, row) in forest.rows.iter().enumerate().take(shown) {
        let [estimate, lower, upper] = row.estimate;
        let y = plot.top + pitch * (index as f64 + 0.5);
        if row.kind == ForestRowKind::Reference {
            surface.marker(Point::new(neutral, y), Marker::Circle, Role::Reference);
        }
        if matches!(row.kind, ForestRowKind::Header | ForestRowKind::Reference) || estimate.is_nan() {
            continue;
        }
        let role = role(row, forest);
        let end = |value: f64, limit: f64| {
            let place = position.at(value);
            let cut = value.is_nan() || !position.holds(value);
            (if cut { position.at(limit) } else { place }, cut)
        };
        surface.whisker(end(lower, position.low), end(upper, position.high), y, role);
        if position.holds(estimate) {
            let marker = if row.kind == ForestRowKind::Summary { Marker::Diamond } else { Marker::Square };
            surface.marker(Point::new(position.at(estimate), y), marker, role);
        }
    }
}

/// Limits on one side of no effect show which; others are neither.
fn role(row: &ForestRow, forest: &Forest) -> Role {
    let [_, lower, upper] = row.estimate;
    if lower > forest.neutral {
        Role::RiskHigh
    } else if upper < forest.neutral {
        Role::RiskLow
    } else {
        Role::Text
    }
}

fn position(forest: &Forest, plot: Rect, surface: &dyn Surface) -> Position {
    let inset = surface.inset().0;
    Position::new(&forest.axis, forest.range(), plot.left + inset, plot.right - inset)
}

fn draw_axis(forest: &Forest, plot: Rect, area: Rect, label: bool, surface: &mut dyn Surface) {
    let (character, line) = surface.em();
    let position = position(forest, plot, surface);
    let apart = |pair: &[Tick]| {
        let widths = surface.text_width(&pair[0].label) + surface.text_width(&pair[1].label);
        position.at(pair[1].value) - position.at(pair[0].value) >= widths / 2.0 + 1.5 * character
    };
    let most = (plot.width() / (5.0 * character)).clamp(1.0, 8.0) as usize;
    let candidates = (1..=most).rev().map(|wanted| ticks(&forest.axis, position.low, position.high, wanted));
    let found = candidates.into_iter().find(|found| found.windows(2).all(apart)).unwrap_or_default();
    let places: Vec<f64> = found.iter().map(|tick| position.at(tick.value)).collect();
    let strip = Rect::new(plot.left, plot.top, plot.right, plot.bottom);
    // On a grid an axis begins one column before its plot; here it has no corner to meet.
    let strip = if surface.paper() { strip } else { Rect { left: plot.left + 1.0, ..strip } };
    surface.axis(Side::Bottom, strip, &places);
    let labels = plot.bottom + surface.axis_room() + line / 2.0;
    for (tick, x) in found.iter().zip(&places) {
        // Half a number is another number: one that the edge would cut is left out.
        let half = surface.text_width(&tick.label) / 2.0;
        if x - half >= area.left && x + half <= area.right {
            surface.text(Point::new(*x, labels), Anchor::Middle, Role::Text, &tick.label);
        }
    }
    if label {
        draw_axis_label(forest, plot, area, (position.at(forest.neutral), labels + line), surface);
    }
}

/// The name of the axis, and what lies to both sides of no effect, about it, where there is room.
fn draw_axis_label(forest: &Forest, plot: Rect, area: Rect, (neutral, y): (f64, f64), surface: &mut dyn Surface) {
    let character = surface.em().0;
    let (below, above) = match &forest.directions {
        Some((below, above)) => (format!("← {below}"), format!("{above} →")),
        None => (String::new(), String::new()),
    };
    // The line has room for it to the left and right of the bars, too.
    let (from, to) =
        (neutral - surface.text_width(&below) - character, neutral + surface.text_width(&above) + character);
    let name = forest.axis.label.as_str();
    if forest.directions.is_some() && from >= area.left && to <= area.right {
        surface.text(Point::new(neutral - character, y), Anchor::End, Role::Dim, &below);
        surface.text(Point::new(neutral + character, y), Anchor::Start, Role::Dim, &above);
        let (gap, width) = (3.0 * character, surface.text_width(name));
        if to + gap + width <= area.right {
            surface.text(Point::new(to + gap, y), Anchor::Start, Role::Dim, name);
        } else if from - gap - width >= area.left {
            surface.text(Point::new(from - gap, y), Anchor::End, Role::Dim, name);
        }
    } else {
        let name = shorten(name, (area.width() / character).floor() as usize, Glyphs::Utf8);
        let half = surface.text_width(&name) / 2.0;
        let middle = plot.centre().x.min(area.right - half).max(area.left + half);
        surface.text(Point::new(middle, y), Anchor::Middle, Role::Dim, &name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{CellStyle, Figure, render_cells};

    fn drawn(forest: Forest, columns: usize) -> Vec<String> {
        let text = render_cells(&Figure::new("", forest), columns, 9, CellStyle::default()).to_text();
        text.lines().map(str::to_owned).collect()
    }

    /// Bars alone, as beside a table.
    fn bare(name: &str) -> Forest {
        let row = ForestRow { estimate: [1.02, 0.98, 1.06], ..ForestRow::default() };
        Forest {
            axis: crate::Axis::log(name).between(0.92, 1.165),
            directions: None,
            headings: Default::default(),
            ..Forest::hazard_ratios(vec![row.clone(), row])
        }
    }

    #[test]
    fn no_number_or_name_is_cut_by_the_edge() {
        for columns in 14..60 {
            let forest = bare("Hazard ratio of Tumour size against <=20");
            let lines = drawn(forest.clone(), columns);
            let axis = lines.iter().position(|line| line.contains('┬')).expect("an axis");
            for number in lines[axis + 1].split_whitespace() {
                let value: f64 = number.parse().expect("a number");
                let round = (value * 100.0).round() / 100.0;
                assert!((0.92..=1.165).contains(&value) && (value - round).abs() < 1e-9, "{columns}: {lines:?}");
            }
            let name = lines[axis + 2].trim();
            assert!(name == forest.axis.label || name.ends_with('…'), "{columns}: {lines:?}");
        }
        assert!(drawn(bare("HR"), 44)[4].split_whitespace().all(|number| number.len() != 3), "1.1 of 1.16");
    }

    #[test]
    fn what_lies_to_both_sides_stands_about_no_effect_and_the_ratio_is_named() {
        let row = ForestRow::ratio("Neutrophils to lymphocytes", [1.69, 1.16, 2.48], 0.007);
        let lines = drawn(Forest::hazard_ratios(vec![row]), 100);
        let at = |text: &str| lines.iter().find_map(|line| line.find(text).map(|at| line[..at].chars().count()));
        let neutral = lines.iter().find_map(|line| line.chars().position(|c| matches!(c, '\u{2801}'..='\u{28ff}')));
        let neutral = neutral.unwrap_or_else(|| panic!("no line of no effect: {lines:?}"));
        let (below, above) = (at("← lower risk").expect("below"), at("higher risk →").expect("above"));
        assert!((12..=13).contains(&(neutral - below)) && above == neutral + 1, "{lines:?}");
        assert!(at("→   Hazard ratio").is_some(), "{lines:?}");
    }
}
