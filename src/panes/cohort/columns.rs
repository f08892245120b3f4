//! What the columns hold.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{absent, methods};
use crate::app::command::Move;
use crate::app::pane_id::PaneId;
use crate::app::{Outcome, Place, State, Subject};
use crate::document::Document;
use crate::methods::cohort;
use crate::panes::view::{Gesture, Scene, View};
use crate::study::Revision;
use crate::ui::grid::Grid;
use crate::ui::paragraph;

/// The view.
#[derive(Default)]
pub(super) struct Columns {
    shown: Option<Revision>,
}

impl View for Columns {
    fn name(&self) -> &'static str {
        "columns"
    }

    fn refresh(&mut self, state: &State, grid: &mut Grid) {
        let Some(cohort) = state.cohort() else { return };
        if self.shown != Some(cohort.revision()) {
            self.shown = Some(cohort.revision());
            grid.set(cohort::columns(cohort));
        }
    }

    fn find(&mut self, subject: &Subject, state: &State, grid: &mut Grid) -> bool {
        find(subject, state, grid)
    }

    /// From a column to its distribution.
    fn act(&mut self, gesture: Gesture, _: Option<&str>, _: &State, grid: &mut Grid) -> Outcome {
        match gesture {
            Gesture::Move(Move::Enter) if grid.row().is_some() => Outcome::Go(Place::of(PaneId::Cohort, "variable")),
            _ => Outcome::Ignored,
        }
    }

    fn paint(&self, scene: &Scene<'_>, area: Rect, buf: &mut Buffer) {
        if let Some((role, said)) = absent(scene.state) {
            paragraph::text(said, role, scene.theme, area, buf);
            return;
        }
        scene.grid.view(scene.theme, true, area, buf);
    }

    fn document(&self, state: &State, grid: &Grid) -> Option<Document> {
        state.data.as_ref()?;
        Some(Document::new("Columns").with(grid.table().clone()))
    }

    fn methods(&self, state: &State) -> Option<String> {
        methods(state)
    }
}

/// Puts the cursor on a column.
pub(super) fn find(subject: &Subject, state: &State, grid: &mut Grid) -> bool {
    let Subject::Variable(name) = subject else { return false };
    let columns = state.cohort().map(|cohort| cohort.frame().columns());
    let at = columns.and_then(|mut columns| columns.position(|column| column.name == *name));
    at.is_some_and(|at| grid.go_to(at))
}
