//! What the models are made of: variables, ties, penalty, selection.

use super::Outcome;
use super::SLOT;
use crate::app::action::Action;
use crate::app::command::CommandId;
use crate::app::state::State;
use crate::methods::cox;
use crate::methods::cox::model::Step;
use crate::plan::choices::Choices;
use crate::study::RAD_SCORE;
use survival::cox::Ties;

/// The covariates of the joint model as they are written, once they are known; none if no variable has entered.
pub(super) fn covariates(state: &State) -> Option<Vec<String>> {
    let status = state.answers.status(SLOT);
    let answer = status.get::<cox::Answer>()?;
    let chosen = state.choices.cox.covariates.clone();
    Some(chosen.unwrap_or_else(|| answer.joint.as_ref().map(|model| model.variables.clone()).unwrap_or_default()))
}

/// `age` moved into the model or out of it, of which `entered` are now.
pub(super) fn toggle(variable: String, entered: Vec<String>, state: &State) -> Outcome {
    let mut choices = state.choices.clone();
    let mut chosen = choices.cox.covariates.take().unwrap_or(entered);
    let what = if chosen.contains(&variable) {
        chosen.retain(|v| *v != variable);
        format!("model without {variable}")
    } else {
        chosen.push(variable.clone());
        format!("model with {variable}")
    };
    choices.cox.covariates = Some(chosen);
    choose(what, choices)
}

fn choose(what: impl Into<String>, choices: Choices) -> Outcome {
    Outcome::action(Action::Choose(what.into(), Box::new(choices)))
}

/// Commands that change the models.
pub(super) fn act(command: CommandId, argument: Option<&str>, state: &State) -> Outcome {
    let mut choices = state.choices.clone();
    match command {
        CommandId::CoxFirth => {
            choices.cox.firth = !choices.cox.firth;
            choose(if choices.cox.firth { "Firth's penalty" } else { "no penalty" }, choices)
        }
        CommandId::CoxSelect => {
            choices.cox.covariates = None;
            choices.cox.step = match choices.cox.step {
                None => Some(Step::Aic),
                Some(Step::Aic) => Some(Step::Bic),
                Some(_) => None,
            };
            let by = choices.cox.step.map(|step| format!("backward selection by {}", step.words()));
            choose(by.unwrap_or_else(|| "model by the entry rule".to_owned()), choices)
        }
        CommandId::CoxEntry => {
            choices.cox.covariates = None;
            choices.cox.step = None;
            choose("model by the entry rule", choices)
        }
        CommandId::CoxTies => {
            let next = if ties(state) == Ties::Efron { Ties::Breslow } else { Ties::Efron };
            choices.cox.ties = Some(next);
            choose(format!("{next} ties"), choices)
        }
        CommandId::CoxModel => match next_model(state, argument) {
            Some((name, covariates)) => {
                choices.cox.covariates = Some(covariates);
                choose(format!("model {name}"), choices)
            }
            None => Outcome::Done,
        },
        _ => Outcome::Ignored,
    }
}

/// The ties method in use.
fn ties(state: &State) -> Ties {
    state.plan().map(|plan| plan.ties()).unwrap_or_default()
}

/// The named model asked for, or the one after that in use; those with the Rad-score only if there are features.
fn next_model(state: &State, name: Option<&str>) -> Option<(String, Vec<String>)> {
    let study = state.study.as_ref()?;
    let scored = state.is_scored();
    let known = |m: &&crate::study::ModelSpec| scored || !m.covariates.iter().any(|c| c == RAD_SCORE);
    let models: Vec<_> = study.models.iter().filter(known).collect();
    let found = match name.filter(|n| !n.is_empty()) {
        Some(name) => models.iter().find(|m| m.name.eq_ignore_ascii_case(name)),
        None => {
            let now = state.choices.cox.covariates.as_ref();
            let at = models.iter().position(|m| Some(&m.covariates) == now);
            at.map_or(models.first(), |at| models.get((at + 1) % models.len()))
        }
    };
    found.map(|m| (m.name.clone(), m.covariates.clone()))
}
