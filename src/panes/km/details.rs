//! What stands beside the curves in a paper: follow-up, survival at times, restricted means, and all comparisons.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::app::answers::Slot;
use crate::app::state::State;
use crate::ask::Key;
use crate::document::Document;
use crate::methods::km;
use crate::methods::km::document::details as report;
use crate::theme::Theme;
use crate::ui::grid::Grid;
use crate::ui::{layout, paragraph};

pub(super) const SLOT: Slot = "km details";

/// The view.
#[derive(Default)]
pub(super) struct Details {
    groups: Grid,
    comparisons: Grid,
    heading: String,
    notes: Vec<String>,
    shown: Option<Key>,
}

impl Details {
    pub(super) fn refresh(&mut self, state: &State) {
        let status = state.answers.status(SLOT);
        let Some(answer) = status.get::<km::Answer>() else { return };
        if self.shown == state.answers.shown(SLOT) {
            return;
        }
        let Some(details) = &answer.details else { return };
        self.shown = state.answers.shown(SLOT);
        self.groups.set(report::groups_table(answer, details));
        self.comparisons.set(report::comparisons_table(answer, details));
        self.heading = report::heading(answer);
        self.notes.clone_from(&answer.notes);
    }

    /// The comparisons have the focus, for they can be many; without any, the groups.
    pub(super) fn grid(&self) -> &Grid {
        if self.comparisons.table().rows.is_empty() { &self.groups } else { &self.comparisons }
    }

    pub(super) fn grid_mut(&mut self) -> &mut Grid {
        if self.comparisons.table().rows.is_empty() { &mut self.groups } else { &mut self.comparisons }
    }

    pub(super) fn view(&self, state: &State, theme: &Theme, area: Rect, buf: &mut Buffer) {
        let status = state.answers.status(SLOT);
        let notes = (self.notes.as_slice(), 3);
        let Some(rest) = paragraph::framed(&status, &self.heading, notes, theme, area, buf) else { return };
        if self.comparisons.table().rows.is_empty() {
            return self.groups.view(theme, true, rest, buf);
        }
        let rows = self.groups.table().rows.len() as u16 + HEADINGS;
        // Only the comparisons scroll: the groups are whole if they can be.
        let room = rest.height.saturating_sub(LEAST_COMPARISONS).max(rest.height / 2);
        let (groups, comparisons) = layout::top(rest, rows.min(room));
        self.groups.view(theme, false, groups, buf);
        let (_, comparisons) = layout::top(comparisons, u16::from(comparisons.height > LEAST_COMPARISONS));
        self.comparisons.view(theme, true, comparisons, buf);
    }

    pub(super) fn document(state: &State) -> Option<Document> {
        let status = state.answers.status(SLOT);
        let answer = status.get::<km::Answer>()?;
        answer.details.as_ref().map(|details| report::document(answer, details))
    }

    pub(super) fn methods(state: &State) -> Option<String> {
        let status = state.answers.status(SLOT);
        let answer = status.get::<km::Answer>()?;
        answer.details.as_ref().map(|details| report::methods(answer, details))
    }
}

/// Lines of the headings of the table of groups.
const HEADINGS: u16 = 1;
/// Lines from which on a blank one stands between the tables.
const LEAST_COMPARISONS: u16 = 6;
