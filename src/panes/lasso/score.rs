//! The score: where it is cut, its formula, and how it is distributed in each cohort.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{SLOT, Said, asks, methods};
use crate::app::answers::Wish;
use crate::app::pane_id::PaneId;
use crate::app::{Outcome, Place, State, Subject};
use crate::ask::Key;
use crate::document::Document;
use crate::methods::lasso::document as report;
use crate::panes::view::{Scene, View};
use crate::theme::Role;
use crate::ui::grid::Grid;
use crate::ui::{chart, layout, paragraph};
use figures::Figure;

/// Lines below which boxes show nothing.
const LEAST_FIGURE: u16 = 6;

/// The view.
#[derive(Default)]
pub(super) struct Score {
    said: Said,
    /// Where it is cut, and its formula below.
    words: String,
    boxes: Option<Figure>,
    shown: Option<Key>,
}

impl View for Score {
    fn name(&self) -> &'static str {
        "score"
    }

    fn asks(&self, state: &State, _: &Grid) -> Vec<Wish> {
        asks(state)
    }

    fn refresh(&mut self, state: &State, grid: &mut Grid) {
        let Some(answer) = state.answers.news(SLOT, &mut self.shown) else { return };
        self.said = Said::of(answer);
        self.words = format!("{}\n{}", report::cut_in_words(answer), answer.formula);
        self.boxes = Some(report::score_figure(answer));
        grid.set(report::cohorts_table(answer));
    }

    /// From a cohort to the score of each of its patients.
    fn enter(&self, _: &State, grid: &Grid) -> Outcome {
        grid.current().map_or(Outcome::Ignored, |row| {
            Outcome::Go(Place::of(PaneId::Lasso, "scores").on(Subject::Group(row.shown(0).to_owned())))
        })
    }

    fn paint(&self, scene: &Scene<'_>, area: Rect, buf: &mut Buffer) {
        let Some(area) = self.said.framed(scene, area, buf) else { return };
        let (grid, theme) = (scene.grid, scene.theme);
        // Cut and formula whole, for they are what others apply; the figure has what is left, if that does it justice.
        let rows = (grid.table().rows.len() as u16 + 1).min(area.height);
        let lines = paragraph::height(&self.words, theme, area.width);
        let (area, foot) = layout::bottom(area, lines.min(area.height - rows));
        if lines > foot.height {
            let (foot, last) = layout::bottom(foot, 1);
            paragraph::text(&self.words, Role::Text, theme, foot, buf);
            let more = format!("{} more lines of the formula: C copies it, e exports it", lines - foot.height);
            paragraph::line(&more, Role::Dim, theme, last, buf);
        } else {
            paragraph::text(&self.words, Role::Text, theme, foot, buf);
        }
        let (figure, table) = layout::bottom(area, rows);
        match self.boxes.as_ref().filter(|_| figure.height >= LEAST_FIGURE) {
            Some(scores) => {
                chart::view(scores, theme, figure, buf);
                grid.view(theme, true, table, buf);
            }
            None => grid.view(theme, true, area, buf),
        }
    }

    fn document(&self, state: &State, _: &Grid) -> Option<Document> {
        state.answers.get(SLOT).map(report::scores)
    }

    fn methods(&self, state: &State) -> Option<String> {
        methods(state)
    }
}
