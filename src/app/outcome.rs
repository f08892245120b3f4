//! What comes of a command.

use super::action::Action;
use super::log::Level;
use super::place::Place;
use super::state::State;
use crate::plan::Choices;

/// What a command did, or what has to be done for it.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// Nothing: it means nothing here.
    Ignored,
    /// It changed what a view shows.
    Done,
    /// Something else is to be seen.
    Go(Place),
    /// It asks for changes of the state.
    Actions(Vec<Action>),
    /// It needs a value. The command comes again with what was typed.
    Prompt {
        /// What is asked for.
        title: String,
        /// What the answer starts as.
        initial: String,
        /// Whether that is gone on with, or replaced by what is typed.
        goes_on: bool,
        /// What is wrong with that, after a first try.
        problem: Option<String>,
    },
    /// Something to read whole.
    Text {
        /// Its title.
        title: String,
        /// The text.
        body: String,
    },
}

impl Outcome {
    /// One change of the state.
    pub fn action(action: Action) -> Self {
        Self::Actions(vec![action])
    }

    /// Asks for a value.
    pub fn prompt(title: impl Into<String>, initial: impl Into<String>) -> Self {
        Self::Prompt { title: title.into(), initial: initial.into(), goes_on: false, problem: None }
    }

    /// Says why it cannot be done.
    pub fn refuse(why: impl Into<String>) -> Self {
        Self::action(Action::Say(Level::Error, why.into()))
    }

    /// Chooses otherwise; `what` is the step's name for undo and history.
    pub fn choose(state: &State, what: impl Into<String>, change: impl FnOnce(&mut Choices)) -> Self {
        let mut choices = state.choices.clone();
        change(&mut choices);
        Self::action(Action::Choose(what.into(), Box::new(choices)))
    }

    /// Chooses what could be read from an argument, or says why it could not be.
    pub fn choice<T>(state: &State, choice: Result<(T, String), String>, change: impl FnOnce(&mut Choices, T)) -> Self {
        match choice {
            Ok((value, what)) => Self::choose(state, what, |choices| change(choices, value)),
            Err(why) => Self::refuse(why),
        }
    }
}
