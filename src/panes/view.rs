//! What a view is: one file for each, which asks its questions, shows the answers, and puts them into a document.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::app::answers::Wish;
use crate::app::command::Move;
use crate::app::{Outcome, State, Subject};
use crate::document::Document;
use crate::session::Settings;
use crate::theme::Theme;
use crate::ui::grid::Grid;

/// What the user did in a view.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gesture {
    /// A move in its table. What the view ignores, the table does.
    Move(Move),
    /// Close what is open.
    Close,
    /// The command of this name, which is the view's own; true if the cursor of its table was not on screen when it was given.
    Own(&'static str, bool),
}

/// What a view is painted from.
pub struct Scene<'a> {
    /// The state.
    pub state: &'a State,
    /// The table under the cursor.
    pub grid: &'a Grid,
    /// Colours and characters.
    pub theme: &'a Theme,
}

/// One view of a pane. The table under its cursor is kept by the pane's [`super::tab::Tab`] and lent to it.
pub trait View {
    /// What it is called: on the status line, in session files, and after `--view`.
    fn name(&self) -> &'static str;

    /// The view that fills the table which it shows: itself, another with which it shares cursor, sort and search, or
    /// none.
    fn table(&self) -> Option<&'static str> {
        Some(self.name())
    }

    /// Whether it is the detail of a row of another view: Enter leads to it and Esc back, Tab passes it by.
    fn is_detail(&self) -> bool {
        false
    }

    /// What it needs to know.
    fn asks(&self, _state: &State, _grid: &Grid) -> Vec<Wish> {
        Vec::new()
    }

    /// Prepares what is shown; called before it is painted whenever the state has changed.
    fn refresh(&mut self, state: &State, grid: &mut Grid);

    /// Puts the cursor on something; false if it cannot, or not yet.
    fn find(&mut self, subject: &Subject, _state: &State, grid: &mut Grid) -> bool {
        matches!(subject, Subject::Row(row) if grid.go_to(*row))
    }

    /// Where Enter leads from the row under the cursor; [`Outcome::Ignored`] where it leads nowhere, and then nothing on
    /// the screen says that it would.
    fn enter(&self, _state: &State, _grid: &Grid) -> Outcome {
        Outcome::Ignored
    }

    /// Does what the user asks; `argument` is what a prompt or the palette gave.
    fn act(&mut self, _gesture: Gesture, _argument: Option<&str>, _state: &State, _grid: &mut Grid) -> Outcome {
        Outcome::Ignored
    }

    /// Paints it.
    fn paint(&self, scene: &Scene<'_>, area: Rect, buf: &mut Buffer);

    /// The patient of a row of the table; none in tables of other things.
    fn patient(&self, _row: usize, _state: &State) -> Option<String> {
        None
    }

    /// Whether marks choose rows to be copied and exported alone; in some tables they mean something else.
    fn marks_choose(&self) -> bool {
        true
    }

    /// What is on screen, with full precision; `None` while there is nothing.
    fn document(&self, state: &State, grid: &Grid) -> Option<Document>;

    /// What the user set in it beside its table, for the next session and for replaying; nothing while nothing is set.
    fn settings(&self) -> Option<Settings> {
        None
    }

    /// Takes over what was set in it at another time.
    fn set(&mut self, _settings: Option<&Settings>) {}

    /// The sentences for the methods section of a paper.
    fn methods(&self, _state: &State) -> Option<String> {
        None
    }
}
