//! The ranges of gray values inside the masks, and what the bin width makes of them.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{ALL, asks, framed, methods};
use crate::app::answers::Wish;
use crate::app::leads::to_case;
use crate::app::{Outcome, State};
use crate::ask::Key;
use crate::document::Document;
use crate::methods::images::Case;
use crate::methods::images::document as report;
use crate::panes::view::{Scene, View};
use crate::ui::grid::Grid;
use crate::ui::{layout, paragraph};

/// The view.
#[derive(Default)]
pub(super) struct GreyValues {
    summary: String,
    notes: Vec<String>,
    shown: Option<Key>,
}

impl View for GreyValues {
    fn name(&self) -> &'static str {
        "grey values"
    }

    fn asks(&self, state: &State, _: &Grid) -> Vec<Wish> {
        asks(state)
    }

    fn refresh(&mut self, state: &State, grid: &mut Grid) {
        let Some(answer) = state.answers.news(ALL, &mut self.shown) else { return };
        self.summary = report::summary(answer);
        self.notes.clone_from(&answer.notes);
        grid.set(report::ranges(&answer.ranges, &answer.binning));
    }

    /// To the slices of the first case of the sequence and cohort.
    fn enter(&self, state: &State, grid: &Grid) -> Outcome {
        let (Some(answer), Some(row)) = (state.answers.get(ALL), grid.row()) else { return Outcome::Ignored };
        let Some(range) = answer.ranges.get(row) else { return Outcome::Ignored };
        let is_of = |case: &&Case| {
            case.sequence_name == range.sequence && case.group.as_ref().is_none_or(|group| *group == range.group)
        };
        let case = answer.cases.iter().find(|case| is_of(case) && case.look().is_some());
        case.map_or(Outcome::Ignored, |case| to_case(&case.patient, case.sequence))
    }

    fn paint(&self, scene: &Scene<'_>, area: Rect, buf: &mut Buffer) {
        let Some(rest) = framed(scene, &self.summary, area, buf) else { return };
        let notes = paragraph::notes_height(&self.notes, scene.theme, rest, 8);
        let (table, foot) = layout::bottom(rest, notes);
        scene.grid.view(scene.theme, true, table, buf);
        paragraph::notes(&self.notes, scene.theme, foot, buf);
    }

    fn document(&self, state: &State, _: &Grid) -> Option<Document> {
        state.answers.get(ALL).map(report::document)
    }

    fn methods(&self, state: &State) -> Option<String> {
        methods(state)
    }
}
