//! Endpoints of a bare table that has dates: origin, events, last contact.

use tables::{Column, Frame, Kind};

use super::Roles;
use super::words::{event_stem, label, outcome, words};
use crate::study::spec::{EndpointSource, EndpointSpec, EventSpec, TimeUnit};

const ORIGIN: [&str; 14] = [
    "origin",
    "surgery",
    "operation",
    "resection",
    "diagnosis",
    "dx",
    "treatment",
    "start",
    "randomisation",
    "randomization",
    "baseline",
    "enrolment",
    "enrollment",
    "inclusion",
];
const LAST: [&str; 8] = ["last", "follow", "followup", "fu", "contact", "censor", "censoring", "seen"];

impl Roles {
    /// A date of origin, dates of events, and a date of last contact make endpoints where no times did.
    pub(super) fn guess_dated_outcomes(&mut self, frame: &Frame) {
        let dates: Vec<&Column> = frame.columns().filter(|c| c.kind() == Kind::Date).collect();
        let called = |wanted: &[&str]| {
            let is = |c: &&&Column| words(&c.name).iter().any(|w| wanted.contains(&w.as_str()));
            dates.iter().find(is).copied()
        };
        let (Some(origin), Some(last)) = (called(&ORIGIN), called(&LAST)) else { return };
        let stems = dates.iter().filter_map(|c| Some((*c, words(&c.name).iter().find_map(|w| outcome_of_event(w))?)));
        let mut dated: Vec<(&Column, &str)> =
            stems.filter(|(c, _)| c.name != origin.name && c.name != last.name).collect();
        dated.sort_by_key(|(_, stem)| *stem == "OS");
        let death = dated.iter().find(|(_, stem)| *stem == "OS").map(|(c, _)| c.name.clone());
        for (column, stem) in dated {
            // Free of recurrence, progression or disease also means alive.
            let mut events = vec![column.name.clone()];
            events.extend(death.clone().filter(|d| stem.ends_with("FS") && *d != column.name));
            let last_contact = Some(last.name.clone());
            let source = EndpointSource::Dates { origin: origin.name.clone(), events, last_contact, cut_off: None };
            self.add_dated(stem, source);
        }
        if self.endpoints.is_empty() {
            let status = |c: &&Column| {
                c.values.levels_within(2).is_some_and(|levels| levels == ["0", "1"]) && event_stem(&c.name).is_some()
            };
            if let Some(event) = frame.columns().find(status) {
                let stem = event_stem(&event.name).filter(|s| !s.is_empty()).unwrap_or_else(|| "outcome".to_owned());
                let event = EventSpec { column: event.name.clone(), is: Vec::new() };
                let (origin, end) = (origin.name.clone(), last.name.clone());
                self.add_dated(&stem, EndpointSource::Interval { origin, end, event, cut_off: None });
            }
        }
    }

    fn add_dated(&mut self, name: &str, source: EndpointSource) {
        if self.endpoints.iter().any(|e| e.name == name) {
            return;
        }
        self.because(format!("endpoints.{name}.origin"), "the names of the dates");
        let label = label(name).map(str::to_owned);
        self.endpoints.push(EndpointSpec {
            name: name.to_owned(),
            label,
            source,
            show: TimeUnit::Months,
            causes: None,
        });
    }
}

/// Single letters are too little to call a date an event by.
fn outcome_of_event(word: &str) -> Option<&'static str> {
    if word == "dod" { Some("OS") } else { outcome(word).filter(|_| word.len() > 1) }
}
