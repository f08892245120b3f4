//! All features, with what speaks for and against each.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{SLOT, asks, framed, methods};
use crate::app::answers::Wish;
use crate::app::pane_id::PaneId;
use crate::app::{Outcome, Place, State, Subject};
use crate::ask::Key;
use crate::document::Document;
use crate::methods::features::document as report;
use crate::panes::view::{Scene, View};
use crate::theme::Role;
use crate::ui::grid::Grid;
use crate::ui::{layout, paragraph};

/// The view.
#[derive(Default)]
pub(super) struct List {
    summary: String,
    notes: Vec<String>,
    /// What is to be said of each feature; mostly nothing.
    remarks: Vec<String>,
    shown: Option<Key>,
}

impl View for List {
    fn name(&self) -> &'static str {
        "list"
    }

    fn asks(&self, state: &State, _: &Grid) -> Vec<Wish> {
        asks(state)
    }

    fn refresh(&mut self, state: &State, grid: &mut Grid) {
        let Some(answer) = state.answers.news(SLOT, &mut self.shown) else { return };
        self.summary = report::summary(answer);
        self.notes.clone_from(&answer.notes);
        self.remarks = answer.features.iter().map(|feature| report::remark(answer, feature)).collect();
        grid.set(report::table(answer));
    }

    fn find(&mut self, subject: &Subject, state: &State, grid: &mut Grid) -> bool {
        find(subject, state, grid)
    }

    fn enter(&self, _: &State, grid: &Grid) -> Outcome {
        grid.row().map_or(Outcome::Ignored, |_| Outcome::Go(Place::of(PaneId::Features, "distribution")))
    }

    fn paint(&self, scene: &Scene<'_>, area: Rect, buf: &mut Buffer) {
        let Some(rest) = framed(scene, &self.summary, area, buf) else { return };
        let theme = scene.theme;
        let (rest, foot) = layout::bottom(rest, paragraph::notes_height(&self.notes, theme, rest, 2));
        paragraph::notes(&self.notes, theme, foot, buf);
        let (table, remarked) = layout::bottom(rest, 1);
        scene.grid.view(theme, true, table, buf);
        if let Some(remark) = scene.grid.row().and_then(|row| self.remarks.get(row)) {
            paragraph::line(remark, Role::Warn, theme, remarked, buf);
        }
    }

    fn document(&self, state: &State, _: &Grid) -> Option<Document> {
        state.answers.get(SLOT).map(report::document)
    }

    fn methods(&self, state: &State) -> Option<String> {
        methods(state, None)
    }
}

/// Puts the cursor of the list on a feature.
pub(super) fn find(subject: &Subject, state: &State, grid: &mut Grid) -> bool {
    let row = match subject {
        Subject::Row(row) => Some(*row),
        Subject::Feature(name) => {
            let answer = state.answers.get(SLOT);
            answer.and_then(|answer| answer.features.iter().position(|f| f.column.name == *name))
        }
        _ => None,
    };
    row.is_some_and(|row| grid.go_to(row))
}
