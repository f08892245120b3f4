//! One of the study's named models as it is judged elsewhere: its coefficients, fitted in the training cohort.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{PROPORTIONAL, methods};
use crate::app::answers::{Slot, Wish};
use crate::app::leads::to_variable;
use crate::app::pane_id::PaneId;
use crate::app::{Outcome, Place, State, Subject};
use crate::ask::Key;
use crate::document::Document;
use crate::methods::model::label;
use crate::methods::model_file;
use crate::methods::model_file::document as report;
use crate::panes::view::{Gesture, Scene, View};
use crate::session::Settings;
use crate::study::ModelSpec;
use crate::theme::Role;
use crate::ui::grid::Grid;
use crate::ui::paragraph;

const SLOT: Slot<model_file::Spec> = Slot::new("model");

/// The view.
#[derive(Default)]
pub(super) struct Model {
    /// The model's name.
    name: Option<String>,
    heading: String,
    /// The variable of each row.
    variables: Vec<String>,
    notes: Vec<String>,
    shown: Option<Key>,
}

impl View for Model {
    fn name(&self) -> &'static str {
        "model"
    }

    fn is_detail(&self) -> bool {
        true
    }

    fn asks(&self, state: &State, _: &Grid) -> Vec<Wish> {
        let asked = state.plan().zip(self.spec(state));
        asked.map(|(plan, spec)| SLOT.wants(plan.carried(spec, plan.times()))).into_iter().collect()
    }

    fn refresh(&mut self, state: &State, grid: &mut Grid) {
        let (Some(plan), Some(spec)) = (state.plan(), self.spec(state)) else { return };
        let Some(answer) = state.answers.news(SLOT, &mut self.shown) else { return };
        self.heading = report::of_training(&spec, answer);
        self.variables = report::variables(answer);
        self.notes.clone_from(&answer.notes);
        grid.set(report::fitted(answer, &|column| plan.printed(column)));
    }

    fn find(&mut self, subject: &Subject, _: &State, _: &mut Grid) -> bool {
        let Subject::Model(name) = subject else { return false };
        self.name = Some(name.clone());
        true
    }

    fn enter(&self, state: &State, grid: &Grid) -> Outcome {
        let variable = grid.row().and_then(|row| self.variables.get(row));
        variable.map_or(Outcome::Ignored, |name| to_variable(name, state))
    }

    fn act(&mut self, gesture: Gesture, _: Option<&str>, _: &State, _: &mut Grid) -> Outcome {
        match gesture {
            Gesture::Close => Outcome::Go(Place::of(PaneId::Cox, "multivariable")),
            _ => Outcome::Ignored,
        }
    }

    fn paint(&self, scene: &Scene<'_>, area: Rect, buf: &mut Buffer) {
        if self.name.is_none() {
            let said = "No model was gone to: enter on a model's row among performance or calibration shows it here.";
            paragraph::text(said, Role::Dim, scene.theme, area, buf);
            return;
        }
        let status = scene.state.answers.status(SLOT);
        let notes = (self.notes.as_slice(), 3);
        let Some(rest) = paragraph::framed(&status, &self.heading, notes, scene.theme, area, buf) else { return };
        scene.grid.view(scene.theme, true, rest, buf);
    }

    fn document(&self, state: &State, grid: &Grid) -> Option<Document> {
        let notes = state.answers.get(SLOT).filter(|_| self.name.is_some())?.notes.clone();
        let document = Document::new(self.heading.clone()).with(grid.table().clone());
        Some(Document { notes, ..document })
    }

    fn settings(&self) -> Option<Settings> {
        self.name.clone().map(Settings::from)
    }

    fn set(&mut self, settings: Option<&Settings>) {
        self.name = settings.and_then(|settings| settings.as_str().map(str::to_owned));
        self.shown = None;
    }

    fn methods(&self, state: &State) -> Option<String> {
        self.name.as_ref()?;
        methods(state, PROPORTIONAL)
    }
}

impl Model {
    /// The model, while the study has it.
    fn spec(&self, state: &State) -> Option<ModelSpec> {
        let name = self.name.as_ref()?;
        state.models().into_iter().find(|model| model.name == *name || label(model) == name)
    }
}
