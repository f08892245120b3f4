//! The nomogram of the model in use, alive: a patient's values are moved, points and survival follow, and a second patient
//! is compared with the first.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use serde::{Deserialize, Serialize};

use super::Said;
use crate::app::answers::{Slot, Wish};
use crate::app::command::Move;
use crate::app::{Outcome, State};
use crate::ask::{Key, ScoreOf};
use crate::document::{Document, Table};
use crate::methods::cox::domain::{Domain, Given};
use crate::methods::nomogram::document as report;
use crate::methods::nomogram::reading::{Covariate, Reading};
use crate::methods::{made, nomogram};
use crate::panes::view::{Gesture, Scene, View};
use crate::session::Settings;
use crate::theme::Role;
use crate::ui::grid::Grid;
use crate::ui::{chart, layout, paragraph};
use figures::Figure;
use figures::format;

const SLOT: Slot<nomogram::Spec> = Slot::new("nomogram");
/// What is made of the scores among the covariates, for patients taken from the table.
const SCORES: Slot<made::Spec> = Slot::new("nomogram scores");
/// Steps of the keys that move columns elsewhere.
const LEAP: i32 = 10;
/// Lines below which a curve shows nothing.
const ROOMY: u16 = 12;
const LEAST_CURVE: u16 = 8;
/// Columns for which heights are counted; scales are as high at any width.
const WIDTH: usize = 80;
/// What the two patients are called.
const NAMES: [&str; 2] = ["A", "B"];

/// A patient: who it is, and the values as they would be written.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
struct Somebody {
    /// The patient of the table from whom the values were taken, until one is moved.
    id: Option<String>,
    /// Covariate and value, where it is not where it starts.
    values: Vec<(String, String)>,
}

/// What the user set.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct Patients {
    first: Somebody,
    /// The one to compare with, if there is one.
    second: Option<Somebody>,
    /// Whether the keys move the second.
    on_second: bool,
}

/// The view.
#[derive(Default)]
pub(super) struct Nomogram {
    said: Said,
    patients: Patients,
    covariates: Vec<Covariate>,
    readings: Vec<Reading>,
    /// Survival in words, of each.
    words: Vec<String>,
    scales: Option<Figure>,
    curve: Option<Figure>,
    shown: Option<(Key, Patients)>,
}

