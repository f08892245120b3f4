//! What background work tells the application.

use super::extraction::CaseNews;
use super::open::Opened;
use crate::ask::{Key, Outcome};
use crate::study::Reading;

/// One piece of news.
#[derive(Debug)]
pub enum News {
    /// A table is being read.
    Reading(Reading),
    /// The study was read.
    Opened(Box<Opened>),
    /// A question is settled.
    Answered {
        /// Which question.
        key: Key,
        /// How.
        outcome: Outcome,
    },
    /// A case of the extraction began, ended or failed.
    Case(CaseNews),
    /// The extraction has nothing left to do, or was stopped.
    ExtractionEnded {
        /// True if it was stopped before its end.
        cancelled: bool,
    },
    /// A task ended and has something to say: a file was written, or not.
    Said(Result<String, String>),
}
