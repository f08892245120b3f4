//! What the columns hold.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{absent, methods};
use crate::app::State;
use crate::document::Document;
use crate::methods::cohort;
use crate::panes::view::{Scene, View};
use crate::study::Revision;
use crate::ui::grid::Grid;
use crate::ui::paragraph;

/// The view.
#[derive(Default)]
pub(super) struct Columns {
    shown: Option<Revision>,
}

impl View for Columns {
    fn name(&self) -> &'static str {
        "columns"
    }

    fn refresh(&mut self, state: &State, grid: &mut Grid) {
        let Some(cohort) = state.cohort() else { return };
        if self.shown != Some(cohort.revision()) {
            self.shown = Some(cohort.revision());
            grid.set(cohort::columns(cohort));
        }
    }

    fn paint(&self, scene: &Scene<'_>, area: Rect, buf: &mut Buffer) {
        if let Some((role, said)) = absent(scene.state) {
            paragraph::text(said, role, scene.theme, area, buf);
            return;
        }
        scene.grid.view(scene.theme, true, area, buf);
    }

    fn document(&self, state: &State, grid: &Grid) -> Option<Document> {
        state.data.as_ref()?;
        Some(Document::new("Columns").with(grid.table().clone()))
    }

    fn methods(&self, state: &State) -> Option<String> {
        methods(state)
    }
}
