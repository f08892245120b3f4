//! What can be done with the models' performance.

use super::{Act, Command, Here, Scope};
use crate::app::outcome::Outcome;
use crate::app::pane_id::PaneId;
use crate::methods::cindex::Method;

const fn command(
    name: &'static str,
    keys: &'static [&'static str],
    words: (&'static str, &'static str),
    act: Act,
) -> Command {
    Command::new(Scope::Pane(PaneId::Performance), name, keys, words, act)
}

#[rustfmt::skip]
pub(super) const COMMANDS: &[Command] = &[
    command("performance.method", &["d"], ("C method", "Harrell's or Uno's C."), Act::State(method)).hint(10),
    command("performance.design", &["w"], ("design", "Validate the whole pipeline, then by the next design: nested cross-validation, bootstrap, centres left out, permuted outcomes."), Act::View("pipeline")).hint(11),
    command("performance.stop", &["x"], ("first estimate", "Stop the validation at its first estimate, or go on with the whole."), Act::View("pipeline")),
    command("performance.permute", &["i"], ("permute", "Put outcomes in random order too, for each model's p, or not."), Act::View("pipeline")),
];

fn method(here: &Here<'_>) -> Outcome {
    let next = match here.state.choices.performance.method {
        Method::Harrell => Method::Uno,
        Method::Uno => Method::Harrell,
    };
    Outcome::choose(here.state, next.words(), |c| c.performance.method = next)
}
