//! A grid of characters as something to draw on.

use super::rules::{DOWN, LEFT, RIGHT, Rules, UP};
use super::{BLANK, CellGrid, CellStyle, GridCell, ascii, blocks, columns, dots};
use crate::format::{Glyphs, width};
use crate::role::Role;
use crate::surface::{Anchor, Fill, Ink, Marker, Point, Rect, Side, Stroke, Surface};

/// Layers of which the later covers the earlier in each cell: dots of areas, dots of lines, lines and bars of
/// characters, box drawing, text.
pub struct CellSurface {
    width: usize,
    height: usize,
    style: CellStyle,
    areas: dots::Dots,
    dots: dots::Dots,
    ink: Vec<Option<(char, Role)>>,
    rules: Rules,
    text: Vec<Option<(char, Role)>>,
}

impl CellSurface {
    pub fn new(width: usize, height: usize, style: CellStyle) -> Self {
        let cells = width * height;
        Self {
            width,
            height,
            style,
            areas: dots::Dots::new(width, height),
            dots: dots::Dots::new(width, height),
            ink: vec![None; cells],
            rules: Rules::new(width, height),
            text: vec![None; cells],
        }
    }

    /// The grid as it stands.
    pub fn finish(self) -> CellGrid {
        let cell = |index: usize| {
            let found = self.text[index]
                .or_else(|| self.rules.cell(index, self.style.glyphs))
                .or_else(|| self.ink[index])
                .or_else(|| self.dots.cell(index))
                .or_else(|| self.areas.cell(index));
            found.map_or(BLANK, |(character, role)| GridCell { character, role })
        };
        CellGrid { width: self.width, cells: (0..self.width * self.height).map(cell).collect() }
    }

    fn index(&self, x: i64, y: i64) -> Option<usize> {
        let (x, y) = (usize::try_from(x).ok()?, usize::try_from(y).ok()?);
        (x < self.width && y < self.height).then_some(y * self.width + x)
    }

    fn put(&mut self, x: i64, y: i64, character: char, role: Role) {
        if let Some(index) = self.index(x, y) {
            self.text[index] = Some((character, role));
        }
    }

    fn ink(&mut self, inked: Vec<ascii::Inked>, role: Role) {
        for (x, y, character) in inked {
            if let Some(index) = self.index(x, y) {
                self.ink[index] = Some((character, role));
            }
        }
    }

    fn ascii(&self) -> bool {
        self.style.glyphs == Glyphs::Ascii
    }

    /// The cells that `area` covers at least half of, in each direction one at least.
    fn snapped(area: Rect) -> (std::ops::Range<i64>, std::ops::Range<i64>) {
        let span = |from: f64, to: f64| {
            let first = from.round() as i64;
            first..(to.round() as i64).max(first + 1)
        };
        (span(area.left, area.right), span(area.top, area.bottom))
    }
}

impl Ink for CellSurface {
    fn text(&mut self, at: Point, anchor: Anchor, role: Role, text: &str) {
        let text = self.style.glyphs.text(text).into_owned();
        let columns_taken = width(&text) as f64;
        let start = match anchor {
            Anchor::Start => at.x.floor(),
            Anchor::Middle => (at.x - columns_taken / 2.0 + 0.01).round(),
            Anchor::End => (at.x - columns_taken).round(),
        };
        let (mut x, y) = (start as i64, at.y.floor() as i64);
        for character in text.chars() {
            // Only where lines break the two blanks differ, and in cells none does.
            let character = if character == '\u{a0}' { ' ' } else { character };
            let taken = columns(character);
            if taken == 2 && x + 2 > self.width as i64 {
                break;
            }
            for part in 0..taken as i64 {
                self.put(x + part, y, if part == 0 { character } else { '\0' }, role);
            }
            x += taken as i64;
        }
    }

    fn line(&mut self, points: &[Point], stroke: Stroke) {
        if self.ascii() {
            self.ink(ascii::line(points, stroke.pattern), stroke.role);
        } else {
            self.dots.line(points, stroke.pattern, stroke.role);
        }
    }

