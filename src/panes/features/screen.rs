//! Each feature against the outcome: hazard ratios and p, adjusted for their number.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{SLOT, asks, framed, methods};
use crate::app::answers::Wish;
use crate::app::leads::to_feature;
use crate::app::{Outcome, State};
use crate::ask::Key;
use crate::document::Document;
use crate::methods::features::document::screen as report;
use crate::panes::view::{Scene, View};
use crate::theme::Role;
use crate::ui::grid::Grid;
use crate::ui::{chart, layout, paragraph};
use figures::Figure;

/// Rows of the table below its plot, with the heading.
const ROWS: u16 = 6;

/// The view.
#[derive(Default)]
pub(super) struct Screen {
    /// The place of each row among the features.
    by_p: Vec<usize>,
    volcano: Option<Figure>,
    summary: String,
    notes: Vec<String>,
    shown: Option<Key>,
}

impl View for Screen {
    fn name(&self) -> &'static str {
        "screen"
    }

    fn asks(&self, state: &State, _: &Grid) -> Vec<Wish> {
        asks(state)
    }

    fn refresh(&mut self, state: &State, grid: &mut Grid) {
        let Some(answer) = state.answers.news(SLOT, &mut self.shown) else { return };
        self.by_p = report::order(answer);
        self.volcano = Some(report::figure(answer));
        self.summary = report::summary(answer);
        self.notes.clone_from(&answer.notes);
        grid.set(report::table(answer));
    }

    fn enter(&self, state: &State, grid: &Grid) -> Outcome {
        let place = grid.row().and_then(|row| self.by_p.get(row));
        let feature = place.and_then(|place| state.answers.get(SLOT)?.features.get(*place));
        feature.map_or(Outcome::Ignored, |feature| to_feature(&feature.column.name))
    }

    /// The plot with the first features below it, or beside it where there is room.
    fn paint(&self, scene: &Scene<'_>, area: Rect, buf: &mut Buffer) {
        let Some(area) = framed(scene, &self.summary, area, buf) else { return };
        let theme = scene.theme;
        let (rest, foot) = layout::bottom(area, paragraph::notes_height(&self.notes, theme, area, 2));
        paragraph::notes(&self.notes, theme, foot, buf);
        if scene.grid.table().rows.is_empty() {
            let said = "No feature has a hazard ratio: events are too few, or every feature tells them all apart.";
            paragraph::text(said, Role::Dim, theme, rest, buf);
            return;
        }
        let (figure, table) = if rest.width >= layout::WIDE {
            layout::left(rest, rest.width * 2 / 5)
        } else {
            layout::above_table(rest, ROWS)
        };
        if let Some(volcano) = &self.volcano {
            chart::view(volcano, theme, figure, buf);
        }
        scene.grid.view(theme, true, table, buf);
    }

    fn document(&self, state: &State, _: &Grid) -> Option<Document> {
        state.answers.get(SLOT).map(report::document)
    }

    fn methods(&self, state: &State) -> Option<String> {
        methods(state, state.answers.get(SLOT).map(report::methods))
    }
}
