//! What can be done with the penalized model.

use super::{Act, Command, Here, Scope, enabled};
use crate::app::complete::{self, Completion};
use crate::app::outcome::Outcome;
use crate::app::pane_id::PaneId;
use crate::app::state::State;
use crate::methods::lasso::{self, FoldSpec};
use survival::coxnet::{LambdaRule, Measure};

const fn command(
    name: &'static str,
    keys: &'static [&'static str],
    words: (&'static str, &'static str),
    act: Act,
) -> Command {
    Command::new(Scope::Pane(PaneId::Lasso), name, keys, words, act).when(enabled::has_features)
}

#[rustfmt::skip]
pub(super) const COMMANDS: &[Command] = &[
    command("lasso.rule", &["r"], ("lambda rule", "Take lambda.min or lambda.1se, or the value given."), Act::State(rule)).hint(10).takes("[min|1se|value]").completes(rules),
    command("lasso.alpha", &["A"], ("alpha", "Set the elastic-net mixing: 1 is the LASSO."), Act::State(alpha)).hint(12).takes("[0..1]"),
    command("lasso.measure", &["d"], ("CV measure", "Cross-validate by partial-likelihood deviance or by C."), Act::State(measure)).hint(11),
    command("lasso.seed", &["S"], ("seed", "Set the seed of the folds."), Act::State(seed)).hint(13).takes("[number]"),
    command("lasso.deals", &["T"], ("deals", "Deal the folds several times; the mean chooses the penalty."), Act::State(deals)).takes("[number]"),
    command("lasso.adaptive", &["W"], ("adaptive", "Adaptive LASSO: weights from a ridge regression, or none."), Act::State(adaptive)),
];

/// More deals change nothing but the time that they take.
const MOST_DEALS: usize = 200;

/// A choice with its name in words, or why it is none.
type Choice<T> = Result<(T, String), String>;

/// The model as it is asked for now.
fn spec(here: &Here<'_>) -> Option<lasso::Spec> {
    here.state.plan()?.rad_score()
}

fn rule(here: &Here<'_>) -> Outcome {
    let Some(spec) = spec(here) else { return Outcome::Ignored };
    Outcome::choice(here.state, next_rule(spec.rule, here.argument), |c, rule| c.lasso.rule = Some(rule))
}

fn measure(here: &Here<'_>) -> Outcome {
    let Some(spec) = spec(here) else { return Outcome::Ignored };
    let (next, what) = match spec.measure {
        Measure::Concordance => (Measure::GroupedDeviance, "cross-validation by deviance"),
        _ => (Measure::Concordance, "cross-validation by C-index"),
    };
    Outcome::choose(here.state, what, |c| c.lasso.measure = Some(next))
}

fn alpha(here: &Here<'_>) -> Outcome {
    let Some(spec) = spec(here) else { return Outcome::Ignored };
    let Some(text) = here.answered() else {
        return Outcome::prompt("alpha: 1 is the LASSO, 0 ridge", spec.alpha.to_string());
    };
    let choice = match text.parse::<f64>() {
        Ok(alpha) if (0.0..=1.0).contains(&alpha) => Ok((alpha, format!("alpha = {alpha}"))),
        _ => Err(format!("`{text}` is no mixing: write a number from 0 to 1")),
    };
    Outcome::choice(here.state, choice, |c, alpha| c.lasso.alpha = Some(alpha))
}

fn seed(here: &Here<'_>) -> Outcome {
    let Some(spec) = spec(here) else { return Outcome::Ignored };
    let Some(text) = here.answered() else {
        return Outcome::prompt("seed of the folds", seed_of(&spec).to_string());
    };
    let choice: Choice<u64> = match text.parse() {
        Ok(seed) => Ok((seed, format!("seed {seed}"))),
        Err(_) => Err(format!("`{text}` is no whole number")),
    };
    Outcome::choice(here.state, choice, |c, seed| c.lasso.seed = Some(seed))
}

fn deals(here: &Here<'_>) -> Outcome {
    let Some(spec) = spec(here) else { return Outcome::Ignored };
    let Some(text) = here.answered() else {
        return Outcome::prompt("deals of the folds whose mean chooses the penalty", spec.deals.to_string());
    };
    let choice = match text.parse::<usize>() {
        Ok(deals @ 1..=MOST_DEALS) => Ok((deals, format!("{deals} deals of the folds"))),
        _ => Err(format!("`{text}` is no number of deals: write 1 to {MOST_DEALS}")),
    };
    Outcome::choice(here.state, choice, |c, deals| c.lasso.deals = Some(deals))
}

fn adaptive(here: &Here<'_>) -> Outcome {
    let Some(spec) = spec(here) else { return Outcome::Ignored };
    let what = if spec.adaptive.is_none() { "adaptive LASSO" } else { "plain LASSO" };
    Outcome::choose(here.state, what, |c| c.lasso.adaptive = !c.lasso.adaptive)
}

fn next_rule(now: LambdaRule, argument: Option<&str>) -> Choice<LambdaRule> {
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

fn seed_of(spec: &lasso::Spec) -> u64 {
    match spec.folds {
        FoldSpec::Random { seed, .. } => seed,
        FoldSpec::Column(_) => 1,
    }
}

fn rules(_: &State, _: &str) -> Completion {
    let rules = [
        complete::Choice::new("min", "least deviance"),
        complete::Choice::new("1se", "within one standard error of it"),
    ];
    Completion { closed: false, ..Completion::one_of(rules) }
}
