//! Cox models: every variable alone, those that enter together, whether hazards are proportional, whom the model does not
//! fit, whether numbers act as straight lines, and what the model predicts for a patient.

mod choices;
mod models;
mod profile;
mod residuals;
mod splines;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use self::models::Models;
use self::profile::Profile;
use self::residuals::Residuals;
use self::splines::Splines;
use super::{Outcome, Pane};
use crate::app::answers::Slot;
use crate::app::command::CommandId;
use crate::app::pane_id::PaneId;
use crate::app::state::State;
use crate::ask::{Asked, Key};
use crate::document::Document;
use crate::methods::cox::document as report;
use crate::theme::{Role, Theme};
use crate::ui::grid::Grid;
use crate::ui::{layout, paragraph};
use figures::format;

const SLOT: Slot = "cox";
const SINGLE: usize = 0;
const JOINT: usize = 1;
const HAZARDS: usize = 2;
const CASES: usize = 3;
const SPLINES: usize = 4;
const PROFILE: usize = 5;
/// Lines below which a chart shows nothing.
const LEAST_CHART: u16 = 8;
/// Lines from which on there is room for a table and more.
const ROOMY: u16 = 14;

/// The pane.
#[derive(Default)]
pub struct Cox {
    models: Models,
    cases: Residuals,
    splines: Splines,
    profile: Profile,
    summary: String,
    /// `; n = 81, 31 events`, of the joint model.
    counts: String,
    notes: Vec<String>,
    shown: Option<Key>,
}

impl Pane for Cox {
    fn id(&self) -> PaneId {
        PaneId::Cox
    }

