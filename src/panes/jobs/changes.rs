//! What the last choice changed: patients, events and the joint Cox model before and after.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::app::leads::to_variable;
use crate::app::pane_id::PaneId;
use crate::app::{Outcome, Place, State};
use crate::document::Document;
use crate::methods::cox::document::change;
use crate::panes::view::{Scene, View};
use crate::theme::Role;
use crate::ui::grid::Grid;
use crate::ui::{layout, paragraph};

/// The view.
#[derive(Default)]
pub(super) struct Changes {
    heading: Option<String>,
}

impl View for Changes {
    fn name(&self) -> &'static str {
        "changes"
    }

    fn refresh(&mut self, state: &State, grid: &mut Grid) {
        let Some([before, after]) = state.models_of_change() else {
            self.heading = None;
            return;
        };
        let counts = [state.change.as_ref().and_then(|change| change.counts), state.counts()];
        grid.set(change::table(before, after, counts, state.auc_of_change()));
        self.heading = state.change.as_ref().map(|change| format!("What changed by: {}", change.what));
    }

    /// From a hazard ratio to its variable, from patients to who they are, from how well the model does to its performance.
    fn enter(&self, state: &State, grid: &Grid) -> Outcome {
        let (Some([before, after]), Some(row)) = (state.models_of_change(), grid.row()) else {
            return Outcome::Ignored;
        };
        let with_auc = state.auc_of_change().is_some();
        match change::subjects(before, after, with_auc).get(row) {
            Some(change::About::Variable(name)) => to_variable(name, state),
            Some(change::About::Patients) => Outcome::Go(Place::of(PaneId::Cohort, "patients")),
            Some(change::About::Model) => Outcome::Go(Place::of(PaneId::Cox, "multivariable")),
            None => Outcome::Ignored,
        }
    }

    fn paint(&self, scene: &Scene<'_>, area: Rect, buf: &mut Buffer) {
        let theme = scene.theme;
        let Some(heading) = &self.heading else {
            let said = match scene.state.asks_of_change().is_empty() {
                true if scene.state.is_reading_features() => {
                    "Features are still being read: what the last choice changed is worked out once all are there."
                }
                true if scene.state.was_before_unknown() => {
                    "Features were still being read when this was chosen: where the model stood before it was never known."
                }
                true => {
                    "Nothing was chosen that changes patients or the joint Cox model. After a filter, an exclusion or \
                         another choice, this is where the model stands before and after beside each other."
                }
                false => "The models before and after the last choice are being worked out.",
            };
            paragraph::text(said, Role::Dim, theme, area, buf);
            return;
        };
        let (head, rest) = layout::top(area, 1);
        paragraph::line(heading, Role::Title, theme, head, buf);
        scene.grid.view(theme, true, rest, buf);
    }

    fn document(&self, _: &State, grid: &Grid) -> Option<Document> {
        Some(Document::new(self.heading.clone()?).with(grid.table().clone()))
    }
}