impl View for Nomogram {
    fn name(&self) -> &'static str {
        "nomogram"
    }

    fn asks(&self, state: &State, _: &Grid) -> Vec<Wish> {
        let Some(plan) = state.plan() else { return Vec::new() };
        let nomogram = plan.calibrated().map(|model| SLOT.wants(plan.nomogram(model)));
        let names = self.covariates.iter().map(|covariate| covariate.variable.as_str());
        let scores = plan.made(names).map(|spec| SCORES.wants(spec));
        nomogram.into_iter().chain(scores).collect()
    }

    fn refresh(&mut self, state: &State, grid: &mut Grid) {
        let (Some(answer), Some(key)) = (state.answers.get(SLOT), state.answers.shown(SLOT)) else { return };
        let now = (key, self.patients.clone());
        if self.shown.as_ref() == Some(&now) {
            return;
        }
        self.shown = Some(now);
        let n = format!("n = {}, {} events", format::count(answer.n), format::count(answer.events));
        let heading = format!("Nomogram of {}, {}: {n}", answer.model, answer.endpoint);
        self.said = Said { heading, notes: answer.notes.clone() };
        self.covariates = answer.covariates();
        let everybody: Vec<Vec<Given>> = self.everybody().map(|one| self.values(one)).collect();
        self.readings = everybody.iter().map(|values| answer.reading(&self.covariates, values)).collect();
        self.words = self.readings.iter().map(|reading| report::in_words(answer, reading)).collect();
        let named: Vec<(&str, &Reading)> = NAMES.into_iter().zip(&self.readings).collect();
        self.scales = Some(report::figure_of(answer, &self.covariates, &named));
        self.curve = Some(report::curves(answer, &named));
        grid.set(self.table(&everybody));
    }

    /// Asks for the value under the cursor.
    fn enter(&self, _: &State, grid: &Grid) -> Outcome {
        let covariate = grid.row().and_then(|row| self.covariates.get(row));
        covariate.map_or(Outcome::Ignored, |covariate| {
            Outcome::prompt(format!("{} ({})", covariate.label, covariate.domain.words()), "")
        })
    }

    /// Changes the value under the cursor of the patient that the keys move.
    fn act(&mut self, gesture: Gesture, argument: Option<&str>, state: &State, grid: &mut Grid) -> Outcome {
        let covariate = grid.row().and_then(|row| self.covariates.get(row)).cloned();
        match gesture {
            Gesture::Own("nomogram.other", arrives) => {
                if !arrives {
                    self.go_to_the_other();
                }
            }
            Gesture::Own("nomogram.patient", _) => match argument.map(str::trim) {
                None => return Outcome::prompt(WHOSE, ""),
                Some(id) => return self.take(id, state),
            },
            // Whose values they are is seen first.
            Gesture::Own(_, true) => {}
            Gesture::Own(..) => *self.somebody() = Somebody::default(),
            Gesture::Move(to @ (Move::Left | Move::Right | Move::ColumnLeft | Move::ColumnRight)) => {
                let Some(covariate) = covariate else { return Outcome::Ignored };
                let steps = match to {
                    Move::Left => -1,
                    Move::Right => 1,
                    Move::ColumnLeft => -LEAP,
                    _ => LEAP,
                };
                let now = self.value(self.current(), &covariate);
                if let Some(next) = covariate.domain.moved(&now, steps) {
                    self.set_value(&covariate, next);
                }
            }
            Gesture::Move(Move::Enter) => {
                let Some(covariate) = covariate else { return Outcome::Ignored };
                let text = argument.map(str::trim).unwrap_or_default();
                match checked(&covariate, text) {
                    Ok(()) => self.set_value(&covariate, text.to_owned()),
                    Err(why) => return Outcome::refuse(why),
                }
            }
            _ => return Outcome::Ignored,
        }
        Outcome::Done
    }

    fn paint(&self, scene: &Scene<'_>, area: Rect, buf: &mut Buffer) {
        let Some(mut rest) = self.said.framed(scene, &scene.state.answers.status(SLOT), area, buf) else { return };
        let theme = scene.theme;
        for (at, words) in self.words.iter().enumerate() {
            let role = if at == self.active() { Role::Accent } else { Role::Text };
            let one = if at == 0 { Some(&self.patients.first) } else { self.patients.second.as_ref() };
            let id = one.and_then(|one| one.id.as_ref()).map(|id| format!(" ({id})")).unwrap_or_default();
            let said = format!("{}{id}: {words}", NAMES[at]);
            let used = paragraph::text(&said, role, theme, rest, buf);
            rest = layout::top(rest, used).1;
        }
        // On a low screen the scales need the line; help names the keys too.
        let (hint, rest) = layout::top(rest, u16::from(rest.height >= ROOMY));
        paragraph::phrases(KEYS, Role::Dim, theme, hint, buf);
        let rows = scene.grid.table().rows.len() as u16 + 1;
        let (scales, rest) = if rest.width >= layout::WIDE {
            let (left, right) = layout::left(rest, rest.width / 2);
            let (scales, table) = layout::bottom(left, rows.min(left.height / 2));
            scene.grid.view(theme, true, table, buf);
            (scales, right)
        } else {
            let needed = self.scales_height();
            // On a low screen the scales have all lines but the row under the cursor.
            let room = if rest.height < ROOMY { 2 } else { rest.height / 3 };
            let (above, table) = layout::bottom(rest, rows.min(room));
            scene.grid.view(theme, true, table, buf);
            if above.height >= needed + LEAST_CURVE { layout::top(above, needed) } else { (above, Rect::ZERO) }
        };
        if let Some(drawn) = &self.scales {
            chart::view(drawn, theme, scales, buf);
        }
        if let Some(drawn) = self.curve.as_ref().filter(|_| rest.height >= LEAST_CURVE) {
            chart::view(drawn, theme, rest, buf);
        }
    }

    fn marks_choose(&self) -> bool {
        false
    }

    fn document(&self, state: &State, grid: &Grid) -> Option<Document> {
        let mut document = state.answers.get(SLOT).map(report::document)?;
        let patients = self.words.iter().zip(NAMES).map(|(words, name)| format!("{name}: {words}"));
        if self.patients != Patients::default() {
            document = document.paragraph(patients.collect::<Vec<_>>().join("\n")).with(grid.table().clone());
        }
        Some(document)
    }

    fn settings(&self) -> Option<Settings> {
        (self.patients != Patients::default()).then(|| serde_json::to_value(&self.patients).ok())?
    }

    fn set(&mut self, settings: Option<&Settings>) {
        self.patients = settings.and_then(|set| serde_json::from_value(set.clone()).ok()).unwrap_or_default();
    }

    fn methods(&self, _: &State) -> Option<String> {
        Some(report::METHODS.to_owned())
    }
}

