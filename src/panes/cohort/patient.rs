//! One patient's card: every value beside the others', the outcome, what the joint model says, and the predicted curve.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::patients::{find, of_row};
use super::{is_absent, methods, paint_absence};
use crate::app::answers::{Slot, Wish};
use crate::app::command::Move;
use crate::app::command::cox::{MODELS, covariates};
use crate::app::leads::to_variable;
use crate::app::pane_id::PaneId;
use crate::app::{Outcome, Place, State, Subject};
use crate::ask::Key;
use crate::document::Document;
use crate::methods::cox;
use crate::methods::cox::document::profile;
use crate::methods::patient as report;
use crate::panes::view::{Gesture, Scene, View};
use crate::session::{Look, Settings};
use crate::study::covariate_columns;
use crate::theme::Role;
use crate::ui::grid::Grid;
use crate::ui::{chart, layout, paragraph};
use figures::Figure;

/// The values beside those of the others.
const CARD: Slot<report::Spec> = Slot::new("card");
/// What the joint model says of the patient.
const IN_MODEL: Slot<report::InModel> = Slot::new("patient in model");
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
    /// What the joint model says of a patient.
    in_model: Option<(String, String)>,
    figure: Option<Figure>,
    /// The columns of the rows of values.
    columns: Vec<String>,
    /// The patient's row in the cohort, once the card is there.
    at: Option<usize>,
    shown: Option<Key>,
    fitted: Option<Key>,
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

    fn asks(&self, state: &State, grid: &Grid) -> Vec<Wish> {
        let Some(plan) = state.plan() else { return Vec::new() };
        let covariates = covariates(state).unwrap_or_default();
        let names = covariates.iter().flat_map(|covariate| covariate_columns(covariate));
        let on = plan.naming(plan.selection_of_patients(), names);
        let card = |row| CARD.wants(report::Spec { on, row, covariates: covariates.clone() });
        let card = under_cursor(state, grid).map(card);
        if plan.endpoint().is_none() {
            return card.into_iter().collect();
        }
        let values = state.answers.get(CARD).and_then(|answer| answer.values.clone());
        let predicted = values.filter(|_| !covariates.is_empty());
        let predicted = predicted.and_then(|values| Some(PREDICTED.wants(plan.profile(covariates, values)?)));
        let in_model = self
            .at
            .and_then(|row| plan.cohort().ids().get(row))
            .map(|id| IN_MODEL.wants(report::InModel { models: plan.cox(), id: id.clone() }));
        std::iter::once(MODELS.wants(plan.cox())).chain(card).chain(in_model).chain(predicted).collect()
    }

    fn refresh(&mut self, state: &State, _: &mut Grid) {
        if let Some(answer) = state.answers.news(PREDICTED, &mut self.predicted) {
            self.figure = Some(profile::figure(&answer.model.profiles, &answer.label, answer.unit));
        }
        let Some(cohort) = state.cohort() else { return };
        if let Some(answer) = state.answers.news(CARD, &mut self.shown) {
            self.values.set(answer.table.clone());
            self.columns.clone_from(&answer.columns);
            if let Some(look) = self.looked.take() {
                self.values.look_so(&look, false);
            }
            self.at = Some(answer.row).filter(|row| *row < cohort.len());
            self.outcome =
                self.at.map_or(String::new(), |row| format!("{}: {}", cohort.ids()[row], report::outcome(cohort, row)));
        }
        if let Some((id, said)) = state.answers.news(IN_MODEL, &mut self.fitted) {
            self.in_model = said.clone().map(|said| (id.clone(), said));
        }
    }

    fn find(&mut self, subject: &Subject, state: &State, grid: &mut Grid) -> bool {
        let Subject::Patient(id) = subject else { return false };
        find(id, state).is_some_and(|row| grid.go_to(row))
    }

    /// To the value under the cursor among everybody's.
    fn enter(&self, state: &State, _: &Grid) -> Outcome {
        let column = self.values.row().and_then(|row| self.columns.get(row));
        column.map_or(Outcome::Ignored, |name| to_variable(name, state))
    }

    /// Moves in the values, or goes to the patient's images.
    fn act(&mut self, gesture: Gesture, _: Option<&str>, state: &State, grid: &mut Grid) -> Outcome {
        match gesture {
            Gesture::Move(Move::Left) => drop(self.values.act(Move::Up, 1)),
            Gesture::Move(Move::Right) => drop(self.values.act(Move::Down, 1)),
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
        if is_absent(scene, area, buf) {
            return;
        }
        let theme = scene.theme;
        if scene.grid.row().is_none() {
            paragraph::text("No patient is left.", Role::Dim, theme, area, buf);
            return;
        }
        if self.at.is_none() {
            return paint_absence(&scene.state.answers.status(CARD), theme, area, buf);
        }
        let rest = paragraph::heading(&self.outcome, theme, area, buf);
        let used = self.said_of(scene.state).map_or(0, |said| {
            paragraph::text(said, Role::Text, theme, layout::top(rest, (rest.height / 4).max(3)).0, buf)
        });
        let (_, rest) = layout::top(rest, used);
        let (hint, rest) = layout::top(rest, 1);
        let images = if scene.state.has_images() { ", i images" } else { "" };
        let keys = format!("j k patients, h l values, enter looks at the value, D excludes{images}");
        paragraph::phrases(&keys, Role::Dim, theme, hint, buf);
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
        let answer = state.answers.get(CARD).filter(|answer| Some(answer.row) == under_cursor(state, grid))?;
        Some(report::document(state.cohort()?, answer, self.said_of(state).map(str::to_owned)))
    }

    fn settings(&self) -> Option<Settings> {
        serde_json::to_value(self.values.look()).ok().filter(|_| self.values.row().is_some())
    }

    fn set(&mut self, settings: Option<&Settings>) {
        self.looked = settings.and_then(|settings| serde_json::from_value(settings.clone()).ok());
        self.shown = None;
    }

    fn methods(&self, state: &State) -> Option<String> {
        methods(state)
    }
}

impl Patient {
    /// What the joint model says of the patient on the card.
    fn said_of(&self, state: &State) -> Option<&str> {
        let (id, said) = self.in_model.as_ref()?;
        (state.cohort()?.ids().get(self.at?) == Some(id)).then_some(said.as_str())
    }
}

/// The row in the cohort of the patient under the cursor.
fn under_cursor(state: &State, grid: &Grid) -> Option<usize> {
    of_row(grid.row()?, state)
}