    fn steps(&mut self, points: &[Point], stroke: Stroke) {
        if self.ascii() {
            self.ink(ascii::steps(points, stroke.pattern), stroke.role);
        } else {
            self.dots.line(points, stroke.pattern, stroke.role);
        }
    }

    fn fill(&mut self, upper: &[Point], lower: &[Point], fill: Fill) {
        if self.ascii() {
            let role = if matches!(fill, Fill::Band(_)) { Role::Band } else { fill.role() };
            self.ink(ascii::fill(upper, lower, fill), role);
        } else {
            self.areas.fill(upper, lower, fill);
        }
    }

    fn bar(&mut self, area: Rect, side: Side, fill: Fill) {
        // Across its direction a bar takes whole cells, so that neighbours touch and nothing frays.
        let area = match side {
            Side::Left => {
                Rect { top: area.top.round(), bottom: area.bottom.round().max(area.top.round() + 1.0), ..area }
            }
            Side::Bottom => {
                Rect { left: area.left.round(), right: area.right.round().max(area.left.round() + 1.0), ..area }
            }
        };
        let from_right = area.left.fract() != 0.0 && area.right.fract() == 0.0;
        for y in area.top.floor() as i64..area.bottom.ceil() as i64 {
            let up = (y as f64 + 1.0).min(area.bottom) - (y as f64).max(area.top);
            for x in area.left.floor() as i64..area.right.ceil() as i64 {
                let across = (x as f64 + 1.0).min(area.right) - (x as f64).max(area.left);
                let character = blocks::covered(across, up, from_right, self.style.glyphs);
                if let (Some(character), Some(index)) = (character, self.index(x, y)) {
                    self.ink[index] = Some((character, fill.role()));
                }
            }
        }
    }

    fn box_plot(&mut self, summary: [f64; 5], y: f64, _half_height: f64, role: Role) {
        let [low, q1, median, q3, high] = summary.map(|x| x.floor() as i64);
        let y = y.floor() as i64;
        let glyphs = self.style.glyphs;
        self.rules.horizontal(low, high, y, role);
        self.rules.add(low, y, UP | DOWN, role);
        self.rules.add(high, y, UP | DOWN, role);
        for x in q1..=q3 {
            self.put(x, y, glyphs.pick('▒', '='), role);
        }
        self.put(median, y, glyphs.pick('┃', '|'), Role::Text);
    }

    fn marker(&mut self, at: Point, marker: Marker, role: Role) {
        if marker == Marker::Dot && !self.ascii() {
            let (x, y) = dots::dot(at);
            self.dots.set(x, y, role);
        } else if marker == Marker::Dot {
            self.ink(vec![(at.x.floor() as i64, at.y.floor() as i64, '.')], role);
        } else {
            let character = blocks::marker(marker, self.style.glyphs);
            self.put(at.x.floor() as i64, at.y.floor() as i64, character, role);
        }
    }

    fn censored(&mut self, at: Point, role: Role) {
        if self.ascii() {
            self.ink(vec![(at.x.floor() as i64, at.y.floor() as i64, '+')], role);
        } else {
            let (x, y) = dots::dot(at);
            self.dots.set(x, y - 1, role);
            self.dots.set(x, y - 2, role);
        }
    }
}

impl Surface for CellSurface {
    fn size(&self) -> (f64, f64) {
        (self.width as f64, self.height as f64)
    }

    fn em(&self) -> (f64, f64) {
        (1.0, 1.0)
    }

    fn text_width(&self, text: &str) -> f64 {
        width(&self.style.glyphs.text(text)) as f64
    }

    fn inset(&self) -> (f64, f64) {
        if self.ascii() { (0.5, 0.5) } else { (0.25, 0.125) }
    }

    fn axis_room(&self) -> f64 {
        1.0
    }

    fn paper(&self) -> bool {
        false
    }

    fn marked(&self) -> bool {
        !self.style.colour
    }

    fn text_upwards(&mut self, _at: Point, _role: Role, _text: &str) {}

    fn heat(&mut self, area: Rect, level: Option<u8>) {
        let (across, down) = Self::snapped(area);
        let (character, role) = match level {
            Some(level) => (blocks::shade(level, self.style.glyphs), Role::Heat(level)),
            None => ('?', Role::Dim),
        };
        for y in down {
            for x in across.clone() {
                self.put(x, y, character, role);
            }
        }
    }

