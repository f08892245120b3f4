//! The table of patients.

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
pub(super) struct Patients {
    /// The cohort and those of its rows that the table was made from.
    made_from: Option<(Revision, Vec<usize>)>,
}

impl View for Patients {
    fn name(&self) -> &'static str {
        "patients"
    }

    fn refresh(&mut self, state: &State, grid: &mut Grid) {
        let Some(data) = &state.data else { return };
        let rows = in_use(state);
        let from = Some((data.cohort.revision(), rows));
        if self.made_from == from {
            return;
        }
        self.made_from = from;
        let rows = self.made_from.as_ref().map_or(&[][..], |(_, rows)| rows);
        grid.set(cohort::patients(&data.cohort, rows));
    }

    fn find(&mut self, subject: &Subject, state: &State, grid: &mut Grid) -> bool {
        let Subject::Patient(id) = subject else { return false };
        find(id, state).is_some_and(|row| grid.go_to(row))
    }

    /// From a row to the patient's card.
    fn act(&mut self, gesture: Gesture, _: Option<&str>, _: &State, grid: &mut Grid) -> Outcome {
        match gesture {
            Gesture::Move(Move::Enter) if grid.row().is_some() => Outcome::Go(Place::of(PaneId::Cohort, "patient")),
            _ => Outcome::Ignored,
        }
    }

    fn patient(&self, row: usize, state: &State) -> Option<String> {
        state.cohort()?.ids().get(*in_use(state).get(row)?).cloned()
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
        Some(Document::new("Patients").with(grid.table().clone()))
    }

    fn methods(&self, state: &State) -> Option<String> {
        methods(state)
    }
}

/// The patients in use as rows of the cohort, in the order of the table; those without a known endpoint too.
pub(super) fn in_use(state: &State) -> Vec<usize> {
    let selected = state.plan().map(|plan| plan.data.select(&plan.selection_of_patients()).map(|s| s.rows));
    selected.and_then(Result::ok).unwrap_or_default()
}

/// The row of the table in which a patient stands.
pub(super) fn find(id: &str, state: &State) -> Option<usize> {
    let ids = state.cohort()?.ids();
    in_use(state).into_iter().position(|row| ids[row] == id)
}
