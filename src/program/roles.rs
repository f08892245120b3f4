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
        } else if study.is_guessed() {
            self.offer_answers();
        }
    }

    pub(super) fn answer_role(&mut self, question: &Question, answer: &str) -> Vec<Effect> {
        let mut choices = self.state.choices.clone();
        choices.edits.push(Edit::Answer { question: question.clone(), answer: answer.to_owned() });
        self.apply(Action::Choose(format!("{} {answer}", question.text), Box::new(choices)))
    }
}
