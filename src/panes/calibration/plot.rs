//! Predicted against observed survival in groups of similar prediction.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{Said, asks, news, said, to_calibrated};
use crate::app::answers::Wish;
use crate::app::command::calibration::CALIBRATION as SLOT;
use crate::app::{Outcome, State};
use crate::ask::Key;
use crate::document::Document;
use crate::methods::calibrate::document as report;
use crate::panes::view::{Scene, View};
use crate::ui::grid::Grid;
use crate::ui::{chart, layout};
use figures::Figure;

/// The view.
#[derive(Default)]
pub(super) struct Plot {
    said: Said,
    figure: Option<Figure>,
    /// The groups, beside the plot where there is room.
    groups: Grid,
    /// The answer and the time that the content was made of.
    shown: Option<(Key, usize)>,
}

impl View for Plot {
    fn name(&self) -> &'static str {
        "plot"
    }

    fn asks(&self, state: &State, _: &Grid) -> Vec<Wish> {
        asks(state)
    }

    fn refresh(&mut self, state: &State, grid: &mut Grid) {
        let Some((answer, at)) = news(state, &mut self.shown) else { return };
        self.said = said(answer, at);
        self.figure = Some(report::figure(answer, at));
        self.groups.set(report::group_table(answer, at));
        grid.set(report::summary_table(answer, at));
    }

    /// From a cohort to the model's coefficients.
    fn enter(&self, state: &State, grid: &Grid) -> Outcome {
        to_calibrated(state, grid)
    }

    fn paint(&self, scene: &Scene<'_>, area: Rect, buf: &mut Buffer) {
        let theme = scene.theme;
        let Some(rest) = self.said.framed(scene, &scene.state.answers.status(SLOT), area, buf) else { return };
        let rows = scene.grid.table().rows.len() as u16 + 1;
        let (rest, table) = layout::above_table(rest, rows);
        scene.grid.view(theme, true, table, buf);
        let (figure, beside) =
            if rest.width >= layout::WIDE { layout::left(rest, rest.width / 2) } else { (rest, Rect::ZERO) };
        if let Some(drawn) = &self.figure {
            chart::view(drawn, theme, figure, buf);
        }
        self.groups.view(theme, false, beside, buf);
    }

    fn document(&self, state: &State, _: &Grid) -> Option<Document> {
        state.answers.get(SLOT).map(report::document)
    }

    fn methods(&self, state: &State) -> Option<String> {
        state.answers.get(SLOT).map(report::methods)
    }
}
