//! Nomograms: scales from which a patient's risk is read off.

mod inline;

use super::role::Role;
use super::surface::{Anchor, Marker, Pattern, Point, Rect, Stroke, Surface};
use crate::format::{Glyphs, shorten_name};

/// Scales under one another that share their positions.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Nomogram {
    /// The scales from top to bottom: points, one for each covariate, total points, survival.
    pub scales: Vec<NomogramScale>,
    /// Where the scales of single covariates end.
    pub points: f64,
    /// Where the scales of the total end.
    pub total: f64,
}

/// One scale.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct NomogramScale {
    /// What is read off or entered.
    pub label: String,
    /// Positions in points or total points, with their labels.
    pub ticks: Vec<(f64, String)>,
    /// Whether positions are total points.
    pub total: bool,
    /// The positions of patients, each with a letter where there are several.
    pub marked: Vec<(f64, String)>,
}

impl Nomogram {
    /// Lines of text for all scales with labels of their own.
    pub(super) fn preferred_lines(&self) -> usize {
        2 * self.scales.len() + 1
    }
}

/// Draws `nomogram` into `area`: two lines for each scale, or one with the labels on it where room is short.
pub fn draw(nomogram: &Nomogram, area: Rect, surface: &mut dyn Surface) {
    let (character, line) = surface.em();
    let count = nomogram.scales.len().max(1) as f64;
    let widest = nomogram.scales.iter().map(|scale| surface.text_width(&scale.label)).fold(0.0, f64::max);
    let label_room = widest.min(area.width() * 0.4);
    let left = area.left + (label_room + 2.0 * character).ceil();
    let right = area.right - 2.0 * character;
    if right - left < 8.0 * character {
        return;
    }
    let lines = (area.height() / line + 1e-9).floor();
    let two = lines >= 2.0 * count;
    let pitch = if surface.paper() {
        (area.height() / count).min(3.2 * line)
    } else if two {
        2.0
    } else {
        1.0
    };
    // Where not all scales fit, the last line says how many are missing.
    let all = nomogram.scales.len();
    let fitting = if two || lines as usize >= all { all } else { (lines as usize).saturating_sub(1) };
    for (index, scale) in nomogram.scales.iter().take(fitting).enumerate() {
        let top = area.top + index as f64 * pitch;
        let y = top + if surface.paper() { pitch * 0.4 } else { 0.5 };
        let label = if surface.text_width(&scale.label) <= label_room {
            scale.label.clone()
        } else {
            shorten_name(&scale.label, (label_room / character) as usize, Glyphs::Utf8)
        };
        surface.text(Point::new(area.left, y), Anchor::Start, Role::Text, &label);
        let within = (area.left + surface.text_width(&label) + character, area.right);
        let end = if scale.total { nomogram.total } else { nomogram.points };
        let place = |position: f64| left + (position / end.max(1e-9)).clamp(0.0, 1.0) * (right - left);
        draw_scale(scale, &place, (y, two), within, surface);
    }
    if fitting < all && lines >= 1.0 {
        let y = area.top + fitting as f64 * pitch + line / 2.0;
        surface.text(Point::new(area.left, y), Anchor::Start, Role::Dim, &format!("+{} more", all - fitting));
    }
}

/// Draws a scale at `y`, with its labels on a line of their own below (`two`) or on it, `within` what its name leaves.
fn draw_scale(
    scale: &NomogramScale,
    place: &impl Fn(f64) -> f64,
    (y, two): (f64, bool),
    within: (f64, f64),
    surface: &mut dyn Surface,
) {
    let (character, line) = surface.em();
    let mut ticks: Vec<(f64, &str)> =
        scale.ticks.iter().map(|(position, label)| (place(*position), label.as_str())).collect();
    ticks.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (Some(first), Some(last)) = (ticks.first().map(|tick| tick.0), ticks.last().map(|tick| tick.0)) else { return };
    let marks = marks(scale, place, surface);
    if two {
        let places: Vec<f64> = ticks.iter().map(|tick| tick.0).collect();
        surface.scale(first, last, y, &places);
        let labels = if surface.paper() { y + 1.05 * line } else { y + 1.0 };
        let mut free_from = f64::NEG_INFINITY;
        for (x, label) in ticks {
            let half = surface.text_width(label) / 2.0;
            if x - half >= free_from {
                surface.text(Point::new(x, labels), Anchor::Middle, Role::Text, label);
                free_from = x + half + character;
            }
        }
    } else {
        surface.scale(first, last, y, &[]);
        for (left, label) in inline::labels(&ticks, &marks, within, surface) {
            // The line of the scale is no part of a number: a blank keeps it off a minus.
            let (left, label) = match label.starts_with('-') && left >= first + character {
                true => (left - surface.text_width(" "), format!(" {label}")),
                false => (left, label.to_owned()),
            };
            surface.text(Point::new(left, y), Anchor::Start, Role::Text, &label);
        }
    }
    draw_marks(&marks, y, surface);
}

