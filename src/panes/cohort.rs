//! Who the patients are: enrolment flow and split, the table of patients, what the columns hold.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::Pane;
use crate::app::State;
use crate::app::pane_id::PaneId;
use crate::document::Document;
use crate::methods::cohort;
use crate::study::Revision;
use crate::theme::{Role, Theme};
use crate::ui::grid::Grid;
use crate::ui::{chart, layout, paragraph};
use figures::Figure;

const FLOW: usize = 0;
const PATIENTS: usize = 1;
const COLUMNS: usize = 2;

/// The pane.
#[derive(Default)]
pub struct Cohort {
    split: Grid,
    patients: Grid,
    columns: Grid,
    flow: Option<Figure>,
    /// What the tables were made from.
    made_from: Option<(Revision, Vec<usize>)>,
}

impl Pane for Cohort {
    fn id(&self) -> PaneId {
        PaneId::Cohort
    }

    fn views(&self) -> &'static [&'static str] {
        &["flow", "patients", "columns"]
    }

    fn refresh(&mut self, state: &State, _view: usize) {
        let Some(data) = &state.data else { return };
        // Patients without a known endpoint are patients too.
        let selection = crate::ask::Selection { endpoint: None, ..state.selection() };
        let rows = data.select(&selection).map(|s| s.rows).unwrap_or_default();
        let from = Some((data.cohort.revision(), rows));
        if self.made_from == from {
            return;
        }
        self.made_from = from;
        let rows = self.made_from.as_ref().map_or(&[][..], |(_, rows)| rows);
        self.flow = Some(cohort::flow(&data.cohort));
        self.split.set(cohort::split(&data.cohort));
        self.patients.set(cohort::patients(&data.cohort, rows));
        self.columns.set(cohort::columns(&data.cohort));
    }

    fn grid(&self, view: usize) -> Option<&Grid> {
        Some(match view {
            PATIENTS => &self.patients,
            COLUMNS => &self.columns,
            _ => &self.split,
        })
    }

    fn grid_mut(&mut self, view: usize) -> Option<&mut Grid> {
        Some(match view {
            PATIENTS => &mut self.patients,
            COLUMNS => &mut self.columns,
            _ => &mut self.split,
        })
    }

    fn view(&self, state: &State, view: usize, theme: &Theme, area: Rect, buf: &mut Buffer) {
        if state.data.is_none() {
            let (role, said) = match &state.study {
                None if state.problems.is_empty() => (Role::Dim, "reading the study"),
                _ => (Role::Error, "the study has no patients to show; ! lists what is wrong with it"),
            };
            paragraph::text(said, role, theme, area, buf);
            return;
        }
        match (view, &self.flow) {
            (FLOW, Some(flow)) => {
                let lines = self.split.table().rows.len() as u16 + 2;
                let (picture, table) = if area.width >= layout::WIDE {
                    layout::left(area, area.width * 6 / 10)
                } else {
                    layout::bottom(area, lines)
                };
                chart::view(flow, theme, picture, buf);
                self.split.view(theme, true, table, buf);
            }
            (PATIENTS, _) => self.patients.view(theme, true, area, buf),
            _ => self.columns.view(theme, true, area, buf),
        }
    }

    fn document(&self, state: &State, view: usize) -> Option<Document> {
        let data = state.data.as_ref()?;
        Some(match view {
            PATIENTS => Document::new("Patients").with(self.patients.table().clone()),
            COLUMNS => Document::new("Columns").with(self.columns.table().clone()),
            _ => cohort::document(&data.cohort),
        })
    }

    fn methods(&self, state: &State, _view: usize) -> Option<String> {
        Some(cohort::methods(&state.data.as_ref()?.cohort))
    }
}
