//! Box drawing: every cell knows in which directions a line leaves it, so crossings come out right by themselves.

use crate::format::Glyphs;
use crate::role::Role;

pub const UP: u8 = 1;
pub const DOWN: u8 = 2;
pub const LEFT: u8 = 4;
pub const RIGHT: u8 = 8;

/// The characters for all sixteen sets of directions.
const BOXES: [char; 16] = [' ', '│', '│', '│', '─', '┘', '┐', '┤', '─', '└', '┌', '├', '─', '┴', '┬', '┼'];

/// Lines along the middle of cells.
pub struct Rules {
    width: usize,
    height: usize,
    directions: Vec<u8>,
    roles: Vec<Role>,
}

impl Rules {
    pub fn new(width: usize, height: usize) -> Self {
        Self { width, height, directions: vec![0; width * height], roles: vec![Role::Axis; width * height] }
    }

    /// The character and role of cell `index`, if a line runs there.
    pub fn cell(&self, index: usize, glyphs: Glyphs) -> Option<(char, Role)> {
        let directions = self.directions[index];
        if directions == 0 {
            return None;
        }
        let ascii = match (directions & (UP | DOWN), directions & (LEFT | RIGHT)) {
            (_, 0) => '|',
            (0, _) => '-',
            _ => '+',
        };
        Some((glyphs.pick(BOXES[usize::from(directions)], ascii), self.roles[index]))
    }

    /// Adds lines that leave the cell in `directions`.
    pub fn add(&mut self, x: i64, y: i64, directions: u8, role: Role) {
        let (Ok(x), Ok(y)) = (usize::try_from(x), usize::try_from(y)) else { return };
        if x < self.width && y < self.height {
            self.directions[y * self.width + x] |= directions;
            self.roles[y * self.width + x] = role;
        }
    }

    /// A horizontal line from the middle of one cell to the middle of another.
    pub fn horizontal(&mut self, from: i64, to: i64, y: i64, role: Role) {
        let (from, to) = (from.min(to).max(-1), from.max(to).min(self.width as i64));
        for x in from..=to {
            let directions = if x > from { LEFT } else { 0 } | if x < to { RIGHT } else { 0 };
            self.add(x, y, directions, role);
        }
    }

    /// A vertical line from the middle of one cell to the middle of another.
    pub fn vertical(&mut self, x: i64, from: i64, to: i64, role: Role) {
        let (from, to) = (from.min(to).max(-1), from.max(to).min(self.height as i64));
        for y in from..=to {
            let directions = if y > from { UP } else { 0 } | if y < to { DOWN } else { 0 };
            self.add(x, y, directions, role);
        }
    }
}
