//! One patient's card: every value beside the others', the outcome, what the joint model says, and the predicted curve.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::patients::{find, in_use, of_row};
use super::{absent, methods};
use crate::app::answers::{Slot, Wish};
use crate::app::command::Move;
use crate::app::command::cox::{MODELS, covariates};
use crate::app::pane_id::PaneId;
use crate::app::{Outcome, Place, State, Subject};
use crate::ask::Key;
use crate::document::Document;
use crate::methods::cox;
use crate::methods::cox::document::cases as residuals;
use crate::methods::cox::document::profile;
use crate::methods::patient as report;
use crate::panes::view::{Gesture, Scene, View};
use crate::session::{Look, Settings};
use crate::study::Revision;
use crate::theme::Role;
use crate::ui::grid::Grid;
use crate::ui::{chart, layout, paragraph};
use figures::Figure;

/// The joint model's prediction for the patient.
const PREDICTED: Slot<cox::model::Spec> = Slot::new("patient");
/// Lines below which a chart shows nothing.
const LEAST_FIGURE: u16 = 8;

/// The view.
#[derive(Default)]
pub(super) struct Patient {
    /// The values; h and l move in them.
    values: Grid,
    outcome: String,
    in_model: Option<String>,
    figure: Option<Figure>,
    /// The cohort, its rows in use, the patient and the models that the content was made of.
    made_from: Option<(Revision, Vec<usize>, usize, Option<Key>)>,
    predicted: Option<Key>,
    /// How the values were looked at, until they are there.
    looked: Option<Look>,
}

