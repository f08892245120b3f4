//! Who had the event at each step of a survival curve.

use serde::Serialize;

use super::patients::Patients;
use super::{Answer as Curves, Spec as CurvesSpec, run};
use crate::ask::{Ask, AskError, Dataset, Question, Selection};
use crate::document::{Cell, ColumnSpec, Document, Table};
use crate::study::TimeUnit;
use figures::format;
use watch::Watch;

/// What is asked: the events of these curves.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Spec(pub CurvesSpec);

/// The events, group by group, in the order of time.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Answer {
    /// What the endpoint is called in print.
    pub label: String,
    /// The unit of all times.
    pub unit: TimeUnit,
    /// What divides the curves, in words.
    pub by: Option<String>,
    /// The events.
    pub events: Vec<Event>,
}

/// One patient's event, and the step that the curve makes at it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct Event {
    pub group: String,
    pub time: f64,
    pub id: String,
    /// At risk just before.
    pub n_risk: f64,
    /// The curve after the step.
    pub survival: f64,
}

impl Question for Spec {
    type Answer = Answer;
    const NAME: &'static str = "events of survival curves";

    fn on(&self) -> Option<&Selection> {
        Some(&self.0.on)
    }

    fn run(&self, data: &Dataset, _ask: &dyn Ask, watch: &dyn Watch) -> Result<Answer, AskError> {
        let curves = run(data, &self.0, watch)?;
        let patients = Patients::of(data, &self.0, curves.unit, &mut Vec::new())?;
        let Patients { survival, rows, .. } = &patients;
        let mut events = Vec::new();
        for (code, level) in patients.levels.iter().enumerate() {
            let of_group = patients.of_group(code).filter(|i| survival.event()[*i]);
            let mut of_group: Vec<(f64, usize)> = of_group.map(|i| (survival.time()[i], rows[i])).collect();
            of_group.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            let step = |(time, row): (f64, usize)| event(&curves, level, time, data.cohort.ids()[row].clone());
            events.extend(of_group.into_iter().filter_map(step));
        }
        Ok(Answer { label: curves.label, unit: curves.unit, by: curves.by, events })
    }
}

fn event(curves: &Curves, group: &str, time: f64, id: String) -> Option<Event> {
    let curve = &curves.groups.iter().find(|other| other.group == group)?.curve;
    let at = curve.time.iter().position(|other| *other == time)?;
    Some(Event { group: group.to_owned(), time, id, n_risk: curve.n_risk[at], survival: curve.surv[at] })
}

/// What the table is of, in words.
pub fn heading(answer: &Answer) -> String {
    let by = answer.by.as_ref().map(|by| format!(", by {by}")).unwrap_or_default();
    format!("{} events{by}: {}", format::count(answer.events.len()), answer.label)
}

/// The events as a table.
pub fn table(answer: &Answer) -> Table {
    let mut table = Table::new([
        ColumnSpec::left("Patient"),
        ColumnSpec::left("Group"),
        ColumnSpec::decimal(format!("Time, {}", answer.unit.word())),
        ColumnSpec::decimal("At risk"),
        ColumnSpec::decimal("Survival after"),
    ]);
    for event in &answer.events {
        table.push([
            Cell::text(event.id.clone()),
            Cell::text(event.group.clone()),
            Cell::number(event.time, format::fixed(event.time, 2)),
            Cell::number(event.n_risk, format::chosen_to(event.n_risk, 6)),
            Cell::fixed(event.survival, 3),
        ]);
    }
    table
}

/// The events as a document.
pub fn document(answer: &Answer) -> Document {
    Document::new(heading(answer)).with(table(answer))
}
