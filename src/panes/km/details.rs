//! What stands beside the curves in a paper: follow-up, survival at times, restricted means, and all comparisons.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::app::answers::{Slot, Wish};
use crate::app::pane_id::PaneId;
use crate::app::{Outcome, Place, State};
use crate::ask::Key;
use crate::document::Document;
use crate::methods::km;
use crate::methods::km::document::details as report;
use crate::panes::view::{Scene, View};
use crate::ui::grid::Grid;
use crate::ui::{layout, paragraph};

const SLOT: Slot<km::Spec> = Slot::new("km details");

/// The view. Comparisons have the focus, for they can be many; without any, the groups.
#[derive(Default)]
pub(super) struct Details {
    groups: Grid,
    /// Number of comparisons.
    compared: usize,
    heading: String,
    notes: Vec<String>,
    shown: Option<Key>,
}

impl View for Details {
    fn name(&self) -> &'static str {
        "details"
    }

    fn asks(&self, state: &State, _: &Grid) -> Vec<Wish> {
        state.plan().map(|plan| SLOT.wants(plan.curves_in_detail())).into_iter().collect()
    }

    fn refresh(&mut self, state: &State, grid: &mut Grid) {
        let Some(answer) = state.answers.news(SLOT, &mut self.shown) else { return };
        let Some(details) = &answer.details else { return };
        let comparisons = report::comparisons_table(answer, details);
        self.groups.set(report::groups_table(answer, details));
        self.compared = comparisons.rows.len();
        grid.set(if self.compared == 0 { self.groups.table().clone() } else { comparisons });
        self.heading = report::heading(answer);
        self.notes.clone_from(&answer.notes);
    }

    /// To those who had the event.
    fn enter(&self, _: &State, grid: &Grid) -> Outcome {
        grid.row().map_or(Outcome::Ignored, |_| Outcome::Go(Place::of(PaneId::Km, "events")))
    }

    fn paint(&self, scene: &Scene<'_>, area: Rect, buf: &mut Buffer) {
        let (state, theme) = (scene.state, scene.theme);
        let status = state.answers.status(SLOT);
        let notes = (self.notes.as_slice(), 3);
        let Some(rest) = paragraph::framed(&status, &self.heading, notes, theme, area, buf) else { return };
        if self.compared == 0 {
            return scene.grid.view(theme, true, rest, buf);
        }
        let rows = self.groups.table().rows.len() as u16 + HEADINGS;
        // Only the comparisons scroll: the groups are whole if they can be.
        let room = rest.height.saturating_sub(LEAST_COMPARISONS).max(rest.height / 2);
        let (groups, comparisons) = layout::top(rest, rows.min(room));
        self.groups.view(theme, false, groups, buf);
        let (_, comparisons) = layout::top(comparisons, u16::from(comparisons.height > LEAST_COMPARISONS));
        scene.grid.view(theme, true, comparisons, buf);
    }

    fn document(&self, state: &State, _: &Grid) -> Option<Document> {
        let answer = state.answers.get(SLOT)?;
        answer.details.as_ref().map(|details| report::document(answer, details))
    }

    fn methods(&self, state: &State) -> Option<String> {
        let answer = state.answers.get(SLOT)?;
        answer.details.as_ref().map(|details| report::methods(answer, details))
    }
}

/// Lines of the headings of the table of groups.
const HEADINGS: u16 = 1;
/// Lines from which on a blank one stands between the tables.
const LEAST_COMPARISONS: u16 = 6;
