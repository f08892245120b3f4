//! Brier scores of the models, and the scores over time in the cohort under the cursor.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{Rows, SLOT, asks, cohort_under_cursor, framed, table_and_chart, to_judged};
use crate::app::answers::Wish;
use crate::app::{Outcome, State};
use crate::ask::Key;
use crate::document::Document;
use crate::methods::performance::document as report;
use crate::panes::view::{Scene, View};
use crate::ui::grid::Grid;
use figures::Figure;

const HEADING: &str = "Brier score; index of prediction accuracy (1 - score / score without model)";

/// The view.
#[derive(Default)]
pub(super) struct Brier {
    notes: Vec<String>,
    /// Scores of the models in each cohort.
    scores: Vec<Figure>,
    rows: Rows,
    shown: Option<Key>,
}

impl View for Brier {
    fn name(&self) -> &'static str {
        "Brier"
    }

    fn asks(&self, state: &State, _: &Grid) -> Vec<Wish> {
        asks(state)
    }

    fn refresh(&mut self, state: &State, grid: &mut Grid) {
        let Some(answer) = state.answers.news(SLOT, &mut self.shown) else { return };
        self.scores = (0..answer.cohorts.len()).map(|c| report::brier_figure(answer, c)).collect();
        self.rows = report::rows(answer);
        self.notes.clone_from(&answer.notes);
        grid.set(report::brier_table(answer));
    }

    /// From a model to its coefficients, from a cohort to its patients.
    fn enter(&self, state: &State, grid: &Grid) -> Outcome {
        to_judged(state, grid)
    }

    fn paint(&self, scene: &Scene<'_>, area: Rect, buf: &mut Buffer) {
        let status = scene.state.answers.status(SLOT);
        let Some(area) = framed(scene, &status, (HEADING, &self.notes), area, buf) else { return };
        let scores = cohort_under_cursor(&self.rows, scene.grid).and_then(|cohort| self.scores.get(cohort));
        table_and_chart(scene, scores, area, buf);
    }

    fn document(&self, state: &State, _: &Grid) -> Option<Document> {
        state.answers.get(SLOT).map(report::error)
    }

    fn methods(&self, state: &State) -> Option<String> {
        state.answers.get(SLOT).map(report::methods)
    }
}
