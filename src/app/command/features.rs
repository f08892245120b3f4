//! What can be done with radiomic features.

use super::{Act, Command, Here, Scope, enabled};
use crate::app::outcome::Outcome;
use crate::app::pane_id::PaneId;

const fn command(
    name: &'static str,
    keys: &'static [&'static str],
    words: (&'static str, &'static str),
    act: Act,
) -> Command {
    Command::new(Scope::Pane(PaneId::Features), name, keys, words, act).when(enabled::has_features)
}

#[rustfmt::skip]
pub(super) const COMMANDS: &[Command] = &[
    command("features.icc", &["i"], ("ICC threshold", "Set the least ICC that a feature needs; nothing for the study's."), Act::State(icc)).hint(10).takes("[0..1]"),
    command("features.near", &["z"], ("map row by row", "Draw the heat map whole, or one feature a line around the cursor."), Act::View("map")).hint(11),
];

fn icc(here: &Here<'_>) -> Outcome {
    let now = here.state.plan().map_or(0.0, |plan| plan.icc().threshold);
    let Some(text) = here.answered() else {
        return Outcome::prompt("least ICC that a feature needs, up to 1", now.to_string());
    };
    let choice = match text.parse::<f64>() {
        _ if text.is_empty() => Ok((None, "ICC threshold of the study".to_owned())),
        Ok(least) if (0.0..=1.0).contains(&least) => Ok((Some(least), format!("ICC at least {least}"))),
        _ => Err(format!("`{text}` is no threshold: write a number from 0 to 1")),
    };
    Outcome::choice(here.state, choice, |c, least| c.features.icc = least)
}
