//! A bare table's open questions: asked one after the other, the answers kept as a study file if the user wants.

use super::Program;
use crate::app::action::{Action, Effect};
use crate::study::Question;
use crate::ui::overlay::Overlay;
use crate::ui::role_question::RoleQuestion;

impl Program {
    /// After a study was read: asks what is open; after the last answer offers to keep them all.
    pub(super) fn ask_roles(&mut self) {
        let Some(study) = self.state.study.clone() else { return };
        if let Some(question) = study.questions.first() {
            self.overlays.push(Overlay::Question(RoleQuestion::new(question.clone())));
        } else if std::mem::take(&mut self.answering)
            && let Some(effect) = self.study_file()
        {
            let question = match study.is_guessed() {
                true => "Keep the answers in a study.toml beside the table?".to_owned(),
                false => format!("Keep the change in {}?", study.shown(&study.file).display()),
            };
            let effect = if study.is_guessed() { effect } else { Effect::KeepStudy(Box::new((*study).clone())) };
            self.confirm(question, effect);
        }
    }

    pub(super) fn answer_role(&mut self, question: &Question, answer: &str) -> Vec<Effect> {
        let Some(study) = &self.state.study else { return Vec::new() };
        let mut study = (**study).clone();
        study.answer_question(question, answer);
        self.answering = true;
        self.apply(Action::Do(Effect::Reopen(Box::new(study))))
    }

    /// Writes the roles of a bare table as a study file beside it.
    pub(super) fn save_study(&mut self) -> Vec<Effect> {
        self.study_file().into_iter().collect()
    }

    fn study_file(&self) -> Option<Effect> {
        let study = self.state.study.as_ref()?;
        let path = study.folder.join(crate::study::FILE_NAME);
        Some(Effect::Write { path, bytes: study.to_toml().into_bytes(), replace: false })
    }
}
