//! What can be done with images.

use super::{Act, Command, Scope};
use crate::app::pane_id::PaneId;

const fn command(
    name: &'static str,
    keys: &'static [&'static str],
    words: (&'static str, &'static str),
    act: Act,
) -> Command {
    Command::new(Scope::Pane(PaneId::Images), name, keys, words, act)
}

#[rustfmt::skip]
pub(super) const COMMANDS: &[Command] = &[
    command("images.whole", &["z"], ("whole slice", "Draw whole slices, or only the region and what is around it."), Act::View("slice")).hint(10),
];
