//! Survival that the joint model predicts for a patient, whose values are changed row by row.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{LEAST_CHART, Outcome, ROOMY};
use crate::app::action::Action;
use crate::app::answers::{Slot, Status};
use crate::app::command::CommandId;
use crate::app::log::Level;
use crate::app::state::State;
use crate::ask::Key;
use crate::document::Document;
use crate::methods::cox::document::profile as report;
use crate::methods::cox::domain::{Domain, Given};
use crate::methods::cox::model;
use crate::methods::cox::profile::Covariate;
use crate::study::covariate_columns;
use crate::theme::{Role, Theme};
use crate::ui::grid::Grid;
use crate::ui::{chart, layout, paragraph};
use figures::Figure;

pub(super) const SLOT: Slot = "profile";
/// Steps of the keys that move columns elsewhere.
const LEAP: i32 = 10;
/// The sentence for a paper.
pub(super) const METHODS: &str = "Survival of single patients was predicted from the multivariable model and its baseline \
     hazard; pointwise 95 % limits, on the log scale, count the errors of coefficients and of the baseline hazard.";

/// The view.
#[derive(Default)]
pub(super) struct Profile {
    /// Values that are not typical ones, as they would be written in the table.
    values: Vec<(String, String)>,
    grid: Grid,
    /// The covariate of each row.
    covariates: Vec<Covariate>,
    survival: Grid,
    /// Survival at the study's times.
    times: String,
    /// Linear predictor, hazard ratio, median.
    summary: String,
    figure: Option<Figure>,
    notes: Vec<String>,
    shown: Option<Key>,
}

impl Profile {
    /// The values that are not typical ones, of those in a model of these covariates: values of covariates that another
    /// model is without are kept for when they come back.
    pub(super) fn values(&self, covariates: &[String]) -> Vec<(String, String)> {
        let is_in =
            |name: &String| covariates.iter().any(|c| c == name || covariate_columns(c).contains(&name.as_str()));
        self.values.iter().filter(|(name, _)| is_in(name)).cloned().collect()
    }

    pub(super) fn refresh(&mut self, state: &State) {
        let status = state.answers.status(SLOT);
        let Some(answer) = status.get::<model::Answer>() else { return };
        if self.shown == state.answers.shown(SLOT) {
            return;
        }
        let [profile] = answer.model.profiles.as_slice() else { return };
        self.shown = state.answers.shown(SLOT);
        self.grid.set(report::covariates_table(profile));
        self.covariates.clone_from(&profile.covariates);
        self.survival.set(report::survival_table(&answer.model.profiles, answer.unit));
        self.times = format!("Predicted survival: {}", report::at_times(profile, answer.unit));
        self.summary = report::summary(profile, answer.unit);
        self.figure = Some(report::figure(&answer.model.profiles, &answer.label, answer.unit));
        self.notes.clone_from(&answer.notes);
    }

    pub(super) fn grid(&self) -> &Grid {
        &self.grid
    }

    pub(super) fn grid_mut(&mut self) -> &mut Grid {
        &mut self.grid
    }

    /// Back to the typical patient.
    pub(super) fn reset(&mut self) {
        self.values.clear();
    }

    /// Changes the value of the row under the cursor.
    pub(super) fn act(&mut self, command: CommandId, argument: Option<&str>) -> Outcome {
        let Some(covariate) = self.grid.row().and_then(|row| self.covariates.get(row)).cloned() else {
            return Outcome::Ignored;
        };
        match command {
            CommandId::Left => self.move_by(&covariate, -1),
            CommandId::Right => self.move_by(&covariate, 1),
            CommandId::MoveColumnLeft => self.move_by(&covariate, -LEAP),
            CommandId::MoveColumnRight => self.move_by(&covariate, LEAP),
            CommandId::Enter => match argument.map(str::trim) {
                None => return ask(&covariate),
                Some("") => self.values.retain(|(name, _)| *name != covariate.variable),
                Some(text) => match checked(&covariate, text) {
                    Ok(()) => self.set(&covariate, text.to_owned()),
                    Err(why) => return Outcome::action(Action::Say(Level::Error, why)),
                },
            },
            _ => return Outcome::Ignored,
        }
        Outcome::Done
    }

