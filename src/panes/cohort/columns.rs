//! What the columns hold.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{is_absent, methods, paint_absence};
use crate::app::answers::{Slot, Wish};
use crate::app::pane_id::PaneId;
use crate::app::{Outcome, Place, State, Subject};
use crate::ask::Key;
use crate::document::Document;
use crate::methods::cohort;
use crate::panes::view::{Scene, View};
use crate::ui::grid::Grid;

const SLOT: Slot<cohort::Columns> = Slot::new("columns");

/// What the list of columns needs to know.
pub(super) fn asks(state: &State) -> Vec<Wish> {
    state.plan().map(|_| SLOT.wants(cohort::Columns)).into_iter().collect()
}

/// The view.
#[derive(Default)]
pub(super) struct Columns {
    shown: Option<Key>,
}

impl View for Columns {
    fn name(&self) -> &'static str {
        "columns"
    }

    fn asks(&self, state: &State, _: &Grid) -> Vec<Wish> {
        asks(state)
    }

    fn refresh(&mut self, state: &State, grid: &mut Grid) {
        let Some(columns) = state.answers.news(SLOT, &mut self.shown) else { return };
        grid.set(columns.clone());
    }

    fn find(&mut self, subject: &Subject, state: &State, grid: &mut Grid) -> bool {
        find(subject, state, grid)
    }

    /// From a column to its distribution.
    fn enter(&self, _: &State, grid: &Grid) -> Outcome {
        grid.row().map_or(Outcome::Ignored, |_| Outcome::Go(Place::of(PaneId::Cohort, "variable")))
    }

    fn paint(&self, scene: &Scene<'_>, area: Rect, buf: &mut Buffer) {
        if is_absent(scene, area, buf) {
            return;
        }
        if self.shown.is_none() {
            return paint_absence(&scene.state.answers.status(SLOT), scene.theme, area, buf);
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
