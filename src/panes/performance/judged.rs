//! Views of one table about the models: how optimistic they are, and whom they move to another group of risk.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::framed;
use crate::app::answers::{Slot, Wish};
use crate::app::leads::to_model;
use crate::app::{Outcome, State};
use crate::ask::{Key, Question};
use crate::document::{Document, Table};
use crate::methods::{optimism, reclassification};
use crate::panes::view::{Scene, View};
use crate::plan::Plan;
use crate::ui::grid::Grid;

/// How much of the apparent performance is optimism, by the bootstrap.
pub(super) fn bootstrap() -> Judged<optimism::Spec> {
    use optimism::document as report;
    Judged::new(Report {
        name: "bootstrap",
        slot: Slot::new("optimism"),
        asks: |plan| plan.optimism(),
        says: |answer| (report::summary(answer), &answer.notes),
        table: report::table,
        models: report::models_of_rows,
        document: report::document,
        methods: |state, _| Some(report::methods(&state.plan()?.optimism())),
    })
}

/// Whom a model moves to another group of risk, and whether rightly.
pub(super) fn reclassification() -> Judged<reclassification::Spec> {
    use reclassification::document as report;
    Judged::new(Report {
        name: "reclassification",
        slot: Slot::new("reclassification"),
        asks: |plan| plan.reclassification(),
        says: |answer| (report::summary(answer), &answer.notes),
        table: report::table,
        models: report::models_of_rows,
        document: report::document,
        methods: |state, slot| state.answers.get(slot).map(report::methods),
    })
}

/// What such a view asks, and how the answer is shown.
struct Report<Q: Question> {
    name: &'static str,
    slot: Slot<Q>,
    asks: fn(&Plan<'_>) -> Q,
    /// The sentence above the table and the notes below.
    says: fn(&Q::Answer) -> (String, &Vec<String>),
    table: fn(&Q::Answer) -> Table,
    /// The model of each row.
    models: fn(&Q::Answer) -> Vec<String>,
    document: fn(&Q::Answer) -> Document,
    methods: fn(&State, Slot<Q>) -> Option<String>,
}

/// The view.
pub(super) struct Judged<Q: Question> {
    report: Report<Q>,
    heading: String,
    notes: Vec<String>,
    shown: Option<Key>,
}

impl<Q: Question> Judged<Q> {
    fn new(report: Report<Q>) -> Self {
        Self { report, heading: String::new(), notes: Vec::new(), shown: None }
    }
}

impl<Q: Question> View for Judged<Q> {
    fn name(&self) -> &'static str {
        self.report.name
    }

    fn asks(&self, state: &State, _: &Grid) -> Vec<Wish> {
        state.plan().map(|plan| self.report.slot.wants((self.report.asks)(&plan))).into_iter().collect()
    }

    fn refresh(&mut self, state: &State, grid: &mut Grid) {
        let Some(answer) = state.answers.news(self.report.slot, &mut self.shown) else { return };
        let (heading, notes) = (self.report.says)(answer);
        self.heading = heading;
        self.notes.clone_from(notes);
        grid.set((self.report.table)(answer));
    }

    /// From a model to its coefficients.
    fn enter(&self, state: &State, grid: &Grid) -> Outcome {
        let answer = state.answers.get(self.report.slot);
        let model = grid.row().and_then(|row| (self.report.models)(answer?).get(row).cloned());
        model.map_or(Outcome::Ignored, |name| to_model(&name))
    }

    fn paint(&self, scene: &Scene<'_>, area: Rect, buf: &mut Buffer) {
        let status = scene.state.answers.status(self.report.slot);
        let Some(area) = framed(scene, &status, (&self.heading, &self.notes), area, buf) else { return };
        scene.grid.view(scene.theme, true, area, buf);
    }

    fn document(&self, state: &State, _: &Grid) -> Option<Document> {
        state.answers.get(self.report.slot).map(self.report.document)
    }

    fn methods(&self, state: &State) -> Option<String> {
        (self.report.methods)(state, self.report.slot)
    }
}
