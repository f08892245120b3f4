//! The effect of the score, or of a model's first covariate, in subgroups, and whether it differs between them.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::bars;
use crate::app::answers::{Slot, Wish};
use crate::app::leads::to_variable;
use crate::app::{Outcome, State};
use crate::ask::Key;
use crate::document::Document;
use crate::methods::cox::document::subgroups as report;
use crate::methods::cox::subgroups;
use crate::panes::view::{Scene, View};
use crate::theme::Role;
use crate::ui::grid::Grid;
use crate::ui::{chart, layout, paragraph};
use figures::{Body, Figure};

const SLOT: Slot<subgroups::Spec> = Slot::new("cox.subgroups");

/// Lines of a table that still show where the cursor is.
const LEAST_TABLE: u16 = 5;

/// The view.
#[derive(Default)]
pub(super) struct Subgroups {
    heading: String,
    forest: Option<Figure>,
    notes: Vec<String>,
    shown: Option<Key>,
}

fn spec(state: &State) -> Option<subgroups::Spec> {
    state.plan()?.subgroups().filter(|spec| !spec.by.is_empty())
}

impl View for Subgroups {
    fn name(&self) -> &'static str {
        "subgroups"
    }

    fn asks(&self, state: &State, _: &Grid) -> Vec<Wish> {
        spec(state).map(|spec| SLOT.wants(spec)).into_iter().collect()
    }

    fn refresh(&mut self, state: &State, grid: &mut Grid) {
        let Some(answer) = state.answers.news(SLOT, &mut self.shown) else { return };
        grid.set(report::table(answer));
        self.heading = report::summary(answer);
        self.forest = Some(report::forest(answer));
        self.notes.clone_from(&answer.notes);
    }

    /// To what divides, or to that whose effect it is.
    fn enter(&self, state: &State, grid: &Grid) -> Outcome {
        let answer = state.answers.get(SLOT);
        let variable = grid.row().and_then(|row| report::variables_of_rows(answer?).get(row).cloned());
        variable.map_or(Outcome::Ignored, |name| to_variable(&name, state))
    }

    /// The table, and the forest beside it or below it where there is room.
    fn paint(&self, scene: &Scene<'_>, area: Rect, buf: &mut Buffer) {
        if scene.state.plan().is_some() && spec(scene.state).is_none() {
            let said = "Nothing to look at in subgroups: the study names no score and no models, or no variable divides \
                        its patients.";
            paragraph::text(said, Role::Dim, scene.theme, area, buf);
            return;
        }
        let status = scene.state.answers.status(SLOT);
        let notes = (self.notes.as_slice(), 2);
        let Some(rest) = paragraph::framed(&status, &self.heading, notes, scene.theme, area, buf) else { return };
        // A few of many rows below the table would repeat it: the forest is drawn where most of it can be seen.
        let needed = self.forest.as_ref().map_or(0, |forest| forest.preferred_lines(usize::from(rest.width))) as u16;
        if let Some(Body::Forest(forest)) =
            self.forest.as_ref().map(|figure| &figure.body).filter(|_| rest.width >= layout::WIDE)
        {
            return bars::beside_table(forest, scene, rest, buf);
        }
        let (table, forest) =
            if rest.height >= needed + LEAST_TABLE { layout::bottom(rest, needed) } else { (rest, Rect::ZERO) };
        scene.grid.view(scene.theme, true, table, buf);
        if let Some(figure) = &self.forest {
            chart::view(figure, scene.theme, forest, buf);
        }
    }

    fn document(&self, state: &State, _: &Grid) -> Option<Document> {
        state.answers.get(SLOT).map(report::document)
    }

    fn methods(&self, state: &State) -> Option<String> {
        state.answers.get(SLOT).map(subgroups::methods)
    }
}
