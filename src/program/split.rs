//! Two panes side by side: the left one has the focus.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::Program;
use crate::app::action::{Action, Effect};
use crate::app::log::Level;
use crate::app::pane_id::PaneId;
use crate::panes::tab::Tab;
use crate::theme::Role;
use crate::ui::{layout, paragraph};
use figures::format::Glyphs;

impl Program {
    /// The pane beside the one with the focus.
    pub(super) fn other_pane(&self) -> Option<&Tab> {
        let beside = self.state.beside?;
        self.panes.iter().find(|pane| pane.id() == beside)
    }

    /// The part of `area` for the pane with the focus, and the other pane with its part.
    pub(super) fn shared_out(&self, area: Rect) -> (Rect, Option<(&Tab, Rect)>) {
        match self.other_pane() {
            Some(other) => {
                let (left, right) = layout::left(area, area.width / 2 - 1);
                (left, Some((other, right)))
            }
            None => (area, None),
        }
    }

    /// The other pane below a line that says what it is.
    pub(super) fn draw_beside(&self, other: &Tab, area: Rect, buf: &mut Buffer) {
        let bar = if self.theme.glyphs() == Glyphs::Utf8 { "\u{2502}" } else { "|" };
        for y in area.y..area.bottom() {
            buf.set_string(area.x - 1, y, bar, self.theme.style(Role::Border));
        }
        let (head, rest) = layout::top(area, 1);
        let key = self.keymap.keys_of("other").next().map(|key| format!(" ({key} goes there)")).unwrap_or_default();
        let words = format!("{}, {}{key}", other.id().title(), other.on_screen());
        paragraph::line(&words, Role::Dim, &self.theme, head, buf);
        other.paint(&self.state, &self.theme, rest, buf);
    }

    /// Shows another pane beside this one, or this one alone.
    pub(super) fn beside(&mut self) -> Vec<Effect> {
        if self.state.beside.take().is_some() {
            self.refresh();
            return Vec::new();
        }
        if self.state.size.0 < layout::TWO {
            let said = format!("two panes need {} columns, here are {}", layout::TWO, self.state.size.0);
            return self.apply(Action::Say(Level::Note, said));
        }
        let next = PaneId::ALL.into_iter().find(|pane| *pane != self.state.pane());
        self.state.beside = self.state.visits.before().or(next);
        self.refresh();
        Vec::new()
    }

    /// Goes to the pane beside, which changes places with this one.
    pub(super) fn other(&mut self) -> Vec<Effect> {
        match self.state.beside {
            Some(pane) => self.open(pane),
            None => self.apply(Action::Say(Level::Note, "no pane is beside this one: | shows one".to_owned())),
        }
    }
}
