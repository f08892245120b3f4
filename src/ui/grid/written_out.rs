//! A table whose texts are longer than its columns: the row under the cursor is written out below it.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::Grid;
use crate::theme::{Role, Theme};
use crate::ui::{layout, paragraph};

/// Lines that are kept for the row, so that the table does not move with the cursor.
const USUAL: u16 = 4;

impl Grid {
    /// Paints the table, and below it the cells of the row under the cursor from column `from` on; a long row has the lines
    /// that the table does not need.
    pub fn view_written_out(&self, from: usize, theme: &Theme, area: Rect, buf: &mut Buffer) {
        let row = self.current();
        let cells = row.as_ref().and_then(|row| row.cells.get(from..)).unwrap_or_default();
        let written: Vec<&str> = cells.iter().map(|cell| cell.shown.as_str()).filter(|text| !text.is_empty()).collect();
        let text = written.join("; ");
        let free = area.height.saturating_sub(self.table().rows.len() as u16 + 1);
        let lines = paragraph::height(&text, theme, area.width).clamp(USUAL, free.max(USUAL));
        let (list, detail) = layout::bottom(area, lines);
        self.view(theme, true, list, buf);
        paragraph::text(&text, Role::Text, theme, detail, buf);
    }
}
