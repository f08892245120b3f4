//! Survival that the joint model predicts for a patient, whose values are changed row by row.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{ROOMY, Said, asks, is_absent, methods};
use crate::app::answers::{Slot, Status, Wish};
use crate::app::command::Move;
use crate::app::command::cox::{MODELS, covariates};
use crate::app::{Outcome, State};
use crate::ask::Key;
use crate::document::Document;
use crate::methods::cox::document::profile as report;
use crate::methods::cox::domain::{Domain, Given};
use crate::methods::cox::model;
use crate::methods::cox::profile::Covariate;
use crate::panes::view::{Gesture, Scene, View};
use crate::session::Settings;
use crate::study::covariate_columns;
use crate::theme::Role;
use crate::ui::grid::Grid;
use crate::ui::{chart, layout, paragraph};
use figures::Figure;

const SLOT: Slot<model::Spec> = Slot::new("profile");
/// Steps of the keys that move columns elsewhere.
const LEAP: i32 = 10;
/// The sentence for a paper.
const METHODS: &str = "Survival of single patients was predicted from the multivariable model and its baseline \
     hazard; pointwise 95 % limits, on the log scale, count the errors of coefficients and of the baseline hazard.";

/// The view.
#[derive(Default)]
pub(super) struct Profile {
    said: Said,
    /// Values that are not typical ones, as they would be written in the table.
    values: Vec<(String, String)>,
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
    models: Option<Key>,
}

