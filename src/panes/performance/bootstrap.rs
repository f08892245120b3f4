//! How much of the apparent performance is optimism, by the bootstrap.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::framed;
use crate::app::State;
use crate::app::answers::{Slot, Wish};
use crate::ask::Key;
use crate::document::Document;
use crate::methods::optimism;
use crate::methods::optimism::document as report;
use crate::panes::view::{Scene, View};
use crate::ui::grid::Grid;

const SLOT: Slot<optimism::Spec> = Slot::new("optimism");

/// The view.
#[derive(Default)]
pub(super) struct Bootstrap {
    heading: String,
    notes: Vec<String>,
    shown: Option<Key>,
}

impl View for Bootstrap {
    fn name(&self) -> &'static str {
        "bootstrap"
    }

    fn asks(&self, state: &State, _: &Grid) -> Vec<Wish> {
        state.plan().map(|plan| SLOT.wants(plan.optimism())).into_iter().collect()
    }

    fn refresh(&mut self, state: &State, grid: &mut Grid) {
        let Some(answer) = state.answers.news(SLOT, &mut self.shown) else { return };
        self.heading = report::summary(answer);
        self.notes.clone_from(&answer.notes);
        grid.set(report::table(answer));
    }

    fn paint(&self, scene: &Scene<'_>, area: Rect, buf: &mut Buffer) {
        let status = scene.state.answers.status(SLOT);
        let Some(area) = framed(scene, &status, (&self.heading, &self.notes), area, buf) else { return };
        scene.grid.view(scene.theme, true, area, buf);
    }

    fn document(&self, state: &State, _: &Grid) -> Option<Document> {
        state.answers.get(SLOT).map(report::document)
    }

    fn methods(&self, state: &State) -> Option<String> {
        Some(report::methods(&state.plan()?.optimism()))
    }
}
