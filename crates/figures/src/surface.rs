//! What figures are drawn on: a grid of characters or a sheet of paper.
//!
//! A figure is laid out and drawn once, in terms of this trait; the two implementations decide what a dashed line or a
//! confidence band looks like with the means they have.

use super::role::Role;

/// A place, `x` to the right and `y` downwards from the top left corner.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    pub x: f64,
    pub y: f64,
}

/// A rectangle with `left <= right` and `top <= bottom`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rect {
    pub left: f64,
    pub top: f64,
    pub right: f64,
    pub bottom: f64,
}

/// How a line is drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stroke {
    pub role: Role,
    pub pattern: Pattern,
    /// Half as thick on paper: error bars, references.
    pub thin: bool,
}

/// Dashes and dots, so that lines differ without colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Pattern {
    /// An unbroken line.
    #[default]
    Solid,
    /// Long dashes.
    Dashed,
    /// Dots.
    Dotted,
    /// Dashes and dots in turn.
    DashDot,
    /// Dashes longer than others, near to one another.
    LongDashed,
    /// A dash and two dots in turn.
    DashDotDot,
}

/// The shape of a point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Marker {
    /// The smallest mark that can be seen, for clouds of points.
    Dot,
    /// A filled circle.
    #[default]
    Disc,
    /// An open circle.
    Circle,
    /// A filled square.
    Square,
    /// A filled triangle.
    Triangle,
    /// A filled diamond.
    Diamond,
    /// A cross.
    Cross,
}

/// How an area is filled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fill {
    /// So lightly that lines stay readable: a confidence band of something drawn in the role.
    Band(Role),
    /// As one of several areas that must differ: the number chooses the texture.
    Area(Role, usize),
    /// Fully.
    Solid(Role),
}

/// Which part of a text stands at its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Anchor {
    Start,
    Middle,
    End,
}

/// A side of the plot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Left,
    Bottom,
}

/// What the layers of a chart are made of. All lengths are in the surface's own units: columns and lines, or pixels.
pub trait Ink {
    /// A line of text, vertically centred on `at`.
    fn text(&mut self, at: Point, anchor: Anchor, role: Role, text: &str);

    /// A line through `points`.
    fn line(&mut self, points: &[Point], stroke: Stroke);

    /// A line that only runs along and across: `points` are its corners.
    fn steps(&mut self, points: &[Point], stroke: Stroke);

    /// The area between two lines with the same `x`, point for point.
    fn fill(&mut self, upper: &[Point], lower: &[Point], fill: Fill);

    /// A bar that grows from the axis on `side`.
    fn bar(&mut self, area: Rect, side: Side, fill: Fill);

    /// A horizontal box with whiskers: five places along `y`.
    fn box_plot(&mut self, summary: [f64; 5], y: f64, half_height: f64, role: Role);

    /// A point.
    fn marker(&mut self, at: Point, marker: Marker, role: Role);

    /// The small mark of a censored observation on a curve.
    fn censored(&mut self, at: Point, role: Role);
}

/// A grid of characters or a sheet of paper.
pub trait Surface: Ink {
    /// Width and height.
    fn size(&self) -> (f64, f64);

    /// Width of an average character and height of a line of text.
    fn em(&self) -> (f64, f64);

    /// The width of `text`.
    fn text_width(&self, text: &str) -> f64;

    /// How far inside a plot the extreme values of an axis lie: half of the smallest mark.
    fn inset(&self) -> (f64, f64);

    /// Room for an axis with its tick marks.
    fn axis_room(&self) -> f64;

    /// Whether lengths are continuous, with room for titles along the axes and margins between parts.
    fn paper(&self) -> bool;

    /// Whether lines carry marks, as nothing else but their pattern tells them apart.
    fn marked(&self) -> bool;

    /// Text running upwards, centred on `at`; only on paper.
    fn text_upwards(&mut self, at: Point, role: Role, text: &str);

    /// One field of a heat map; `level` from 0 to 8, or missing.
    fn heat(&mut self, area: Rect, level: Option<u8>);

