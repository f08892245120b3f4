//! Whether readers agree on what they read in the same patients.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::app::answers::Slot;
use crate::app::state::State;
use crate::ask::Key;
use crate::document::Document;
use crate::methods::readings::document as report;
use crate::methods::readings::{self, Reading};
use crate::theme::{Role, Theme};
use crate::ui::grid::Grid;
use crate::ui::{layout, paragraph};

pub(super) const SLOT: Slot = "agreement";

/// The view.
#[derive(Default)]
pub(super) struct Agreement {
    grid: Grid,
    /// How the readers of each row differ: a table, or words.
    crossed: Vec<Grid>,
    differences: Vec<Option<String>>,
    heading: String,
    notes: Vec<String>,
    shown: Option<Key>,
}

impl Agreement {
    pub(super) fn refresh(&mut self, state: &State) {
        let status = state.answers.status(SLOT);
        let Some(answer) = status.get::<readings::Answer>() else { return };
        if self.shown == state.answers.shown(SLOT) {
            return;
        }
        self.shown = state.answers.shown(SLOT);
        self.grid.set(report::table(answer));
        let crossed = |reading: &Reading| {
            let mut grid = Grid::default();
            grid.set(report::cross_table(reading).unwrap_or_default());
            grid
        };
        self.crossed = answer.readings.iter().map(crossed).collect();
        self.differences = answer.readings.iter().map(report::differences).collect();
        self.heading = report::summary(answer);
        self.notes.clone_from(&answer.notes);
    }

    pub(super) fn grid(&self) -> &Grid {
        &self.grid
    }

    pub(super) fn grid_mut(&mut self) -> &mut Grid {
        &mut self.grid
    }

    /// The coefficients, and how the readers of the row under the cursor differ.
    pub(super) fn view(&self, state: &State, theme: &Theme, area: Rect, buf: &mut Buffer) {
        if state.plan().is_some_and(|plan| plan.readings().is_none()) {
            let said = "The study names no readings. What several readers read in the same patients stands under \
                        [readings] in study.toml, one column a reader:\n  capsule = [\"capsule_r1\", \"capsule_r2\"]";
            paragraph::text(said, Role::Dim, theme, area, buf);
            return;
        }
        let status = state.answers.status(SLOT);
        let notes = (self.notes.as_slice(), 2);
        let Some(rest) = paragraph::framed(&status, &self.heading, notes, theme, area, buf) else { return };
        let rows = self.grid.table().rows.len() as u16 + 1;
        let (table, below) = layout::top(rest, rows.min(rest.height / 2));
        self.grid.view(theme, true, table, buf);
        let (_, below) = layout::top(below, 1);
        let Some(row) = self.grid.row() else { return };
        match self.differences.get(row) {
            Some(Some(said)) => {
                paragraph::text(said, Role::Text, theme, below, buf);
            }
            _ => {
                if let Some(crossed) = self.crossed.get(row) {
                    crossed.view(theme, false, below, buf);
                }
            }
        }
    }

    pub(super) fn document(&self, state: &State) -> Option<Document> {
        state.answers.status(SLOT).get::<readings::Answer>().map(report::document)
    }

    pub(super) fn methods(&self, state: &State) -> Option<String> {
        state.answers.status(SLOT).get::<readings::Answer>().map(report::methods)
    }
}
