//! A score among the columns of a question, wherever it comes from.

use std::fmt;
use std::sync::Arc;

use serde::{Serialize, Serializer};

use super::{Answered, Ask, AskError, Asked, Dataset, Question};
use watch::Watch;

/// A question whose answer gives every patient a score.
pub trait Score: Question + Clone {
    /// `data` with the score among its columns: that of `answer`, or missing for everybody with the reason why there is none.
    ///
    /// # Errors
    /// A fault: the score does not fit the data.
    fn columns(&self, answer: Result<&Self::Answer, &str>, data: &Dataset) -> Result<Dataset, AskError>;
}

/// A [`Score`] of any kind, as part of whom a question is about.
#[derive(Clone)]
pub struct ScoreOf {
    asked: Asked,
    columns: Arc<Columns>,
}

type Columns = dyn Fn(Result<&Answered, &str>, &Dataset) -> Result<Dataset, AskError> + Send + Sync;

impl ScoreOf {
    /// The score that `score` asks for.
    pub fn new<S: Score>(score: S) -> Self {
        let asked = Asked::new(score.clone());
        let columns = move |answer: Result<&Answered, &str>, data: &Dataset| {
            let typed = answer.map(|answered| answered.downcast_ref::<S::Answer>());
            match typed {
                Ok(Some(answer)) => score.columns(Ok(answer), data),
                Ok(None) => Err(AskError::Fault("the score's question was answered by another's answer".to_owned())),
                Err(why) => score.columns(Err(why), data),
            }
        };
        Self { asked, columns: Arc::new(columns) }
    }

    /// The question behind the score.
    pub fn asked(&self) -> &Asked {
        &self.asked
    }

    /// `data` with the score beside its columns, worked out once by `ask`. While there is none, its columns are missing for
    /// everybody and say why.
    ///
    /// # Errors
    /// Cancelled, or a fault.
    pub fn beside(&self, data: &Dataset, ask: &dyn Ask, watch: &dyn Watch) -> Result<Dataset, AskError> {
        match ask.any(&self.asked, watch) {
            Ok(answered) => (self.columns)(Ok(&answered), data),
            Err(AskError::NotYet(why) | AskError::Impossible(why)) => (self.columns)(Err(&why), data),
            Err(error) => Err(error),
        }
    }

    /// `data` with the score of an answer that is known.
    ///
    /// # Errors
    /// A fault: it is another question's answer, or does not fit the data.
    pub fn known(&self, answered: &Answered, data: &Dataset) -> Result<Dataset, AskError> {
        (self.columns)(Ok(answered), data)
    }

    /// `data` with the score's columns, missing for everybody: `why` says for what reason.
    ///
    /// # Errors
    /// A fault: the columns do not fit the data.
    pub fn missing(&self, why: &str, data: &Dataset) -> Result<Dataset, AskError> {
        (self.columns)(Err(why), data)
    }
}

impl Serialize for ScoreOf {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.asked.serialize(serializer)
    }
}

impl PartialEq for ScoreOf {
    fn eq(&self, other: &Self) -> bool {
        self.asked == other.asked
    }
}

impl fmt::Debug for ScoreOf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.asked.fmt(f)
    }
}