    fn image(&mut self, area: Rect, width: usize, greys: &[u8]) {
        let elements = [width, greys.len() / width.max(1)];
        for (at, level) in greys.iter().enumerate() {
            let (across, down) = Self::snapped(area.field(elements, at % width, at / width));
            for y in down {
                for x in across.clone() {
                    self.put(x, y, blocks::weight(*level), Role::Text);
                }
            }
        }
    }

    fn category(&mut self, area: Rect, index: usize) {
        let (across, down) = Self::snapped(area);
        let character = blocks::category(index, self.style.glyphs, self.style.colour);
        for y in down {
            for x in across.clone() {
                self.put(x, y, character, Role::series(index));
            }
        }
    }

    fn whisker(&mut self, from: (f64, bool), to: (f64, bool), y: f64, role: Role) {
        let (left, right, y) = (from.0.floor() as i64, to.0.floor() as i64, y.floor() as i64);
        self.rules.horizontal(left, right, y, role);
        for (x, cut, arrow) in [(left, from.1, ('←', '<')), (right, to.1, ('→', '>'))] {
            if cut {
                self.put(x, y, self.style.glyphs.pick(arrow.0, arrow.1), role);
            } else {
                self.rules.add(x, y, UP | DOWN, role);
            }
        }
        if left == right && !from.1 && !to.1 {
            self.put(left, y, self.style.glyphs.pick('│', '|'), role);
        }
    }

    fn axis(&mut self, side: Side, plot: Rect, ticks: &[f64]) {
        let left = plot.left.floor() as i64 - 1;
        let bottom = plot.bottom.floor() as i64;
        match side {
            Side::Left => {
                self.rules.vertical(left, plot.top.floor() as i64, bottom, Role::Axis);
                for tick in ticks {
                    self.rules.add(left, tick.floor() as i64, LEFT | UP | DOWN, Role::Axis);
                }
            }
            Side::Bottom => {
                self.rules.horizontal(left, plot.right.ceil() as i64 - 1, bottom, Role::Axis);
                for tick in ticks {
                    self.rules.add(tick.floor() as i64, bottom, DOWN | LEFT | RIGHT, Role::Axis);
                }
            }
        }
    }

    fn scale(&mut self, from: f64, to: f64, y: f64, ticks: &[f64]) {
        let (from, to, y) = (from.floor() as i64, to.floor() as i64, y.floor() as i64);
        if ticks.is_empty() && self.ascii() {
            // Labels stand on this line: it must not read as the minus or the dash of one.
            self.ink((from..=to).map(|x| (x, y, '_')).collect(), Role::Axis);
            return;
        }
        self.rules.horizontal(from, to, y, Role::Axis);
        for tick in ticks {
            self.rules.add(tick.floor() as i64, y, DOWN, Role::Axis);
        }
    }

    fn frame(&mut self, area: Rect, role: Role) {
        let (left, right) = (area.left.round() as i64, area.right.round() as i64 - 1);
        let (top, bottom) = (area.top.round() as i64, area.bottom.round() as i64 - 1);
        self.rules.horizontal(left, right, top, role);
        self.rules.horizontal(left, right, bottom, role);
        self.rules.vertical(left, top, bottom, role);
        self.rules.vertical(right, top, bottom, role);
    }

    fn connector(&mut self, points: &[Point], arrow: bool) {
        let cells: Vec<(i64, i64)> = points.iter().map(|at| (at.x.floor() as i64, at.y.floor() as i64)).collect();
        for pair in cells.windows(2) {
            if pair[0].1 == pair[1].1 {
                self.rules.horizontal(pair[0].0, pair[1].0, pair[0].1, Role::Axis);
            } else {
                self.rules.vertical(pair[0].0, pair[0].1, pair[1].1, Role::Axis);
            }
        }
        if let (true, [.., before, end]) = (arrow, cells.as_slice()) {
            let head = if before.1 == end.1 { ('▸', '>') } else { ('▾', 'v') };
            self.put(end.0, end.1, self.style.glyphs.pick(head.0, head.1), Role::Axis);
        }
    }
}
