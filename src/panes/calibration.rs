//! Calibration: whether predicted survival is what was observed.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::cox::ties;
use super::{Outcome, Pane};
use crate::analysis::{Answer, Key, Query, calibrate};
use crate::app::action::Action;
use crate::app::answers::{Slot, Status};
use crate::app::command::CommandId;
use crate::app::log::Level;
use crate::app::pane_id::PaneId;
use crate::app::state::State;
use crate::format;
use crate::plot::Figure;
use crate::report::calibrate as report;
use crate::report::document::Document;
use crate::study::ModelSpec;
use crate::theme::{Role, Theme};
use crate::ui::grid::Grid;
use crate::ui::{chart, layout, paragraph};

const SLOT: Slot = "calibration";
const PLOT: usize = 0;
/// Numbers of groups, in the order in which the key goes through them.
const GROUPS: [usize; 4] = [3, 4, 5, 10];
const FIVE: usize = 5;

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
}

impl Pane for Calibration {
    fn id(&self) -> PaneId {
        PaneId::Calibration
    }

    fn views(&self) -> &'static [&'static str] {
        &["plot", "groups"]
    }

    fn asks(&self, state: &State, _view: usize) -> Vec<(Slot, Query)> {
        let Some(model) = model(state) else { return Vec::new() };
        let spec = calibrate::Spec {
            on: state.with_rad_score(state.selection_of_all_cohorts(), std::slice::from_ref(&model)),
            source: calibrate::Source::Model { model, ties: ties(state) },
            times: state.times(),
            groups: groups(state),
            bootstraps: 0,
            seed: 1,
        };
        vec![(SLOT, Query::Calibrate(spec))]
    }

    fn refresh(&mut self, state: &State, _view: usize) {
        let status = state.answers.status(SLOT);
        let Some(Answer::Calibrate(answer)) = status.answer().map(|a| &**a) else { return };
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
        Some(if view == PLOT { &self.summary } else { &self.groups })
    }

    fn grid_mut(&mut self, view: usize) -> Option<&mut Grid> {
        Some(if view == PLOT { &mut self.summary } else { &mut self.groups })
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
        let status = state.answers.status(SLOT);
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

    fn document(&self, state: &State, _view: usize) -> Option<Document> {
        match &**state.answers.status(SLOT).answer()? {
            Answer::Calibrate(answer) => Some(report::document(answer)),
            _ => None,
        }
    }

    fn methods(&self, state: &State, _view: usize) -> Option<String> {
        let status = state.answers.status(SLOT);
        let Answer::Calibrate(answer) = &**status.answer()? else { return None };
        Some(format!(
            "Calibration was judged by comparing mean predicted survival with the Kaplan-Meier estimate in {} groups at \
             quantiles of the prediction, by a smooth curve (Cox model on a restricted cubic spline with three knots of the \
             complementary log-log prediction; ICI is the mean absolute distance), by the calibration slope (Cox model on \
             the same scale) and the intercept (log of the factor on the predicted cumulative hazard that makes the mean \
             prediction equal to Kaplan-Meier), and by the Brier score weighted by the inverse probability of censoring.",
            answer.n_groups
        ))
    }
}

/// The model in use: the one chosen, or the last.
fn model(state: &State) -> Option<ModelSpec> {
    let mut models = state.models();
    let chosen = state.choices.calibration.model.as_deref();
    let at = models.iter().position(|m| Some(m.name.as_str()) == chosen).or(models.len().checked_sub(1))?;
    Some(models.swap_remove(at))
}

fn groups(state: &State) -> usize {
    state.choices.calibration.groups.unwrap_or(FIVE)
}

/// The time in use, among those of the answer: the one chosen, or the middle one.
fn position(state: &State, answer: &calibrate::Answer) -> usize {
    let chosen = state.choices.calibration.time;
    answer.times.iter().position(|t| Some(t.time) == chosen).unwrap_or(answer.times.len() / 2)
}

fn next_model(state: &State, name: Option<&str>) -> Result<String, String> {
    let models = state.models();
    let names = || models.iter().map(|m| m.name.as_str()).collect::<Vec<_>>().join(", ");
    match name {
        Some(name) => models.iter().find(|m| m.name.eq_ignore_ascii_case(name)).map(|m| m.name.clone()),
        None => {
            let now = model(state).and_then(|m| models.iter().position(|other| other.name == m.name)).unwrap_or(0);
            models.get((now + 1) % models.len().max(1)).map(|m| m.name.clone())
        }
    }
    .ok_or_else(|| format!("there is no such model; there is {}", names()))
}

fn next_time(state: &State, text: Option<&str>) -> Result<f64, String> {
    let status = state.answers.status(SLOT);
    let Some(Answer::Calibrate(answer)) = status.answer().map(|a| &**a) else {
        return Err("there is no calibration yet".to_owned());
    };
    let times: Vec<f64> = answer.times.iter().map(|t| t.time).collect();
    let listed = || times.iter().map(|t| format::chosen(*t)).collect::<Vec<_>>().join(", ");
    match text {
        Some(text) => {
            let asked = text.parse::<f64>().ok();
            let found = times.iter().copied().find(|t| Some(*t) == asked);
            found.ok_or_else(|| format!("calibration is judged at {}", listed()))
        }
        None => Ok(times[(position(state, answer) + 1) % times.len()]),
    }
}

fn next_groups(state: &State, text: Option<&str>) -> Result<usize, String> {
    match text {
        Some(text) => {
            let asked = text.parse::<usize>().ok().filter(|n| (2..=20).contains(n));
            asked.ok_or_else(|| "write a number of groups from 2 to 20".to_owned())
        }
        None => {
            let now = GROUPS.iter().position(|n| *n == groups(state)).unwrap_or(GROUPS.len() - 1);
            Ok(GROUPS[(now + 1) % GROUPS.len()])
        }
    }
}