impl View for Profile {
    fn name(&self) -> &'static str {
        "profile"
    }

    /// What goes on from the joint model is asked when that is known.
    fn asks(&self, state: &State, _: &Grid) -> Vec<Wish> {
        let own = state.plan().zip(covariates(state)).and_then(|(plan, covariates)| {
            let values = self.values(&covariates);
            Some(SLOT.wants(plan.profile(covariates, values)?))
        });
        asks(state).into_iter().chain(own).collect()
    }

    fn refresh(&mut self, state: &State, grid: &mut Grid) {
        if let Some(answer) = state.answers.news(MODELS, &mut self.models) {
            self.said = Said::of(answer);
        }
        let Some(answer) = state.answers.get(SLOT).filter(|answer| answer.model.profiles.len() == 1) else { return };
        let (Some(_), [profile]) = (state.answers.news(SLOT, &mut self.shown), answer.model.profiles.as_slice()) else {
            return;
        };
        grid.set(report::covariates_table(profile));
        self.covariates.clone_from(&profile.covariates);
        self.survival.set(report::survival_table(&answer.model.profiles, answer.unit));
        self.times = format!("Predicted survival: {}", report::at_times(profile, answer.unit));
        self.summary = report::summary(profile, answer.unit);
        self.figure = Some(report::figure(&answer.model.profiles, &answer.label, answer.unit));
        self.notes.clone_from(&answer.notes);
    }

    /// Asks for the value of the row under the cursor.
    fn enter(&self, _: &State, grid: &Grid) -> Outcome {
        let covariate = grid.row().and_then(|row| self.covariates.get(row)).filter(|_| self.said.is_joint);
        covariate.map_or(Outcome::Ignored, ask)
    }

    /// Changes the value of the row under the cursor; the view's own command goes back to the typical patient.
    fn act(&mut self, gesture: Gesture, argument: Option<&str>, _: &State, grid: &mut Grid) -> Outcome {
        if let Gesture::Own(..) = gesture {
            self.values.clear();
            return Outcome::Done;
        }
        let Some(covariate) = grid.row().and_then(|row| self.covariates.get(row)).cloned() else {
            return Outcome::Ignored;
        };
        match gesture {
            Gesture::Move(Move::Left) => self.move_by(&covariate, -1),
            Gesture::Move(Move::Right) => self.move_by(&covariate, 1),
            Gesture::Move(Move::ColumnLeft) => self.move_by(&covariate, -LEAP),
            Gesture::Move(Move::ColumnRight) => self.move_by(&covariate, LEAP),
            Gesture::Move(Move::Enter) => match argument.map(str::trim).unwrap_or_default() {
                "" => self.values.retain(|(name, _)| *name != covariate.variable),
                text => match checked(&covariate, text) {
                    Ok(()) => self.set(&covariate, text.to_owned()),
                    Err(why) => return Outcome::refuse(why),
                },
            },
            _ => return Outcome::Ignored,
        }
        Outcome::Done
    }

    fn paint(&self, scene: &Scene<'_>, area: Rect, buf: &mut Buffer) {
        if is_absent(scene, area, buf) {
            return;
        }
        if !self.said.is_joint {
            self.said.framed_joint(scene, "Predicted survival of a patient", area, buf);
            return;
        }
        let (state, theme) = (scene.state, scene.theme);
        let status = state.answers.status(SLOT);
        if let Some((role, mut said)) = paragraph::absent(&status) {
            if matches!(status, Status::Failed(_)) {
                said += "\nT starts again from the typical patient.";
            }
            paragraph::text(&said, role, theme, area, buf);
            return;
        }
        let is_small = area.height < ROOMY;
        let summary = if is_small { String::new() } else { format!(". {}", self.summary) };
        let words = format!("{}{summary}{}", self.times, paragraph::freshness(&status));
        let rest = paragraph::heading(&words, theme, area, buf);
        let (hint, rest) = layout::top(rest, 1);
        paragraph::phrases(KEYS, Role::Dim, theme, hint, buf);
        let (rest, foot) = layout::bottom(rest, paragraph::notes_height(&self.notes, theme, rest, 2));
        paragraph::notes(&self.notes, theme, foot, buf);
        let rows = scene.grid.table().rows.len() as u16 + 1;
        let figure = if rest.width >= layout::WIDE {
            let (left, figure) = layout::left(rest, rest.width / 2);
            let (table, below) = layout::top(left, rows);
            scene.grid.view(theme, true, table, buf);
            self.survival.view(theme, false, layout::top(below, 1).1, buf);
            figure
        } else {
            // Where there is no room for both, survival at the study's times stands in the heading.
            let (table, figure) = layout::below_table(rest, rows);
            scene.grid.view(theme, true, table, buf);
            figure
        };
        if let Some(curves) = self.figure.as_ref().filter(|_| figure.height >= layout::LEAST_FIGURE) {
            chart::view(curves, theme, figure, buf);
        }
    }

    fn document(&self, state: &State, _: &Grid) -> Option<Document> {
        state.answers.get(SLOT).map(report::document)
    }

    fn settings(&self) -> Option<Settings> {
        (!self.values.is_empty()).then(|| serde_json::to_value(&self.values).ok())?
    }

    fn set(&mut self, settings: Option<&Settings>) {
        self.values = settings.and_then(|settings| serde_json::from_value(settings.clone()).ok()).unwrap_or_default();
        self.shown = None;
    }

    fn methods(&self, state: &State) -> Option<String> {
        methods(state, METHODS)
    }
}

impl Profile {
    /// The values that are not typical ones, of those in a model of these covariates: values of covariates that another
    /// model is without are kept for when they come back.
    fn values(&self, covariates: &[String]) -> Vec<(String, String)> {
        let is_in =
            |name: &String| covariates.iter().any(|c| c == name || covariate_columns(c).contains(&name.as_str()));
        self.values.iter().filter(|(name, _)| is_in(name)).cloned().collect()
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
}

const KEYS: &str = "h l: change the value, < > in leaps, enter: type it, T: typical patient";

fn ask(covariate: &Covariate) -> Outcome {
    let unit = covariate.unit.as_ref().map(|unit| format!(", {unit}")).unwrap_or_default();
    let values = covariate.domain.words();
    let among = match &covariate.domain {
        Domain::Numbers { .. } => format!("{values} among patients"),
        Domain::Levels(_) => values,
    };
    let title = format!("{}{unit} ({among}); nothing for the typical value", covariate.label);
    Outcome::prompt(title, "")
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
