//! The groups of similar prediction, as a table.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{Said, asks, news, said, to_calibrated};
use crate::app::answers::Wish;
use crate::app::command::calibration::CALIBRATION as SLOT;
use crate::app::{Outcome, State};
use crate::ask::Key;
use crate::document::Document;
use crate::methods::calibrate::document as report;
use crate::panes::view::{Scene, View};
use crate::ui::grid::Grid;

/// The view.
#[derive(Default)]
pub(super) struct Groups {
    said: Said,
    shown: Option<(Key, usize)>,
}

impl View for Groups {
    fn name(&self) -> &'static str {
        "groups"
    }

    fn asks(&self, state: &State, _: &Grid) -> Vec<Wish> {
        asks(state)
    }

    fn refresh(&mut self, state: &State, grid: &mut Grid) {
        let Some((answer, at)) = news(state, &mut self.shown) else { return };
        self.said = said(answer, at);
        grid.set(report::group_table(answer, at));
    }

    /// To the coefficients of the model that makes the groups.
    fn enter(&self, state: &State, grid: &Grid) -> Outcome {
        to_calibrated(state, grid)
    }

    fn paint(&self, scene: &Scene<'_>, area: Rect, buf: &mut Buffer) {
        let Some(rest) = self.said.framed(scene, &scene.state.answers.status(SLOT), area, buf) else { return };
        scene.grid.view(scene.theme, true, rest, buf);
    }

    fn document(&self, state: &State, _: &Grid) -> Option<Document> {
        state.answers.get(SLOT).map(report::document)
    }

    fn methods(&self, state: &State) -> Option<String> {
        state.answers.get(SLOT).map(report::methods)
    }
}
