//! Whether readers agree on what they read in the same patients.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::app::answers::{Slot, Wish};
use crate::app::pane_id::PaneId;
use crate::app::{Outcome, Place, State, Subject};
use crate::ask::Key;
use crate::document::Document;
use crate::methods::readings::document as report;
use crate::methods::readings::{self, Reading};
use crate::panes::view::{Scene, View};
use crate::theme::Role;
use crate::ui::grid::Grid;
use crate::ui::{chart, layout, paragraph};
use figures::Figure;

const SLOT: Slot<readings::Spec> = Slot::new("agreement");

/// The view.
#[derive(Default)]
pub(super) struct Agreement {
    /// How the readers of each row differ: a table, or words.
    crossed: Vec<Grid>,
    differences: Vec<Option<String>>,
    /// Numbers of the other readers against those of the first.
    scatters: Vec<Option<Figure>>,
    heading: String,
    notes: Vec<String>,
    shown: Option<Key>,
}

impl View for Agreement {
    fn name(&self) -> &'static str {
        "agreement"
    }

    fn asks(&self, state: &State, _: &Grid) -> Vec<Wish> {
        state.plan().and_then(|plan| plan.readings()).map(|spec| SLOT.wants(spec)).into_iter().collect()
    }

    fn refresh(&mut self, state: &State, grid: &mut Grid) {
        let Some(answer) = state.answers.news(SLOT, &mut self.shown) else { return };
        grid.set(report::table(answer));
        let crossed = |reading: &Reading| {
            let mut grid = Grid::default();
            grid.set(report::cross_table(reading).unwrap_or_default());
            grid
        };
        self.crossed = answer.readings.iter().map(crossed).collect();
        self.differences = answer.readings.iter().map(report::differences).collect();
        self.scatters = answer.readings.iter().map(report::scatter).collect();
        self.heading = report::summary(answer);
        self.notes.clone_from(&answer.notes);
    }

    /// To what each of them read.
    fn enter(&self, state: &State, grid: &Grid) -> Outcome {
        let reading = grid.row().and_then(|row| state.answers.get(SLOT)?.readings.get(row));
        reading.map_or(Outcome::Ignored, |reading| {
            Outcome::Go(Place::of(PaneId::Baseline, "readings").on(Subject::Group(reading.name.clone())))
        })
    }

    /// The coefficients, and how the readers of the row under the cursor differ.
    fn paint(&self, scene: &Scene<'_>, area: Rect, buf: &mut Buffer) {
        let (state, theme) = (scene.state, scene.theme);
        if state.plan().is_some_and(|plan| plan.readings().is_none()) {
            let said = "The study names no readings. What several readers read in the same patients stands under \
                        [readings] in study.toml, one column a reader:\n  capsule = [\"capsule_r1\", \"capsule_r2\"]";
            paragraph::text(said, Role::Dim, theme, area, buf);
            return;
        }
        let status = state.answers.status(SLOT);
        let notes = (self.notes.as_slice(), 2);
        let Some(rest) = paragraph::framed(&status, &self.heading, notes, theme, area, buf) else { return };
        let rows = scene.grid.table().rows.len() as u16 + 1;
        let (table, below) = layout::top(rest, rows.min(rest.height / 2));
        scene.grid.view(theme, true, table, buf);
        let (_, below) = layout::top(below, 1);
        let Some(row) = scene.grid.row() else { return };
        match (self.scatters.get(row), self.crossed.get(row)) {
            (Some(Some(scatter)), _) => {
                let said = self.differences.get(row).and_then(Option::as_deref).unwrap_or_default();
                let below = paragraph::heading_in(said, Role::Text, theme, below, buf);
                if below.height >= layout::LEAST_FIGURE {
                    chart::view(scatter, theme, below, buf);
                }
            }
            (_, Some(crossed)) => crossed.view(theme, false, below, buf),
            _ => {}
        }
    }

    fn document(&self, state: &State, grid: &Grid) -> Option<Document> {
        let document = state.answers.get(SLOT).map(report::document)?;
        match grid.row().and_then(|row| self.scatters.get(row)) {
            Some(Some(scatter)) => Some(document.with(scatter.clone())),
            _ => Some(document),
        }
    }

    fn methods(&self, state: &State) -> Option<String> {
        state.answers.get(SLOT).map(report::methods)
    }
}
