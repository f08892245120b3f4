//! Who had which of the events that compete.

use serde::Serialize;

use super::{Spec as CurvesSpec, causes};
use crate::ask::grouping::{Grouped, Grouping, grouped};
use crate::ask::{Ask, AskError, Dataset, Question, Selection};
use crate::document::{Cell, ColumnSpec, Document, Table};
use crate::study::TimeUnit;
use figures::format;
use watch::Watch;

/// What is asked: the events behind these incidences.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Spec(pub CurvesSpec);

/// The events, cause by cause and group by group, in the order of time.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Answer {
    /// What divides the curves, in words.
    pub by: Option<String>,
    /// The unit of all times.
    pub unit: TimeUnit,
    /// The events.
    pub events: Vec<Event>,
}

/// The event that ended a patient's follow-up.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct Event {
    pub cause: String,
    pub group: String,
    pub time: f64,
    pub id: String,
}

impl Question for Spec {
    type Answer = Answer;
    const NAME: &'static str = "who had which event";

    fn on(&self) -> Option<&Selection> {
        Some(&self.0.on)
    }

    fn run(&self, data: &Dataset, _ask: &dyn Ask, _watch: &dyn Watch) -> Result<Answer, AskError> {
        let spec = &self.0;
        let unit = data.endpoint_of(&spec.on)?.unit;
        let selected = data.select(&spec.on)?;
        let survival = selected.survival.ok_or_else(AskError::no_endpoint)?;
        let Grouped { known, codes, labels, .. } = match &spec.by {
            None => Grouped::one(survival.len()),
            Some(by) => grouped(data, by, &selected.rows, &mut Vec::new())?,
        };
        let rows: Vec<usize> = known.iter().map(|i| selected.rows[*i]).collect();
        let (names, cause) = causes(data, &spec.column, &spec.censored, &rows)?;
        let mut ended: Vec<usize> = (0..rows.len()).filter(|i| cause[*i] > 0).collect();
        let time = |i: usize| survival.time()[known[i]];
        ended.sort_by(|a, b| {
            (cause[*a], codes[*a]).cmp(&(cause[*b], codes[*b])).then(time(*a).total_cmp(&time(*b))).then(a.cmp(b))
        });
        let event = |i: usize| Event {
            cause: names[cause[i] as usize - 1].to_string(),
            group: labels[codes[i]].clone(),
            time: time(i),
            id: data.cohort.ids()[rows[i]].clone(),
        };
        let by = spec.by.as_ref().map(Grouping::words);
        Ok(Answer { by, unit, events: ended.into_iter().map(event).collect() })
    }
}

/// What the table is of, in words: `65 events of competing causes, by Rad-score: recurrence 54, death 11`.
pub fn heading(answer: &Answer) -> String {
    let by = answer.by.as_ref().map(|by| format!(", by {by}")).unwrap_or_default();
    let mut counts: Vec<(&str, usize)> = Vec::new();
    for event in &answer.events {
        match counts.last_mut() {
            Some((cause, n)) if *cause == event.cause => *n += 1,
            _ => counts.push((&event.cause, 1)),
        }
    }
    let counted: Vec<String> = counts.iter().map(|(cause, n)| format!("{cause} {}", format::count(*n))).collect();
    format!("{} events{by}: {}", format::count(answer.events.len()), counted.join(", "))
}

/// The events as a table.
pub fn table(answer: &Answer) -> Table {
    let mut table = Table::new([
        ColumnSpec::left("Patient"),
        ColumnSpec::left("Event"),
        ColumnSpec::left("Group"),
        ColumnSpec::decimal(format!("Time, {}", answer.unit.word())),
    ]);
    for event in &answer.events {
        table.push([
            Cell::text(event.id.clone()),
            Cell::text(event.cause.clone()),
            Cell::text(event.group.clone()),
            Cell::number(event.time, format::fixed(event.time, 2)),
        ]);
    }
    table
}

/// The events as a document.
pub fn document(answer: &Answer) -> Document {
    Document::new(heading(answer)).with(table(answer))
}