const KEYS: &str = "h l value, < > in leaps, enter type it, c compare with another, i take a patient, z start again";

impl Nomogram {
    fn everybody(&self) -> impl Iterator<Item = &Somebody> {
        std::iter::once(&self.patients.first).chain(self.patients.second.as_ref())
    }

    /// The place of the patient that the keys move.
    fn active(&self) -> usize {
        usize::from(self.patients.on_second && self.patients.second.is_some())
    }

    fn current(&self) -> &Somebody {
        match &self.patients.second {
            Some(second) if self.patients.on_second => second,
            _ => &self.patients.first,
        }
    }

    fn somebody(&mut self) -> &mut Somebody {
        match &mut self.patients.second {
            Some(second) if self.patients.on_second => second,
            _ => &mut self.patients.first,
        }
    }

    /// The second patient starts as the first is; then the keys go to and fro.
    fn go_to_the_other(&mut self) {
        match self.patients.second {
            None => {
                self.patients.second = Some(self.patients.first.clone());
                self.patients.on_second = true;
            }
            Some(_) => self.patients.on_second ^= true,
        }
    }

    fn values(&self, one: &Somebody) -> Vec<Given> {
        self.covariates.iter().map(|covariate| self.value(one, covariate)).collect()
    }

    /// The value set, or where the scale starts: in the middle of a number's, at the first level of a factor.
    fn value(&self, one: &Somebody, covariate: &Covariate) -> Given {
        let set = one.values.iter().find(|(name, _)| *name == covariate.variable).map(|(_, text)| text);
        match (&covariate.domain, set) {
            (Domain::Numbers { from, to, step }, set) => {
                let middle = ((from + to) / 2.0 / step).round() * step;
                Given::Number(set.and_then(|text| text.parse().ok()).unwrap_or(middle))
            }
            (Domain::Levels(levels), set) => {
                let level = set.filter(|text| levels.contains(text)).or(levels.first());
                Given::Level(level.cloned().unwrap_or_default())
            }
        }
    }

    fn set_value(&mut self, covariate: &Covariate, text: String) {
        let one = self.somebody();
        one.id = None;
        one.values.retain(|(name, _)| *name != covariate.variable);
        one.values.push((covariate.variable.clone(), text));
    }

