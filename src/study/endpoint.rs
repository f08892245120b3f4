//! Endpoints: from columns of times, events and dates to a time and an event for every patient.

mod building;
mod causes;

use serde::{Deserialize, Serialize};

pub use causes::Causes;

use building::Building;
use tables::Frame;
use tables::problem::{Place, Problem};

use super::spec::{EndpointSource, EndpointSpec, TimeUnit};
use survival::{DataError, Survival};

/// An outcome of every patient of a cohort.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Endpoint {
    /// Its short name (RFS).
    pub name: String,
    /// What is printed (Recurrence-free survival).
    pub label: String,
    /// The unit of `time`.
    pub unit: TimeUnit,
    /// Time from origin to event or end of follow-up, one a patient; NaN is missing.
    pub time: Vec<f64>,
    /// Whether the event happened at that time; `None` is missing.
    pub event: Vec<Option<bool>>,
    /// Which event ended the follow-up, where others compete with this one.
    pub causes: Option<Causes>,
    /// What a reader should know: patients without follow-up, times of zero, follow-up cut.
    pub notes: Vec<String>,
    /// What was taken to mean the event without having been said.
    pub guesses: Vec<String>,
}

const INCOMPLETE: &str = " without time or event";
const AT_ONCE: &str = " with a time of 0";

/// `3 patients without time or event`, or nothing of nobody.
fn counted(n: usize, what: &str) -> Option<String> {
    let patients = if n == 1 { "patient" } else { "patients" };
    (n > 0).then(|| format!("{n} {patients}{what}"))
}

impl Endpoint {
    /// Number of patients, complete or not.
    pub fn len(&self) -> usize {
        self.time.len()
    }

    /// True without patients.
    pub fn is_empty(&self) -> bool {
        self.time.is_empty()
    }

    /// Whether both time and event of patient `i` are known.
    pub fn is_complete(&self, i: usize) -> bool {
        !self.time[i].is_nan() && self.event[i].is_some()
    }

    /// The patients whose time and event are known.
    pub fn complete(&self) -> Vec<usize> {
        (0..self.len()).filter(|&i| self.is_complete(i)).collect()
    }

    /// Number of events among the complete patients of `rows`.
    pub fn n_events(&self, rows: &[usize]) -> usize {
        rows.iter().filter(|&&i| self.is_complete(i) && self.event[i] == Some(true)).count()
    }

    /// The follow-up of those of `rows` that are complete, and which those are.
    pub fn follow_up(&self, rows: &[usize]) -> Result<(Survival, Vec<usize>), DataError> {
        let complete: Vec<usize> = rows.iter().copied().filter(|&i| self.is_complete(i)).collect();
        let time = complete.iter().map(|&i| self.time[i]).collect();
        let event = complete.iter().map(|&i| self.event[i] == Some(true)).collect();
        Ok((Survival::new(time, event)?, complete))
    }

    /// Counts those without time or event again, without the patients of whom nothing is shown.
    pub(super) fn recount(&mut self, hidden: &[bool]) {
        self.notes.retain(|note| !note.ends_with(INCOMPLETE) && !note.ends_with(AT_ONCE));
        let seen: Vec<usize> = (0..self.len()).filter(|&i| !hidden[i]).collect();
        let incomplete = seen.iter().filter(|&&i| !self.is_complete(i)).count();
        let at_once = seen.iter().filter(|&&i| self.time[i] == 0.0).count();
        self.notes.extend(counted(incomplete, INCOMPLETE));
        self.notes.extend(counted(at_once, AT_ONCE));
    }

    /// The patients in `rows`, in that order; notes stay those of the whole cohort.
    pub fn select(&self, rows: &[usize]) -> Self {
        Self {
            name: self.name.clone(),
            label: self.label.clone(),
            unit: self.unit,
            time: rows.iter().map(|&i| self.time[i]).collect(),
            event: rows.iter().map(|&i| self.event[i]).collect(),
            causes: self.causes.clone(),
            notes: self.notes.clone(),
            guesses: self.guesses.clone(),
        }
    }
}

impl EndpointSpec {
    /// The endpoint of every row of `frame`. `ids` are the patients' names and `setting` gives the place where a part
    /// of this specification (`time`, `event`, `origin`) is written.
    ///
    /// Times that cannot be (negative, an event before its origin) and events that are neither yes nor no are errors
    /// that name the row; the endpoint is `None` when a column is missing or of the wrong type.
    pub fn build(
        &self,
        frame: &Frame,
        ids: &[String],
        setting: &dyn Fn(&str) -> Place,
    ) -> (Option<Endpoint>, Vec<Problem>) {
        let mut build = Building::new(self, frame, ids, setting);
        let outcome = match &self.source {
            EndpointSource::Times { time, unit, event } => build.of_times(time, *unit, event),
            EndpointSource::Dates { origin, events, last_contact, cut_off } => {
                build.of_dates(origin, events, last_contact.as_deref(), *cut_off)
            }
            EndpointSource::Interval { origin, end, event, cut_off } => build.of_interval(origin, end, event, *cut_off),
        };
        let endpoint = outcome.map(|(time, event)| build.finish(time, event));
        (endpoint, build.into_problems())
    }
}
