//! Braille dots: two columns and four lines in every cell.

use crate::role::Role;
use crate::surface::{Fill, Pattern, Point};

/// The bit of each dot in U+2800.., by line and column within the cell.
const BITS: [[u8; 2]; 4] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]];

/// A raster of dots, with one role in each cell: that of the last dot set.
pub struct Dots {
    width: usize,
    height: usize,
    bits: Vec<u8>,
    roles: Vec<Role>,
}

impl Dots {
    pub fn new(width: usize, height: usize) -> Self {
        Self { width, height, bits: vec![0; width * height], roles: vec![Role::Text; width * height] }
    }

    /// The character and role of cell `index`, if it has a dot.
    pub fn cell(&self, index: usize) -> Option<(char, Role)> {
        let bits = self.bits[index];
        if bits == 0 {
            return None;
        }
        char::from_u32(0x2800 + u32::from(bits)).map(|character| (character, self.roles[index]))
    }

    pub fn set(&mut self, x: i64, y: i64, role: Role) {
        let (Ok(x), Ok(y)) = (usize::try_from(x), usize::try_from(y)) else { return };
        if x < 2 * self.width && y < 4 * self.height {
            let index = y / 4 * self.width + x / 2;
            self.bits[index] |= BITS[y % 4][x % 2];
            self.roles[index] = role;
        }
    }

    /// A line through `points`, given in cells.
    pub fn line(&mut self, points: &[Point], pattern: Pattern, role: Role) {
        let mut travelled = 0;
        for pair in points.windows(2) {
            let (from, to) = (dot(pair[0]), dot(pair[1]));
            let length = (to.0 - from.0).abs().max((to.1 - from.1).abs());
            for step in 0..=length {
                let along = |a: i64, b: i64| {
                    if length == 0 { a } else { a + ((b - a) as f64 * step as f64 / length as f64).round() as i64 }
                };
                if inked(pattern, travelled + step) {
                    self.set(along(from.0, to.0), along(from.1, to.1), role);
                }
            }
            travelled += length;
        }
    }

    /// The area between two lines with the same `x`, in a texture.
    pub fn fill(&mut self, upper: &[Point], lower: &[Point], fill: Fill) {
        let role = if matches!(fill, Fill::Band(_)) { Role::Band } else { fill.role() };
        for (up, low) in upper.windows(2).zip(lower.windows(2)) {
            let (first, last) = (dot(up[0]).0, dot(up[1]).0);
            for x in first..=last {
                let share = if last == first { 0.0 } else { (x - first) as f64 / (last - first) as f64 };
                let top = (up[0].y + (up[1].y - up[0].y) * share) * 4.0;
                let bottom = (low[0].y + (low[1].y - low[0].y) * share) * 4.0;
                for y in top.min(bottom).floor() as i64..=(top.max(bottom) - 1e-9).floor() as i64 {
                    if textured(fill, x, y) {
                        self.set(x, y, role);
                    }
                }
            }
        }
    }
}

/// The dot at a place given in cells.
pub fn dot(at: Point) -> (i64, i64) {
    // The middle of a cell lies between two dots: always the same one, whatever the last digits are.
    ((at.x * 2.0 + 1e-6).floor() as i64, (at.y * 4.0 + 1e-6).floor() as i64)
}

/// Whether a line has ink after `travelled` dots.
fn inked(pattern: Pattern, travelled: i64) -> bool {
    match pattern {
        Pattern::Solid => true,
        Pattern::Dashed => travelled % 6 < 4,
        Pattern::Dotted => travelled % 3 == 0,
        Pattern::DashDot => matches!(travelled % 9, 0..=4 | 7),
        Pattern::LongDashed => travelled % 8 < 6,
        Pattern::DashDotDot => matches!(travelled % 12, 0 | 3 | 6..=9),
    }
}

fn textured(fill: Fill, x: i64, y: i64) -> bool {
    match fill {
        Fill::Solid(_) => true,
        Fill::Band(_) => (x % 4 == 0 && y % 4 == 0) || (x % 4 == 2 && y % 4 == 2),
        Fill::Area(_, texture) => match texture % 5 {
            0 => (x + y) % 2 == 0,
            1 => (x % 4 == 0 && y % 4 == 1) || (x % 4 == 2 && y % 4 == 3),
            2 => y % 4 == 1,
            3 => x % 2 == 0,
            _ => (x + y) % 4 == 0,
        },
    }
}
