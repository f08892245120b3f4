//! What a question is, and what it is to ask one.

use std::any::Any;
use std::fmt;
use std::sync::Arc;

use serde::{Serialize, Serializer};

use super::{AskError, Dataset, ScoreOf, Selection, Source};
use watch::Watch;

/// A question about a [`Dataset`]: plain data, and the pure function that answers it.
pub trait Question: Serialize + Send + Sync + 'static {
    /// What comes of it.
    type Answer: Send + Sync + 'static;

    /// What it is called where work is listed; no two questions have the same name.
    const NAME: &'static str;

    /// Whom it is about; nobody in particular if it is about features or images.
    fn on(&self) -> Option<&Selection>;

    /// The score that it has among its columns.
    fn score(&self) -> Option<&ScoreOf> {
        self.on()?.score.as_ref()
    }

    /// Whether its answer depends on radiomic features.
    fn uses_features(&self) -> bool {
        self.score().is_some()
    }

    /// Answers it; `ask` gives the answers that it builds on.
    ///
    /// # Errors
    /// Why these data have no answer, or not yet.
    fn run(&self, data: &Dataset, ask: &dyn Ask, watch: &dyn Watch) -> Result<Self::Answer, AskError>;

    /// A script for R that finds `answer` again from the same file and compares.
    ///
    /// # Errors
    /// Why there is none.
    fn script(&self, _source: &Source<'_>, _answer: &Self::Answer) -> Result<String, AskError> {
        Err(AskError::Impossible(format!("there is no script for R of this ({})", Self::NAME)))
    }
}

/// The answer to some question.
pub type Answered = Arc<dyn Any + Send + Sync>;

/// Lets a question ask for the answers that it builds on, such as a Cox model for the score.
pub trait Ask: Sync {
    /// The answer to any question on the same data.
    ///
    /// # Errors
    /// Why there is none.
    fn any(&self, question: &Asked, watch: &dyn Watch) -> Result<Answered, AskError>;
}

impl dyn Ask + '_ {
    /// The answer to `question` on the same data.
    ///
    /// # Errors
    /// Why there is none.
    pub fn ask<Q: Question>(&self, question: Q, watch: &dyn Watch) -> Result<Arc<Q::Answer>, AskError> {
        typed(self.any(&Asked::new(question), watch)?)
    }
}

/// An answer as what it is.
pub(super) fn typed<A: Send + Sync + 'static>(answered: Answered) -> Result<Arc<A>, AskError> {
    answered.downcast::<A>().map_err(|_| AskError::Fault("a question was answered by another's answer".to_owned()))
}

/// A question together with what it is asked of: equal keys have equal answers.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key([u8; 32]);

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({:02x}{:02x}{:02x}{:02x})", self.0[0], self.0[1], self.0[2], self.0[3])
    }
}

/// A question of any kind, where only its name and its key matter.
#[derive(Clone)]
pub struct Asked(Arc<dyn AnyQuestion>);

/// A [`Question`] without the type of its answer.
trait AnyQuestion: Send + Sync {
    fn name(&self) -> &'static str;
    fn text(&self) -> Vec<u8>;
    fn uses_features(&self) -> bool;
    fn run(&self, data: &Dataset, ask: &dyn Ask, watch: &dyn Watch) -> Result<Answered, AskError>;
    fn script(
        &self,
        source: &Source<'_>,
        answered: Answered,
        ask: &dyn Ask,
        watch: &dyn Watch,
    ) -> Result<String, AskError>;
}

impl<Q: Question> AnyQuestion for Q {
    fn name(&self) -> &'static str {
        Q::NAME
    }

    fn text(&self) -> Vec<u8> {
        // A question is plain data without maps that have no order: its JSON is always the same.
        serde_json::to_vec(self).unwrap_or_default()
    }

    fn uses_features(&self) -> bool {
        Question::uses_features(self)
    }

    fn run(&self, data: &Dataset, ask: &dyn Ask, watch: &dyn Watch) -> Result<Answered, AskError> {
        let scored;
        let data = match self.score() {
            Some(score) => {
                scored = score.beside(data, ask, watch)?;
                &scored
            }
            None => data,
        };
        Ok(Arc::new(Question::run(self, data, ask, watch)?))
    }

    fn script(
        &self,
        source: &Source<'_>,
        answered: Answered,
        ask: &dyn Ask,
        watch: &dyn Watch,
    ) -> Result<String, AskError> {
        let answer = typed::<Q::Answer>(answered)?;
        let Some(score) = self.score() else { return Question::script(self, source, &answer) };
        // A score stands in the script as a column.
        let scored = score.beside(source.data, ask, watch)?;
        Question::script(self, &Source { data: &scored, ..*source }, &answer)
    }
}

impl Asked {
    /// Any question.
    pub fn new(question: impl Question) -> Self {
        Self(Arc::new(question))
    }

    /// What it is called where work is listed.
    pub fn name(&self) -> &'static str {
        self.0.name()
    }

    /// Its key on `data`.
    pub fn key(&self, data: &Dataset) -> Key {
        let mut hash = blake3::Hasher::new();
        hash.update(env!("CARGO_PKG_VERSION").as_bytes());
        hash.update(data.cohort.revision().to_string().as_bytes());
        if self.0.uses_features() {
            hash.update(&data.features.revision());
        }
        hash.update(self.name().as_bytes());
        hash.update(&self.text());
        Key(*hash.finalize().as_bytes())
    }

    /// The question as JSON.
    pub(super) fn text(&self) -> Vec<u8> {
        self.0.text()
    }

    /// Works the answer out, with the score beside the columns where the question wants one.
    pub(super) fn run(&self, data: &Dataset, ask: &dyn Ask, watch: &dyn Watch) -> Result<Answered, AskError> {
        self.0.run(data, ask, watch)
    }

    /// A script for R that finds its answer again.
    ///
    /// # Errors
    /// Why there is no answer, or no script of it.
    pub(super) fn script(&self, source: &Source<'_>, ask: &dyn Ask, watch: &dyn Watch) -> Result<String, AskError> {
        self.0.script(source, ask.any(self, watch)?, ask, watch)
    }
}

impl Serialize for Asked {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (self.name(), String::from_utf8_lossy(&self.text())).serialize(serializer)
    }
}

impl PartialEq for Asked {
    fn eq(&self, other: &Self) -> bool {
        self.name() == other.name() && self.text() == other.text()
    }
}

impl fmt::Debug for Asked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.name(), String::from_utf8_lossy(&self.text()))
    }
}
