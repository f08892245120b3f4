//! Endpoints and cohorts.

use serde::{Deserialize, Serialize};

pub use figures::TimeUnit;

/// An outcome: a time and whether the event happened then.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EndpointSpec {
    /// Its short name (RFS).
    pub name: String,
    /// What is printed (Recurrence-free survival).
    pub label: Option<String>,
    /// Where time and event come from.
    pub source: EndpointSource,
    /// The unit in which times are computed, shown and asked for.
    pub show: TimeUnit,
    /// Which event it was, where others compete with the endpoint's.
    pub causes: Option<CauseSpec>,
}

/// A column that says which of several events ended the follow-up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CauseSpec {
    /// The column.
    pub column: String,
    /// Its value for those without any event.
    pub censored: String,
}

/// Where an endpoint's time and event come from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum EndpointSource {
    /// A column of times and a column that says whether the event happened then.
    Times {
        /// The column of times.
        time: String,
        /// Its unit.
        unit: TimeUnit,
        /// The event.
        event: EventSpec,
    },
    /// From a date of origin to the first of several events, else to the last contact.
    Dates {
        /// The column with the date of origin.
        origin: String,
        /// Columns with the dates of events; the earliest counts. Empty cells are no event.
        events: Vec<String>,
        /// The column with the date of the last contact; if there is none, everybody is followed to the cut-off.
        last_contact: Option<String>,
        /// Follow-up after this date (days since 1970-01-01) is not used.
        cut_off: Option<i32>,
    },
    /// From a date of origin to a date of end, and a column that says whether the event happened then.
    Interval {
        /// The column with the date of origin.
        origin: String,
        /// The column with the date at which follow-up ended.
        end: String,
        /// The event.
        event: EventSpec,
        /// Follow-up after this date (days since 1970-01-01) is not used.
        cut_off: Option<i32>,
    },
}

/// A column that says whether the event happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EventSpec {
    /// The column.
    pub column: String,
    /// The values that mean the event; if empty, 1 or true is the event and 0 or false is none.
    pub is: Vec<String>,
}

/// How patients divide into the cohort in which models are built and those in which they are validated.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum CohortSpec {
    /// Everybody in one cohort.
    One,
    /// A column says so; the first name is the cohort in which models are built.
    Column {
        /// The column.
        column: String,
        /// Its values in order, with the name to show for each.
        names: Vec<CohortName>,
    },
    /// A random split, stratified, of one centre or of everybody; other centres are external.
    Split(SplitSpec),
}

/// A value of the cohort column and what that cohort is called.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CohortName {
    /// The value in the table.
    pub value: String,
    /// The name shown.
    pub name: String,
}

/// A seeded random split into a training and an internal validation cohort.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SplitSpec {
    /// Share of patients in the training cohort, 0 < fraction < 1; the number is rounded down.
    pub fraction: f64,
    /// Seed of the split.
    pub seed: u64,
    /// Columns or endpoints (by their event) whose levels are shared out evenly.
    pub stratify: Vec<String>,
    /// The column that names the centre, if only one centre is split.
    pub centre: Option<String>,
    /// The centre that is split; the others are external.
    pub development: Option<String>,
}

impl EndpointSource {
    /// The column with the date from which time is counted, where dates are given.
    pub fn origin(&self) -> Option<&str> {
        match self {
            Self::Times { .. } => None,
            Self::Dates { origin, .. } | Self::Interval { origin, .. } => Some(origin),
        }
    }
}

impl EndpointSpec {
    /// What is printed: the label, else the name.
    pub fn label(&self) -> &str {
        self.label.as_deref().unwrap_or(&self.name)
    }

    /// The columns it is computed from, in the order in which they are asked for in a study file.
    pub fn columns(&self) -> Vec<&str> {
        let mut columns: Vec<&str> = match &self.source {
            EndpointSource::Times { time, event, .. } => vec![time, &event.column],
            EndpointSource::Dates { origin, events, last_contact, .. } => {
                let events = events.iter().map(String::as_str);
                std::iter::once(origin.as_str()).chain(events).chain(last_contact.as_deref()).collect()
            }
            EndpointSource::Interval { origin, end, event, .. } => vec![origin, end, &event.column],
        };
        let cause = self.causes.iter().map(|c| c.column.as_str()).filter(|name| !columns.contains(name));
        let cause: Vec<&str> = cause.collect();
        columns.extend(cause);
        columns
    }
}
