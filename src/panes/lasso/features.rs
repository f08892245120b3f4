//! The features selected, with their coefficients.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{SLOT, Said, asks, methods};
use crate::app::answers::Wish;
use crate::app::leads::to_feature;
use crate::app::{Outcome, State};
use crate::ask::Key;
use crate::document::Document;
use crate::methods::lasso::document as report;
use crate::panes::view::{Scene, View};
use crate::ui::grid::Grid;

/// The view.
#[derive(Default)]
pub(super) struct Features {
    said: Said,
    shown: Option<Key>,
}

impl View for Features {
    fn name(&self) -> &'static str {
        "features"
    }

    fn asks(&self, state: &State, _: &Grid) -> Vec<Wish> {
        asks(state)
    }

    fn refresh(&mut self, state: &State, grid: &mut Grid) {
        let Some(answer) = state.answers.news(SLOT, &mut self.shown) else { return };
        self.said = Said::of(answer);
        grid.set(report::terms_table(answer));
    }

    /// From a coefficient to the feature.
    fn enter(&self, state: &State, grid: &Grid) -> Outcome {
        let term = grid.row().and_then(|row| state.answers.get(SLOT)?.selected.terms.get(row));
        term.map_or(Outcome::Ignored, |term| to_feature(&term.term))
    }

    fn paint(&self, scene: &Scene<'_>, area: Rect, buf: &mut Buffer) {
        let Some(rest) = self.said.framed(scene, area, buf) else { return };
        scene.grid.view(scene.theme, true, rest, buf);
    }

    fn document(&self, state: &State, _: &Grid) -> Option<Document> {
        state.answers.get(SLOT).map(report::document)
    }

    fn methods(&self, state: &State) -> Option<String> {
        methods(state)
    }
}
