//! Why a question has no answer.

use watch::Cancelled;

/// Why an analysis gave no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AskError {
    /// Somebody asked it to stop.
    #[error("cancelled")]
    Cancelled,
    /// It cannot be done with these data; the message says what, where and what to do.
    #[error("{0}")]
    Impossible(String),
    /// It needs something that is not there yet, such as features still being extracted.
    #[error("{0}")]
    NotYet(String),
    /// A fault of the program.
    #[error("this analysis failed on an error of riskset's own: {0}")]
    Fault(String),
}

impl AskError {
    /// An [`AskError::Impossible`] from any error's message.
    pub fn impossible(why: impl std::fmt::Display) -> Self {
        Self::Impossible(why.to_string())
    }

    /// A question of survival names no endpoint.
    pub fn no_endpoint() -> Self {
        Self::Impossible("name an endpoint".to_owned())
    }
}

impl From<Cancelled> for AskError {
    fn from(_: Cancelled) -> Self {
        Self::Cancelled
    }
}
