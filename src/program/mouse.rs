//! The mouse: a click goes where it is, a click where one is already opens, the wheel moves.

use ratatui::layout::Rect;

use super::Program;
use crate::app::action::Effect;
use crate::app::command::Move;
use crate::app::event::Mouse;
use crate::ui::grid::Under;
use crate::ui::{frame, layout};

impl Program {
    pub(super) fn mouse(&mut self, mouse: Mouse, at: (u16, u16)) -> Vec<Effect> {
        self.go_on_without_keeping();
        match mouse {
            // What lies on top is for the keys.
            _ if !self.overlays.is_empty() => Vec::new(),
            Mouse::WheelUp => self.make(Move::Up),
            Mouse::WheelDown => self.make(Move::Down),
            Mouse::Click => self.click(at),
        }
    }

    fn click(&mut self, (x, y): (u16, u16)) -> Vec<Effect> {
        let (width, height) = self.state.size;
        let area = Rect::new(0, 0, width, height);
        let parts = layout::parts(area);
        if y == parts.tabs.y {
            return frame::tab_at(&self.state, parts.tabs, x).map_or_else(Vec::new, |pane| self.open(pane));
        }
        let position = self.pane().grid().map(|grid| grid.position());
        if y == parts.status.y {
            let (names, at) = self.pane().shown_names();
            let view = frame::view_at(&self.state, position, (&names, at), (self.theme.glyphs(), parts.status), x);
            if let Some(view) = view.and_then(|view| names.get(view).copied()) {
                self.trail.clear();
                self.look(view);
            }
            return Vec::new();
        }
        if y == parts.hints.y {
            let command = frame::hint_at(&self.state, &self.keymap, self.focus(), parts.hints, x);
            return command.map_or_else(Vec::new, |command| self.run(command, None));
        }
        if self.shared_out(parts.pane).1.is_some_and(|(_, beside)| beside.contains((x, y).into())) {
            return self.other();
        }
        self.click_in_table(area, (x, y))
    }

    /// To the row, or into it where the cursor is on it; a heading sorts by its column.
    fn click_in_table(&mut self, area: Rect, (x, y): (u16, u16)) -> Vec<Effect> {
        // The table is where the last picture has it: that picture is painted again to learn where.
        if let Some(grid) = self.pane().grid() {
            grid.unsee();
        }
        self.draw(area);
        let Some(grid) = self.pane_mut().grid_mut() else { return Vec::new() };
        match grid.under(x, y) {
            Some(Under::Heading(column)) => {
                grid.go_to_column(column);
                self.make(Move::Sort)
            }
            Some(Under::Row(line, column)) => {
                let is_there = grid.position().0 == line + 1;
                grid.go_to_column(column);
                if is_there {
                    return self.make(Move::Enter);
                }
                grid.go_to_line(line);
                Vec::new()
            }
            None => Vec::new(),
        }
    }
}
