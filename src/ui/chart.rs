//! Figures on the screen: the cells of a plot in the colours of the theme.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::theme::{Role, Theme};
use figures::{self, CellStyle, Figure};

/// Paints a figure so that it fills `area`.
pub fn view(figure: &Figure, theme: &Theme, area: Rect, buf: &mut Buffer) {
    if area.is_empty() {
        return;
    }
    if let Some(plates) = theme.plates() {
        plates.push(area, figure);
    }
    in_characters(figure, theme, area, buf);
}

/// The same where no picture can take its place.
pub fn in_characters(figure: &Figure, theme: &Theme, area: Rect, buf: &mut Buffer) {
    if area.is_empty() {
        return;
    }
    let style = CellStyle { glyphs: theme.glyphs(), colour: theme.coloured() };
    let cells = figures::render_cells(figure, usize::from(area.width), usize::from(area.height), style);
    for (y, row) in cells.rows().enumerate() {
        for (x, cell) in row.iter().enumerate() {
            let at = (area.x + x as u16, area.y + y as u16);
            if cell.character != ' ' || cell.role != figures::Role::Text {
                buf[at].set_char(cell.character).set_style(theme.style(Role::from(cell.role)));
            }
        }
    }
}