    /// An image of `width` elements a row, row by row from the top left, 0 black, 255 white, stretched over `area`.
    fn image(&mut self, area: Rect, width: usize, greys: &[u8]);

    /// A field that shows membership in category `index`.
    fn category(&mut self, area: Rect, index: usize);

    /// A horizontal line with ends from `from` to `to`; an end that is cut off (`true`) is an arrow.
    fn whisker(&mut self, from: (f64, bool), to: (f64, bool), y: f64, role: Role);

    /// The axis on one side of `plot` with marks at `ticks`.
    fn axis(&mut self, side: Side, plot: Rect, ticks: &[f64]);

    /// A horizontal scale from `from` to `to` with marks at `ticks`; labels are drawn apart.
    fn scale(&mut self, from: f64, to: f64, y: f64, ticks: &[f64]);

    /// The outline of a box with text in it.
    fn frame(&mut self, area: Rect, role: Role);

    /// A connection of boxes along the corners `points`, its last end an arrow if asked for.
    fn connector(&mut self, points: &[Point], arrow: bool);
}

impl Point {
    pub const fn new(x: f64, y: f64) -> Self {
        Self { x, y }
    }
}

impl Rect {
    pub const fn new(left: f64, top: f64, right: f64, bottom: f64) -> Self {
        Self { left, top, right, bottom }
    }

    pub fn width(self) -> f64 {
        self.right - self.left
    }

    pub fn height(self) -> f64 {
        self.bottom - self.top
    }

    pub fn centre(self) -> Point {
        Point::new((self.left + self.right) / 2.0, (self.top + self.bottom) / 2.0)
    }

    /// The field in `column` and `row` of a grid of so many columns and rows over it.
    pub fn field(self, [columns, rows]: [usize; 2], column: usize, row: usize) -> Self {
        let x = |at: usize| self.left + self.width() * at as f64 / columns as f64;
        let y = |at: usize| self.top + self.height() * at as f64 / rows as f64;
        Self::new(x(column), y(row), x(column + 1), y(row + 1))
    }

    pub fn contains(self, at: Point) -> bool {
        (self.left..=self.right).contains(&at.x) && (self.top..=self.bottom).contains(&at.y)
    }
}

impl Stroke {
    pub const fn solid(role: Role) -> Self {
        Self { role, pattern: Pattern::Solid, thin: false }
    }

    pub const fn thin(role: Role, pattern: Pattern) -> Self {
        Self { role, pattern, thin: true }
    }
}

impl Pattern {
    /// The pattern of series `index`.
    pub const fn series(index: usize) -> Self {
        // One further on in every round, so that pattern and marker together tell more series apart than there are of either.
        let all = [Self::Solid, Self::Dashed, Self::Dotted, Self::DashDot, Self::LongDashed, Self::DashDotDot];
        all[(index + index / 6) % 6]
    }
}

impl Marker {
    /// The marker of series `index`.
    pub const fn series(index: usize) -> Self {
        // Two further on in every round: neither colours nor patterns come again together with the same marker.
        let all = [Self::Disc, Self::Triangle, Self::Square, Self::Diamond, Self::Circle, Self::Cross];
        all[(index + 2 * (index / 6)) % 6]
    }
}

impl Fill {
    /// The role that it stands for.
    pub const fn role(self) -> Role {
        match self {
            Self::Band(role) | Self::Area(role, _) | Self::Solid(role) => role,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn series_differ_in_colour_and_marker_or_pattern_and_without_colour_as_well() {
        let many = || 0..36;
        let lines: HashSet<(Role, Pattern)> = many().map(|at| (Role::series(at), Pattern::series(at))).collect();
        let plain: HashSet<(Marker, Pattern)> = many().map(|at| (Marker::series(at), Pattern::series(at))).collect();
        let points: HashSet<(Role, Marker)> = (0..18).map(|at| (Role::series(at), Marker::series(at))).collect();
        assert_eq!((lines.len(), plain.len(), points.len()), (36, 36, 18));
    }
}
