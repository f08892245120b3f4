//! The score of each patient: the way from a cohort's scores to its patients.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{SLOT, Said, asks, methods};
use crate::app::answers::Wish;
use crate::app::leads::to_patient;
use crate::app::pane_id::PaneId;
use crate::app::{Outcome, Place, State, Subject};
use crate::ask::Key;
use crate::document::Document;
use crate::methods::lasso::document as report;
use crate::panes::view::{Gesture, Scene, View};
use crate::ui::grid::Grid;

/// The view.
#[derive(Default)]
pub(super) struct Scores {
    said: Said,
    /// Patient and cohort of each row.
    rows: Vec<(String, Option<String>)>,
    shown: Option<Key>,
}

impl View for Scores {
    fn name(&self) -> &'static str {
        "scores"
    }

    fn is_detail(&self) -> bool {
        true
    }

    fn asks(&self, state: &State, _: &Grid) -> Vec<Wish> {
        asks(state)
    }

    fn refresh(&mut self, state: &State, grid: &mut Grid) {
        let Some(answer) = state.answers.news(SLOT, &mut self.shown) else { return };
        self.said = Said::of(answer);
        self.rows = answer.scores.iter().map(|score| (score.id.clone(), score.cohort.clone())).collect();
        grid.set(report::scores_table(answer));
    }

    /// The first patient of a cohort.
    fn find(&mut self, subject: &Subject, _: &State, grid: &mut Grid) -> bool {
        let Subject::Group(cohort) = subject else { return false };
        let at = self.rows.iter().position(|(_, of)| of.as_ref() == Some(cohort));
        at.or((!self.rows.is_empty()).then_some(0)).is_some_and(|at| grid.go_to(at))
    }

    fn enter(&self, state: &State, grid: &Grid) -> Outcome {
        let patient = grid.row().and_then(|row| self.rows.get(row));
        patient.map_or(Outcome::Ignored, |(id, _)| to_patient(id, state))
    }

    fn act(&mut self, gesture: Gesture, _: Option<&str>, _: &State, _: &mut Grid) -> Outcome {
        match gesture {
            Gesture::Close => Outcome::Go(Place::of(PaneId::Lasso, "score")),
            _ => Outcome::Ignored,
        }
    }

    fn patient(&self, row: usize, _: &State) -> Option<String> {
        self.rows.get(row).map(|(id, _)| id.clone())
    }

    fn paint(&self, scene: &Scene<'_>, area: Rect, buf: &mut Buffer) {
        let Some(rest) = self.said.framed(scene, area, buf) else { return };
        scene.grid.view(scene.theme, true, rest, buf);
    }

    fn document(&self, state: &State, _: &Grid) -> Option<Document> {
        state.answers.get(SLOT).map(report::scores)
    }

    fn methods(&self, state: &State) -> Option<String> {
        methods(state)
    }
}
