//! What can be done with Cox models: variables, ties, penalty, selection.

use super::{Act, Command, Here, Scope};
use crate::app::answers::Slot;
use crate::app::complete::{Choice, Completion};
use crate::app::outcome::Outcome;
use crate::app::pane_id::PaneId;
use crate::app::state::State;
use crate::methods::cox;
use crate::methods::cox::model::Step;
use crate::study::RAD_SCORE;
use survival::cox::Ties;

const fn command(
    name: &'static str,
    keys: &'static [&'static str],
    words: (&'static str, &'static str),
    act: Act,
) -> Command {
    Command::new(Scope::Pane(PaneId::Cox), name, keys, words, act)
}

#[rustfmt::skip]
pub(super) const COMMANDS: &[Command] = &[
    command("cox.ties", &["t"], ("ties", "Efron's or Breslow's way with ties."), Act::State(ties)).hint(12),
    command("cox.entry", &["i"], ("entry rule", "Enter the variables with univariable p < 0.05 again, after a choice by hand."), Act::State(entry)).hint(11),
    command("cox.model", &["b"], ("model", "Show the next of the study's named models."), Act::State(model)).hint(10).takes("[model]").completes(models),
    command("cox.select", &["E"], ("selection", "Select the model backward from all variables by AIC, by BIC, or by the entry rule again."), Act::State(select)),
    command("cox.firth", &["x"], ("Firth", "Firth's penalty, for separated data and few events, or none."), Act::State(firth)),
    command("cox.residual", &["r"], ("residual", "Show the next kind of residual: deviance, martingale, likelihood displacement (overall influence), change of each coefficient."), Act::View("residuals")),
    command("cox.knots", &["K"], ("knots", "Number of knots of the splines, 3 to 7; h and l in their view."), Act::View("splines")).takes("[3..7]"),
    command("cox.typical", &["T"], ("typical patient", "Predict survival of the typical patient again; h, l and enter change the value of a row of the profile."), Act::View("profile")),
];

/// Where the models stand.
pub const MODELS: Slot<cox::Spec> = Slot::new("cox");

/// The covariates of the joint model as they are written, once they are known; none if no variable has entered.
pub fn covariates(state: &State) -> Option<Vec<String>> {
    let answer = state.answers.get(MODELS)?;
    let chosen = state.choices.cox.covariates.clone();
    Some(chosen.unwrap_or_else(|| answer.joint.as_ref().map(|model| model.variables.clone()).unwrap_or_default()))
}

/// `age` moved into the model or out of it, of which `entered` are now.
pub fn toggle(variable: String, entered: Vec<String>, state: &State) -> Outcome {
    let mut chosen = state.choices.cox.covariates.clone().unwrap_or(entered);
    let name = state.plan().map_or_else(|| variable.clone(), |plan| plan.printed(&variable));
    let what = if chosen.contains(&variable) {
        chosen.retain(|v| *v != variable);
        format!("model without {name}")
    } else {
        chosen.push(variable);
        format!("model with {name}")
    };
    Outcome::choose(state, what, |c| c.cox.covariates = Some(chosen))
}

fn firth(here: &Here<'_>) -> Outcome {
    let what = if here.state.choices.cox.firth { "no penalty" } else { "Firth's penalty" };
    Outcome::choose(here.state, what, |c| c.cox.firth = !c.cox.firth)
}

fn select(here: &Here<'_>) -> Outcome {
    let next = match here.state.choices.cox.step {
        None => Some(Step::Aic),
        Some(Step::Aic) => Some(Step::Bic),
        Some(_) => None,
    };
    let by = next.map(|step| format!("backward selection by {}", step.words()));
    Outcome::choose(here.state, by.unwrap_or_else(|| "model by the entry rule".to_owned()), |c| {
        c.cox.covariates = None;
        c.cox.step = next;
    })
}

fn entry(here: &Here<'_>) -> Outcome {
    Outcome::choose(here.state, "model by the entry rule", |c| {
        c.cox.covariates = None;
        c.cox.step = None;
    })
}

fn models(state: &State, _: &str) -> Completion {
    Completion::one_of(state.models().into_iter().map(|m| Choice::new(m.name, m.covariates.join(", "))))
}

fn ties(here: &Here<'_>) -> Outcome {
    let now = here.state.plan().map(|plan| plan.ties()).unwrap_or_default();
    let next = if now == Ties::Efron { Ties::Breslow } else { Ties::Efron };
    Outcome::choose(here.state, format!("{} ties", cox::document::author(next)), |c| c.cox.ties = Some(next))
}

fn model(here: &Here<'_>) -> Outcome {
    match next_model(here.state, here.argument) {
        Some((name, covariates)) => {
            Outcome::choose(here.state, format!("model {name}"), |c| c.cox.covariates = Some(covariates))
        }
        None => Outcome::Done,
    }
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