    fn views(&self) -> &'static [&'static str] {
        &["univariable", "multivariable", "hazards", "residuals", "splines", "profile"]
    }

    fn asks(&self, state: &State, view: usize) -> Vec<(Slot, Asked)> {
        let Some(plan) = state.plan() else { return Vec::new() };
        // What goes on from the joint model is asked when that is known.
        let further = choices::covariates(state).and_then(|covariates| match view {
            SPLINES => Some((splines::SLOT, Asked::new(plan.splines(covariates, self.splines.knots())))),
            PROFILE => {
                let values = self.profile.values(&covariates);
                Some((profile::SLOT, Asked::new(plan.profile(covariates, values)?)))
            }
            _ => None,
        });
        std::iter::once((SLOT, Asked::new(plan.cox()))).chain(further).collect()
    }

    fn refresh(&mut self, state: &State, view: usize) {
        match view {
            SPLINES => self.splines.refresh(state),
            PROFILE => self.profile.refresh(state),
            _ => {}
        }
        let status = state.answers.status(SLOT);
        let Some(answer) = status.get::<crate::methods::cox::Answer>() else { return };
        if self.shown == state.answers.shown(SLOT) {
            return;
        }
        self.shown = state.answers.shown(SLOT);
        self.models.set(answer);
        self.notes.clone_from(&answer.notes);
        self.cases.set(answer.joint.as_ref().and_then(|model| report::cases::of(answer, model)));
        match &answer.joint {
            Some(model) => {
                self.summary = report::summary(answer, model);
                let (n, events) = (format::count(model.n), format::count(model.events));
                self.counts = format!("; n = {n}, {events} events");
            }
            None => {
                self.summary = format!("no variable entered ({}); space chooses one by hand", answer.rule);
            }
        }
    }

    fn grid(&self, view: usize) -> Option<&Grid> {
        Some(match view {
            JOINT => &self.models.joint,
            HAZARDS => &self.models.hazards,
            CASES => self.cases.grid(),
            SPLINES => self.splines.grid(),
            PROFILE => self.profile.grid(),
            _ => &self.models.single,
        })
    }

    fn grid_mut(&mut self, view: usize) -> Option<&mut Grid> {
        Some(match view {
            JOINT => &mut self.models.joint,
            HAZARDS => &mut self.models.hazards,
            CASES => self.cases.grid_mut(),
            SPLINES => self.splines.grid_mut(),
            PROFILE => self.profile.grid_mut(),
            _ => &mut self.models.single,
        })
    }

    fn act(&mut self, command: CommandId, argument: Option<&str>, state: &State, view: usize) -> Outcome {
        let of_view = match view {
            SPLINES => self.splines.act(command),
            PROFILE => self.profile.act(command, argument),
            _ => Outcome::Ignored,
        };
        if of_view != Outcome::Ignored {
            return of_view;
        }
        match command {
            CommandId::Mark if view == SINGLE => match self.models.variable() {
                Some(variable) => choices::toggle(variable, self.models.entered(), state),
                None => Outcome::Done,
            },
            CommandId::CoxResidual => {
                self.cases.next();
                Outcome::View(CASES)
            }
            CommandId::CoxKnots => self.splines.choose(argument).unwrap_or(Outcome::View(SPLINES)),
            CommandId::CoxTypical => {
                self.profile.reset();
                Outcome::View(PROFILE)
            }
            other => choices::act(other, argument, state),
        }
    }

    fn view(&self, state: &State, view: usize, theme: &Theme, area: Rect, buf: &mut Buffer) {
        let status = state.answers.status(SLOT);
        if let Some((role, said)) = paragraph::absent(&status) {
            paragraph::text(&said, role, theme, area, buf);
            return;
        }
        match (view, self.models.is_joint()) {
            (SPLINES, _) => return self.splines.view(state, theme, area, buf),
            (PROFILE, true) => return self.profile.view(state, theme, area, buf),
            _ => {}
        }
        let cohort = state.choices.cohort.as_deref().or(state.training()).unwrap_or("all");
        let what = match view {
            JOINT => self.summary.clone(),
            CASES => format!("{}{}", self.cases.summary(), self.counts),
            HAZARDS => format!("Proportional hazards, score tests (Kaplan-Meier time){}", self.counts),
            PROFILE => "Predicted survival of a patient".to_owned(),
            _ => {
                let ties = state.plan().map(|plan| plan.ties()).unwrap_or_default();
                format!("Each variable alone, {cohort} cohort, {ties} ties; space moves it into the model")
            }
        };
        let rest = paragraph::heading(&format!("{what}{}", paragraph::freshness(&status)), theme, area, buf);
        let notes = paragraph::notes_height(&self.notes, rest.width, (rest.height / 6).max(3));
        let (rest, foot) = layout::bottom(rest, notes);
        paragraph::notes(&self.notes, theme, foot, buf);
        match (view, self.models.is_joint()) {
            (JOINT, true) => self.models.view_joint(theme, rest, buf),
            (HAZARDS, true) => self.models.view_hazards(theme, rest, buf),
            (CASES, true) => self.cases.view(theme, rest, buf),
            (SINGLE, _) => self.models.single.view(theme, true, rest, buf),
            _ => {
                paragraph::text(&self.summary, Role::Dim, theme, rest, buf);
            }
        }
    }

    fn document(&self, state: &State, view: usize) -> Option<Document> {
        match view {
            SPLINES => return self.splines.document(state),
            PROFILE => return profile::document(state),
            _ => {}
        }
        let status = state.answers.status(SLOT);
        let answer = status.get::<crate::methods::cox::Answer>()?;
        if let (CASES, Some(document)) = (view, self.cases.document()) {
            return Some(document);
        }
        match (view, &answer.joint) {
            (SINGLE, _) | (_, None) => Some(report::univariable(answer)),
            (_, Some(model)) => Some(report::joint(answer, model)),
        }
    }

    fn methods(&self, state: &State, view: usize) -> Option<String> {
        let plan = state.plan()?;
        let (rule, ties) = (plan.rule_of_entry(), plan.ties());
        let firth = if state.choices.cox.firth { " with Firth's penalty" } else { "" };
        let further = match view {
            SPLINES => self.splines.methods(),
            PROFILE => profile::METHODS.to_owned(),
            _ => {
                "Proportional hazards were tested by score tests against the Kaplan-Meier transform of time.".to_owned()
            }
        };
        Some(format!(
            "Hazard ratios were estimated by Cox regression ({ties} ties){firth}, p by likelihood ratio tests for variables and Wald \
             tests for terms. {rule} {further}"
        ))
    }
}
