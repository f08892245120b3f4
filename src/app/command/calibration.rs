//! What can be done with calibration: model, time, number of groups, and what comes after each.

use super::{Act, Command, Here, Scope};
use crate::app::answers::Slot;
use crate::app::complete::{Choice, Completion};
use crate::app::outcome::Outcome;
use crate::app::pane_id::PaneId;
use crate::app::state::State;
use crate::methods::calibrate;
use crate::plan;
use figures::format;

const fn command(
    name: &'static str,
    keys: &'static [&'static str],
    words: (&'static str, &'static str),
    act: Act,
) -> Command {
    Command::new(Scope::Pane(PaneId::Calibration), name, keys, words, act)
}

#[rustfmt::skip]
pub(super) const COMMANDS: &[Command] = &[
    command("calibration.time", &["t"], ("time", "Calibrate at the next of the study's times."), Act::State(time)).hint(10).takes("[time]"),
    command("calibration.model", &["b"], ("model", "Calibrate the next of the models."), Act::State(model)).hint(11).takes("[model]").completes(models),
    command("calibration.groups", &["d"], ("groups", "Number of groups of similar prediction: 3, 4, 5 or 10."), Act::State(groups)).hint(12).takes("[number]"),
    command("nomogram.other", &["c"], ("compare", "Compare the nomogram's patient with a second, and go from one to the other."), Act::View("nomogram")),
    command("nomogram.patient", &["i"], ("take a patient", "Take a patient's values from the table into the nomogram."), Act::View("nomogram")).takes("[id]").completes(ids),
    command("nomogram.reset", &["z"], ("start again", "Take the middle of each of the nomogram's scales again."), Act::View("nomogram")),
];

/// Patients of the table, for their values.
fn ids(state: &State, _: &str) -> Completion {
    let ids = state.cohort().map_or(&[][..], |cohort| cohort.ids());
    Completion { closed: false, ..Completion::names(ids.iter().take(MOST_IDS).map(String::as_str)) }
}

/// More patients than these are not listed.
const MOST_IDS: usize = 1000;

/// Where the calibration stands.
pub const CALIBRATION: Slot<calibrate::Spec> = Slot::new("calibration");

fn time(here: &Here<'_>) -> Outcome {
    let choice =
        next_time(here.state, here.given()).map(|time| (time, format!("calibration at {}", format::chosen(time))));
    Outcome::choice(here.state, choice, |c, time| c.calibration.time = Some(time))
}

fn groups(here: &Here<'_>) -> Outcome {
    let choice = next_groups(here.state, here.given()).map(|count| (count, format!("{count} groups")));
    Outcome::choice(here.state, choice, |c, count| c.calibration.groups = Some(count))
}

fn model(here: &Here<'_>) -> Outcome {
    let choice = next_model(here.state, here.given()).map(|name| {
        let what = format!("calibration of {name}");
        (name, what)
    });
    Outcome::choice(here.state, choice, |c, name| c.calibration.model = Some(name))
}

fn models(state: &State, _: &str) -> Completion {
    Completion::one_of(state.models().into_iter().map(|m| Choice::new(m.name, m.covariates.join(", "))))
}

/// Numbers of groups, in the order in which the key goes through them.
const GROUPS: [usize; 4] = [3, 4, 5, 10];

/// Number of groups in use.
fn groups_in_use(state: &State) -> usize {
    state.choices.calibration.groups.unwrap_or(plan::GROUPS)
}

/// The time in use, among those of the answer: the one chosen, or the middle one.
pub fn position(state: &State, answer: &calibrate::Answer) -> usize {
    let chosen = state.choices.calibration.time;
    answer.times.iter().position(|t| Some(t.time) == chosen).unwrap_or(answer.times.len() / 2)
}

/// The model called `name`, or the one after that in use.
fn next_model(state: &State, name: Option<&str>) -> Result<String, String> {
    let models = state.models();
    let names = || models.iter().map(|m| m.name.as_str()).collect::<Vec<_>>().join(", ");
    match name {
        Some(name) => models.iter().find(|m| m.name.eq_ignore_ascii_case(name)).map(|m| m.name.clone()),
        None => {
            let now = state
                .plan()
                .and_then(|plan| plan.calibrated())
                .and_then(|m| models.iter().position(|other| other.name == m.name))
                .unwrap_or(0);
            models.get((now + 1) % models.len().max(1)).map(|m| m.name.clone())
        }
    }
    .ok_or_else(|| format!("there is no such model; there is {}", names()))
}

/// The time that `text` says, or the one after that in use.
fn next_time(state: &State, text: Option<&str>) -> Result<f64, String> {
    let Some(answer) = state.answers.get(CALIBRATION) else {
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

/// The number of groups that `text` says, or the one after that in use.
fn next_groups(state: &State, text: Option<&str>) -> Result<usize, String> {
    match text {
        Some(text) => {
            let asked = text.parse::<usize>().ok().filter(|n| (2..=20).contains(n));
            asked.ok_or_else(|| "write a number of groups from 2 to 20".to_owned())
        }
        None => {
            let now = GROUPS.iter().position(|n| *n == groups_in_use(state)).unwrap_or(GROUPS.len() - 1);
            Ok(GROUPS[(now + 1) % GROUPS.len()])
        }
    }
}
