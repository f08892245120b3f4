//! What background work tells the application.

use std::sync::Arc;

use super::extraction::{Case, CaseNews};
use super::open::Opened;
use crate::ask::{Key, Outcome};
use crate::study::{Cohort, Reading};

/// One piece of news.
#[derive(Debug)]
pub enum News {
    /// A table is being read.
    Reading(Reading),
    /// What features are to be extracted from, of the study that is told of next.
    Cases(Arc<Cohort>, Vec<Case>),
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
