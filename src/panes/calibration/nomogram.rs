//! The nomogram of the model in use.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{Said, Sheet};
use crate::app::State;
use crate::app::answers::{Slot, Wish};
use crate::document::Document;
use crate::methods::nomogram;
use crate::methods::nomogram::document as report;
use crate::panes::view::{Scene, View};
use crate::ui::grid::Grid;
use figures::format;

const SLOT: Slot<nomogram::Spec> = Slot::new("nomogram");

/// The view.
#[derive(Default)]
pub(super) struct Nomogram(Sheet);

impl View for Nomogram {
    fn name(&self) -> &'static str {
        "nomogram"
    }

    fn table(&self) -> Option<&'static str> {
        None
    }

    fn asks(&self, state: &State, _: &Grid) -> Vec<Wish> {
        let asked = state.plan().and_then(|plan| Some(SLOT.wants(plan.nomogram(plan.calibrated()?))));
        asked.into_iter().collect()
    }

    fn refresh(&mut self, state: &State, _: &mut Grid) {
        let Some(answer) = state.answers.news(SLOT, &mut self.0.shown) else { return };
        let n = format!("n = {}, {} events", format::count(answer.n), format::count(answer.events));
        let heading = format!("Nomogram of {}, {}: {n}", answer.model, answer.endpoint);
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
