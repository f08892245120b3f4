//! What is wrong or doubtful with the images.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{ALL, asks, framed, methods};
use crate::app::answers::Wish;
use crate::app::leads::to_case;
use crate::app::pane_id::PaneId;
use crate::app::{Outcome, Place, State, Subject};
use crate::ask::Key;
use crate::document::Document;
use crate::methods::images::document as report;
use crate::methods::problems;
use crate::panes::view::{Scene, View};
use crate::ui::grid::Grid;

/// The view.
#[derive(Default)]
pub(super) struct Checks {
    summary: String,
    shown: Option<Key>,
}

impl View for Checks {
    fn name(&self) -> &'static str {
        "checks"
    }

    fn asks(&self, state: &State, _: &Grid) -> Vec<Wish> {
        asks(state)
    }

    fn refresh(&mut self, state: &State, grid: &mut Grid) {
        let Some(answer) = state.answers.news(ALL, &mut self.shown) else { return };
        self.summary = report::summary(answer);
        grid.set(problems::table(&answer.problems));
    }

    /// To the slices of the case that a problem is about, or the problem whole.
    fn enter(&self, state: &State, grid: &Grid) -> Outcome {
        let problem = grid.row().and_then(|row| state.answers.get(ALL)?.problems.get(row));
        let Some(problem) = problem else { return Outcome::Ignored };
        let name = problem.place.sequence.as_deref();
        let sequence =
            state.study.as_ref().zip(name).and_then(|(study, name)| study.sequence_names().position(|n| n == name));
        match (&problem.place.patient, sequence) {
            (Some(id), Some(sequence)) => to_case(id, sequence),
            (Some(id), None) => Outcome::Go(Place::of(PaneId::Images, "slice").on(Subject::Patient(id.clone()))),
            (None, _) => Outcome::Text { title: format!("{}: y copies", problem.severity), body: problem.to_string() },
        }
    }

    fn paint(&self, scene: &Scene<'_>, area: Rect, buf: &mut Buffer) {
        let Some(rest) = framed(scene, &self.summary, area, buf) else { return };
        scene.grid.view_written_out(2, scene.theme, rest, buf);
    }

    fn document(&self, state: &State, _: &Grid) -> Option<Document> {
        state.answers.get(ALL).map(report::document)
    }

    fn methods(&self, state: &State) -> Option<String> {
        methods(state)
    }
}
