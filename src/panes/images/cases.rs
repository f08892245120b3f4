//! Every case, and how far its extraction is.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{ALL, asks, framed, methods};
use crate::app::answers::Wish;
use crate::app::extraction::{CaseState, Extraction, Phase};
use crate::app::pane_id::PaneId;
use crate::app::{Outcome, Place, State, Subject};
use crate::ask::Key;
use crate::document::Document;
use crate::jobs::extraction::CaseId;
use crate::methods::images::Case;
use crate::methods::images::document as report;
use crate::panes::view::{Scene, View};
use crate::theme::Role;
use crate::ui::grid::Grid;
use crate::ui::{layout, paragraph};

/// The view.
#[derive(Default)]
pub(super) struct Cases {
    summary: String,
    /// What the table was made from: the answer, and how far the extraction is.
    made_from: Option<(Key, [usize; 4], Phase)>,
}

impl View for Cases {
    fn name(&self) -> &'static str {
        "cases"
    }

    fn asks(&self, state: &State, _: &Grid) -> Vec<Wish> {
        asks(state)
    }

    fn refresh(&mut self, state: &State, grid: &mut Grid) {
        let (Some(answer), Some(key)) = (state.answers.get(ALL), state.answers.shown(ALL)) else { return };
        let e = &state.extraction;
        let running = e.cases().filter(|(_, s)| **s == CaseState::Running).map(|(id, _)| id.patient + 1).sum();
        let from = Some((key, [e.settled(), e.failed(), e.cached(), running], e.phase));
        if self.made_from == from {
            return;
        }
        self.made_from = from;
        self.summary = report::summary(answer);
        grid.set(report::cases(answer, |case| state_of(e, case)));
    }

    fn enter(&self, _: &State, grid: &Grid) -> Outcome {
        grid.row().map_or(Outcome::Ignored, |_| Outcome::Go(Place::of(PaneId::Images, "slice")))
    }

    fn patient(&self, row: usize, state: &State) -> Option<String> {
        let case = state.answers.get(ALL)?.cases.get(row)?;
        state.cohort()?.ids().get(case.row).cloned()
    }

    /// Goes to the first case of a patient.
    fn find(&mut self, subject: &Subject, state: &State, grid: &mut Grid) -> bool {
        find(subject, state, grid)
    }

    fn paint(&self, scene: &Scene<'_>, area: Rect, buf: &mut Buffer) {
        let Some(rest) = framed(scene, &self.summary, area, buf) else { return };
        let (table, foot) = layout::bottom(rest, 2);
        scene.grid.view(scene.theme, true, table, buf);
        paragraph::text(&remark(scene), Role::Warn, scene.theme, foot, buf);
    }

    fn document(&self, state: &State, _: &Grid) -> Option<Document> {
        state.answers.get(ALL).map(report::document)
    }

    fn methods(&self, state: &State) -> Option<String> {
        methods(state)
    }
}

/// The case under the cursor.
pub(super) fn under_cursor<'a>(state: &'a State, grid: &Grid) -> Option<&'a Case> {
    state.answers.get(ALL)?.cases.get(grid.row()?)
}

/// Puts the cursor on a case, or on the first of a patient.
pub(super) fn find(subject: &Subject, state: &State, grid: &mut Grid) -> bool {
    let (id, sequence) = match subject {
        Subject::Patient(id) => (id, None),
        Subject::Case(id, sequence) => (id, Some(*sequence)),
        _ => return false,
    };
    let row = state.cohort().and_then(|cohort| cohort.ids().iter().position(|other| other == id));
    let cases = state.answers.get(ALL).map(|answer| &answer.cases);
    let at = row.zip(cases).and_then(|(row, cases)| {
        cases.iter().position(|case| case.row == row && sequence.is_none_or(|sequence| case.sequence == sequence))
    });
    at.is_some_and(|at| grid.go_to(at))
}

/// What is to be said of the case under the cursor.
fn remark(scene: &Scene<'_>) -> String {
    let Some(case) = under_cursor(scene.state, scene.grid) else { return String::new() };
    match scene.state.extraction.state(&id_of(case)) {
        Some(CaseState::Failed(why)) if case.look().is_some() => why.clone(),
        _ => report::remark(case).unwrap_or_default(),
    }
}

fn id_of(case: &Case) -> CaseId {
    CaseId { patient: case.row, sequence: case.sequence, repeat: None }
}

/// Where the extraction of a case stands, in a word.
fn state_of(extraction: &Extraction, case: &Case) -> String {
    match extraction.state(&id_of(case)) {
        Some(CaseState::Done { cached: true }) => "from cache",
        Some(CaseState::Done { cached: false }) => "extracted",
        Some(CaseState::Running) => "running",
        Some(CaseState::Failed(_)) => "failed",
        Some(CaseState::Waiting) => "waiting",
        None if case.roi().is_none() => "none",
        None => "not yet",
    }
    .to_owned()
}
