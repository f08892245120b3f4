//! The enrolment flow, and how patients are split into cohorts.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{is_absent, methods, paint_absence};
use crate::app::answers::{Slot, Wish};
use crate::app::leads::to_cohort;
use crate::app::{Outcome, State};
use crate::ask::Key;
use crate::document::Document;
use crate::methods::cohort;
use crate::panes::view::{Scene, View};
use crate::ui::grid::Grid;
use crate::ui::{chart, layout, paragraph};
use figures::Figure;

const SLOT: Slot<cohort::Enrolled> = Slot::new("enrolment");

/// The view.
#[derive(Default)]
pub(super) struct Flow {
    figure: Option<Figure>,
    shown: Option<Key>,
}

impl View for Flow {
    fn name(&self) -> &'static str {
        "flow"
    }

    fn asks(&self, state: &State, _: &Grid) -> Vec<Wish> {
        state.plan().map(|_| SLOT.wants(cohort::Enrolled)).into_iter().collect()
    }

    fn refresh(&mut self, state: &State, grid: &mut Grid) {
        let Some((flow, split)) = state.answers.news(SLOT, &mut self.shown) else { return };
        self.figure = Some(flow.clone());
        grid.set(split.clone());
    }

    /// From a cohort to its patients.
    fn enter(&self, state: &State, grid: &Grid) -> Outcome {
        grid.current().map_or(Outcome::Ignored, |row| to_cohort(row.shown(0), false, state))
    }

    fn paint(&self, scene: &Scene<'_>, area: Rect, buf: &mut Buffer) {
        if is_absent(scene, area, buf) {
            return;
        }
        let Some(flow) = &self.figure else {
            return paint_absence(&scene.state.answers.status(SLOT), scene.theme, area, buf);
        };
        let notes: Vec<String> = of_all(scene.state).into_iter().collect();
        let (area, foot) = layout::bottom(area, paragraph::notes_height(&notes, scene.theme, area, 2));
        paragraph::notes(&notes, scene.theme, foot, buf);
        let lines = scene.grid.table().rows.len() as u16 + 2;
        let (picture, table) = if area.width >= layout::WIDE {
            layout::left(area, area.width * 6 / 10)
        } else {
            layout::bottom(area, lines)
        };
        chart::view(flow, scene.theme, picture, buf);
        scene.grid.view(scene.theme, true, table, buf);
    }

    fn document(&self, state: &State, _: &Grid) -> Option<Document> {
        state.cohort().map(cohort::document)
    }

    fn methods(&self, state: &State) -> Option<String> {
        methods(state)
    }
}

/// Says that what is chosen on the screen has no part in the flow.
fn of_all(state: &State) -> Option<String> {
    let choices = &state.choices;
    let chosen = match (&choices.cohort, &choices.filter) {
        (None, None) => return None,
        (Some(_), None) => "the cohort chosen",
        (None, Some(_)) => "the filter",
        (Some(_), Some(_)) => "the cohort and the filter chosen",
    };
    Some(format!("flow and table are of all who were enrolled, whatever {chosen} leaves"))
}
