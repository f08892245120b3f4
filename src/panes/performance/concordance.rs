//! Concordance of the models in every cohort, as a table and a forest.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{SLOT, asks, framed, shared_out, to_judged};
use crate::app::answers::Wish;
use crate::app::{Outcome, State};
use crate::ask::Key;
use crate::document::Document;
use crate::methods::performance::document as report;
use crate::panes::view::{Scene, View};
use crate::ui::grid::Grid;
use figures::Figure;
use figures::format;

/// The view.
#[derive(Default)]
pub(super) struct Concordance {
    heading: String,
    notes: Vec<String>,
    forest: Option<Figure>,
    shown: Option<Key>,
}

impl View for Concordance {
    fn name(&self) -> &'static str {
        "concordance"
    }

    fn asks(&self, state: &State, _: &Grid) -> Vec<Wish> {
        asks(state)
    }

    fn refresh(&mut self, state: &State, grid: &mut Grid) {
        let Some(answer) = state.answers.news(SLOT, &mut self.shown) else { return };
        let until =
            answer.tau.map_or(String::new(), |t| format!(" up to {} {}", format::chosen(t), answer.unit.word()));
        self.heading = format!(
            "{}{until}, {}; models fitted in {}",
            answer.method.words(),
            answer.label.to_lowercase(),
            answer.training
        );
        self.notes.clone_from(&answer.notes);
        self.forest = Some(report::forest(answer));
        grid.set(report::concordance_table(answer));
    }

    /// From a model to its coefficients, from a cohort to its patients.
    fn enter(&self, state: &State, grid: &Grid) -> Outcome {
        to_judged(state, grid)
    }

    /// The forest says what its table says: it comes where both can be whole.
    fn paint(&self, scene: &Scene<'_>, area: Rect, buf: &mut Buffer) {
        let status = scene.state.answers.status(SLOT);
        let Some(area) = framed(scene, &status, (&self.heading, &self.notes), area, buf) else { return };
        let rows = scene.grid.table().rows.len() as u16 + 1;
        let needed = self.forest.as_ref().map_or(0, |forest| forest.preferred_lines(usize::from(area.width)) as u16);
        shared_out(scene, self.forest.as_ref(), (rows, rows, needed), area, buf);
    }

    fn document(&self, state: &State, _: &Grid) -> Option<Document> {
        state.answers.get(SLOT).map(report::concordance)
    }

    fn methods(&self, state: &State) -> Option<String> {
        state.answers.get(SLOT).map(report::methods)
    }
}
