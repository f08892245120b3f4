//! What every reader read in each patient: the way from an agreement to those on whom readers differ.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::app::leads::to_patient;
use crate::app::pane_id::PaneId;
use crate::app::{Outcome, Place, State, Subject};
use crate::ask::Selection;
use crate::document::Document;
use crate::methods::readings::document as report;
use crate::panes::view::{Gesture, Scene, View};
use crate::session::Settings;
use crate::study::{ReadingSpec, Revision};
use crate::theme::Role;
use crate::ui::grid::Grid;
use crate::ui::paragraph;

/// The view.
#[derive(Default)]
pub(super) struct Readings {
    /// Name of what was read.
    name: Option<String>,
    heading: String,
    /// The patient of each row.
    ids: Vec<String>,
    made_from: Option<(Revision, Selection, String)>,
}

impl View for Readings {
    fn name(&self) -> &'static str {
        "readings"
    }

    fn is_detail(&self) -> bool {
        true
    }

    fn refresh(&mut self, state: &State, grid: &mut Grid) {
        let (Some(plan), Some((reading, on))) = (state.plan(), self.asked(state)) else { return };
        let from = Some((plan.data.cohort.revision(), on.clone(), reading.name.clone()));
        if self.made_from == from {
            return;
        }
        let Ok(selected) = plan.data.select(&on) else { return };
        self.made_from = from;
        let (heading, table) = report::of_patients(&reading, &plan.data.cohort, &selected.rows);
        self.heading = heading;
        self.ids = selected.rows.iter().map(|row| plan.data.cohort.ids()[*row].clone()).collect();
        grid.set(table);
    }

    fn find(&mut self, subject: &Subject, _: &State, _: &mut Grid) -> bool {
        let Subject::Group(name) = subject else { return false };
        self.name = Some(name.clone());
        true
    }

    fn enter(&self, state: &State, grid: &Grid) -> Outcome {
        let id = grid.row().and_then(|row| self.ids.get(row));
        id.map_or(Outcome::Ignored, |id| to_patient(id, state))
    }

    fn act(&mut self, gesture: Gesture, _: Option<&str>, _: &State, _: &mut Grid) -> Outcome {
        match gesture {
            Gesture::Close => Outcome::Go(Place::of(PaneId::Baseline, "agreement")),
            _ => Outcome::Ignored,
        }
    }

    fn patient(&self, row: usize, _: &State) -> Option<String> {
        self.ids.get(row).cloned()
    }

    fn paint(&self, scene: &Scene<'_>, area: Rect, buf: &mut Buffer) {
        if self.asked(scene.state).is_none() {
            let said = "No reading was gone to: enter on a row of the agreement shows what every reader read.";
            paragraph::text(said, Role::Dim, scene.theme, area, buf);
            return;
        }
        let rest = paragraph::heading(&self.heading, scene.theme, area, buf);
        scene.grid.view(scene.theme, true, rest, buf);
    }

    fn document(&self, state: &State, grid: &Grid) -> Option<Document> {
        self.asked(state)?;
        Some(Document::new(self.heading.clone()).with(grid.table().clone()))
    }

    fn settings(&self) -> Option<Settings> {
        self.name.clone().map(Settings::from)
    }

    fn set(&mut self, settings: Option<&Settings>) {
        self.name = settings.and_then(|settings| settings.as_str().map(str::to_owned));
        self.made_from = None;
    }
}

impl Readings {
    /// The reading, while the study has it, and of whom.
    fn asked(&self, state: &State) -> Option<(ReadingSpec, Selection)> {
        let name = self.name.as_ref()?;
        let spec = state.plan()?.readings()?;
        let reading = spec.readings.into_iter().find(|reading| reading.name == *name)?;
        Some((reading, spec.on))
    }
}
