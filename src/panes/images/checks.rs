//! What is wrong or doubtful with the images.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{ALL, asks, framed, methods};
use crate::app::State;
use crate::app::answers::Wish;
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
