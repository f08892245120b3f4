//! Endpoints of a bare table: times and events that belong together.

use tables::{Column, Frame, Kind};

use super::Roles;
use super::marks::is_censoring;
use super::meaning::Meaning;
use super::words::{self, event_stem, label, time_stem};
use crate::study::spec::{EndpointSource, EndpointSpec, EventSpec, Role, TimeUnit, UNANSWERED};

impl Roles {
    pub(super) fn guess_outcomes(&mut self, frame: &Frame) {
        // Names first: only columns of such names are looked through.
        let named = |stem: fn(&str) -> Option<String>| frame.columns().filter_map(move |c| Some((c, stem(&c.name)?)));
        let events: Vec<(&Column, String)> = named(event_stem).filter(|(c, _)| Meaning::is_possible(c)).collect();
        let named_times: Vec<(&Column, String)> = named(time_stem).filter(|(c, _)| is_time(c)).collect();
        for (time, stem) in &named_times {
            let same = events.iter().filter(|(_, s)| s == stem).map(|(event, _)| *event).next();
            // The only time and the only event of a table belong together, unless their names say otherwise.
            let is_only = named_times.len() == 1 && events.len() == 1 && (stem.is_empty() || events[0].1.is_empty());
            let only = if is_only { Some(events[0].0) } else { None };
            let Some(event) = same.or(only) else { continue };
            let stem = if stem.is_empty() { event_stem(&event.name).unwrap_or_default() } else { stem.clone() };
            let name = if stem.is_empty() { "outcome".to_owned() } else { stem };
            if !self.endpoints.iter().any(|e| e.name == name) {
                self.add_endpoint(name, time, event);
            }
        }
        self.guess_dated_outcomes(frame);
        if self.endpoints.is_empty() {
            let candidates = |columns: Vec<&Column>| columns.iter().map(|c| c.name.clone()).collect();
            let mut by_name: Vec<&Column> = frame.columns().filter(|c| is_time(c)).collect();
            by_name.sort_by_key(|c| time_stem(&c.name).is_none());
            self.ask(Role::Time, "Which column is the follow-up time?", candidates(by_name));
            // A status of several words may hold the event, if its name says so.
            let few = |c: &Column| {
                c.kind() == Kind::Category && c.values.levels_within(8).is_some_and(|levels| levels.len() >= 2)
            };
            let may_be = |c: &&Column| Meaning::is_possible(c) || event_stem(&c.name).is_some() && few(c);
            let mut binary: Vec<&Column> = frame.columns().filter(may_be).collect();
            binary.sort_by_key(|c| (event_stem(&c.name).is_none(), c.factor().levels.len()));
            self.ask(Role::Event, "Which column says whether the event happened?", candidates(binary));
        }
    }

    /// The roles of one column of times and one of events.
    pub fn of_outcome(time: &Column, event: &Column) -> Self {
        let mut roles = Self::default();
        roles.add_endpoint("outcome".to_owned(), time, event);
        roles
    }

    fn add_endpoint(&mut self, name: String, time: &Column, event: &Column) {
        let key = format!("endpoints.{name}");
        let is = self.event_value(&key, event);
        self.because(format!("{key}.time"), "the names of time and event");
        let unit = self.guess_unit(&key, time);
        let source = EndpointSource::Times {
            time: time.name.clone(),
            unit,
            event: EventSpec { column: event.name.clone(), is },
        };
        let show = if unit == TimeUnit::Days { TimeUnit::Months } else { unit };
        self.endpoints.push(EndpointSpec { label: label(&name).map(str::to_owned), name, source, show, causes: None });
    }

    /// The values that mean the event: none where 1 or true does, the one whose word says so, or what is to be asked.
    fn event_value(&mut self, key: &str, event: &Column) -> Vec<String> {
        let meaning = match Meaning::of(event) {
            Meaning::Plain if is_censoring(&event.name) => {
                Meaning::Open("Its name says that it may mark the censored.", event.factor().levels)
            }
            meaning => meaning,
        };
        let levels = event.factor().levels.join(", ");
        match meaning {
            Meaning::Plain => Vec::new(),
            Meaning::Word(word) => {
                self.because(format!("{key}.event_is"), format!("{} holds {levels}", event.name));
                vec![word]
            }
            Meaning::Open(why, candidates) => {
                self.because(format!("{key}.event_is"), format!("{} holds {levels}. {why}", event.name));
                let text = format!("Which value of {} means the event? {why}", event.name);
                self.ask(Role::EventValue, text.trim_end(), candidates);
                vec![UNANSWERED.to_owned()]
            }
        }
    }

    fn guess_unit(&mut self, key: &str, time: &Column) -> TimeUnit {
        let GuessedUnit { unit, why, .. } = GuessedUnit::of(time);
        let longest = longest(time);
        let said = why == UNIT_IN_NAME;
        self.because(format!("{key}.unit"), why);
        if !said && longest <= CERTAINLY_DAYS {
            let mut units: Vec<String> = TimeUnit::WORDS.iter().map(|(word, _)| (*word).to_owned()).collect();
            units.sort_by_key(|word| word != unit.word());
            let text = format!("In which unit is {}? Its longest value is {longest}.", time.name);
            self.ask(Role::TimeUnit, text, units);
        }
        unit
    }
}

const UNIT_IN_NAME: &str = "the name of the time column";

/// No follow-up is so long in another unit.
const CERTAINLY_DAYS: f64 = 400.0;

/// How the reason of a guess begins that has nothing but the longest time to go by.
const BY_LENGTH: &str = "the longest time";

/// The unit that a column of times seems to be in.
pub struct GuessedUnit {
    /// The unit.
    pub unit: TimeUnit,
    /// Why, in words.
    pub why: String,
    /// Whether there was nothing but the longest time to go by.
    pub by_length: bool,
}

impl GuessedUnit {
    /// By the column's name, or its longest value.
    pub fn of(time: &Column) -> Self {
        if let Some(unit) = time.unit.as_deref().and_then(words::unit).or_else(|| words::unit(&time.name)) {
            return Self { unit, why: UNIT_IN_NAME.to_owned(), by_length: false };
        }
        let longest = longest(time);
        let whole = time.numbers().unwrap_or_default().iter().all(|x| x.is_nan() || x.fract() == 0.0);
        let (unit, why) = match longest {
            x if x > CERTAINLY_DAYS => (TimeUnit::Days, "so long a time can only be days"),
            x if x > 40.0 => (if whole && x > 240.0 { TimeUnit::Days } else { TimeUnit::Months }, BY_LENGTH),
            _ if whole => (TimeUnit::Months, BY_LENGTH),
            x if x <= 15.0 => (TimeUnit::Years, BY_LENGTH),
            _ => (TimeUnit::Months, BY_LENGTH),
        };
        Self { unit, why: format!("{why}: {longest}"), by_length: why == BY_LENGTH }
    }
}

/// The longest time.
fn longest(time: &Column) -> f64 {
    let numbers = time.numbers().unwrap_or_default();
    numbers.iter().copied().filter(|x| !x.is_nan()).fold(0.0, f64::max)
}

/// Numbers that may be times: none negative, more than a few different ones.
fn is_time(column: &Column) -> bool {
    let Some(numbers) = column.numbers() else { return false };
    let valid = numbers.iter().filter(|x| **x >= 0.0).count();
    // A slip of sign should not hide the column.
    10 * valid >= 9 * numbers.iter().filter(|x| !x.is_nan()).count() && column.values.levels_within(2).is_none()
}
