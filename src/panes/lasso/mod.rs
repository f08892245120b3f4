//! The penalized model: coefficient paths, cross-validation, the features selected, and the score.

mod along_penalty;
mod features;
mod score;
mod scores;
mod stability;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::tab::Tab;
use super::view::{Scene, View};
use crate::app::answers::{Slot, Status, Wish};
use crate::app::pane_id::PaneId;
use crate::app::state::State;
use crate::methods::lasso;
use crate::methods::lasso::document as report;
use crate::plan::Plan;
use crate::theme::Role;
use crate::ui::{layout, paragraph};

/// Where the model stands.
const SLOT: Slot<lasso::Spec> = Slot::new("lasso");

pub(super) fn tab() -> Tab {
    let views: [Box<dyn View>; 6] = [
        Box::new(along_penalty::Figures::path()),
        Box::new(along_penalty::Figures::cross_validation()),
        Box::<features::Features>::default(),
        Box::<score::Score>::default(),
        Box::<stability::Stability>::default(),
        Box::<scores::Scores>::default(),
    ];
    Tab::new(PaneId::Lasso, views.into())
}

fn asks(state: &State) -> Vec<Wish> {
    let plan = state.plan().filter(Plan::has_features);
    plan.and_then(|plan| plan.rad_score()).map(|spec| SLOT.wants(spec)).into_iter().collect()
}

/// What is said of the model in each of its views.
#[derive(Default)]
struct Said {
    summary: String,
    notes: Vec<String>,
}

impl Said {
    fn of(answer: &lasso::Answer) -> Self {
        Self { summary: report::summary(answer), notes: answer.notes.clone() }
    }

    /// Frames a view by it; nothing is left where there is no model.
    fn framed(&self, scene: &Scene<'_>, area: Rect, buf: &mut Buffer) -> Option<Rect> {
        let (state, theme) = (scene.state, scene.theme);
        let status = state.answers.status(SLOT);
        if let Some((role, said)) = absent(state, &status) {
            paragraph::text(&said, role, theme, area, buf);
            return None;
        }
        let title = format!("{}{}", self.summary, paragraph::freshness(&status));
        let lines = paragraph::height(&title, theme, area.width);
        let (head, rest) = layout::top(area, lines.min(3));
        paragraph::text(&title, Role::Title, theme, head, buf);
        let filtered = state.choices.filter.as_ref().map(|_| {
            "the filter chooses whom other panes look at; the score is made in the whole training cohort".to_owned()
        });
        let notes: Vec<String> = self.notes.iter().cloned().chain(filtered).collect();
        let (rest, foot) = layout::bottom(rest, paragraph::notes_height(&notes, theme, rest, 3));
        paragraph::notes(&notes, theme, foot, buf);
        Some(rest)
    }
}

/// What stands in place of an answer, and what to do about it.
fn absent(state: &State, status: &Status) -> Option<(Role, String)> {
    if state.plan().is_some_and(|plan| !plan.has_features()) {
        let said = "The study has no radiomic features. Name images under [images], or a table under [features].";
        return Some((Role::Dim, said.to_owned()));
    }
    paragraph::absent_features(status, &state.extraction)
}

fn methods(state: &State) -> Option<String> {
    state.answers.get(SLOT).map(report::methods)
}
