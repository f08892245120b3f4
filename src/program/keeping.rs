//! Whether what was changed of a study goes into its file. It is asked at once, with the change itself, and takes no key but
//! its answer: whoever goes on has not kept it, which is said and can be done later.

use std::sync::Arc;

use super::Program;
use crate::app::action::{Action, Effect};
use crate::app::key::Key;
use crate::app::log::Level;
use crate::study::Study;
use crate::ui::overlay::Overlay;

impl Program {
    /// Asks whether to keep what the study's file does not say yet; takes a question back that has become idle.
    pub(super) fn offer_to_keep(&mut self) {
        self.overlays.retain(|overlay| !matches!(overlay, Overlay::Offer(..)));
        if let Some(study) = self.state.unkept_study() {
            let question = format!("Keep the change in {}?", study.shown(&study.file).display());
            self.overlays.push(Overlay::Offer(question, Box::new(Effect::KeepStudy(Box::new(study)))));
        }
    }

    /// Asks whether to keep the answers about a bare table, unless the user has gone on since the last one.
    pub(super) fn offer_answers(&mut self) {
        if let Some(effect) = std::mem::take(&mut self.answering).then(|| self.study_file()).flatten() {
            let question = "Keep the answers in a study.toml beside the table?".to_owned();
            self.overlays.push(Overlay::Offer(question, Box::new(effect)));
        }
    }

    /// The study's file says this now.
    pub fn kept(&mut self, study: &Study) {
        self.state.in_file = Some(Arc::new(study.clone()));
    }

    /// Takes the question for a no, if it is asked; true if it was.
    pub(super) fn go_on_without_keeping(&mut self) -> bool {
        let is_asked = matches!(self.overlays.last(), Some(Overlay::Offer(..)));
        if is_asked {
            self.overlays.pop();
            self.say_unkept();
        }
        is_asked
    }

    /// A key that is no answer does what it always does.
    pub(super) fn go_on_with(&mut self, key: Key) -> Vec<Effect> {
        self.say_unkept();
        self.key(key)
    }

    pub(super) fn say_unkept(&mut self) {
        let said = "not kept in study.toml; :save_study keeps it".to_owned();
        self.apply(Action::Say(Level::Note, said));
    }

    /// Writes the roles of a bare table as a study file beside it, or what was changed of a study into its file.
    pub(super) fn save_study(&mut self) -> Vec<Effect> {
        let changed = self.state.unkept_study().map(|study| Effect::KeepStudy(Box::new(study)));
        changed.or_else(|| self.study_file()).into_iter().collect()
    }

    /// The file that a bare table has not.
    fn study_file(&self) -> Option<Effect> {
        let study = self.state.study.as_ref().filter(|study| study.is_guessed())?;
        let path = study.folder.join(crate::study::FILE_NAME);
        Some(Effect::Write { path, bytes: study.to_toml().into_bytes(), replace: false })
    }
}
