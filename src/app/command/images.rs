//! What can be done with images.

use super::{Act, Command, Scope, enabled};
use crate::app::complete::Completion;
use crate::app::pane_id::PaneId;
use crate::app::state::State;
use crate::methods::images::{Plane, Window};

const fn command(
    name: &'static str,
    keys: &'static [&'static str],
    words: (&'static str, &'static str),
    act: Act,
) -> Command {
    Command::new(Scope::Pane(PaneId::Images), name, keys, words, act).when(enabled::has_images)
}

#[rustfmt::skip]
pub(super) const COMMANDS: &[Command] = &[
    command("images.whole", &["z"], ("zoom", "Draw the region and what is around it, the region alone, or whole slices."), Act::View("slice")).hint(10),
    command("images.plane", &["t"], ("plane", "Cut axially, coronally or sagittally."), Act::View("slice")).hint(11).takes("axial, coronal or sagittal").completes(planes),
    command("images.window", &["i"], ("window", "Choose which grey values are black and white: of the picture, the region, the image, or a customary window."), Act::View("slice")).hint(12).takes("a window's name, or LEVEL/WIDTH").completes(windows),
    command("images.reading", &["d"], ("other mask", "Outline another region, another drawing of the region, or none."), Act::View("slice")).hint(13),
    command("images.brighter", &[")"], ("brighter", "Move the window down by a tenth of its width."), Act::View("slice")),
    command("images.darker", &["("], ("darker", "Move the window up by a tenth of its width."), Act::View("slice")),
    command("images.narrower", &["."], ("more contrast", "Make the window narrower."), Act::View("slice")),
    command("images.wider", &[","], ("less contrast", "Make the window wider."), Act::View("slice")),
    command("images.left", &["H"], ("cursor left", "Move the cursor in the slice; its grey value and place are shown."), Act::View("slice")),
    command("images.down", &["J"], ("cursor down", "Move the cursor in the slice."), Act::View("slice")),
    command("images.up", &["K"], ("cursor up", "Move the cursor in the slice."), Act::View("slice")),
    command("images.right", &["L"], ("cursor right", "Move the cursor in the slice."), Act::View("slice")),
];

fn planes(_: &State, _: &str) -> Completion {
    Completion::names([Plane::Axial, Plane::Coronal, Plane::Sagittal].map(Plane::name))
}

fn windows(_: &State, _: &str) -> Completion {
    Completion { closed: false, ..Completion::names(Window::named().map(Window::name)) }
}
