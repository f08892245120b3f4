//! Whether another sample would have selected the same features.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{SLOT as MODEL, absent, asks, methods};
use crate::app::answers::{Slot, Wish};
use crate::app::leads::to_feature;
use crate::app::{Outcome, State};
use crate::ask::Key;
use crate::document::Document;
use crate::methods::lasso;
use crate::methods::lasso::document::stability as report;
use crate::panes::view::{Scene, View};
use crate::plan::Plan;
use crate::ui::grid::Grid;
use crate::ui::{chart, layout, paragraph};
use figures::Figure;

const SLOT: Slot<lasso::stability::Spec> = Slot::new("stability");

/// The view.
#[derive(Default)]
pub(super) struct Stability {
    bars: Option<Figure>,
    summary: String,
    notes: Vec<String>,
    shown: Option<Key>,
}

impl View for Stability {
    fn name(&self) -> &'static str {
        "stability"
    }

    fn asks(&self, state: &State, _: &Grid) -> Vec<Wish> {
        let plan = state.plan().filter(Plan::has_features);
        let own = plan.and_then(|plan| plan.stability()).map(|spec| SLOT.wants(spec));
        asks(state).into_iter().chain(own).collect()
    }

    fn refresh(&mut self, state: &State, grid: &mut Grid) {
        let Some(answer) = state.answers.news(SLOT, &mut self.shown) else { return };
        grid.set(report::table(answer));
        self.bars = Some(report::figure(answer));
        self.summary = report::summary(answer);
        self.notes.clone_from(&answer.notes);
    }

    /// From a candidate to its distribution.
    fn enter(&self, _: &State, grid: &Grid) -> Outcome {
        grid.current().map_or(Outcome::Ignored, |row| to_feature(row.shown(0)))
    }

    /// The table, with the most frequent candidates as bars where there is room.
    fn paint(&self, scene: &Scene<'_>, area: Rect, buf: &mut Buffer) {
        let (answers, theme) = (&scene.state.answers, scene.theme);
        if let Some((role, said)) = absent(scene.state, &answers.status(MODEL)) {
            paragraph::text(&said, role, theme, area, buf);
            return;
        }
        let notes = (self.notes.as_slice(), 3);
        let framed = paragraph::framed(&answers.status(SLOT), &self.summary, notes, theme, area, buf);
        let Some(rest) = framed else { return };
        match &self.bars {
            Some(bars) if rest.width >= layout::WIDE => {
                let (left, right) = layout::left(rest, rest.width / 2);
                chart::view(bars, theme, left, buf);
                scene.grid.view(theme, true, right, buf);
            }
            _ => scene.grid.view(theme, true, rest, buf),
        }
    }

    fn document(&self, state: &State, _: &Grid) -> Option<Document> {
        state.answers.get(SLOT).map(report::document)
    }

    fn methods(&self, state: &State) -> Option<String> {
        let model = methods(state)?;
        let more = state.answers.get(SLOT).map(report::methods);
        Some(more.map_or_else(|| model.clone(), |more| format!("{model} {more}")))
    }
}