    /// Takes the values of a patient of the table.
    fn take(&mut self, id: &str, state: &State) -> Outcome {
        let Some(plan) = state.plan() else { return Outcome::Ignored };
        let (row, id) = match meant(id, plan.cohort().ids()) {
            Ok((row, id)) => (row, id),
            Err(why) => {
                let (title, initial) = (WHOSE.to_owned(), id.to_owned());
                return Outcome::Prompt { title, initial, goes_on: true, problem: Some(why) };
            }
        };
        let names = self.covariates.iter().map(|covariate| covariate.variable.as_str());
        // Scores are no columns of the table: they are taken from where they were worked out.
        let scored = plan.made(names).map(ScoreOf::new).zip(state.answers.status(SCORES).answer().cloned());
        let scored = scored.and_then(|(score, known)| score.known(&known, plan.data).ok());
        let frame = scored.as_ref().map_or(plan.cohort().frame(), |data| data.cohort.frame());
        let (mut values, mut unknown) = (Vec::new(), Vec::new());
        for covariate in &self.covariates {
            match frame.get(&covariate.variable).and_then(|column| column.values.text(row)) {
                Some(text) => values.push((covariate.variable.clone(), text)),
                None => unknown.push(covariate.label.clone()),
            }
        }
        if values.is_empty() {
            return Outcome::refuse(format!("nothing is known of {id} that the nomogram asks for"));
        }
        *self.somebody() = Somebody { id: Some(id.to_owned()), values };
        match unknown.as_slice() {
            [] => Outcome::Done,
            names => Outcome::refuse(format!("{id} has no {}: it is left where the scale starts", names.join(", "))),
        }
    }

    fn table(&self, everybody: &[Vec<Given>]) -> Table {
        report::patients_table(&self.covariates, &NAMES, everybody, &self.readings)
    }

    /// Lines in which every scale has labels of its own.
    fn scales_height(&self) -> u16 {
        self.scales.as_ref().map_or(0, |figure| figure.preferred_lines(WIDTH) as u16)
    }
}

/// What is asked for where a patient is taken from the table.
const WHOSE: &str = "values of patient";
/// So many patients are named of those who could be meant.
const MOST_NAMED: usize = 3;

/// The patient of this id, or the only one whose id contains it: row and id.
///
/// # Errors
/// That nobody is called so, or who could be meant.
fn meant<'a>(typed: &str, ids: &'a [String]) -> Result<(usize, &'a str), String> {
    let (all, lower) = (|| ids.iter().map(String::as_str).enumerate(), typed.to_lowercase());
    if let Some(exact) = all().find(|(_, id)| *id == typed) {
        return Ok(exact);
    }
    let begin: Vec<(usize, &str)> = all().filter(|(_, id)| id.to_lowercase().starts_with(&lower)).collect();
    let hold = || all().filter(|(_, id)| id.to_lowercase().contains(&lower)).collect();
    match (if begin.is_empty() { hold() } else { begin }).as_slice() {
        [] => Err(format!("no patient is called `{typed}`")),
        [one] => Ok(*one),
        several => {
            let named: Vec<&str> = several.iter().take(MOST_NAMED).map(|(_, id)| *id).collect();
            let more = several.len().saturating_sub(MOST_NAMED);
            let more = if more > 0 { format!(" and {} more", format::count(more)) } else { String::new() };
            Err(format!("`{typed}` could be {}{more}: type on, or choose with the arrows", named.join(", ")))
        }
    }
}

/// What is wrong with a value that was typed.
fn checked(covariate: &Covariate, text: &str) -> Result<(), String> {
    match &covariate.domain {
        Domain::Numbers { from, to, .. } => match text.parse::<f64>() {
            Ok(x) if (*from..=*to).contains(&x) => Ok(()),
            Ok(_) => Err(format!("the scale of {} goes from {}", covariate.label, covariate.domain.words())),
            Err(_) => Err(format!("`{text}` is no number")),
        },
        Domain::Levels(levels) if levels.iter().any(|level| level == text) => Ok(()),
        Domain::Levels(levels) => Err(format!("`{text}` is no level of {}: {}", covariate.label, levels.join(", "))),
    }
}
