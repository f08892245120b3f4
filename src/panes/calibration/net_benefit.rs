//! What acting on the predicted risk is worth: decision curves.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{Said, Sheet};
use crate::app::State;
use crate::app::answers::{Slot, Wish};
use crate::document::Document;
use crate::methods::dca;
use crate::methods::dca::document as report;
use crate::panes::view::{Scene, View};
use crate::ui::grid::Grid;

const SLOT: Slot<dca::Spec> = Slot::new("benefit");

/// The view.
#[derive(Default)]
pub(super) struct NetBenefit(Sheet);

impl View for NetBenefit {
    fn name(&self) -> &'static str {
        "net benefit"
    }

    fn table(&self) -> Option<&'static str> {
        None
    }

    fn asks(&self, state: &State, _: &Grid) -> Vec<Wish> {
        let asked = state.plan().and_then(|plan| plan.calibrated().map(|_| SLOT.wants(plan.decision_curves())));
        asked.into_iter().collect()
    }

    fn refresh(&mut self, state: &State, _: &mut Grid) {
        let Some(answer) = state.answers.news(SLOT, &mut self.0.shown) else { return };
        let (when, whom) = (report::when(answer), answer.cohort.as_deref().unwrap_or("all cohorts"));
        let heading = format!("Net benefit by {when}, {whom}: {}", answer.status.short_words());
        self.0.said = Said { heading, notes: answer.notes.clone() };
        self.0.figure = Some(report::figure(answer));
    }

    fn paint(&self, scene: &Scene<'_>, area: Rect, buf: &mut Buffer) {
        self.0.paint(scene, &scene.state.answers.status(SLOT), area, buf);
    }

    fn document(&self, state: &State, _: &Grid) -> Option<Document> {
        state.answers.get(SLOT).map(report::document)
    }

    fn methods(&self, _: &State) -> Option<String> {
        Some(report::METHODS.to_owned())
    }
}
