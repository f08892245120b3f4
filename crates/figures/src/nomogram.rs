//! Nomograms: scales from which a patient's risk is read off.

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
        let end = if scale.total { nomogram.total } else { nomogram.points };
        let place = |position: f64| left + (position / end.max(1e-9)).clamp(0.0, 1.0) * (right - left);
        draw_scale(scale, &place, y, two, surface);
    }
    if fitting < all && lines >= 1.0 {
        let y = area.top + fitting as f64 * pitch + line / 2.0;
        surface.text(Point::new(area.left, y), Anchor::Start, Role::Dim, &format!("+{} more", all - fitting));
    }
}

fn draw_scale(scale: &NomogramScale, place: &impl Fn(f64) -> f64, y: f64, two: bool, surface: &mut dyn Surface) {
    let (character, line) = surface.em();
    let mut ticks: Vec<(f64, &str)> =
        scale.ticks.iter().map(|(position, label)| (place(*position), label.as_str())).collect();
    ticks.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (Some(first), Some(last)) = (ticks.first().map(|tick| tick.0), ticks.last().map(|tick| tick.0)) else { return };
    let places: Vec<f64> = ticks.iter().map(|tick| tick.0).collect();
    if two {
        surface.scale(first, last, y, &places);
    } else {
        surface.scale(first, last, y, &[]);
    }
    let labels = match (two, surface.paper()) {
        (false, _) => y,
        (true, true) => y + 1.05 * line,
        (true, false) => y + 1.0,
    };
    let mut free_from = f64::NEG_INFINITY;
    for (x, label) in ticks {
        let half = surface.text_width(label) / 2.0;
        if x - half >= free_from {
            surface.text(Point::new(x, labels), Anchor::Middle, Role::Text, label);
            free_from = x + half + character;
        }
    }
    draw_marks(scale, place, y, surface);
}

/// Where patients stand: a diamond, or their letters beside one another.
fn draw_marks(scale: &NomogramScale, place: impl Fn(f64) -> f64, y: f64, surface: &mut dyn Surface) {
    let (character, line) = surface.em();
    let mut marks: Vec<(f64, &str)> = scale.marked.iter().map(|(at, letter)| (place(*at), letter.as_str())).collect();
    marks.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut free_from = f64::NEG_INFINITY;
    for (x, letter) in marks {
        if surface.paper() {
            let down = [Point::new(x, y - 0.5 * line), Point::new(x, y)];
            surface.line(&down, Stroke::thin(Role::Selection, Pattern::Solid));
        }
        if surface.paper() || letter.is_empty() {
            surface.marker(Point::new(x, y), Marker::Diamond, Role::Selection);
        }
        if !letter.is_empty() {
            let half = surface.text_width(letter) / 2.0;
            let middle = x.max(free_from + half);
            let height = if surface.paper() { y - 0.9 * line } else { y };
            surface.text(Point::new(middle, height), Anchor::Middle, Role::Selection, letter);
            free_from = middle + half + if surface.paper() { 0.3 * character } else { 0.0 };
        }
    }
}