    fn move_by(&mut self, covariate: &Covariate, steps: i32) {
        if let Some(next) = covariate.domain.moved(&self.now(covariate), steps) {
            self.set(covariate, next);
        }
    }

    /// The value that the row has or, while its prediction is under way, will have.
    fn now(&self, covariate: &Covariate) -> Given {
        let chosen = self.values.iter().find(|(name, _)| *name == covariate.variable).map(|(_, text)| text.clone());
        match (&covariate.domain, chosen) {
            (_, None) => covariate.typical.clone(),
            (Domain::Numbers { .. }, Some(text)) => {
                text.parse().map_or_else(|_| covariate.typical.clone(), Given::Number)
            }
            (Domain::Levels(_), Some(text)) => Given::Level(text),
        }
    }

    fn set(&mut self, covariate: &Covariate, text: String) {
        self.values.retain(|(name, _)| *name != covariate.variable);
        self.values.push((covariate.variable.clone(), text));
    }

    pub(super) fn view(&self, state: &State, theme: &Theme, area: Rect, buf: &mut Buffer) {
        let status = state.answers.status(SLOT);
        if let Some((role, mut said)) = paragraph::absent(&status) {
            if matches!(status, Status::Failed(_)) {
                said += "\nR starts again from the typical patient.";
            }
            paragraph::text(&said, role, theme, area, buf);
            return;
        }
        let is_small = area.height < ROOMY;
        let summary = if is_small { String::new() } else { format!(". {}", self.summary) };
        let words = format!("{}{summary}{}", self.times, paragraph::freshness(&status));
        let rest = paragraph::heading(&words, theme, area, buf);
        let (hint, rest) = layout::top(rest, 1);
        paragraph::line(KEYS, Role::Dim, theme, hint, buf);
        let (rest, foot) = layout::bottom(rest, paragraph::notes_height(&self.notes, rest.width, 2));
        paragraph::notes(&self.notes, theme, foot, buf);
        let rows = self.grid.table().rows.len() as u16 + 1;
        let figure = if rest.width >= layout::WIDE {
            let (left, figure) = layout::left(rest, rest.width / 2);
            let (table, below) = layout::top(left, rows);
            self.grid.view(theme, true, table, buf);
            self.survival.view(theme, false, layout::top(below, 1).1, buf);
            figure
        } else {
            // Where there is no room for both, survival at the study's times stands in the heading.
            let beside = if is_small { rest.height } else { rest.height.saturating_sub(LEAST_CHART) };
            let (table, figure) = layout::top(rest, rows.min(beside));
            self.grid.view(theme, true, table, buf);
            figure
        };
        if let Some(curves) = self.figure.as_ref().filter(|_| figure.height >= LEAST_CHART) {
            chart::view(curves, theme, figure, buf);
        }
    }
}

const KEYS: &str = "h l: change the value, < > in leaps, enter: type it, R: typical patient";

fn ask(covariate: &Covariate) -> Outcome {
    let unit = covariate.unit.as_ref().map(|unit| format!(", {unit}")).unwrap_or_default();
    let values = covariate.domain.words();
    let among = match &covariate.domain {
        Domain::Numbers { .. } => format!("{values} among patients"),
        Domain::Levels(_) => values,
    };
    let title = format!("{}{unit} ({among}); nothing for the typical value", covariate.label);
    Outcome::Prompt { title, initial: String::new() }
}

/// What is wrong with a value that was typed.
fn checked(covariate: &Covariate, text: &str) -> Result<(), String> {
    match &covariate.domain {
        Domain::Numbers { .. } if text.parse::<f64>().is_ok_and(f64::is_finite) => Ok(()),
        Domain::Numbers { .. } => Err(format!("`{text}` is no number")),
        Domain::Levels(levels) if levels.iter().any(|level| level == text) => Ok(()),
        Domain::Levels(levels) => Err(format!("`{text}` is no level of {}: {}", covariate.label, levels.join(", "))),
    }
}

pub(super) fn document(state: &State) -> Option<Document> {
    state.answers.status(SLOT).get::<model::Answer>().map(report::document)
}
