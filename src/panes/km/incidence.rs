//! Cumulative incidence of each of the events that compete.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::absent;
use crate::app::answers::{Slot, Wish};
use crate::app::command::km::divided_by;
use crate::app::pane_id::PaneId;
use crate::app::{Outcome, Place, State, Subject};
use crate::ask::Key;
use crate::document::Document;
use crate::methods::cuminc;
use crate::methods::cuminc::document as report;
use crate::panes::view::{Scene, View};
use crate::ui::grid::Grid;
use crate::ui::{chart, layout, paragraph};
use figures::{Body, Figure};

const SLOT: Slot<cuminc::Spec> = Slot::new("incidence");
/// Lines below which a chart shows nothing.
const LEAST_FIGURE: u16 = 8;
/// Lines of the table that show what it is of: its heading, a cause with its test, and a group.
const LEAST_TABLE: u16 = 3;

/// The view.
#[derive(Default)]
pub(super) struct Incidence {
    curves: Option<Figure>,
    notes: Vec<String>,
    shown: Option<Key>,
}

impl Incidence {
    /// Lines that the figure needs to name all its curves, two in a line.
    fn least_figure(&self) -> u16 {
        let names = match self.curves.as_ref().map(|figure| &figure.body) {
            Some(Body::Chart(chart)) if chart.layers.len() > 1 => chart.layers.len().div_ceil(2) as u16,
            _ => 0,
        };
        LEAST_FIGURE + names
    }
}

impl View for Incidence {
    fn name(&self) -> &'static str {
        "incidence"
    }

    fn asks(&self, state: &State, _: &Grid) -> Vec<Wish> {
        state.plan().and_then(|plan| plan.incidence()).map(|spec| SLOT.wants(spec)).into_iter().collect()
    }

    fn refresh(&mut self, state: &State, grid: &mut Grid) {
        let Some(answer) = state.answers.news(SLOT, &mut self.shown) else { return };
        grid.set(report::groups(answer));
        self.curves = Some(report::figure_in_brief(answer));
        self.notes.clone_from(&answer.notes);
    }

    /// From a cause to those who had it.
    fn enter(&self, state: &State, grid: &Grid) -> Outcome {
        let answer = state.answers.get(SLOT);
        let cause = grid.row().and_then(|row| report::causes_of_rows(answer?).get(row).cloned());
        cause.map_or(Outcome::Ignored, |cause| Outcome::Go(Place::of(PaneId::Km, "who").on(Subject::Group(cause))))
    }

    fn paint(&self, scene: &Scene<'_>, area: Rect, buf: &mut Buffer) {
        let (state, grid, theme) = (scene.state, scene.grid, scene.theme);
        let status = state.answers.status(SLOT);
        if let Some((role, said)) = absent(state, &status, true) {
            paragraph::text(&said, role, theme, area, buf);
            return;
        }
        let by = divided_by(state).map(|g| format!(" by {}", g.words_among(state.cohorts().len()))).unwrap_or_default();
        let words = format!("Cumulative incidence (95 % CI){by}{}", paragraph::freshness(&status));
        let rest = paragraph::heading(&words, theme, area, buf);
        let (rest, foot) = layout::bottom(rest, paragraph::notes_height(&self.notes, theme, rest, 2));
        paragraph::notes(&self.notes, theme, foot, buf);
        let rows = grid.table().rows.len() as u16 + 1;
        let spare = rest.height.saturating_sub(self.least_figure());
        // On a low screen the figure names its axis in a corner, and the table keeps the test of the first cause.
        let spare = if rest.height >= self.least_figure() { spare.max(LEAST_TABLE) } else { spare };
        let (figure, table) = layout::bottom(rest, rows.min(spare));
        if let Some(curves) = &self.curves {
            chart::view(curves, theme, figure, buf);
        }
        grid.view(theme, true, table, buf);
    }

    fn document(&self, state: &State, _: &Grid) -> Option<Document> {
        state.answers.get(SLOT).map(report::document)
    }

    fn methods(&self, state: &State) -> Option<String> {
        state.answers.get(SLOT).map(|answer| report::methods(answer, &state.times()))
    }
}
