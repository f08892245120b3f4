//! Cox models: every variable alone, those that enter together, whether hazards are proportional, whom the model does not
//! fit, whether numbers act as straight lines, and what the model predicts for a patient.

mod bars;
mod hazards;
mod model;
mod multivariable;
mod profile;
mod residuals;
mod splines;
mod subgroups;
mod univariable;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::tab::Tab;
use super::view::{Scene, View};
use crate::app::State;
use crate::app::answers::Wish;
use crate::app::command::cox::MODELS;
use crate::app::pane_id::PaneId;
use crate::document::Document;
use crate::methods::cox;
use crate::methods::cox::document as report;
use crate::theme::Role;
use crate::ui::{layout, paragraph};
use figures::format;

/// Lines below which a chart shows nothing.
const LEAST_CHART: u16 = 8;
/// Lines from which on there is room for a table and more.
const ROOMY: u16 = 14;

pub(super) fn tab() -> Tab {
    let views: [Box<dyn View>; 8] = [
        Box::<univariable::Univariable>::default(),
        Box::<multivariable::Multivariable>::default(),
        Box::<hazards::Hazards>::default(),
        Box::<residuals::Residuals>::default(),
        Box::<splines::Splines>::default(),
        Box::<subgroups::Subgroups>::default(),
        Box::<profile::Profile>::default(),
        Box::<model::Model>::default(),
    ];
    Tab::new(PaneId::Cox, views.into())
}

fn asks(state: &State) -> Vec<Wish> {
    state.plan().map(|plan| MODELS.wants(plan.cox())).into_iter().collect()
}

/// What all views of the models say.
#[derive(Default)]
struct Said {
    /// The joint model in a line, or that there is none.
    summary: String,
    /// `; n = 81, 31 events`, of the joint model.
    counts: String,
    notes: Vec<String>,
    is_joint: bool,
}

impl Said {
    fn of(answer: &cox::Answer) -> Self {
        let (summary, counts) = match &answer.joint {
            Some(model) => {
                let (n, events) = (format::count(model.n), format::count(model.events));
                (report::summary(answer, model), format!("; n = {n}, {events} events"))
            }
            None => (format!("no variable entered ({}); space chooses one by hand", answer.rule), String::new()),
        };
        Self { summary, counts, notes: answer.notes.clone(), is_joint: answer.joint.is_some() }
    }

    /// Frames a view by a heading and the notes; nothing is left while there are no models.
    fn framed(&self, scene: &Scene<'_>, heading: &str, area: Rect, buf: &mut Buffer) -> Option<Rect> {
        if is_absent(scene, area, buf) {
            return None;
        }
        let words = format!("{heading}{}", paragraph::freshness(&scene.state.answers.status(MODELS)));
        let rest = paragraph::heading(&words, scene.theme, area, buf);
        let notes = paragraph::notes_height(&self.notes, scene.theme, rest, 6);
        let (rest, foot) = layout::bottom(rest, notes);
        paragraph::notes(&self.notes, scene.theme, foot, buf);
        Some(rest)
    }

    /// The same for a view of the joint model, which says so where there is none.
    fn framed_joint(&self, scene: &Scene<'_>, heading: &str, area: Rect, buf: &mut Buffer) -> Option<Rect> {
        let rest = self.framed(scene, heading, area, buf)?;
        if !self.is_joint {
            paragraph::text(&self.summary, Role::Dim, scene.theme, rest, buf);
        }
        Some(rest).filter(|_| self.is_joint)
    }
}

/// Says why there are no models, if there are none.
fn is_absent(scene: &Scene<'_>, area: Rect, buf: &mut Buffer) -> bool {
    let absent = paragraph::absent(&scene.state.answers.status(MODELS));
    if let Some((role, said)) = &absent {
        paragraph::text(said, *role, scene.theme, area, buf);
    }
    absent.is_some()
}

/// The joint model, or where there is none every variable alone.
fn document(state: &State) -> Option<Document> {
    let answer = state.answers.get(MODELS)?;
    Some(match &answer.joint {
        Some(model) => report::joint(answer, model),
        None => report::univariable(answer),
    })
}

const PROPORTIONAL: &str =
    "Proportional hazards were tested by score tests against the Kaplan-Meier transform of time.";

/// How the models came about, and what the view has to add.
fn methods(state: &State, more: &str) -> Option<String> {
    let plan = state.plan()?;
    let (rule, ties) = (plan.rule_of_entry(), report::author(plan.ties()));
    let firth = if state.choices.cox.firth { " with Firth's penalty" } else { "" };
    Some(format!(
        "Hazard ratios were estimated by Cox regression ({ties} ties){firth}, p by likelihood ratio tests for variables and Wald \
         tests for terms. {rule} {more}"
    ))
}
