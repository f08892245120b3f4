//! What was chosen, step by step; Enter goes back or forward to a step.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::app::{Action, Outcome, State};
use crate::document::{Cell, ColumnSpec, Document, Table};
use crate::panes::view::{Scene, View};
use crate::ui::grid::Grid;
use crate::ui::paragraph;

/// The view.
#[derive(Default)]
pub(super) struct History {
    /// The row of the choices as they are.
    now: usize,
}

impl View for History {
    fn name(&self) -> &'static str {
        "history"
    }

    fn refresh(&mut self, state: &State, grid: &mut Grid) {
        let was = self.now;
        self.now = state.history.steps().count();
        grid.set(table(state));
        if was != self.now {
            grid.go_to(self.now);
        }
    }

    /// Takes steps back, or makes them again, until the one under the cursor is the last.
    fn enter(&self, _: &State, grid: &Grid) -> Outcome {
        let Some(row) = grid.row().filter(|row| *row != self.now) else { return Outcome::Ignored };
        let step = if row < self.now { Action::Undo } else { Action::Redo };
        Outcome::Actions(vec![step; row.abs_diff(self.now)])
    }

    fn paint(&self, scene: &Scene<'_>, area: Rect, buf: &mut Buffer) {
        let words =
            "Filters, cohorts, endpoints and models chosen; enter goes to a step, u and ctrl-r one back or forward";
        let rest = paragraph::heading(words, scene.theme, area, buf);
        scene.grid.view(scene.theme, true, rest, buf);
    }

    fn document(&self, state: &State, _: &Grid) -> Option<Document> {
        Some(Document::new("History").with(table(state)))
    }
}

fn table(state: &State) -> Table {
    let mut table = Table::new([ColumnSpec::right("Step"), ColumnSpec::left("What"), ColumnSpec::left("State")]);
    let taken: Vec<&str> = std::iter::once("as the study says").chain(state.history.steps()).collect();
    let now = taken.len() - 1;
    for (at, what) in taken.into_iter().chain(state.history.undone()).enumerate() {
        let word = match at.cmp(&now) {
            std::cmp::Ordering::Less => "",
            std::cmp::Ordering::Equal => "now",
            std::cmp::Ordering::Greater => "undone",
        };
        table.push([Cell::count(at), Cell::text(what), Cell::text(word)]);
    }
    table
}
