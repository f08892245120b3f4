//! A number before a move: the move so many times, or the row of that number.

use super::Program;
use crate::app::action::{Action, Effect};
use crate::app::key::{Code, Key};
use crate::app::log::Level;
use crate::ui::count::{Counted, counted};
use crate::ui::overlay::Overlay;

/// Longer numbers count no rows of any table.
const MOST_DIGITS: usize = 9;
/// Nobody wants a move more often.
const MOST: usize = 100_000;

impl Program {
    pub(super) fn begin_count(&mut self) -> Vec<Effect> {
        if self.pane().grid().is_none() {
            return self.apply(Action::Say(Level::Note, "there is no table here to move in".to_owned()));
        }
        self.overlays.push(Overlay::Count(String::new()));
        Vec::new()
    }

    /// A key while the number is typed.
    pub(super) fn count_key(&mut self, key: Key) -> Vec<Effect> {
        let Some(Overlay::Count(number)) = self.overlays.last_mut() else { return Vec::new() };
        match key.code {
            Code::Char(digit @ '0'..='9') if number.len() < MOST_DIGITS => {
                number.push(digit);
                return Vec::new();
            }
            Code::Char('0'..='9') => return Vec::new(),
            Code::Backspace if number.pop().is_some() => return Vec::new(),
            _ => {}
        }
        let times = number.parse().unwrap_or(1_usize);
        self.overlays.pop();
        let command = self.keymap.resolve(self.state.pane(), true, key);
        match command.and_then(counted) {
            Some(Counted::Times(to)) => (0..times.min(MOST)).flat_map(|_| self.make(to)).collect(),
            Some(Counted::Row) => {
                let found = self.pane_mut().grid_mut().is_some_and(|grid| grid.go_to_line(times.saturating_sub(1)));
                let said = format!("there is no row {times}");
                if found { Vec::new() } else { self.apply(Action::Say(Level::Note, said)) }
            }
            None if matches!(key.code, Code::Esc | Code::Backspace) => Vec::new(),
            None => self.apply(Action::Say(Level::Note, format!("{key} is no move that a number could repeat"))),
        }
    }
}
