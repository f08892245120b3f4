//! Each variable alone; those of the joint model are marked.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{PROPORTIONAL, Said, asks, bars, methods};
use crate::app::answers::Wish;
use crate::app::command::Move;
use crate::app::command::cox::{MODELS, toggle};
use crate::app::leads::to_variable;
use crate::app::{Outcome, State};
use crate::ask::Key;
use crate::document::Document;
use crate::methods::cox::document as report;
use crate::panes::view::{Gesture, Scene, View};
use crate::ui::grid::Grid;
use crate::ui::layout;

/// The view.
#[derive(Default)]
pub(super) struct Univariable {
    said: Said,
    /// The variable of each row.
    variables: Vec<String>,
    shown: Option<Key>,
}

impl View for Univariable {
    fn name(&self) -> &'static str {
        "univariable"
    }

    fn asks(&self, state: &State, _: &Grid) -> Vec<Wish> {
        asks(state)
    }

    fn refresh(&mut self, state: &State, grid: &mut Grid) {
        let Some(answer) = state.answers.news(MODELS, &mut self.shown) else { return };
        self.said = Said::of(answer);
        self.variables = report::variables_of_rows(answer);
        grid.set(report::univariable_table(answer));
        let entered = |v: &String| answer.models.iter().any(|m| m.entered && m.variable == *v);
        let marks: Vec<usize> = (0..self.variables.len()).filter(|r| entered(&self.variables[*r])).collect();
        grid.set_marks(marks);
    }

    fn enter(&self, state: &State, grid: &Grid) -> Outcome {
        let variable = grid.row().and_then(|row| self.variables.get(row));
        variable.map_or(Outcome::Ignored, |name| to_variable(name, state))
    }

    /// A mark takes a variable into the model.
    fn act(&mut self, gesture: Gesture, _: Option<&str>, state: &State, grid: &mut Grid) -> Outcome {
        let variable = grid.row().and_then(|row| self.variables.get(row)).cloned();
        match (gesture, variable) {
            (Gesture::Move(Move::Mark), Some(variable)) => toggle(variable, self.entered(grid), state),
            (Gesture::Move(Move::Mark), None) => Outcome::Done,
            _ => Outcome::Ignored,
        }
    }

    /// Marks are what the joint model is made of.
    fn marks_choose(&self) -> bool {
        false
    }

    fn paint(&self, scene: &Scene<'_>, area: Rect, buf: &mut Buffer) {
        let state = scene.state;
        let whom = match state.choices.cohort.as_deref().or(state.training()) {
            Some(cohort) if state.cohorts().len() > 1 => format!("{cohort} cohort"),
            _ => "all patients".to_owned(),
        };
        let ties = report::author(state.plan().map(|plan| plan.ties()).unwrap_or_default());
        let heading = format!("Each variable alone, {whom}, {ties} ties; space moves it into the model");
        let Some(rest) = self.said.framed(scene, &heading, area, buf) else { return };
        match state.answers.get(MODELS).filter(|_| rest.width >= layout::WIDE) {
            Some(answer) => bars::beside_table(&report::forest_beside(answer), scene, rest, buf),
            None => scene.grid.view(scene.theme, true, rest, buf),
        }
    }

    fn document(&self, state: &State, _: &Grid) -> Option<Document> {
        state.answers.get(MODELS).map(report::univariable)
    }

    fn methods(&self, state: &State) -> Option<String> {
        methods(state, PROPORTIONAL)
    }
}

impl Univariable {
    /// Variables that are in the joint model now.
    fn entered(&self, grid: &Grid) -> Vec<String> {
        let mut entered: Vec<String> = Vec::new();
        for variable in grid.marks().iter().filter_map(|r| self.variables.get(*r)) {
            if !entered.contains(variable) {
                entered.push(variable.clone());
            }
        }
        entered
    }
}