impl View for Patient {
    fn name(&self) -> &'static str {
        "patient"
    }

    fn is_detail(&self) -> bool {
        true
    }

    /// The cursor is on the same patient as in the table of patients.
    fn table(&self) -> Option<&'static str> {
        Some("patients")
    }

    fn asks(&self, state: &State, _: &Grid) -> Vec<Wish> {
        let Some(plan) = state.plan().filter(|plan| plan.endpoint().is_some()) else { return Vec::new() };
        let predicted = covariates(state).zip(self.at()).and_then(|(covariates, row)| {
            let values = report::values(plan.cohort(), row, &covariates)?;
            Some(PREDICTED.wants(plan.profile(covariates, values)?))
        });
        std::iter::once(MODELS.wants(plan.cox())).chain(predicted).collect()
    }

    fn refresh(&mut self, state: &State, grid: &mut Grid) {
        let (Some(cohort), Some(row)) = (state.cohort(), under_cursor(state, grid)) else { return };
        if let Some(answer) = state.answers.news(PREDICTED, &mut self.predicted) {
            self.figure = Some(profile::figure(&answer.model.profiles, &answer.label, answer.unit));
        }
        let from = (cohort.revision(), in_use(state), row, state.answers.shown(MODELS));
        if self.made_from.as_ref() == Some(&from) {
            return;
        }
        self.values.set(report::table(cohort, row, &from.1));
        if let Some(look) = self.looked.take() {
            self.values.look_so(&look, false);
        }
        self.outcome = format!("{}: {}", cohort.ids()[row], report::outcome(cohort, row));
        self.in_model = in_model(state, row);
        self.made_from = Some(from);
    }

    fn find(&mut self, subject: &Subject, state: &State, grid: &mut Grid) -> bool {
        let Subject::Patient(id) = subject else { return false };
        find(id, state).is_some_and(|row| grid.go_to(row))
    }

    /// Moves in the values, looks at one of them, or goes to the patient's images.
    fn act(&mut self, gesture: Gesture, _: Option<&str>, state: &State, grid: &mut Grid) -> Outcome {
        match gesture {
            Gesture::Move(Move::Left) => drop(self.values.act(Move::Up, 1)),
            Gesture::Move(Move::Right) => drop(self.values.act(Move::Down, 1)),
            Gesture::Move(Move::Enter) => {
                let columns = state.cohort().map(|cohort| cohort.frame().columns());
                let column = columns.zip(self.values.row()).and_then(|(mut columns, row)| columns.nth(row));
                let variable = |name: String| Place::of(PaneId::Cohort, "variable").on(Subject::Variable(name));
                return column.map_or(Outcome::Ignored, |column| Outcome::Go(variable(column.name.clone())));
            }
            Gesture::Own(_, true) => {}
            Gesture::Own(..) => {
                let id = grid.row().and_then(|row| self.patient(row, state));
                let images = |id| Outcome::Go(Place::of(PaneId::Images, "slice").on(Subject::Patient(id)));
                return id.map_or(Outcome::Ignored, images);
            }
            Gesture::Close => return Outcome::Go(Place::of(PaneId::Cohort, "patients")),
            Gesture::Move(_) => return Outcome::Ignored,
        }
        Outcome::Done
    }

    fn patient(&self, row: usize, state: &State) -> Option<String> {
        state.cohort()?.ids().get(of_row(row, state)?).cloned()
    }

    fn paint(&self, scene: &Scene<'_>, area: Rect, buf: &mut Buffer) {
        if let Some((role, said)) = absent(scene.state) {
            paragraph::text(said, role, scene.theme, area, buf);
            return;
        }
        let theme = scene.theme;
        if scene.grid.row().is_none() {
            paragraph::text("No patient is left.", Role::Dim, theme, area, buf);
            return;
        }
        let rest = paragraph::heading(&self.outcome, theme, area, buf);
        let used = self
            .in_model
            .as_ref()
            .map_or(0, |said| paragraph::text(said, Role::Text, theme, layout::top(rest, 3).0, buf));
        let (_, rest) = layout::top(rest, used);
        let (hint, rest) = layout::top(rest, 1);
        let images = if scene.state.has_images() { ", i images" } else { "" };
        let keys = format!("j k patients, h l values, enter looks at the value, D excludes{images}");
        paragraph::line(&keys, Role::Dim, theme, hint, buf);
        let (values, figure) = match &self.figure {
            Some(_) if rest.width >= layout::WIDE => layout::left(rest, rest.width / 2),
            Some(_) if rest.height >= 2 * LEAST_FIGURE => layout::top(rest, rest.height / 2),
            _ => (rest, Rect::ZERO),
        };
        self.values.view(theme, true, values, buf);
        if let Some(curve) = self.figure.as_ref().filter(|_| figure.height >= LEAST_FIGURE) {
            chart::view(curve, theme, figure, buf);
        }
    }

    fn marks_choose(&self) -> bool {
        false
    }

    fn document(&self, state: &State, grid: &Grid) -> Option<Document> {
        let (cohort, row) = (state.cohort()?, under_cursor(state, grid)?);
        Some(report::document(cohort, row, &in_use(state), in_model(state, row)))
    }

    fn settings(&self) -> Option<Settings> {
        serde_json::to_value(self.values.look()).ok().filter(|_| self.values.row().is_some())
    }

    fn set(&mut self, settings: Option<&Settings>) {
        self.looked = settings.and_then(|settings| serde_json::from_value(settings.clone()).ok());
        self.made_from = None;
    }

    fn methods(&self, state: &State) -> Option<String> {
        methods(state)
    }
}

impl Patient {
    /// The row in the cohort of the patient on the card.
    fn at(&self) -> Option<usize> {
        self.made_from.as_ref().map(|(_, _, row, _)| *row)
    }
}

/// The row in the cohort of the patient under the cursor.
fn under_cursor(state: &State, grid: &Grid) -> Option<usize> {
    of_row(grid.row()?, state)
}

/// What the joint model says of the patient, if it was fitted to the patient.
fn in_model(state: &State, row: usize) -> Option<String> {
    let answer = state.answers.get(MODELS)?;
    let cases = residuals::of(answer, answer.joint.as_ref()?)?;
    report::in_model(&cases, state.cohort()?.ids().get(row)?)
}
