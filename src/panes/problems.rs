//! What is wrong or doubtful in the study's data, worst first.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use tables::problem;

use super::Pane;
use crate::app::State;
use crate::app::pane_id::PaneId;
use crate::document::Document;
use crate::methods::problems as report;
use crate::theme::{Role, Theme};
use crate::ui::grid::Grid;
use crate::ui::{layout, paragraph};

/// The pane.
#[derive(Default)]
pub struct Problems {
    grid: Grid,
    summary: String,
}

impl Pane for Problems {
    fn id(&self) -> PaneId {
        PaneId::Problems
    }

    fn refresh(&mut self, state: &State, _view: usize) {
        self.summary = problem::summary(&state.problems);
        self.grid.set(report::table(&state.problems));
    }

    fn grid(&self, _view: usize) -> Option<&Grid> {
        Some(&self.grid)
    }

    fn grid_mut(&mut self, _view: usize) -> Option<&mut Grid> {
        Some(&mut self.grid)
    }

    fn view(&self, _state: &State, _view: usize, theme: &Theme, area: Rect, buf: &mut Buffer) {
        let (head, rest) = layout::top(area, 1);
        paragraph::line(&self.summary, Role::Title, theme, head, buf);
        // The row under the cursor is written out below: messages are longer than columns.
        let (list, detail) = layout::bottom(rest, 4);
        self.grid.view(theme, true, list, buf);
        if let Some(row) = self.grid.current() {
            let written: Vec<&str> =
                row.cells[2..].iter().map(|c| c.shown.as_str()).filter(|t| !t.is_empty()).collect();
            paragraph::text(&written.join("; "), Role::Text, theme, detail, buf);
        }
    }

    fn document(&self, state: &State, _view: usize) -> Option<Document> {
        Some(report::document(&state.problems))
    }
}
