//! How features depend on who drew the lesion.

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
use crate::ui::{chart, layout, paragraph};
use figures::Figure;

/// The view.
#[derive(Default)]
pub(super) struct Reliability {
    summary: String,
    notes: Vec<String>,
    histogram: Option<Figure>,
    compared: String,
    shown: Option<Key>,
}

impl View for Reliability {
    fn name(&self) -> &'static str {
        "reliability"
    }

    fn asks(&self, state: &State, _: &Grid) -> Vec<Wish> {
        asks(state)
    }

    fn refresh(&mut self, state: &State, grid: &mut Grid) {
        let Some(answer) = state.answers.news(SLOT, &mut self.shown) else { return };
        self.summary = report::summary(answer);
        self.notes.clone_from(&answer.notes);
        self.histogram = report::reliability(answer);
        self.compared = report::comparisons(&answer.comparisons);
        grid.set(report::by_image(answer));
    }

    /// From an image to its features in the list; from all of them to the first.
    fn enter(&self, state: &State, grid: &Grid) -> Outcome {
        let (Some(answer), Some(row)) = (state.answers.get(SLOT), grid.row()) else { return Outcome::Ignored };
        let first = report::first_of_images(answer).get(row).copied().unwrap_or(0);
        let feature = answer.features.get(first).map(|feature| Subject::Feature(feature.column.name.clone()));
        feature.map_or(Outcome::Ignored, |feature| Outcome::Go(Place::of(PaneId::Features, "list").on(feature)))
    }

    fn paint(&self, scene: &Scene<'_>, area: Rect, buf: &mut Buffer) {
        let Some(area) = framed(scene, &self.summary, area, buf) else { return };
        let theme = scene.theme;
        let Some(histogram) = &self.histogram else {
            let said = match scene.state.has_repeats() {
                true => "The repeated segmentations have no features yet.",
                false => {
                    "No lesion was drawn twice: add `repeats` under [images] to judge how features depend on the reader."
                }
            };
            paragraph::text(&format!("{said}\n\n{}", self.notes.join("\n")), Role::Dim, theme, area, buf);
            return;
        };
        let (head, rest) = layout::top(area, 1);
        paragraph::line(&self.compared, Role::Text, theme, head, buf);
        let (figure, table) = if area.width >= layout::WIDE {
            layout::left(rest, rest.width / 2)
        } else {
            layout::bottom(rest, rest.height * 2 / 5)
        };
        chart::view(histogram, theme, figure, buf);
        scene.grid.view(theme, true, table, buf);
    }

    fn document(&self, state: &State, _: &Grid) -> Option<Document> {
        state.answers.get(SLOT).map(report::document)
    }

    fn methods(&self, state: &State) -> Option<String> {
        methods(state, None)
    }
}
