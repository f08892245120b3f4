//! What can be chosen of the penalized model, and how it is written.

use crate::app::action::Action;
use crate::app::log::Level;
use crate::app::state::State;
use crate::methods::lasso::{self, FoldSpec};
use crate::panes::Outcome;
use crate::plan::choices::Choices;
use survival::coxnet::LambdaRule;

pub(super) fn prompt(title: &str, initial: String) -> Outcome {
    Outcome::Prompt { title: title.to_owned(), initial }
}

/// A choice with its name in words, or why it is none.
pub(super) type Choice<T> = Result<(T, String), String>;

pub(super) fn choose<T>(state: &State, choice: Choice<T>, set: impl FnOnce(&mut Choices, T)) -> Outcome {
    match choice {
        Ok((value, what)) => {
            let mut choices = state.choices.clone();
            set(&mut choices, value);
            Outcome::action(Action::Choose(what, Box::new(choices)))
        }
        Err(why) => Outcome::action(Action::Say(Level::Error, why)),
    }
}

pub(super) fn next_rule(now: LambdaRule, argument: Option<&str>) -> Choice<LambdaRule> {
    let min = || Ok((LambdaRule::Min, "lambda.min".to_owned()));
    let one_se = || Ok((LambdaRule::OneSe, "lambda.1se".to_owned()));
    match (argument.map(str::trim).filter(|a| !a.is_empty()), now) {
        (Some("min"), _) => min(),
        (Some("1se"), _) => one_se(),
        (Some(text), _) => match text.parse::<f64>() {
            Ok(lambda) if lambda > 0.0 && lambda.is_finite() => {
                Ok((LambdaRule::Value(lambda), format!("lambda = {lambda}")))
            }
            _ => Err(format!("`{text}` is no rule: write min, 1se, or a penalty above 0")),
        },
        (None, LambdaRule::Min) => one_se(),
        (None, _) => min(),
    }
}

pub(super) fn alpha(text: &str) -> Choice<f64> {
    match text.parse::<f64>() {
        Ok(alpha) if (0.0..=1.0).contains(&alpha) => Ok((alpha, format!("alpha = {alpha}"))),
        _ => Err(format!("`{text}` is no mixing: write a number from 0 to 1")),
    }
}

pub(super) fn seed(text: &str) -> Choice<u64> {
    text.parse().map(|seed| (seed, format!("seed {seed}"))).map_err(|_| format!("`{text}` is no whole number"))
}

pub(super) fn deals(text: &str) -> Choice<usize> {
    match text.parse::<usize>() {
        Ok(deals @ 1..=MOST_DEALS) => Ok((deals, format!("{deals} deals of the folds"))),
        _ => Err(format!("`{text}` is no number of deals: write 1 to {MOST_DEALS}")),
    }
}

/// More deals change nothing but the time that they take.
const MOST_DEALS: usize = 200;

pub(super) fn seed_of(spec: &lasso::Spec) -> u64 {
    match spec.folds {
        FoldSpec::Random { seed, .. } => seed,
        FoldSpec::Column(_) => 1,
    }
}
