//! The table of patients.

use std::sync::Arc;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{absent, methods};
use crate::app::State;
use crate::app::answers::{Slot, Wish};
use crate::ask::Key;
use crate::document::Document;
use crate::methods::patients;
use crate::panes::view::{Scene, View};
use crate::study::Revision;
use crate::ui::grid::Grid;
use crate::ui::paragraph;

/// The view.
#[derive(Default)]
pub(super) struct Patients {
    /// The cohort and those of its rows that the table was made from.
    made_from: Option<(Revision, Vec<usize>)>,
    /// The answer of which a long table shows the rows.
    shown: Option<Key>,
}

const LINES: Slot<patients::Spec> = Slot::new("patients");

/// Whether there are so many patients that the table is made where it is shown, and sorted and searched in a worker.
fn are_many(state: &State) -> bool {
    state.data.as_ref().is_some_and(|data| data.cohort.len() > patients::MANY)
}

impl View for Patients {
    fn name(&self) -> &'static str {
        "patients"
    }

    fn asks(&self, state: &State, grid: &Grid) -> Vec<Wish> {
        let Some(plan) = state.plan().filter(|_| are_many(state)) else { return Vec::new() };
        let (on, search) = (plan.selection_of_patients(), grid.search().to_owned());
        vec![LINES.wants(patients::Spec { on, search, sort: grid.sorted() })]
    }

    fn refresh(&mut self, state: &State, grid: &mut Grid) {
        let (Some(plan), Some(data)) = (state.plan(), &state.data) else { return };
        if are_many(state) {
            if let Some(rows) = state.answers.news(LINES, &mut self.shown) {
                grid.set_long(Arc::new(patients::Patients::of(data)), rows);
            }
            return;
        }
        let rows = data.select(&plan.selection_of_patients()).map(|selected| selected.rows).unwrap_or_default();
        let from = Some((data.cohort.revision(), rows));
        if self.made_from == from {
            return;
        }
        self.made_from = from;
        let rows = self.made_from.as_ref().map_or(&[][..], |(_, rows)| rows);
        grid.set(patients::Patients::of(data).table(rows));
    }

    fn paint(&self, scene: &Scene<'_>, area: Rect, buf: &mut Buffer) {
        if let Some((role, said)) = absent(scene.state) {
            paragraph::text(said, role, scene.theme, area, buf);
            return;
        }
        scene.grid.view(scene.theme, true, area, buf);
    }

    fn document(&self, state: &State, grid: &Grid) -> Option<Document> {
        let data = state.data.as_ref()?;
        let rows = if are_many(state) { state.answers.get(LINES) } else { None };
        let table = match rows {
            Some(rows) => patients::Patients::of(data).table(&rows.iter().map(|row| *row as usize).collect::<Vec<_>>()),
            None => grid.table().clone(),
        };
        Some(Document::new("Patients").with(table))
    }

    fn methods(&self, state: &State) -> Option<String> {
        methods(state)
    }
}
