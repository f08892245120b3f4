//! Features that go together: the clustered heat map, groups of correlated features, and columns with flaws.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::app::State;
use crate::app::answers::Slot;
use crate::ask::Key;
use crate::methods::clusters::Answer as Clustered;
use crate::methods::clusters::document as report;
use crate::theme::{Role, Theme};
use crate::ui::grid::Grid;
use crate::ui::{chart, layout, paragraph};
use figures::Figure;

/// Where the question stands.
pub(super) const SLOT: Slot = "features.clusters";

/// What the views show.
#[derive(Default)]
pub(super) struct Clusters {
    /// Features in the order of the map.
    pub order: Grid,
    pub groups: Grid,
    pub flawed: Grid,
    summary: String,
    notes: Vec<String>,
    whole: Option<Figure>,
    /// Rows one by one instead of all at once.
    pub near: bool,
    shown: Option<Key>,
}

/// The answer, once it is there.
pub(super) fn answer(state: &State) -> Option<std::sync::Arc<Clustered>> {
    state.answers.status(SLOT).answer().cloned()?.downcast().ok()
}

impl Clusters {
    pub fn refresh(&mut self, state: &State) {
        let (Some(answer), Some(key)) = (answer(state), state.answers.shown(SLOT)) else { return };
        if self.shown == Some(key) {
            return;
        }
        self.shown = Some(key);
        self.summary = report::summary(&answer);
        self.notes.clone_from(&answer.notes);
        self.order.set(report::order(&answer));
        self.groups.set(report::groups(&answer));
        self.flawed.set(report::flawed(&answer));
        self.whole = Some(report::map(&answer, 0..answer.features.len(), None));
    }

    /// Puts the cursor of the map on the representative of the group under the cursor.
    pub fn go_to_group(&mut self, answer: &Clustered) {
        let Some(group) = self.groups.row().and_then(|row| answer.groups.get(row)) else { return };
        if let Some(at) = answer.features.iter().position(|f| f.column.name == group.representative) {
            self.order.go_to(at);
            self.near = true;
        }
    }

    /// The heading, then the map.
    pub fn view_map(&self, state: &State, theme: &Theme, area: Rect, buf: &mut Buffer) {
        let Some(rest) = self.view_heading(state, theme, area, buf) else { return };
        let Some(answer) = answer(state) else { return };
        let (pointed, rest) = layout::top(rest, 1);
        let at = self.order.row().unwrap_or(0);
        paragraph::line(&report::pointed(&answer, at), Role::Accent, theme, pointed, buf);
        let (figure, foot) = layout::bottom(rest, paragraph::notes_height(&self.notes, rest.width, 2));
        paragraph::notes(&self.notes, theme, foot, buf);
        match (&self.whole, self.near) {
            (_, true) => {
                // One line a row; the tracks above and the scale below take the others.
                let lines = usize::from(figure.height).saturating_sub(answer.tracks.len() + 1).max(1);
                let first = (at / lines * lines).min(answer.features.len().saturating_sub(lines));
                let rows = first..(first + lines).min(answer.features.len());
                chart::view(&report::map(&answer, rows, Some(at)), theme, figure, buf);
            }
            (Some(whole), false) => chart::view(whole, theme, figure, buf),
            (None, false) => {}
        }
    }

    /// The heading, then one of the tables.
    pub fn view_table(&self, table: &Grid, state: &State, theme: &Theme, area: Rect, buf: &mut Buffer) {
        let Some(rest) = self.view_heading(state, theme, area, buf) else { return };
        if table.table().rows.is_empty() {
            let said = if std::ptr::eq(table, &self.flawed) {
                "Every feature has a value in every patient, and varies."
            } else {
                "No two features correlate so much."
            };
            paragraph::text(said, Role::Dim, theme, rest, buf);
            return;
        }
        let (rest, foot) = layout::bottom(rest, paragraph::notes_height(&self.notes, rest.width, 2));
        table.view(theme, true, rest, buf);
        paragraph::notes(&self.notes, theme, foot, buf);
    }

    /// What the map is of, or why there is none; the rest of the area.
    fn view_heading(&self, state: &State, theme: &Theme, area: Rect, buf: &mut Buffer) -> Option<Rect> {
        let status = state.answers.status(SLOT);
        if let Some((role, said)) = paragraph::absent_features(&status, &state.extraction) {
            paragraph::text(&said, role, theme, area, buf);
            return None;
        }
        let heading = format!("{}{}", self.summary, paragraph::freshness(&status));
        let lines = (paragraph::wrap(&heading, usize::from(area.width)).len() as u16).min(2);
        let (head, rest) = layout::top(area, lines);
        paragraph::text(&heading, Role::Title, theme, head, buf);
        Some(rest)
    }
}
