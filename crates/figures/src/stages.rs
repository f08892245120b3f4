//! The stages of a piece of work, one after the other: boxes with arrows from each to the next.

use crate::role::Role;
use crate::surface::{Anchor, Point, Rect, Surface};

/// Boxes with arrows from each to the next, from left to right and line by line.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Stages {
    /// The stages in order.
    pub stages: Vec<Stage>,
}

/// One box.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Stage {
    /// What is done: `Extraction`.
    pub title: String,
    /// How, and with which numbers: each is wrapped to the box.
    pub lines: Vec<String>,
}

/// Characters below which a box says too little.
const NARROWEST: f64 = 26.0;
/// Characters between two boxes.
const GAP: f64 = 3.0;

impl Stages {
    /// Lines of text as a list.
    pub(super) fn preferred_lines(&self) -> usize {
        self.stages.iter().map(|stage| 1 + stage.lines.len()).sum()
    }

    /// How many boxes stand beside one another in so many characters.
    fn beside(&self, characters: f64) -> usize {
        let room = ((characters + GAP) / (NARROWEST + GAP)).floor().max(1.0) as usize;
        let rows = self.stages.len().div_ceil(room).max(1);
        // Rows of one length.
        self.stages.len().div_ceil(rows).max(1)
    }

    /// The height on paper in a width, given the size of a character and a line, and how wide text is.
    pub(super) fn height(&self, width: f64, (character, line): (f64, f64), text: &dyn Fn(&str) -> f64) -> f64 {
        let beside = self.beside(width / character);
        let room = inside(width, beside, character);
        let rows = self.stages.chunks(beside).map(|row| box_height(row, room, line, text) + GAP * line);
        (rows.sum::<f64>() - GAP * line).max(line)
    }
}

/// The width for text in one of so many boxes.
fn inside(width: f64, beside: usize, character: f64) -> f64 {
    (width - GAP * character * (beside as f64 - 1.0)) / beside as f64 - 2.0 * character
}

fn box_height(row: &[Stage], room: f64, line: f64, text: &dyn Fn(&str) -> f64) -> f64 {
    let lines = |stage: &Stage| 1 + stage.lines.iter().map(|l| wrapped(l, room, text).len()).sum::<usize>();
    (row.iter().map(lines).max().unwrap_or(0) as f64 + 1.0) * line
}

/// `said` in lines no wider than `room`; a word that is wider stands alone.
fn wrapped(said: &str, room: f64, text: &dyn Fn(&str) -> f64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in said.split_whitespace() {
        match lines.last_mut() {
            Some(last) if text(&format!("{last} {word}")) <= room => {
                last.push(' ');
                last.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// Draws `stages` into `area`: as boxes on paper, as a list in characters.
pub fn draw(stages: &Stages, area: Rect, surface: &mut dyn Surface) {
    if surface.paper() { draw_boxes(stages, area, surface) } else { draw_list(stages, area, surface) }
}

fn draw_boxes(stages: &Stages, area: Rect, surface: &mut dyn Surface) {
    let (character, line) = surface.em();
    let beside = stages.beside(area.width() / character);
    let room = inside(area.width(), beside, character);
    let width = room + 2.0 * character;
    let mut top = area.top;
    let mut before: Option<Rect> = None;
    for row in stages.stages.chunks(beside) {
        let height = box_height(row, room, line, &|text| surface.text_width(text));
        for (at, stage) in row.iter().enumerate() {
            let left = area.left + at as f64 * (width + GAP * character);
            let frame = Rect::new(left, top, left + width, top + height);
            surface.frame(frame, Role::Axis);
            draw_text(stage, frame, room, surface);
            if let Some(before) = before {
                surface.connector(&way(before, frame, GAP * line / 2.0), true);
            }
            before = Some(frame);
        }
        top += height + GAP * line;
    }
}

/// From one box to the next: straight on, or to the beginning of the next row.
fn way(from: Rect, to: Rect, half: f64) -> Vec<Point> {
    if from.top == to.top {
        let y = from.centre().y;
        return vec![Point::new(from.right, y), Point::new(to.left, y)];
    }
    let (here, there) = (from.centre().x, to.centre().x);
    let y = from.bottom + half;
    vec![Point::new(here, from.bottom), Point::new(here, y), Point::new(there, y), Point::new(there, to.top)]
}

fn draw_text(stage: &Stage, frame: Rect, room: f64, surface: &mut dyn Surface) {
    let (character, line) = surface.em();
    let mut y = frame.top + line;
    surface.text(Point::new(frame.left + character, y), Anchor::Start, Role::Title, &stage.title);
    for said in &stage.lines {
        for part in wrapped(said, room, &|text| surface.text_width(text)) {
            y += line;
            surface.text(Point::new(frame.left + character, y), Anchor::Start, Role::Text, &part);
        }
    }
}

fn draw_list(stages: &Stages, area: Rect, surface: &mut dyn Surface) {
    let (character, line) = surface.em();
    let mut y = area.top + line / 2.0;
    for (number, stage) in (1..).zip(&stages.stages) {
        surface.text(Point::new(area.left, y), Anchor::Start, Role::Title, &format!("{number} {}", stage.title));
        y += line;
        for said in &stage.lines {
            surface.text(Point::new(area.left + 2.0 * character, y), Anchor::Start, Role::Text, said);
            y += line;
        }
        if y > area.bottom {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_wrap_at_the_room_and_a_long_one_stands_alone() {
        let width = |text: &str| text.chars().count() as f64;
        assert_eq!(wrapped("one two three", 7.0, &width), ["one two", "three"]);
        assert_eq!(wrapped("a extraordinarily b", 5.0, &width), ["a", "extraordinarily", "b"]);
        assert!(wrapped("", 5.0, &width).is_empty());
    }

    #[test]
    fn rows_of_boxes_have_one_length() {
        let of = |n: usize| Stages { stages: vec![Stage::default(); n] };
        // Five boxes where four have room: three and two, not four and one.
        assert_eq!(of(5).beside(4.0 * 29.0), 3);
        assert_eq!(of(3).beside(200.0), 3);
        assert_eq!(of(2).beside(10.0), 1);
    }
}
