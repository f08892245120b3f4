//! The table of patients.

use std::sync::Arc;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{is_absent, methods};
use crate::app::answers::{Slot, Wish};
use crate::app::pane_id::PaneId;
use crate::app::{Outcome, Place, State, Subject};
use crate::ask::Key;
use crate::document::Document;
use crate::methods::patients;
use crate::panes::view::{Scene, View};
use crate::study::Revision;
use crate::ui::grid::Grid;

/// The view.
#[derive(Default)]
pub(super) struct Patients {
    /// The cohort and those of its rows that the table was made from.
    made_from: Option<(Revision, Vec<usize>)>,
    /// The answer of which a long table shows the rows.
    shown: Option<Key>,
    /// A long table, and the cohort that it is of.
    table: Option<(Revision, Arc<patients::Patients>)>,
}

const LINES: Slot<patients::Spec> = Slot::new("patients");

/// Whether the table is made where it is shown, and sorted and searched in a worker.
fn are_many(state: &State) -> bool {
    state.cohort().is_some_and(patients::are_many)
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
        let Some(data) = &state.data else { return };
        if are_many(state) {
            if let Some(rows) = state.answers.news(LINES, &mut self.shown) {
                let of = |(revision, _): &(Revision, Arc<patients::Patients>)| *revision == data.cohort.revision();
                let known = self.table.take_if(|known| of(known));
                let table = known.map_or_else(|| Arc::new(patients::Patients::of(data)), |(_, table)| table);
                self.table = Some((data.cohort.revision(), Arc::clone(&table)));
                grid.set_long(table, rows);
            }
            return;
        }
        let rows = state.patients_in_use().into_owned();
        let from = Some((data.cohort.revision(), rows));
        if self.made_from == from {
            return;
        }
        self.made_from = from;
        let rows = self.made_from.as_ref().map_or(&[][..], |(_, rows)| rows);
        grid.set(patients::Patients::of(data).table(rows));
    }

    fn find(&mut self, subject: &Subject, state: &State, grid: &mut Grid) -> bool {
        let (id, column) = match subject {
            Subject::Patient(id) => (id, None),
            Subject::Cell(id, column) => (id, Some(column)),
            Subject::Group(cohort) => return first_of(cohort, state).is_some_and(|row| grid.go_to(row)),
            _ => return false,
        };
        let found = find(id, state).is_some_and(|row| grid.go_to(row));
        let data = state.data.as_ref().filter(|_| found);
        if let Some((name, data)) = column.zip(data) {
            grid.go_to_column(patients::Patients::of(data).place(name).unwrap_or(0));
        }
        found
    }

    /// From a row to the patient's card.
    fn enter(&self, _: &State, grid: &Grid) -> Outcome {
        grid.row().map_or(Outcome::Ignored, |_| Outcome::Go(Place::of(PaneId::Cohort, "patient")))
    }

    fn patient(&self, row: usize, state: &State) -> Option<String> {
        state.cohort()?.ids().get(of_row(row, state)?).cloned()
    }

    fn paint(&self, scene: &Scene<'_>, area: Rect, buf: &mut Buffer) {
        if is_absent(scene, area, buf) {
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

/// The row in the cohort of the patient in a row of the table: of many patients, the table has all.
pub(super) fn of_row(row: usize, state: &State) -> Option<usize> {
    if are_many(state) { Some(row) } else { state.patients_in_use().get(row).copied() }
}

/// The row of the table in which the first patient of a cohort stands.
fn first_of(cohort: &str, state: &State) -> Option<usize> {
    let groups = state.cohort()?.groups();
    let code = groups.position(cohort);
    let rows = state.patients_in_use();
    let is_of = |row: usize| code.is_none() || groups.codes.get(row).copied().flatten() == code;
    match are_many(state) {
        true => (0..groups.codes.len()).find(|row| is_of(*row)),
        false => rows.iter().position(|row| is_of(*row)),
    }
}

/// The row of the table in which a patient stands.
pub(super) fn find(id: &str, state: &State) -> Option<usize> {
    let ids = state.cohort()?.ids();
    if are_many(state) {
        return ids.iter().position(|other| other == id);
    }
    state.patients_in_use().iter().position(|row| ids[*row] == id)
}
