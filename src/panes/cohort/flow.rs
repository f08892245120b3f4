//! The enrolment flow, and how patients are split into cohorts.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{absent, methods};
use crate::app::State;
use crate::document::Document;
use crate::methods::cohort;
use crate::panes::view::{Scene, View};
use crate::study::Revision;
use crate::ui::grid::Grid;
use crate::ui::{chart, layout, paragraph};
use figures::Figure;

/// The view.
#[derive(Default)]
pub(super) struct Flow {
    figure: Option<Figure>,
    shown: Option<Revision>,
}

impl View for Flow {
    fn name(&self) -> &'static str {
        "flow"
    }

    fn refresh(&mut self, state: &State, grid: &mut Grid) {
        let Some(cohort) = state.cohort() else { return };
        let revision = Some(cohort.revision());
        if self.shown == revision {
            return;
        }
        self.shown = revision;
        self.figure = Some(cohort::flow(cohort));
        grid.set(cohort::split(cohort));
    }

    fn paint(&self, scene: &Scene<'_>, area: Rect, buf: &mut Buffer) {
        if let Some((role, said)) = absent(scene.state) {
            paragraph::text(said, role, scene.theme, area, buf);
            return;
        }
        let Some(flow) = &self.figure else { return };
        let lines = scene.grid.table().rows.len() as u16 + 2;
        let (picture, table) = if area.width >= layout::WIDE {
            layout::left(area, area.width * 6 / 10)
        } else {
            layout::bottom(area, lines)
        };
        chart::view(flow, scene.theme, picture, buf);
        scene.grid.view(scene.theme, true, table, buf);
    }

    fn document(&self, state: &State, _: &Grid) -> Option<Document> {
        state.cohort().map(cohort::document)
    }

    fn methods(&self, state: &State) -> Option<String> {
        methods(state)
    }
}
