//! The patients of one cohort as a table of their own.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{is_absent, methods};
use crate::app::leads::to_patient;
use crate::app::pane_id::PaneId;
use crate::app::{Outcome, Place, State, Subject};
use crate::ask::Selection;
use crate::document::Document;
use crate::methods::patients;
use crate::panes::view::{Gesture, Scene, View};
use crate::session::Settings;
use crate::study::Revision;
use crate::theme::Role;
use crate::ui::grid::Grid;
use crate::ui::paragraph;
use figures::format;

/// The view.
#[derive(Default)]
pub(super) struct Listed {
    /// The cohort's name, and whether only those of the filter are listed.
    whom: Option<(String, bool)>,
    /// The patients as rows of all.
    rows: Vec<usize>,
    made_from: Option<(Revision, Selection)>,
}

impl View for Listed {
    fn name(&self) -> &'static str {
        "listed"
    }

    fn is_detail(&self) -> bool {
        true
    }

    fn refresh(&mut self, state: &State, grid: &mut Grid) {
        let (Some(data), Some(on)) = (&state.data, self.on(state)) else { return };
        let from = Some((data.cohort.revision(), on.clone()));
        if self.made_from == from {
            return;
        }
        let Ok(selected) = data.select(&on) else { return };
        (self.made_from, self.rows) = (from, selected.rows);
        grid.set(patients::Patients::of(data).table(&self.rows));
    }

    fn find(&mut self, subject: &Subject, _: &State, _: &mut Grid) -> bool {
        let Subject::Cohort(name, filtered) = subject else { return false };
        self.whom = Some((name.clone(), *filtered));
        true
    }

    fn enter(&self, state: &State, grid: &Grid) -> Outcome {
        let id = grid.row().and_then(|row| self.patient(row, state));
        id.map_or(Outcome::Ignored, |id| to_patient(&id, state))
    }

    fn act(&mut self, gesture: Gesture, _: Option<&str>, _: &State, _: &mut Grid) -> Outcome {
        match gesture {
            Gesture::Close => Outcome::Go(Place::of(PaneId::Cohort, "patients")),
            _ => Outcome::Ignored,
        }
    }

    fn patient(&self, row: usize, state: &State) -> Option<String> {
        state.cohort()?.ids().get(*self.rows.get(row)?).cloned()
    }

    fn paint(&self, scene: &Scene<'_>, area: Rect, buf: &mut Buffer) {
        if is_absent(scene, area, buf) {
            return;
        }
        if self.whom.is_none() {
            let said = "Nobody is listed: enter on a cohort of the flow, or of another table, lists its patients.";
            paragraph::text(said, Role::Dim, scene.theme, area, buf);
            return;
        }
        let rest = paragraph::heading(&self.heading(), scene.theme, area, buf);
        scene.grid.view(scene.theme, true, rest, buf);
    }

    fn document(&self, _: &State, grid: &Grid) -> Option<Document> {
        self.whom.as_ref().map(|_| Document::new(self.heading()).with(grid.table().clone()))
    }

    fn settings(&self) -> Option<Settings> {
        self.whom.as_ref().and_then(|whom| serde_json::to_value(whom).ok())
    }

    fn set(&mut self, settings: Option<&Settings>) {
        self.whom = settings.and_then(|settings| serde_json::from_value(settings.clone()).ok());
        self.made_from = None;
    }

    fn methods(&self, state: &State) -> Option<String> {
        methods(state)
    }
}

impl Listed {
    /// Whom the table is of.
    fn on(&self, state: &State) -> Option<Selection> {
        let ((name, filtered), cohort) = (self.whom.as_ref()?, state.cohort()?);
        let is_one = cohort.groups().levels.contains(name);
        let in_use = state.plan()?.selection_of_patients();
        let filter = in_use.filter.clone().filter(|_| *filtered);
        Some(Selection { cohort: is_one.then(|| name.clone()), filter, ..in_use })
    }

    /// `training: n = 81`.
    fn heading(&self) -> String {
        let (name, filtered) = self.whom.clone().unwrap_or_default();
        let kept = if filtered { "" } else { ", before any filter" };
        format!("{name}{kept}: n = {}", format::count(self.rows.len()))
    }
}
