//! Whether another sample would have selected the same features.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::app::answers::Slot;
use crate::app::state::State;
use crate::ask::Key;
use crate::document::Document;
use crate::methods::lasso;
use crate::methods::lasso::document::stability as report;
use crate::theme::Theme;
use crate::ui::grid::Grid;
use crate::ui::{chart, layout, paragraph};
use figures::Figure;

pub(super) const SLOT: Slot = "stability";

/// The view.
#[derive(Default)]
pub(super) struct Stability {
    grid: Grid,
    bars: Option<Figure>,
    summary: String,
    notes: Vec<String>,
    shown: Option<Key>,
}

impl Stability {
    pub(super) fn refresh(&mut self, state: &State) {
        let status = state.answers.status(SLOT);
        let Some(answer) = status.get::<lasso::stability::Answer>() else { return };
        if self.shown == state.answers.shown(SLOT) {
            return;
        }
        self.shown = state.answers.shown(SLOT);
        self.grid.set(report::table(answer));
        self.bars = Some(report::figure(answer));
        self.summary = report::summary(answer);
        self.notes.clone_from(&answer.notes);
    }

    pub(super) fn grid(&self) -> &Grid {
        &self.grid
    }

    pub(super) fn grid_mut(&mut self) -> &mut Grid {
        &mut self.grid
    }

    /// The table, with the most frequent candidates as bars where there is room.
    pub(super) fn view(&self, state: &State, theme: &Theme, area: Rect, buf: &mut Buffer) {
        let status = state.answers.status(SLOT);
        let notes = (self.notes.as_slice(), 3);
        let Some(rest) = paragraph::framed(&status, &self.summary, notes, theme, area, buf) else { return };
        match &self.bars {
            Some(bars) if rest.width >= layout::WIDE => {
                let (left, right) = layout::left(rest, rest.width / 2);
                chart::view(bars, theme, left, buf);
                self.grid.view(theme, true, right, buf);
            }
            _ => self.grid.view(theme, true, rest, buf),
        }
    }

    pub(super) fn document(state: &State) -> Option<Document> {
        state.answers.status(SLOT).get::<lasso::stability::Answer>().map(report::document)
    }

    pub(super) fn methods(state: &State) -> Option<String> {
        state.answers.status(SLOT).get::<lasso::stability::Answer>().map(report::methods)
    }
}
