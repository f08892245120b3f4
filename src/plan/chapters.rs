//! The chapters of a report, in the order of a paper: each asks what it needs and writes what comes of it.

mod cohort;
mod models;
mod radiomics;
mod survival;

use std::sync::Arc;

use tables::problem::Problem;
use watch::Watch;

use super::{Choices, Plan};
use crate::ask::{AskError, Memo, Question};
use crate::document::Document;
use crate::methods::validate::Fits;

/// One kind of chapter.
pub struct Chapter {
    /// Its name: the pane that shows the same, and the view.
    pub name: &'static str,
    /// What it is called where it cannot be written.
    pub title: &'static str,
    /// Whether it is about an endpoint, and so is written for each.
    pub of_endpoint: bool,
    /// The choices under which it is written, one document each.
    variants: fn(&Plan<'_>) -> Vec<Choices>,
    write: fn(&Asking<'_>) -> Outcome,
}

/// What came of a chapter.
pub type Outcome = Result<Written, Missing>;

/// A chapter that was written.
#[derive(Debug, Clone, PartialEq)]
pub struct Written {
    /// What it shows.
    pub document: Document,
    /// The sentences for a methods section.
    pub methods: Option<String>,
}

/// Why a chapter was not written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Missing {
    /// The study has nothing that it is about.
    NotAsked(String),
    /// These data have no answer, or there is a fault.
    Failed(AskError),
}

impl From<AskError> for Missing {
    fn from(error: AskError) -> Self {
        Self::Failed(error)
    }
}

/// The plan, and who answers its questions.
pub struct Asking<'a> {
    /// What is asked.
    pub plan: Plan<'a>,
    /// What is wrong or doubtful in the study.
    pub problems: &'a [Problem],
    /// Answers each question once, for all chapters.
    pub memo: &'a Memo,
    /// Stops the work.
    pub watch: &'a dyn Watch,
    /// Fits of the pipeline that are known already.
    pub fits: Fits,
}

impl Asking<'_> {
    /// The answer to a question.
    ///
    /// # Errors
    /// Why there is none.
    pub fn ask<Q: Question>(&self, question: Q) -> Result<Arc<Q::Answer>, AskError> {
        self.memo.ask(self.plan.data, question, self.watch)
    }
}

impl Chapter {
    /// The choices under which this chapter is written, one document each.
    pub fn variants(&self, plan: &Plan<'_>) -> Vec<Choices> {
        (self.variants)(plan)
    }

    /// Asks and writes.
    ///
    /// # Errors
    /// Why it could not be written.
    pub fn write(&self, asking: &Asking<'_>) -> Outcome {
        (self.write)(asking)
    }
}

/// Every chapter, in the order of a paper: what the models are worth, everything else, and what stands at the end. In each
/// part those about the study come before those about an endpoint.
pub fn parts() -> [Vec<&'static Chapter>; 3] {
    let body = [cohort::CHAPTERS, radiomics::CHAPTERS, survival::CHAPTERS, models::CHAPTERS];
    [models::FIRST.iter().collect(), body.into_iter().flatten().collect(), cohort::LAST.iter().collect()]
}

/// One document, under the choices as they are.
fn once(plan: &Plan<'_>) -> Vec<Choices> {
    vec![plan.choices.clone()]
}

/// A document without sentences of its own.
fn plain(document: Document) -> Outcome {
    Ok(Written { document, methods: None })
}

fn with_methods(document: Document, methods: impl Into<Option<String>>) -> Outcome {
    Ok(Written { document, methods: methods.into() })
}

fn not_asked(why: &str) -> Outcome {
    Err(Missing::NotAsked(why.to_owned()))
}
