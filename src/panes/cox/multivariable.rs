//! The variables that enter together, as a forest and a table.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{PROPORTIONAL, Said, asks, document, methods};
use crate::app::answers::Wish;
use crate::app::command::cox::MODELS;
use crate::app::pane_id::PaneId;
use crate::app::{Outcome, Place, State, Subject};
use crate::ask::Key;
use crate::document::Document;
use crate::methods::cox::document as report;
use crate::panes::view::{Scene, View};
use crate::ui::grid::Grid;
use crate::ui::{chart, layout};
use figures::Figure;

/// Lines of a forest besides its rows: heading, axis, direction.
const FOREST_FRAME: u16 = 4;
/// Lines of a table that still show where the cursor is.
const LEAST_TABLE: u16 = 4;

/// The view.
#[derive(Default)]
pub(super) struct Multivariable {
    said: Said,
    forest: Option<Figure>,
    shown: Option<Key>,
}

impl View for Multivariable {
    fn name(&self) -> &'static str {
        "multivariable"
    }

    fn asks(&self, state: &State, _: &Grid) -> Vec<Wish> {
        asks(state)
    }

    fn refresh(&mut self, state: &State, grid: &mut Grid) {
        let Some(answer) = state.answers.news(MODELS, &mut self.shown) else { return };
        self.said = Said::of(answer);
        self.forest = answer.joint.as_ref().map(|model| report::forest(answer, model));
        if let Some(model) = &answer.joint {
            grid.set(report::joint_table(answer, model));
        }
    }

    /// From a coefficient to the patients on whom it hangs.
    fn enter(&self, _: &State, grid: &Grid) -> Outcome {
        let residuals = |row| Outcome::Go(Place::of(PaneId::Cox, "residuals").on(Subject::Row(row)));
        grid.row().filter(|_| self.said.is_joint).map_or(Outcome::Ignored, residuals)
    }

    /// The forest first: whole if it can be, the table as far as room is left.
    fn paint(&self, scene: &Scene<'_>, area: Rect, buf: &mut Buffer) {
        let Some(area) = self.said.framed_joint(scene, &self.said.summary, area, buf) else { return };
        let rows = scene.grid.table().rows.len() as u16;
        let figure = (rows + FOREST_FRAME).min(area.height.saturating_sub(LEAST_TABLE.min(rows + 1)));
        // A few rows without an axis say less than the table, which has the same numbers.
        let figure = if figure < FOREST_FRAME + rows.div_ceil(2) { 0 } else { figure };
        let (figure, table) = layout::top(area, figure);
        if let Some(forest) = &self.forest {
            chart::view(forest, scene.theme, figure, buf);
        }
        scene.grid.view(scene.theme, true, table, buf);
    }

    fn document(&self, state: &State, _: &Grid) -> Option<Document> {
        document(state)
    }

    fn methods(&self, state: &State) -> Option<String> {
        methods(state, PROPORTIONAL)
    }
}
