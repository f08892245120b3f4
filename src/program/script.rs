//! The script for R of the view on screen: made in the background, then written.

use std::path::PathBuf;

use super::Program;
use crate::app::action::{Action, Effect};
use crate::app::answers::{Slot, Status, Wish};
use crate::app::command::Command;
use crate::app::log::Level;
use crate::ask::{Asked, Scripts};
use crate::ui::overlay::Overlay;
use crate::ui::prompt::Prompt;

const SLOT: Slot<Scripts> = Slot::new("script for R");

/// A script that is being made.
pub(super) struct Scripting {
    path: PathBuf,
    of: Scripts,
}

impl Scripting {
    /// The wish for it.
    pub fn wish(&self) -> Wish {
        SLOT.wants(self.of.clone())
    }
}

impl Program {
    /// Asks for the script of what the view on screen asks; the file is prompted for.
    pub(super) fn script(&mut self, command: &'static Command, file: Option<&str>) -> Vec<Effect> {
        let of: Vec<Asked> = self.pane().asks(&self.state).iter().map(|wish| wish.asked().clone()).collect();
        let Some(study) = self.state.study.clone().filter(|_| !of.is_empty()) else {
            let said = "there is nothing here that R could find again";
            return self.apply(Action::Say(Level::Note, said.to_owned()));
        };
        let Some(file) = file.map(str::trim).filter(|file| !file.is_empty()) else {
            let initial = format!("{}.R", self.state.pane().name());
            self.overlays.push(Overlay::Prompt(Prompt::suggesting(Some(command), "script for R to", initial)));
            return Vec::new();
        };
        // An answer of before is another script's.
        self.state.answers.forget(SLOT);
        self.scripting = Some(Scripting { path: file.into(), of: Scripts { of, study } });
        Vec::new()
    }

    /// What to do once the script is there, or cannot be.
    pub(super) fn scripted(&mut self) -> Vec<Effect> {
        let Some(scripting) = &self.scripting else { return Vec::new() };
        let action = match self.state.answers.status(SLOT) {
            Status::Ready(_) => {
                let script = self.state.answers.get(SLOT).cloned().unwrap_or_default();
                let (path, bytes) = (scripting.path.clone(), script.into_bytes());
                Action::Do(Effect::Write { path, bytes, replace: false })
            }
            Status::Failed(why) => Action::Say(Level::Note, why.to_string()),
            Status::Unasked | Status::Running(_) | Status::Stale(..) => return Vec::new(),
        };
        self.scripting = None;
        self.apply(action)
    }
}
