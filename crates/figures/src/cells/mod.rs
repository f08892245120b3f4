//! Figures as characters: Braille dots and box drawing in UTF-8, `_ | + *` in ASCII.
//!
//! A cell has a character and a [`Role`], no colour. The same grid is painted in a pane, printed by a subcommand and
//! compared in a snapshot.

mod ascii;
mod blocks;
mod dots;
mod rules;
mod surface;

use unicode_width::UnicodeWidthChar;

use super::Figure;
use super::role::Role;
use crate::format::Glyphs;

/// Which characters may be used, and whether roles will be told apart by colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct CellStyle {
    /// UTF-8 or ASCII.
    pub glyphs: Glyphs,
    /// With colours categories are full blocks and lines bare; without, blocks differ in shade and lines carry marks.
    pub colour: bool,
}

/// One character with its meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GridCell {
    /// The character; `'\0'` behind one that takes two columns.
    pub character: char,
    /// Its meaning.
    pub role: Role,
}

/// A figure as rows and columns of characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellGrid {
    width: usize,
    cells: Vec<GridCell>,
}

const BLANK: GridCell = GridCell { character: ' ', role: Role::Text };

/// `figure` in `width` columns and `height` lines; parts that do not fit are left out, the least important first.
pub fn render_cells(figure: &Figure, width: usize, height: usize, style: CellStyle) -> CellGrid {
    if width == 0 || height == 0 {
        return CellGrid { width, cells: vec![BLANK; width * height] };
    }
    let mut surface = surface::CellSurface::new(width, height, style);
    super::draw::draw(figure, &mut surface);
    surface.finish()
}

impl CellGrid {
    /// Columns.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Lines.
    pub fn height(&self) -> usize {
        self.cells.len().checked_div(self.width).unwrap_or(0)
    }

    /// The cells, line by line.
    pub fn rows(&self) -> impl Iterator<Item = &[GridCell]> {
        self.cells.chunks(self.width.max(1))
    }

    /// The cell in column `x` of line `y`; blank outside.
    pub fn cell(&self, x: usize, y: usize) -> GridCell {
        let inside = x < self.width;
        inside.then(|| self.cells.get(y * self.width + x).copied()).flatten().unwrap_or(BLANK)
    }

    /// The text alone, without blanks at the ends of lines and empty lines at the end.
    pub fn to_text(&self) -> String {
        let line = |row: &[GridCell]| {
            let text: String = row.iter().map(|cell| cell.character).filter(|character| *character != '\0').collect();
            text.trim_end().to_owned()
        };
        let lines: Vec<String> = self.rows().map(line).collect();
        format!("{}\n", lines.join("\n").trim_end_matches('\n'))
    }
}

/// Columns of a character in a terminal; none for control characters and accents of their own.
fn columns(character: char) -> usize {
    character.width().unwrap_or(0)
}
