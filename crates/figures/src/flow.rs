//! Who was enrolled: boxes from everybody who was screened to the cohorts that are analysed.

use super::role::Role;
use super::surface::{Anchor, Pattern, Point, Rect, Stroke, Surface};
use crate::format::{Glyphs, count, shorten};

/// Boxes from top to bottom, with those lost between them to the right.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Flow {
    /// What was left at each step.
    pub steps: Vec<FlowStep>,
    /// What the last step is divided into: cohorts.
    pub ends: Vec<(String, usize)>,
}

/// One box and who is lost after it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FlowStep {
    /// Who is in it: `Screened`.
    pub label: String,
    /// How many.
    pub n: usize,
    /// Reasons for which patients do not reach the next step, and how many.
    pub lost: Vec<(String, usize)>,
}

impl Flow {
    /// Lines of text for the drawing with boxes.
    pub(super) fn preferred_lines(&self) -> usize {
        let steps: usize = self.steps.iter().map(|step| 3 + step.lost.len() + usize::from(!step.lost.is_empty())).sum();
        steps + if self.ends.is_empty() { 0 } else { 5 }
    }
}

/// Draws `flow` into `area`, as boxes or, where these do not fit, as a list.
pub fn draw(flow: &Flow, area: Rect, surface: &mut dyn Surface) {
    let (character, line) = surface.em();
    let pitch = if surface.paper() { 1.15 * line } else { line };
    let lines = (area.height() / pitch + 1e-9).floor() as usize;
    let main = flow.steps.iter().map(|step| surface.text_width(&step_text(step))).fold(16.0 * character, f64::max)
        + 4.0 * character;
    let ends: f64 = flow.ends.iter().map(|end| surface.text_width(&end.0) + 6.0 * character).sum();
    let lost =
        flow.steps.iter().flat_map(|step| &step.lost).map(|(reason, _)| surface.text_width(reason)).fold(0.0, f64::max);
    let beside = main / 2.0 + lost + 14.0 * character;
    if lines >= flow.preferred_lines() && area.width() >= main.max(ends).max(beside) {
        draw_boxes(flow, area, pitch, main, surface);
    } else {
        draw_list(flow, area, pitch, lines, surface);
    }
}

fn step_text(step: &FlowStep) -> String {
    format!("{} (n = {})", step.label, count(step.n))
}

fn draw_boxes(flow: &Flow, area: Rect, pitch: f64, main: f64, surface: &mut dyn Surface) {
    let character = surface.em().0;
    let main = if surface.paper() { main } else { main.floor() };
    let centre = if surface.paper() { area.left + main / 2.0 } else { (area.left + main / 2.0).floor() };
    let mut y = area.top;
    for (index, step) in flow.steps.iter().enumerate() {
        let frame = Rect::new(area.left, y, area.left + main, y + 3.0 * pitch);
        surface.frame(frame, Role::Axis);
        surface.text(
            Point::new(frame.left + 2.0 * character, frame.centre().y),
            Anchor::Start,
            Role::Text,
            &step_text(step),
        );
        y = frame.bottom;
        let losses = if step.lost.is_empty() { 0.0 } else { step.lost.len() as f64 + 1.0 };
        // On paper letters would touch the next box.
        let losses = losses + if surface.paper() && losses > 0.0 { 0.5 } else { 0.0 };
        let next = y + losses * pitch;
        let goes_on = index + 1 < flow.steps.len();
        if goes_on || !flow.ends.is_empty() || losses > 0.0 {
            // On a grid the line begins and ends in the borders of the boxes.
            let (from, to) =
                if surface.paper() { (y, next) } else { (y - 0.5, if goes_on { next + 0.5 } else { next - 0.5 }) };
            if to > from {
                surface.connector(&[Point::new(centre, from), Point::new(centre, to)], false);
            }
        }
        draw_losses(step, Point::new(centre, y), area, pitch, surface);
        y = next;
    }
    draw_ends(flow, Point::new(centre, y), area, pitch, surface);
}

fn draw_losses(step: &FlowStep, from: Point, area: Rect, pitch: f64, surface: &mut dyn Surface) {
    let character = surface.em().0;
    if step.lost.is_empty() {
        return;
    }
    let total: usize = step.lost.iter().map(|(_, n)| n).sum();
    let y = from.y + 0.5 * pitch;
    let end = from.x + 4.0 * character;
    surface.connector(&[Point::new(from.x, y), Point::new(end, y)], true);
    let text = format!("Excluded (n = {})", count(total));
    surface.text(Point::new(end + 2.0 * character, y), Anchor::Start, Role::Text, &text);
    let widest = step.lost.iter().map(|(reason, _)| surface.text_width(reason)).fold(0.0, f64::max);
    let column = (end + 4.0 * character + widest + 6.0 * character).min(area.right);
    for (index, (reason, n)) in step.lost.iter().enumerate() {
        let y = y + (index as f64 + 1.0) * pitch;
        surface.text(Point::new(end + 4.0 * character, y), Anchor::Start, Role::Dim, reason);
        surface.text(Point::new(column, y), Anchor::End, Role::Dim, &count(*n));
    }
}

