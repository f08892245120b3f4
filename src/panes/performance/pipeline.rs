//! The whole pipeline validated: what each model's C is, what it is after correction and elsewhere, and which to publish.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{framed, shared_out};
use crate::app::answers::{Slot, Status, Wish};
use crate::app::leads::to_model;
use crate::app::pane_id::PaneId;
use crate::app::{Outcome, Place, State};
use crate::ask::Key;
use crate::document::Document;
use crate::methods::validate;
use crate::methods::validate::document as report;
use crate::panes::view::{Gesture, Scene, View};
use crate::study::DesignSpec;
use crate::ui::grid::Grid;
use crate::ui::paragraph;
use figures::Figure;

/// The validation as it is asked for.
const WHOLE: Slot<validate::Spec> = Slot::new("validation");
/// Its first part, after seconds.
const FIRST: Slot<validate::Spec> = Slot::new("first part of the validation");
/// Outcomes in random order.
const PERMUTED: Slot<validate::Spec> = Slot::new("permuted outcomes");

/// Lines of the bars below the table that say something.
const LEAST_BARS: u16 = 5;

/// The view.
#[derive(Default)]
pub(super) struct Pipeline {
    heading: String,
    notes: Vec<String>,
    bars: Vec<Option<Figure>>,
    shown: [Option<Key>; 3],
}

impl View for Pipeline {
    fn name(&self) -> &'static str {
        "pipeline"
    }

    /// The first part is asked last, which is worked on first; the whole takes over its fits.
    fn asks(&self, state: &State, _: &Grid) -> Vec<Wish> {
        let Some(plan) = state.plan() else { return Vec::new() };
        let Some(spec) = plan.validation(state.fits.clone()) else { return Vec::new() };
        let part = spec.design.first_part().map(|design| validate::Spec { design, ..spec.clone() });
        let choices = &state.choices.performance;
        let permuted = choices.permuted.then(|| plan.permuted(state.fits.clone())).flatten();
        let whole = match &part {
            Some(part) if choices.brief => part.clone(),
            _ => spec,
        };
        let mut wishes = Vec::new();
        wishes.extend(permuted.map(|spec| PERMUTED.wants(spec)));
        wishes.push(WHOLE.wants(whole));
        wishes.extend(part.map(|part| FIRST.wants(part)));
        wishes
    }

    fn refresh(&mut self, state: &State, grid: &mut Grid) {
        let answers = &state.answers;
        let shown = [answers.shown(WHOLE), answers.shown(FIRST), answers.shown(PERMUTED)];
        let Some(answer) = best(state).filter(|_| self.shown != shown) else { return };
        self.shown = shown;
        self.heading = report::summary(answer);
        self.notes = report::to_publish(answer).into_iter().chain(answer.notes.iter().cloned()).collect();
        self.bars = answer.models.iter().map(validate::figure::features).collect();
        let permuted = answers.get(PERMUTED).filter(|_| state.choices.performance.permuted);
        grid.set(report::overview(answer, permuted));
    }

    fn act(&mut self, gesture: Gesture, _: Option<&str>, state: &State, _: &mut Grid) -> Outcome {
        match gesture {
            Gesture::Own("performance.design", true) => Outcome::Done,
            Gesture::Own("performance.design", false) => {
                let next = next_design(state);
                Outcome::choose(state, format!("validation by {}", word(next)), |c| c.performance.design = Some(next))
            }
            Gesture::Own("performance.stop", _) => {
                let what = if state.choices.performance.brief { "the whole validation" } else { "a first estimate" };
                Outcome::choose(state, what, |c| c.performance.brief = !c.performance.brief)
            }
            Gesture::Own("performance.permute", _) => {
                let what = if state.choices.performance.permuted { "no permutation" } else { "outcomes permuted" };
                Outcome::choose(state, what, |c| c.performance.permuted = !c.performance.permuted)
            }
            _ => Outcome::Ignored,
        }
    }

    /// From a model to its coefficients.
    fn enter(&self, state: &State, grid: &Grid) -> Outcome {
        let name = grid.row().and_then(|row| Some(best(state)?.models.get(row)?.model.clone()));
        let is_model = |name: &String| state.models().iter().any(|model| model.name == *name);
        match name {
            Some(name) if is_model(&name) => to_model(&name),
            Some(_) => Outcome::Go(Place::of(PaneId::Lasso, "score")),
            None => Outcome::Ignored,
        }
    }

    /// The table, and below it the features of the model under the cursor.
    fn paint(&self, scene: &Scene<'_>, area: Rect, buf: &mut Buffer) {
        let (answers, theme) = (&scene.state.answers, scene.theme);
        let asked = scene.state.plan().and_then(|plan| plan.validation(scene.state.fits.clone()));
        if asked.is_none() && scene.state.data.is_some() {
            let said = "Nothing to validate: the study has neither models nor scores, or asks for no validation ([validation] design).";
            paragraph::text(said, crate::theme::Role::Dim, theme, area, buf);
            return;
        }
        let status = match (answers.status(WHOLE), answers.status(FIRST)) {
            (Status::Running(stage), Status::Ready(first)) => Status::Stale(first, stage),
            (whole, _) => whole,
        };
        let Some(area) = framed(scene, &status, (&self.heading, &self.notes), area, buf) else { return };
        let bars = scene.grid.row().and_then(|row| self.bars.get(row)?.as_ref());
        let rows = scene.grid.table().rows.len() as u16 + 1;
        shared_out(scene, bars, (rows, rows, LEAST_BARS), area, buf);
    }

    fn document(&self, state: &State, _: &Grid) -> Option<Document> {
        best(state).map(report::document)
    }

    fn methods(&self, state: &State) -> Option<String> {
        best(state).map(report::methods)
    }
}

/// The whole if it is known, else its first part.
fn best(state: &State) -> Option<&validate::Answer> {
    state.answers.get(WHOLE).or_else(|| state.answers.get(FIRST))
}

/// The design after the one in use of those that this study can be validated by.
fn next_design(state: &State) -> DesignSpec {
    let Some(plan) = state.plan() else { return DesignSpec::default() };
    let of_study = &plan.study.analysis.validation;
    let now = state.choices.performance.design.unwrap_or(of_study.design);
    let can_be = |design: &DesignSpec| {
        let wanted = crate::study::ValidationSpec { design: *design, ..of_study.clone() };
        plan.design(&wanted).is_some()
    };
    let all: Vec<DesignSpec> = DesignSpec::WORDS.into_iter().map(|(_, design)| design).filter(can_be).collect();
    let at = all.iter().position(|design| *design == now);
    at.map_or(DesignSpec::default(), |at| all[(at + 1) % all.len()])
}

fn word(design: DesignSpec) -> &'static str {
    DesignSpec::WORDS.into_iter().find(|(_, of)| *of == design).map_or("", |(word, _)| word)
}
