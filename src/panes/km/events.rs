//! Who had the event at each step of the curves, and who had which of the events that compete: the way from a curve to its
//! patients.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::curves::asked;
use crate::app::answers::{Slot, Wish};
use crate::app::leads::to_patient;
use crate::app::pane_id::PaneId;
use crate::app::{Outcome, Place, State, Subject};
use crate::ask::{Key, Question};
use crate::document::{Document, Table};
use crate::methods::{cuminc, km};
use crate::panes::view::{Gesture, Scene, View};
use crate::ui::grid::Grid;
use crate::ui::paragraph;

/// Who had the event, curve by curve.
pub(super) fn of_curves() -> Events<km::who::Spec> {
    use km::who;
    const SLOT: Slot<who::Spec> = Slot::new("km events");
    Events::new(Report {
        name: "events",
        from: "curves",
        slot: SLOT,
        // The curves too: which of them can be drawn is known by their answer.
        asks: |state| {
            let (curves, spec) = asked(state);
            curves.into_iter().chain(spec.map(|spec| SLOT.wants(who::Spec(spec)))).collect()
        },
        heading: who::heading,
        patients: |answer| answer.events.iter().map(|event| (event.id.clone(), event.group.clone())).collect(),
        table: who::table,
        document: who::document,
    })
}

/// Who had which of the events that compete, cause by cause.
pub(super) fn of_causes() -> Events<cuminc::who::Spec> {
    use cuminc::who;
    const SLOT: Slot<who::Spec> = Slot::new("events of causes");
    Events::new(Report {
        name: "who",
        from: "incidence",
        slot: SLOT,
        asks: |state| {
            let incidence = state.plan().and_then(|plan| plan.incidence());
            incidence.map(|spec| SLOT.wants(who::Spec(spec))).into_iter().collect()
        },
        heading: who::heading,
        patients: |answer| answer.events.iter().map(|event| (event.id.clone(), event.cause.clone())).collect(),
        table: who::table,
        document: who::document,
    })
}

/// What such a view asks, and how the answer is shown.
struct Report<Q: Question> {
    name: &'static str,
    /// The view that it is a detail of.
    from: &'static str,
    slot: Slot<Q>,
    asks: fn(&State) -> Vec<Wish>,
    heading: fn(&Q::Answer) -> String,
    /// The patient of each row, and the group whose first row can be gone to.
    patients: fn(&Q::Answer) -> Vec<(String, String)>,
    table: fn(&Q::Answer) -> Table,
    document: fn(&Q::Answer) -> Document,
}

/// The view.
pub(super) struct Events<Q: Question> {
    report: Report<Q>,
    heading: String,
    /// Patient and group of each row.
    rows: Vec<(String, String)>,
    shown: Option<Key>,
}

impl<Q: Question> Events<Q> {
    fn new(report: Report<Q>) -> Self {
        Self { report, heading: String::new(), rows: Vec::new(), shown: None }
    }
}

impl<Q: Question> View for Events<Q> {
    fn name(&self) -> &'static str {
        self.report.name
    }

    fn is_detail(&self) -> bool {
        true
    }

    fn asks(&self, state: &State, _: &Grid) -> Vec<Wish> {
        (self.report.asks)(state)
    }

    fn refresh(&mut self, state: &State, grid: &mut Grid) {
        let Some(answer) = state.answers.news(self.report.slot, &mut self.shown) else { return };
        self.heading = (self.report.heading)(answer);
        self.rows = (self.report.patients)(answer);
        grid.set((self.report.table)(answer));
    }

    /// The first event of a group.
    fn find(&mut self, subject: &Subject, _: &State, grid: &mut Grid) -> bool {
        let Subject::Group(group) = subject else { return false };
        let at = self.rows.iter().position(|(_, other)| other == group);
        at.is_some_and(|at| grid.go_to(at))
    }

    fn enter(&self, state: &State, grid: &Grid) -> Outcome {
        let patient = grid.row().and_then(|row| self.rows.get(row));
        patient.map_or(Outcome::Ignored, |(id, _)| to_patient(id, state))
    }

    fn act(&mut self, gesture: Gesture, _: Option<&str>, _: &State, _: &mut Grid) -> Outcome {
        match gesture {
            Gesture::Close => Outcome::Go(Place::of(PaneId::Km, self.report.from)),
            _ => Outcome::Ignored,
        }
    }

    fn patient(&self, row: usize, _: &State) -> Option<String> {
        self.rows.get(row).map(|(id, _)| id.clone())
    }

    fn paint(&self, scene: &Scene<'_>, area: Rect, buf: &mut Buffer) {
        let status = scene.state.answers.status(self.report.slot);
        let Some(rest) = paragraph::framed(&status, &self.heading, (&[], 0), scene.theme, area, buf) else { return };
        scene.grid.view(scene.theme, true, rest, buf);
    }

    fn document(&self, state: &State, _: &Grid) -> Option<Document> {
        state.answers.get(self.report.slot).map(self.report.document)
    }
}
