//! What goes with each of the events that compete: models of the causes.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::absent;
use crate::app::answers::{Slot, Wish};
use crate::app::pane_id::PaneId;
use crate::app::{Outcome, Place, State, Subject};
use crate::ask::Key;
use crate::document::Document;
use crate::methods::cox;
use crate::methods::cox::document::causes as report;
use crate::panes::view::{Scene, View};
use crate::ui::grid::Grid;
use crate::ui::{chart, layout, paragraph};
use figures::Figure;

const SLOT: Slot<cox::causes::Spec> = Slot::new("causes");

/// The view.
#[derive(Default)]
pub(super) struct Causes {
    forest: Option<Figure>,
    summary: String,
    notes: Vec<String>,
    shown: Option<Key>,
}

fn has_model(state: &State) -> bool {
    state.plan().is_some_and(|plan| plan.covariates_of_causes().is_some())
}

impl View for Causes {
    fn name(&self) -> &'static str {
        "causes"
    }

    fn asks(&self, state: &State, _: &Grid) -> Vec<Wish> {
        let spec = state.plan().and_then(|plan| plan.models_of_causes(plan.covariates_of_causes()?));
        spec.map(|spec| SLOT.wants(spec)).into_iter().collect()
    }

    fn refresh(&mut self, state: &State, grid: &mut Grid) {
        let Some(answer) = state.answers.news(SLOT, &mut self.shown) else { return };
        grid.set(report::table(answer));
        self.forest = Some(report::forest(answer));
        self.summary = report::summary(answer);
        self.notes.clone_from(&answer.notes);
    }

    /// From a cause, and from what goes with it, to those who had it.
    fn enter(&self, state: &State, grid: &Grid) -> Outcome {
        let answer = state.answers.get(SLOT);
        let cause = grid.row().and_then(|row| report::causes_of_rows(answer?).get(row).cloned());
        cause.map_or(Outcome::Ignored, |cause| Outcome::Go(Place::of(PaneId::Km, "who").on(Subject::Group(cause))))
    }

    fn paint(&self, scene: &Scene<'_>, area: Rect, buf: &mut Buffer) {
        let (state, grid, theme) = (scene.state, scene.grid, scene.theme);
        let status = state.answers.status(SLOT);
        if let Some((role, said)) = absent(state, &status, has_model(state)) {
            paragraph::text(&said, role, theme, area, buf);
            return;
        }
        let words = format!("{}{}", self.summary, paragraph::freshness(&status));
        let rest = paragraph::heading(&words, theme, area, buf);
        let (rest, foot) = layout::bottom(rest, paragraph::notes_height(&self.notes, theme, rest, 4));
        paragraph::notes(&self.notes, theme, foot, buf);
        // The table first, for it holds all numbers; the forest where it can be whole.
        let rows = grid.table().rows.len() as u16 + 2;
        let (table, figure) = layout::top(rest, rows);
        grid.view(theme, true, table, buf);
        let needed = |f: &&Figure| f.preferred_lines(usize::from(figure.width)) as u16 <= figure.height;
        if let Some(forest) = self.forest.as_ref().filter(needed) {
            chart::view(forest, theme, figure, buf);
        }
    }

    fn document(&self, state: &State, _: &Grid) -> Option<Document> {
        state.answers.get(SLOT).map(report::document)
    }

    fn methods(&self, state: &State) -> Option<String> {
        let answer = state.answers.get(SLOT)?;
        Some(report::methods(answer, &state.plan()?.covariates_of_causes()?))
    }
}
