//! Calibration: whether predicted survival is what was observed, how it is read off, and what acting on it is worth.

mod choices;

use choices::{model, next_groups, next_model, next_time, position};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{Outcome, Pane};
use crate::app::action::Action;
use crate::app::answers::{Slot, Status};
use crate::app::command::CommandId;
use crate::app::log::Level;
use crate::app::pane_id::PaneId;
use crate::app::state::State;
use crate::ask::{Asked, Key};
use crate::document::Document;
use crate::methods::calibrate::document as report;
use crate::methods::{calibrate, dca, nomogram};
use crate::theme::{Role, Theme};
use crate::ui::grid::Grid;
use crate::ui::{chart, layout, paragraph};
use figures::Figure;
use figures::format;

const SLOT: Slot = "calibration";
const NOMOGRAM: Slot = "nomogram";
const BENEFIT: Slot = "benefit";
/// The views, and the slot that each shows.
const PLOT: usize = 0;
const GROUPS: usize = 1;
const READING: usize = 2;
const BENEFIT_VIEW: usize = 3;
const SLOTS: [Slot; 4] = [SLOT, SLOT, NOMOGRAM, BENEFIT];

/// The pane.
#[derive(Default)]
pub struct Calibration {
    summary: Grid,
    groups: Grid,
    figure: Option<Figure>,
    heading: String,
    notes: Vec<String>,
    /// What the content was made of.
    shown: Option<(Key, usize)>,
    nomogram: Sheet,
    benefit: Sheet,
}

/// What a view with one figure shows.
#[derive(Default)]
struct Sheet {
    heading: String,
    figure: Option<Figure>,
    notes: Vec<String>,
    shown: Option<Key>,
}

impl Pane for Calibration {
    fn id(&self) -> PaneId {
        PaneId::Calibration
    }