/// Where a patient stands on a scale, and what that takes of its line.
struct Mark<'a> {
    /// The place of the patient's value.
    at: f64,
    /// A letter, where there are several patients.
    letter: &'a str,
    left: f64,
    right: f64,
}

/// The marks of a scale from left to right: letters side by side where patients stand together.
fn marks<'a>(scale: &'a NomogramScale, place: impl Fn(f64) -> f64, surface: &dyn Surface) -> Vec<Mark<'a>> {
    let character = surface.em().0;
    let mut found: Vec<(f64, &str)> = scale.marked.iter().map(|(at, letter)| (place(*at), letter.as_str())).collect();
    found.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut free_from = f64::NEG_INFINITY;
    let mark = |(at, letter): (f64, &'a str)| {
        let half = if letter.is_empty() { character } else { surface.text_width(letter) } / 2.0;
        let middle = if letter.is_empty() { at } else { at.max(free_from + half) };
        free_from = middle + half + if surface.paper() { 0.3 * character } else { 0.0 };
        let left = match (surface.paper(), letter.is_empty()) {
            (true, _) => middle - half,
            (false, true) => middle.floor(),
            (false, false) => (middle - half + 0.01).round(),
        };
        Mark { at, letter, left, right: left + 2.0 * half }
    };
    found.into_iter().map(mark).collect()
}

/// Where patients stand: a diamond, or their letters beside one another.
fn draw_marks(marks: &[Mark], y: f64, surface: &mut dyn Surface) {
    let line = surface.em().1;
    for Mark { at, letter, left, .. } in marks {
        if surface.paper() {
            let down = [Point::new(*at, y - 0.5 * line), Point::new(*at, y)];
            surface.line(&down, Stroke::thin(Role::Selection, Pattern::Solid));
        }
        if surface.paper() || letter.is_empty() {
            surface.marker(Point::new(*at, y), Marker::Diamond, Role::Selection);
        }
        if !letter.is_empty() {
            let height = if surface.paper() { y - 0.9 * line } else { y };
            surface.text(Point::new(*left, height), Anchor::Start, Role::Selection, letter);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{CellStyle, Figure, render_cells};

    /// A scale of one line from 0 to 100 under `label`, with patients at `marked`.
    fn drawn(ticks: &[(f64, &str)], marked: &[(f64, &str)], glyphs: Glyphs) -> String {
        let owned =
            |places: &[(f64, &str)]| places.iter().map(|(at, text)| (*at, (*text).to_owned())).collect::<Vec<_>>();
        let scale = NomogramScale { label: "x".into(), ticks: owned(ticks), total: false, marked: owned(marked) };
        let figure = Figure::new("", Nomogram { scales: vec![scale], points: 100.0, total: 100.0 });
        render_cells(&figure, 45, 1, CellStyle { glyphs, colour: true }).to_text().trim_end().to_owned()
    }

    #[test]
    fn a_label_under_a_mark_moves_to_the_side_where_its_value_lies() {
        let ticks = [(0.0, "0.9"), (50.0, "0.8"), (100.0, "0.7")];
        let at = |place: f64| drawn(&ticks, &[(place, "")], Glyphs::Utf8);
        assert_eq!(at(50.0), "x 0.9──────────────────◆0.8───────────────0.7");
        assert!(at(52.5).contains("─0.8◆─"), "{}", at(52.5));
        assert!(at(47.5).contains("─◆0.8─"), "{}", at(47.5));
        for place in 0..=100 {
            let line = at(f64::from(place));
            // Every number is whole, and the one that the mark is at is there.
            let numbers: Vec<&str> = line[1..].split(['─', '◆', ' ']).filter(|part| !part.is_empty()).collect();
            assert!(numbers.iter().all(|number| ["0.9", "0.8", "0.7"].contains(number)), "{place}: {line}");
            assert!(line.contains('◆') && numbers.len() >= 2, "{place}: {line}");
        }
    }

    #[test]
    fn names_of_levels_stay_whole_and_letters_keep_off_them() {
        let sexes = [(0.0, "female"), (60.0, "male")];
        assert!(drawn(&sexes, &[(60.0, "")], Glyphs::Utf8).contains("─◆male"));
        assert!(drawn(&sexes, &[(0.0, "")], Glyphs::Utf8).contains("◆female─"));
        let two = drawn(&sexes, &[(60.0, "A"), (60.0, "B")], Glyphs::Utf8);
        assert!(two.contains("female─") && two.contains("─AB male"), "{two}");
    }

    #[test]
    fn plain_characters_keep_the_minus_and_no_mark_reads_as_a_number() {
        let ticks = [(0.0, "-1"), (30.0, "-0.5"), (60.0, "0"), (100.0, "1")];
        let line = drawn(&ticks, &[(80.0, "")], Glyphs::Ascii);
        assert!(line.contains("_ -0.5_") && line.contains("-1_") && line.contains("_@_"), "{line}");
        assert!(line.is_ascii());
    }
}