fn draw_ends(flow: &Flow, from: Point, area: Rect, pitch: f64, surface: &mut dyn Surface) {
    let character = surface.em().0;
    let paper = surface.paper();
    let mut left = area.left;
    for (label, n) in &flow.ends {
        let text = format!("n = {}", count(*n));
        let width = surface.text_width(label).max(surface.text_width(&text)) + 4.0 * character;
        let width = if paper { width } else { width.floor() };
        let frame = Rect::new(left, from.y + pitch, left + width, from.y + 5.0 * pitch);
        surface.frame(frame, Role::Axis);
        let middle = if paper { frame.centre().x } else { (left + width / 2.0).floor() };
        let corner = from.y + if paper { 0.5 * pitch } else { 0.5 };
        let (start, end) = if paper { (from.y, frame.top) } else { (from.y - 0.5, frame.top + 0.5) };
        let corners = [
            Point::new(from.x, start),
            Point::new(from.x, corner),
            Point::new(middle, corner),
            Point::new(middle, end),
        ];
        surface.connector(&corners, paper);
        surface.text(
            Point::new(frame.left + 2.0 * character, frame.top + 1.5 * pitch),
            Anchor::Start,
            Role::Text,
            label,
        );
        surface.text(
            Point::new(frame.left + 2.0 * character, frame.top + 2.5 * pitch),
            Anchor::Start,
            Role::Text,
            &text,
        );
        left = frame.right + 2.0 * character;
    }
}

/// Reasons on at most so many lines: those that there is no line for are one together, so that the numbers add up.
fn summed_up(lost: &[(String, usize)], most: usize) -> Vec<(String, usize)> {
    if lost.len() <= most {
        return lost.to_vec();
    }
    let (named, rest) = lost.split_at(most.saturating_sub(1));
    let mut lines = named.to_vec();
    if most > 0 {
        let words = if named.is_empty() { "reasons" } else { "other reasons" };
        lines.push((format!("{} {words}", count(rest.len())), rest.iter().map(|(_, n)| n).sum()));
    }
    lines
}

/// One line of the list.
struct Line {
    text: String,
    n: String,
    role: Role,
}

fn draw_list(flow: &Flow, area: Rect, pitch: f64, most: usize, surface: &mut dyn Surface) {
    let character = surface.em().0;
    // Who is left matters more than why the others are not.
    let mut room = most.saturating_sub(flow.steps.len() + flow.ends.len());
    let mut losing = flow.steps.iter().filter(|step| !step.lost.is_empty()).count();
    let mut lines = Vec::new();
    for step in &flow.steps {
        lines.push(Line { text: step.label.clone(), n: count(step.n), role: Role::Text });
        losing -= usize::from(!step.lost.is_empty());
        let lost = summed_up(&step.lost, room.saturating_sub(losing));
        room -= lost.len().min(room);
        lines.extend(lost.into_iter().map(|(reason, n)| Line {
            text: format!("  - {reason}"),
            n: format!("-{}", count(n)),
            role: Role::Dim,
        }));
    }
    lines.extend(flow.ends.iter().map(|(label, n)| Line {
        text: format!("  = {label}"),
        n: count(*n),
        role: Role::Text,
    }));
    let numbers = lines.iter().map(|line| surface.text_width(&line.n)).fold(0.0, f64::max);
    let texts = lines.iter().map(|line| surface.text_width(&line.text)).fold(0.0, f64::max);
    let column = (area.left + texts + 3.0 * character + numbers).min(area.right);
    for (index, line) in lines.iter().enumerate().take(most) {
        let y = area.top + (index as f64 + 0.5) * pitch;
        let room = ((column - numbers - character - area.left) / character).max(0.0) as usize;
        let text = if surface.text_width(&line.text) <= column - numbers - character - area.left {
            line.text.clone()
        } else {
            shorten(&line.text, room, Glyphs::Utf8)
        };
        surface.text(Point::new(area.left, y), Anchor::Start, line.role, &text);
        surface.text(Point::new(column, y), Anchor::End, line.role, &line.n);
    }
    let rule = Stroke::thin(Role::Axis, Pattern::Solid);
    if surface.paper() {
        surface.line(&[Point::new(area.left, area.top), Point::new(column, area.top)], rule);
    }
}
