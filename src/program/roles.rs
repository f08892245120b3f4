//! A bare table's open questions: asked one after the other, the answers kept as a study file if the user wants.

use super::Program;
use crate::app::action::{Action, Effect};
use crate::study::{Edit, Question};
use crate::ui::overlay::Overlay;
use crate::ui::role_question::RoleQuestion;

impl Program {
    /// After the study was read from its file: takes up what was changed of it, or asks what is open.
    pub(super) fn begin_anew(&mut self) -> Vec<Effect> {
        let steps = self.state.history.steps_with().chain([&self.state.choices]);
        let edits: Vec<Edit> = steps.flat_map(|choices| choices.edits.clone()).collect();
        self.state.own_edits(&edits);
        self.state.choices = self.state.fitting(self.state.choices.clone());
        match self.state.changed_study() {
            Some(study) => vec![Effect::Reopen(Box::new(study))],
            None => {
                self.ask_roles();
                Vec::new()
            }
        }
    }

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
        let mut choices = self.state.choices.clone();
        choices.edits.push(Edit::Answer { question: question.clone(), answer: answer.to_owned() });
        self.apply(Action::Choose(format!("{} {answer}", question.text), Box::new(choices)))
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
