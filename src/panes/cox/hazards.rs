//! Whether the hazards of the joint model are proportional: tests, and scaled residuals over time.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{PROPORTIONAL, Said, asks, document, methods};
use crate::app::answers::Wish;
use crate::app::command::cox::MODELS;
use crate::app::leads::to_variable;
use crate::app::pane_id::PaneId;
use crate::app::{Outcome, Place, State};
use crate::ask::Key;
use crate::document::Document;
use crate::methods::cox::document as report;
use crate::panes::view::{Scene, View};
use crate::ui::grid::Grid;
use crate::ui::{chart, layout};
use figures::Figure;

/// The view.
#[derive(Default)]
pub(super) struct Hazards {
    said: Said,
    /// Scaled residuals of each term tested.
    residuals: Vec<Figure>,
    shown: Option<Key>,
}

impl View for Hazards {
    fn name(&self) -> &'static str {
        "hazards"
    }

    fn asks(&self, state: &State, _: &Grid) -> Vec<Wish> {
        asks(state)
    }

    fn refresh(&mut self, state: &State, grid: &mut Grid) {
        let Some(answer) = state.answers.news(MODELS, &mut self.shown) else { return };
        self.said = Said::of(answer);
        if let Some(model) = &answer.joint {
            grid.set(report::hazards_table(answer, model));
            self.residuals = report::residual_figures(answer, model);
        }
    }

    /// From a term to its variable; from all of them to the model.
    fn enter(&self, state: &State, grid: &Grid) -> Outcome {
        let model = state.answers.get(MODELS).and_then(|answer| answer.joint.as_ref());
        let Some((model, row)) = model.zip(grid.row()) else { return Outcome::Ignored };
        let Some(tested) = model.zph.get(row) else { return Outcome::Ignored };
        let is_last = row + 1 == model.zph.len() && row > 0;
        let term = model.terms.iter().find(|term| term.term == tested.term || term.variable == tested.term);
        match term {
            Some(term) => to_variable(&term.variable, state),
            None if is_last => Outcome::Go(Place::of(PaneId::Cox, "multivariable")),
            None => Outcome::Ignored,
        }
    }

    /// The tests, and the residuals of the term under the cursor.
    fn paint(&self, scene: &Scene<'_>, area: Rect, buf: &mut Buffer) {
        let heading = format!("Proportional hazards, score tests (Kaplan-Meier time){}", self.said.counts);
        let Some(area) = self.said.framed_joint(scene, &heading, area, buf) else { return };
        let rows = scene.grid.table().rows.len() as u16 + 1;
        let (table, figure) = layout::below_table(area, rows);
        scene.grid.view(scene.theme, true, table, buf);
        // The row of all terms together has no residuals of its own: the first term stands there.
        let row = scene.grid.row().filter(|row| *row < self.residuals.len()).unwrap_or(0);
        if let Some(residuals) = self.residuals.get(row).filter(|_| figure.height >= layout::LEAST_FIGURE) {
            chart::view(residuals, scene.theme, figure, buf);
        }
    }

    fn document(&self, state: &State, _: &Grid) -> Option<Document> {
        document(state)
    }

    fn methods(&self, state: &State) -> Option<String> {
        methods(state, PROPORTIONAL)
    }
}
