//! Where something is drawn already, so that labels find a free place.

use crate::role::Role;
use crate::surface::{Anchor, Fill, Ink, Marker, Point, Rect, Side, Stroke, Surface};

/// A coarse picture of what layers cover, in fields of one character.
#[derive(Clone)]
pub struct Occupied {
    em: (f64, f64),
    columns: usize,
    lines: usize,
    taken: Vec<bool>,
}

impl Occupied {
    /// An empty one for `surface`.
    pub fn of(surface: &dyn Surface) -> Self {
        let (em, size) = (surface.em(), surface.size());
        let columns = (size.0 / em.0).ceil() as usize + 1;
        let lines = (size.1 / em.1).ceil() as usize + 1;
        Self { em, columns, lines, taken: vec![false; columns * lines] }
    }

    /// Whether nothing is drawn in `area`.
    pub fn is_free(&self, area: Rect) -> bool {
        !self.fields(area).any(|index| self.taken[index])
    }

    /// The share of the fields of `area` that are taken.
    pub fn share(&self, area: Rect) -> f64 {
        let (mut taken, mut all) = (0u32, 0u32);
        for index in self.fields(area) {
            taken += u32::from(self.taken[index]);
            all += 1;
        }
        f64::from(taken) / f64::from(all.max(1))
    }

    /// Marks `area` as taken.
    pub fn take(&mut self, area: Rect) {
        for index in self.fields(area) {
            self.taken[index] = true;
        }
    }

    fn fields(&self, area: Rect) -> impl Iterator<Item = usize> + use<> {
        let span = |from: f64, to: f64, em: f64, most: usize| {
            let first = (from / em + 1e-6).floor().max(0.0) as usize;
            let last = (to / em - 1e-6).floor().max(0.0) as usize;
            first..(last.max(first) + 1).min(most)
        };
        let columns = self.columns;
        let across = span(area.left, area.right, self.em.0, self.columns);
        let down = span(area.top, area.bottom, self.em.1, self.lines);
        down.flat_map(move |y| across.clone().map(move |x| y * columns + x))
    }

    fn take_line(&mut self, points: &[Point]) {
        for pair in points.windows(2) {
            let (dx, dy) = (pair[1].x - pair[0].x, pair[1].y - pair[0].y);
            let steps = ((dx.abs() / self.em.0).max(dy.abs() / self.em.1) * 2.0).ceil().max(1.0);
            for step in 0..=steps as usize {
                let share = step as f64 / steps;
                self.take_point(Point::new(pair[0].x + dx * share, pair[0].y + dy * share));
            }
        }
    }

    fn take_point(&mut self, at: Point) {
        self.take(Rect::new(at.x, at.y, at.x, at.y));
    }
}

impl Ink for Occupied {
    fn text(&mut self, at: Point, anchor: Anchor, _role: Role, text: &str) {
        let width = crate::format::width(text) as f64 * self.em.0;
        let left = match anchor {
            Anchor::Start => at.x,
            Anchor::Middle => at.x - width / 2.0,
            Anchor::End => at.x - width,
        };
        self.take(Rect::new(left, at.y, left + width, at.y));
    }

    fn line(&mut self, points: &[Point], _stroke: Stroke) {
        self.take_line(points);
    }

    fn steps(&mut self, points: &[Point], _stroke: Stroke) {
        self.take_line(points);
    }

    fn fill(&mut self, upper: &[Point], lower: &[Point], _fill: Fill) {
        for (up, low) in upper.windows(2).zip(lower.windows(2)) {
            self.take(Rect::new(up[0].x, up[0].y.min(up[1].y), up[1].x, low[0].y.max(low[1].y)));
        }
    }

    fn bar(&mut self, area: Rect, _side: Side, _fill: Fill) {
        self.take(area);
    }

    fn box_plot(&mut self, summary: [f64; 5], y: f64, half_height: f64, _role: Role) {
        self.take(Rect::new(summary[0], y - half_height, summary[4], y + half_height));
    }

    fn marker(&mut self, at: Point, _marker: Marker, _role: Role) {
        self.take_point(at);
    }

    fn censored(&mut self, at: Point, _role: Role) {
        self.take_point(at);
    }
}
