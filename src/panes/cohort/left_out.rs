//! Who was left out, by which criterion, and why.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{is_absent, methods, paint_absence};
use crate::app::State;
use crate::app::answers::{Slot, Wish};
use crate::ask::Key;
use crate::document::Document;
use crate::methods::cohort::left::LeftOut as Question;
use crate::panes::view::{Scene, View};
use crate::ui::grid::Grid;
use crate::ui::paragraph;

const SLOT: Slot<Question> = Slot::new("left out");

/// The view.
#[derive(Default)]
pub(super) struct LeftOut {
    summary: String,
    shown: Option<Key>,
}

impl View for LeftOut {
    fn name(&self) -> &'static str {
        "left out"
    }

    fn asks(&self, state: &State, _: &Grid) -> Vec<Wish> {
        state.plan().map(|_| SLOT.wants(Question)).into_iter().collect()
    }

    fn refresh(&mut self, state: &State, grid: &mut Grid) {
        let Some((summary, table)) = state.answers.news(SLOT, &mut self.shown) else { return };
        self.summary.clone_from(summary);
        grid.set(table.clone());
    }

    fn paint(&self, scene: &Scene<'_>, area: Rect, buf: &mut Buffer) {
        if is_absent(scene, area, buf) {
            return;
        }
        if self.shown.is_none() {
            return paint_absence(&scene.state.answers.status(SLOT), scene.theme, area, buf);
        }
        let rest = paragraph::heading(&self.summary, scene.theme, area, buf);
        if !scene.grid.table().rows.is_empty() {
            scene.grid.view(scene.theme, true, rest, buf);
        }
    }

    fn document(&self, state: &State, grid: &Grid) -> Option<Document> {
        state.data.as_ref()?;
        Some(Document::new("Left out").paragraph(self.summary.clone()).with(grid.table().clone()))
    }

    fn methods(&self, state: &State) -> Option<String> {
        methods(state)
    }
}
