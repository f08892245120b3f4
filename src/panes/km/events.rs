//! Who had the event at each step of the curves: the way from a curve to its patients.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::curves::asked;
use crate::app::answers::{Slot, Wish};
use crate::app::command::Move;
use crate::app::pane_id::PaneId;
use crate::app::{Outcome, Place, State, Subject};
use crate::ask::Key;
use crate::document::Document;
use crate::methods::km::who;
use crate::panes::view::{Gesture, Scene, View};
use crate::ui::grid::Grid;
use crate::ui::paragraph;

const SLOT: Slot<who::Spec> = Slot::new("km events");

/// The view.
#[derive(Default)]
pub(super) struct Events {
    heading: String,
    /// Patient and group of each row.
    rows: Vec<(String, String)>,
    shown: Option<Key>,
}

impl View for Events {
    fn name(&self) -> &'static str {
        "events"
    }

    fn is_detail(&self) -> bool {
        true
    }

    /// The curves too: which of them can be drawn is known by their answer.
    fn asks(&self, state: &State, _: &Grid) -> Vec<Wish> {
        let (curves, spec) = asked(state);
        curves.into_iter().chain(spec.map(|spec| SLOT.wants(who::Spec(spec)))).collect()
    }

    fn refresh(&mut self, state: &State, grid: &mut Grid) {
        let Some(answer) = state.answers.news(SLOT, &mut self.shown) else { return };
        self.heading = who::heading(answer);
        self.rows = answer.events.iter().map(|event| (event.id.clone(), event.group.clone())).collect();
        grid.set(who::table(answer));
    }

    /// The first event of a group.
    fn find(&mut self, subject: &Subject, _: &State, grid: &mut Grid) -> bool {
        let Subject::Group(group) = subject else { return false };
        let at = self.rows.iter().position(|(_, other)| other == group);
        at.is_some_and(|at| grid.go_to(at))
    }

    fn act(&mut self, gesture: Gesture, _: Option<&str>, state: &State, grid: &mut Grid) -> Outcome {
        match gesture {
            Gesture::Move(Move::Enter) => {
                let patient = grid.row().and_then(|row| self.patient(row, state));
                let card = |id| Outcome::Go(Place::of(PaneId::Cohort, "patient").on(Subject::Patient(id)));
                patient.map_or(Outcome::Ignored, card)
            }
            Gesture::Close => Outcome::Go(Place::of(PaneId::Km, "curves")),
            _ => Outcome::Ignored,
        }
    }

    fn patient(&self, row: usize, _: &State) -> Option<String> {
        self.rows.get(row).map(|(id, _)| id.clone())
    }

    fn paint(&self, scene: &Scene<'_>, area: Rect, buf: &mut Buffer) {
        let status = scene.state.answers.status(SLOT);
        let Some(rest) = paragraph::framed(&status, &self.heading, (&[], 0), scene.theme, area, buf) else { return };
        scene.grid.view(scene.theme, true, rest, buf);
    }

    fn document(&self, state: &State, _: &Grid) -> Option<Document> {
        state.answers.get(SLOT).map(who::document)
    }
}
