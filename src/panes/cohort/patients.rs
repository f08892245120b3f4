//! The table of patients.

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
pub(super) struct Patients {
    /// The cohort and those of its rows that the table was made from.
    made_from: Option<(Revision, Vec<usize>)>,
}

impl View for Patients {
    fn name(&self) -> &'static str {
        "patients"
    }

    fn refresh(&mut self, state: &State, grid: &mut Grid) {
        let (Some(plan), Some(data)) = (state.plan(), &state.data) else { return };
        let rows = data.select(&plan.selection_of_patients()).map(|selected| selected.rows).unwrap_or_default();
        let from = Some((data.cohort.revision(), rows));
        if self.made_from == from {
            return;
        }
        self.made_from = from;
        let rows = self.made_from.as_ref().map_or(&[][..], |(_, rows)| rows);
        grid.set(cohort::patients(&data.cohort, rows));
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
        Some(Document::new("Patients").with(grid.table().clone()))
    }

    fn methods(&self, state: &State) -> Option<String> {
        methods(state)
    }
}
