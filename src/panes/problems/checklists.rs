//! How the study stands before the checklists, item by item.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::app::{Outcome, State};
use crate::document::Document;
use crate::methods::audit;
use crate::methods::audit::document as report;
use crate::panes::view::{Scene, View};
use crate::ui::grid::Grid;
use crate::ui::paragraph;
use figures::format;

/// The view.
#[derive(Default)]
pub(super) struct Checklists {
    summary: String,
}

/// The study before all lists; nothing is computed for it but what its file says.
fn answered(state: &State) -> Option<audit::Answer> {
    state.plan().map(|plan| audit::run(&plan.audited()))
}

impl View for Checklists {
    fn name(&self) -> &'static str {
        "checklists"
    }

    fn refresh(&mut self, state: &State, grid: &mut Grid) {
        let Some(answer) = answered(state) else { return };
        let said = |list: &audit::Checklist| {
            let score = list.score.map(|score| format!(" {} %", format::fixed(score, 1))).unwrap_or_default();
            format!("{}{score}: {} met, {} open", list.name, list.counts.met, list.counts.open)
        };
        let lists = answer.checklists.iter().filter(|list| list.counts.not_applicable < list.items.len());
        self.summary = lists.map(said).collect::<Vec<_>>().join("; ");
        grid.set(report::all_items(&answer));
    }

    /// The item whole.
    fn enter(&self, _: &State, grid: &Grid) -> Outcome {
        grid.current().map_or(Outcome::Ignored, |row| {
            let said = |name: &str, at: usize| {
                let text = row.shown(at);
                (!text.is_empty()).then(|| format!("{name}: {text}"))
            };
            let body = [said("Asks", 2), said("Status", 1), said("Evidence", 3), said("Where", 4)];
            let body = body.into_iter().flatten().collect::<Vec<_>>().join("\n\n");
            Outcome::Text { title: format!("{}: y copies", row.shown(0)), body }
        })
    }

    /// The row under the cursor is written out below: what an item asks is longer than its column.
    fn paint(&self, scene: &Scene<'_>, area: Rect, buf: &mut Buffer) {
        let rest = paragraph::heading(&self.summary, scene.theme, area, buf);
        scene.grid.view_written_out(0, scene.theme, rest, buf);
    }

    fn document(&self, state: &State, _: &Grid) -> Option<Document> {
        answered(state).map(|answer| report::document(&answer))
    }
}