    fn views(&self) -> &'static [&'static str] {
        &["plot", "groups", "nomogram", "net benefit"]
    }

    fn asks(&self, state: &State, view: usize) -> Vec<(Slot, Asked)> {
        let Some(plan) = state.plan() else { return Vec::new() };
        let Some(model) = plan.calibrated() else { return Vec::new() };
        vec![match view {
            READING => (NOMOGRAM, Asked::new(plan.nomogram(model))),
            BENEFIT_VIEW => (BENEFIT, Asked::new(plan.decision_curves())),
            _ => (SLOT, Asked::new(plan.calibration(model))),
        }]
    }

    fn refresh(&mut self, state: &State, _view: usize) {
        self.nomogram.refresh(state, NOMOGRAM);
        self.benefit.refresh(state, BENEFIT);
        let status = state.answers.status(SLOT);
        let Some(answer) = status.get::<calibrate::Answer>() else { return };
        let at = position(state, answer);
        let Some(key) = state.answers.shown(SLOT) else { return };
        if self.shown == Some((key, at)) {
            return;
        }
        self.shown = Some((key, at));
        self.summary.set(report::summary_table(answer, at));
        self.groups.set(report::group_table(answer, at));
        self.figure = Some(report::figure(answer, at));
        self.heading = format!(
            "{} at {}, {}, {} groups; fitted in {}",
            answer.label,
            report::when(answer, at),
            answer.endpoint_label.to_lowercase(),
            answer.n_groups,
            answer.training.as_deref().unwrap_or_default()
        );
        self.notes.clone_from(&answer.notes);
    }

    fn grid(&self, view: usize) -> Option<&Grid> {
        match view {
            PLOT => Some(&self.summary),
            GROUPS => Some(&self.groups),
            _ => None,
        }
    }

    fn grid_mut(&mut self, view: usize) -> Option<&mut Grid> {
        match view {
            PLOT => Some(&mut self.summary),
            GROUPS => Some(&mut self.groups),
            _ => None,
        }
    }

    fn act(&mut self, command: CommandId, argument: Option<&str>, state: &State, _view: usize) -> Outcome {
        let mut choices = state.choices.clone();
        let argument = argument.map(str::trim).filter(|a| !a.is_empty());
        let what = match command {
            CommandId::CalibrationTime => next_time(state, argument).map(|time| {
                choices.calibration.time = Some(time);
                format!("calibration at {}", format::chosen(time))
            }),
            CommandId::CalibrationGroups => next_groups(state, argument).map(|count| {
                choices.calibration.groups = Some(count);
                format!("{count} groups")
            }),
            CommandId::CalibrationModel => next_model(state, argument).map(|name| {
                let what = format!("calibration of {name}");
                choices.calibration.model = Some(name);
                what
            }),
            _ => return Outcome::Ignored,
        };
        Outcome::action(match what {
            Ok(what) => Action::Choose(what, Box::new(choices)),
            Err(why) => Action::Say(Level::Error, why),
        })
    }

    fn view(&self, state: &State, view: usize, theme: &Theme, area: Rect, buf: &mut Buffer) {
        let status = state.answers.status(SLOTS.get(view).copied().unwrap_or(SLOT));
        if model(state).is_none() && state.study.is_some() {
            let said = "There is no model to calibrate: name models under [models] in study.toml, or choose covariates \
                        in the Cox pane with space.";
            paragraph::text(said, Role::Dim, theme, area, buf);
            return;
        }
        if let Some((role, mut said)) = paragraph::absent(&status) {
            if matches!(status, Status::Failed(_)) && state.models().len() > 1 {
                said += "\nb goes on to the next model.";
            }
            paragraph::text(&said, role, theme, area, buf);
            return;
        }
        match view {
            PLOT | GROUPS => {}
            READING => return self.nomogram.view(&paragraph::freshness(&status), theme, area, buf),
            _ => return self.benefit.view(&paragraph::freshness(&status), theme, area, buf),
        }
        let (head, rest) = layout::top(area, 1);
        paragraph::line(&format!("{}{}", self.heading, paragraph::freshness(&status)), Role::Title, theme, head, buf);
        let (rest, foot) = layout::bottom(rest, paragraph::notes_height(&self.notes, rest.width, 3));
        paragraph::notes(&self.notes, theme, foot, buf);
        if view != PLOT {
            self.groups.view(theme, true, rest, buf);
            return;
        }
        let rows = self.summary.table().rows.len() as u16 + 1;
        let (rest, table) = layout::bottom(rest, rows.min(rest.height / 2));
        self.summary.view(theme, true, table, buf);
        let (figure, beside) =
            if rest.width >= layout::WIDE { layout::left(rest, rest.width / 2) } else { (rest, Rect::ZERO) };
        if let Some(drawn) = &self.figure {
            chart::view(drawn, theme, figure, buf);
        }
        self.groups.view(theme, false, beside, buf);
    }

    fn document(&self, state: &State, view: usize) -> Option<Document> {
        let status = state.answers.status(SLOTS.get(view).copied()?);
        match view {
            READING => status.get().map(nomogram::document::document),
            BENEFIT_VIEW => status.get().map(dca::document::document),
            _ => status.get().map(report::document),
        }
    }

    fn methods(&self, state: &State, view: usize) -> Option<String> {
        match view {
            READING => Some(nomogram::document::METHODS.to_owned()),
            BENEFIT_VIEW => Some(dca::document::METHODS.to_owned()),
            _ => state.answers.status(SLOT).get().map(report::methods),
        }
    }
}

impl Sheet {
    fn refresh(&mut self, state: &State, slot: Slot) {
        let shown = state.answers.shown(slot);
        let status = state.answers.status(slot);
        if self.shown == shown {
            return;
        }
        self.shown = shown;
        if let Some(answer) = status.get::<nomogram::Answer>() {
            let n = format!("n = {}, {} events", format::count(answer.n), format::count(answer.events));
            self.heading = format!("Nomogram of {}, {}: {n}", answer.model, answer.endpoint);
            self.figure = Some(nomogram::document::figure(answer));
            self.notes.clone_from(&answer.notes);
        }
        if let Some(answer) = status.get::<dca::Answer>() {
            let n = format!("n = {}, {} events", format::count(answer.n), format::count(answer.events));
            let when = format!("{} {}", format::chosen(answer.time), answer.unit.word());
            let whom = answer.cohort.as_deref().unwrap_or("all cohorts");
            self.heading = format!("Net benefit of acting on the risk by {when}, {whom}: {n}");
            self.figure = Some(dca::document::figure(answer));
            self.notes.clone_from(&answer.notes);
        }
    }

    fn view(&self, freshness: &str, theme: &Theme, area: Rect, buf: &mut Buffer) {
        let (head, rest) = layout::top(area, 1);
        paragraph::line(&format!("{}{freshness}", self.heading), Role::Title, theme, head, buf);
        let (rest, foot) = layout::bottom(rest, paragraph::notes_height(&self.notes, rest.width, 3));
        paragraph::notes(&self.notes, theme, foot, buf);
        if let Some(figure) = &self.figure {
            chart::view(figure, theme, rest, buf);
        }
    }
}
