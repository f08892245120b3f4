//! Calibration: whether predicted survival is what was observed, how it is read off, and what acting on it is worth.

mod groups;
mod net_benefit;
mod nomogram;
mod plot;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::tab::Tab;
use super::view::{Scene, View};
use crate::app::answers::{Status, Wish};
use crate::app::command::calibration::{CALIBRATION as SLOT, position};
use crate::app::leads::to_model;
use crate::app::pane_id::PaneId;
use crate::app::{Outcome, State};
use crate::ask::Key;
use crate::methods::calibrate;
use crate::methods::calibrate::document as report;
use crate::theme::Role;
use crate::ui::grid::Grid;
use crate::ui::{chart, layout, paragraph};
use figures::Figure;

pub(super) fn tab() -> Tab {
    let views: [Box<dyn View>; 4] = [
        Box::<plot::Plot>::default(),
        Box::<groups::Groups>::default(),
        Box::<nomogram::Nomogram>::default(),
        Box::<net_benefit::NetBenefit>::default(),
    ];
    Tab::new(PaneId::Calibration, views.into())
}

fn asks(state: &State) -> Vec<Wish> {
    let asked = state.plan().and_then(|plan| Some(SLOT.wants(plan.calibration(plan.calibrated()?))));
    asked.into_iter().collect()
}

/// From a row of what was predicted to the coefficients of the model.
fn to_calibrated(state: &State, grid: &Grid) -> Outcome {
    let model = state.plan().and_then(|plan| plan.calibrated());
    match (model, grid.row(), state.answers.get(SLOT)) {
        (Some(model), Some(_), Some(_)) => to_model(&model.name),
        _ => Outcome::Ignored,
    }
}

/// What is said above and below a view.
#[derive(Default)]
struct Said {
    heading: String,
    notes: Vec<String>,
}

impl Said {
    /// Frames a view by it; nothing is left where there is no answer, or no model to begin with.
    fn framed(&self, scene: &Scene<'_>, status: &Status, area: Rect, buf: &mut Buffer) -> Option<Rect> {
        let (state, theme) = (scene.state, scene.theme);
        if state.study.is_some() && state.plan().and_then(|plan| plan.calibrated()).is_none() {
            let said = "There is no model to calibrate: name models under [models] in study.toml, or choose covariates \
                        in the Cox pane with space.";
            paragraph::text(said, Role::Dim, theme, area, buf);
            return None;
        }
        if let Some((role, mut said)) = paragraph::absent(status) {
            if matches!(status, Status::Failed(_)) && state.models().len() > 1 {
                said += "\nb goes on to the next model.";
            }
            paragraph::text(&said, role, theme, area, buf);
            return None;
        }
        let heading = format!("{}{}", self.heading, paragraph::freshness(status));
        let rest = paragraph::heading(&heading, theme, area, buf);
        let (rest, foot) = layout::bottom(rest, paragraph::notes_height(&self.notes, theme, rest, 3));
        paragraph::notes(&self.notes, theme, foot, buf);
        Some(rest)
    }
}

/// A view with one figure.
#[derive(Default)]
struct Sheet {
    said: Said,
    figure: Option<Figure>,
    shown: Option<Key>,
}

impl Sheet {
    fn paint(&self, scene: &Scene<'_>, status: &Status, area: Rect, buf: &mut Buffer) {
        let Some(rest) = self.said.framed(scene, status, area, buf) else { return };
        if let Some(figure) = &self.figure {
            chart::view(figure, scene.theme, rest, buf);
        }
    }
}

/// The calibration that is there, and the time in use among its times, if that is another than `seen`.
fn news<'a>(state: &'a State, seen: &mut Option<(Key, usize)>) -> Option<(&'a calibrate::Answer, usize)> {
    let (answer, key) = (state.answers.get(SLOT)?, state.answers.shown(SLOT)?);
    let now = (key, position(state, answer));
    (seen.replace(now) != Some(now)).then_some((answer, now.1))
}

fn said(answer: &calibrate::Answer, at: usize) -> Said {
    let heading = format!(
        "{} at {}, {}, {} groups; fitted in {}",
        answer.label,
        report::when(answer, at),
        answer.endpoint_label.to_lowercase(),
        answer.n_groups,
        answer.training.as_deref().unwrap_or_default()
    );
    Said { heading, notes: answer.notes.clone() }
}
