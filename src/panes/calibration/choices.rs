//! The choices of the pane: model, time, number of groups, and what comes after each.

use super::SLOT;
use crate::app::state::State;
use crate::methods::calibrate;
use crate::plan;
use crate::study::ModelSpec;
use figures::format;

/// Numbers of groups, in the order in which the key goes through them.
const GROUPS: [usize; 4] = [3, 4, 5, 10];

/// The model in use.
pub(super) fn model(state: &State) -> Option<ModelSpec> {
    state.plan()?.calibrated()
}

/// Number of groups in use.
fn groups(state: &State) -> usize {
    state.choices.calibration.groups.unwrap_or(plan::GROUPS)
}

/// The time in use, among those of the answer: the one chosen, or the middle one.
pub(super) fn position(state: &State, answer: &calibrate::Answer) -> usize {
    let chosen = state.choices.calibration.time;
    answer.times.iter().position(|t| Some(t.time) == chosen).unwrap_or(answer.times.len() / 2)
}

/// The model called `name`, or the one after that in use.
pub(super) fn next_model(state: &State, name: Option<&str>) -> Result<String, String> {
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

/// The time that `text` says, or the one after that in use.
pub(super) fn next_time(state: &State, text: Option<&str>) -> Result<f64, String> {
    let status = state.answers.status(SLOT);
    let Some(answer) = status.get::<calibrate::Answer>() else {
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
pub(super) fn next_groups(state: &State, text: Option<&str>) -> Result<usize, String> {
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
