//! What is asked of a source: of whom, with which settings, and what becomes of the answer.

use std::sync::Arc;

use serde::Serialize;
use survival::cox::Ties;
use tables::names::split_names;
use watch::{Unwatched, Watch};

use super::{Source, endpoint};
use crate::ask::grouping::Grouping;
use crate::ask::{self, Asked, Question, Selection};
use crate::cli::output::Output;
use crate::document::Document;
use crate::plan::Plan;
use crate::study::RAD_GROUP;

impl Source {
    /// What is asked of the study: as it says, with what the options choose on top. Of a bare table: its defaults.
    pub fn plan(&self) -> Plan<'_> {
        Plan { study: &self.study, data: &self.data, choices: &self.choices }
    }

    /// The seed of everything random.
    pub fn seed(&self) -> u64 {
        self.study.analysis.seed
    }

    /// How tied events count: as asked, or else as the study says.
    pub fn ties(&self, asked: Option<Ties>) -> Ties {
        asked.unwrap_or_else(|| self.plan().ties())
    }

    /// The same, unless a value of the event is one that nobody in the table has; a note if nobody left has it.
    pub fn expecting(mut self, values: &[String]) -> anyhow::Result<Self> {
        if let Some(column) = self.event_column().map(str::to_owned) {
            let notes = endpoint::check_values(&self.study, &self.data.cohort, &column, values)?;
            self.notes.extend(notes);
        }
        Ok(self)
    }

    /// The patients in whom models are built: the cohort asked for, else the study's first; all rows of a bare table.
    pub fn training(&self) -> Selection {
        let levels = &self.data.cohort.groups().levels;
        let first = levels.first().filter(|_| levels.len() > 1 && !self.is_bare).cloned();
        Selection { cohort: self.on.cohort.clone().or(first), ..self.on.clone() }
    }

    /// What `--by` means: a column or several, or the study's cohorts if no column is called `cohort`.
    pub fn grouping(&self, by: &str) -> Grouping {
        match self.data.cohort.frame().get(by) {
            None if by == "cohort" => self.aside.clone().map_or(Grouping::Cohort, Grouping::Column),
            None => match split_names(&[by]).as_slice() {
                [one] => Grouping::Column(one.clone()),
                several => Grouping::Crossed(several.to_vec()),
            },
            _ => Grouping::Column(by.to_owned()),
        }
    }

    /// The column of the endpoint's event, where it has one.
    pub fn event_column(&self) -> Option<&str> {
        endpoint::event_column(&self.study, self.on.endpoint.as_deref()?)
    }

    /// The times asked for, or else those of the study.
    pub fn times(&self, asked: &[f64]) -> Vec<f64> {
        if asked.is_empty() { self.study.analysis.times.clone() } else { asked.to_vec() }
    }

    /// The answer to `question`; answers that it builds on are worked out once.
    pub fn ask<Q: Question>(&self, question: Q) -> anyhow::Result<Arc<Q::Answer>> {
        Ok(self.memo.ask(&self.data, question, &Unwatched)?)
    }

    /// The same, told how far it is.
    pub fn ask_watched<Q: Question>(&self, question: Q, watch: &dyn Watch) -> anyhow::Result<Arc<Q::Answer>> {
        Ok(self.memo.ask(&self.data, question, watch)?)
    }

    /// Says what divides the curves of the study's pane, where no `by` divides these.
    pub fn divided(mut self, by: Option<&str>) -> Self {
        let has_features = self.study.images.is_some() || !self.data.cohort.features().is_empty();
        let is_scored = !self.is_bare && has_features && self.plan().rad_score().is_some();
        if by.is_none() && is_scored {
            let divides = Grouping::Column(RAD_GROUP.to_owned()).words();
            self.notes
                .push(format!("one curve of everybody, as --by names nothing; the pane divides them by {divides}"));
        }
        self
    }

    /// Adds to what is to be said.
    pub fn note(&mut self, text: impl Into<String>) {
        self.notes.push(text.into());
    }

    /// What is to be said of the data themselves.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// Writes the script for R of a question that was answered.
    pub fn write_script(&self, output: &Output, question: impl Question) -> anyhow::Result<()> {
        output.refuse_inputs(&self.study.sources(Some(&self.data.cohort)))?;
        let from = ask::Source { study: &self.study, data: &self.data };
        output.write_text(&self.memo.script(&from, &Asked::new(question), &Unwatched)?)
    }

    /// Writes an answer with what is to be said of the data themselves.
    pub fn write<A: Serialize>(
        &self,
        output: &Output,
        answer: &A,
        document: impl FnOnce(&A) -> Document,
    ) -> anyhow::Result<()> {
        output.refuse_inputs(&self.study.sources(Some(&self.data.cohort)))?;
        output.write_with_notes(answer, &self.notes, || document(answer))
    }
}
