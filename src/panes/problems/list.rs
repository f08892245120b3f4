//! What is wrong or doubtful in the study's data, worst first.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use tables::problem;

use crate::app::pane_id::PaneId;
use crate::app::{Outcome, Place, State, Subject};
use crate::document::Document;
use crate::methods::problems as report;
use crate::panes::view::{Scene, View};
use crate::ui::grid::Grid;
use crate::ui::paragraph;

/// The view.
#[derive(Default)]
pub(super) struct List {
    summary: String,
}

impl View for List {
    fn name(&self) -> &'static str {
        "list"
    }

    fn refresh(&mut self, state: &State, grid: &mut Grid) {
        self.summary = problem::summary(&state.problems);
        grid.set(report::table(&state.problems));
    }

    /// To the cell, the patient or the column that a problem is about, or the problem whole.
    fn enter(&self, state: &State, grid: &Grid) -> Outcome {
        let problem = grid.row().and_then(|row| state.problems.get(row));
        let Some(problem) = problem else { return Outcome::Ignored };
        let cohort = state.cohort();
        let known = |id: &&String| cohort.is_some_and(|cohort| cohort.ids().contains(*id));
        let there = |name: &&String| cohort.is_some_and(|cohort| cohort.frame().get(name).is_some());
        let (patient, field) =
            (problem.place.patient.as_ref().filter(known), problem.place.field.as_ref().filter(there));
        if let (Some(id), Some(name)) = (patient, field) {
            let cell = Subject::Cell(id.clone(), name.clone());
            return Outcome::Go(Place::of(PaneId::Cohort, "patients").on(cell));
        }
        if let Some(id) = problem.place.patient.as_ref().filter(known) {
            return Outcome::Go(Place::of(PaneId::Cohort, "patient").on(Subject::Patient(id.clone())));
        }
        if let Some(name) = problem.place.field.as_ref().filter(there) {
            return Outcome::Go(Place::of(PaneId::Cohort, "variable").on(Subject::Variable(name.clone())));
        }
        Outcome::Text { title: format!("{}: y copies", problem.severity), body: problem.to_string() }
    }

    fn paint(&self, scene: &Scene<'_>, area: Rect, buf: &mut Buffer) {
        let rest = paragraph::heading(&self.summary, scene.theme, area, buf);
        // Messages are longer than columns.
        scene.grid.view_written_out(2, scene.theme, rest, buf);
    }

    fn document(&self, state: &State, _: &Grid) -> Option<Document> {
        Some(report::document(&state.problems))
    }
}
