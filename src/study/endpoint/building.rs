//! How an endpoint is built from columns: each row's time and event, and what is wrong with them.

mod questions;

use std::collections::HashMap;

use tables::problem::{Place, Problem};
use tables::{Column, Frame, Kind, Unread, Values, date};

use super::{AT_ONCE, Endpoint, INCOMPLETE, counted};
use crate::study::roles::marks;
use crate::study::roles::meaning::{Meaning, plain};
use crate::study::spec::{EndpointSpec, EventSpec, TimeUnit, UNANSWERED};

pub(super) type Outcome = (Vec<f64>, Vec<Option<bool>>);

/// At most so many rows are named one by one for the same fault.
const NAMED_ROWS: usize = 3;

/// An endpoint under construction.
pub(super) struct Building<'b> {
    spec: &'b EndpointSpec,
    pub frame: &'b Frame,
    ids: &'b [String],
    setting: &'b dyn Fn(&str) -> Place,
    pub problems: Vec<Problem>,
    notes: Vec<String>,
    guesses: Vec<String>,
}

impl<'b> Building<'b> {
    pub fn new(
        spec: &'b EndpointSpec,
        frame: &'b Frame,
        ids: &'b [String],
        setting: &'b dyn Fn(&str) -> Place,
    ) -> Self {
        Self { spec, frame, ids, setting, problems: Vec::new(), notes: Vec::new(), guesses: Vec::new() }
    }

    /// Name of the endpoint.
    pub fn spec_name(&self) -> &str {
        &self.spec.name
    }

    pub fn into_problems(self) -> Vec<Problem> {
        self.problems
    }

    pub fn finish(&mut self, time: Vec<f64>, event: Vec<Option<bool>>) -> Endpoint {
        let mut notes = std::mem::take(&mut self.notes);
        let incomplete = time.iter().zip(&event).filter(|(t, e)| t.is_nan() || e.is_none()).count();
        notes.extend(counted(incomplete, INCOMPLETE));
        notes.extend(counted(time.iter().filter(|t| **t == 0.0).count(), AT_ONCE));
        self.look_at_the_unit(&time);
        let spec = self.spec;
        let causes = spec.causes.as_ref().and_then(|causes| self.causes(causes, &event));
        Endpoint {
            name: self.spec.name.clone(),
            label: self.spec.label().to_owned(),
            unit: self.spec.show,
            time,
            event,
            causes,
            notes,
            guesses: std::mem::take(&mut self.guesses),
        }
    }

    /// A follow-up of more than 60 years is in another unit than said.
    fn look_at_the_unit(&mut self, time: &[f64]) {
        let Some(at) = (0..time.len()).filter(|&i| !time[i].is_nan()).max_by(|&a, &b| time[a].total_cmp(&time[b]))
        else {
            return;
        };
        let longest = time[at];
        let years = self.spec.show.convert(longest, TimeUnit::Years);
        if years > 60.0 {
            let said = self.spec.show;
            let shown = if longest.fract() == 0.0 { longest.to_string() } else { format!("{longest:.1}") };
            let row = self.frame.row_id(at).row;
            let who = self.ids.get(at).map_or_else(String::new, |id| format!("patient {id}, "));
            let message = format!(
                "endpoint {}: the longest follow-up is {years:.0} years ({shown} {}; {who}row {row})",
                self.spec.name,
                said.word()
            );
            let remedy = "is the unit of the time column right, or the date? `unit` says in what times are written";
            self.problems.push(Problem::warning((self.setting)("unit"), message).remedy(remedy));
        }
    }

    /// A last date that stands years after all others is probably a slip.
    fn look_at_the_latest(&mut self, (column, dates): Dated<'_>) {
        let mut days: Vec<(i32, usize)> = dates.iter().enumerate().filter_map(|(i, day)| Some(((*day)?, i))).collect();
        days.sort_unstable();
        let [.., (before, _), (last, at)] = days[..] else { return };
        if last - before > 2 * 365 && days.len() >= 10 {
            let place = self.frame.place_of(at).field(&column.name);
            let place = self.ids.get(at).map_or_else(|| place.clone(), |id| place.clone().patient(id));
            let years = f64::from(last - before) / 365.25;
            let message = format!(
                "{} lies {years:.0} years after the last date of all others, {}: is it right?",
                date::iso(last),
                date::iso(before)
            );
            let remedy = "correct it, or end follow-up with `cut_off`";
            self.problems.push(Problem::warning(place, message).remedy(remedy));
        }
    }

    pub fn of_times(&mut self, time: &str, unit: TimeUnit, event: &EventSpec) -> Option<Outcome> {
        let column = self.column("time", time, Kind::Number);
        let happened = self.events(event);
        let column = column?;
        self.unread(column, |text| format!("{text} is not a time"));
        let times = column.numbers()?;
        self.each_row(column, |i| (times[i] < 0.0).then(|| format!("time {} is negative", times[i])));
        let time = times.iter().map(|&t| if t < 0.0 { f64::NAN } else { unit.convert(t, self.spec.show) }).collect();
        Some((time, happened?))
    }

    pub fn of_dates(
        &mut self,
        origin: &str,
        events: &[String],
        last_contact: Option<&str>,
        cut_off: Option<i32>,
    ) -> Option<Outcome> {
        let origin = self.dates("origin", origin);
        let events: Vec<_> = events.iter().map(|name| self.dates("event_date", name)).collect();
        let last_contact = last_contact.map(|name| self.dates("last_contact", name));
        let origin = origin?;
        let events = events.into_iter().collect::<Option<Vec<_>>>()?;
        let last_contact = match last_contact {
            Some(found) => Some(found?),
            None => None,
        };
        for (column, dates) in events.iter().chain(&last_contact) {
            self.not_before(origin, (column, dates));
        }
        if let (Some(dated), None) = (last_contact, cut_off) {
            self.look_at_the_latest(dated);
        }
        let earliest = |i: usize| events.iter().filter_map(|(_, dates)| dates[i]).min();
        let mut cut = 0;
        let rows = (0..self.frame.len()).map(|i| {
            let start = origin.1[i]?;
            let contact = match &last_contact {
                Some((_, dates)) => dates[i],
                None => cut_off,
            };
            let (end, event) = match earliest(i) {
                Some(day) => (day, true),
                None => (contact?, false),
            };
            followed(start, end, event, cut_off, &mut cut)
        });
        let rows = rows.collect();
        Some(self.outcome_of_days(origin, rows, cut, cut_off))
    }

    pub fn of_interval(&mut self, origin: &str, end: &str, event: &EventSpec, cut_off: Option<i32>) -> Option<Outcome> {
        let origin = self.dates("origin", origin);
        let end = self.dates("end", end);
        let happened = self.events(event);
        let (origin, end, happened) = (origin?, end?, happened?);
        self.not_before(origin, end);
        if cut_off.is_none() {
            self.look_at_the_latest(end);
        }
        let mut cut = 0;
        let rows =
            (0..self.frame.len()).map(|i| followed(origin.1[i]?, end.1[i]?, happened[i]?, cut_off, &mut cut)).collect();
        Some(self.outcome_of_days(origin, rows, cut, cut_off))
    }

    fn outcome_of_days(
        &mut self,
        origin: Dated<'_>,
        rows: Vec<Option<(i32, bool)>>,
        cut: usize,
        cut_off: Option<i32>,
    ) -> Outcome {
        if let Some(cut_off) = cut_off {
            let late = |i: usize| origin.1[i].filter(|day| *day > cut_off);
            let day = date::iso(cut_off);
            self.each_row(origin.0, |i| {
                late(i).map(|o| format!("the origin {} is after the cut-off {day}", date::iso(o)))
            });
            if cut > 0 {
                self.notes.push(format!("follow-up of {cut} {} cut at {day}", patients(cut)));
            }
        }
        let time = |row: &Option<(i32, bool)>| match row {
            Some((days, _)) => TimeUnit::Days.convert(f64::from(*days), self.spec.show),
            None => f64::NAN,
        };
        (rows.iter().map(time).collect(), rows.iter().map(|row| row.map(|(_, event)| event)).collect())
    }

    fn not_before(&mut self, origin: Dated<'_>, (column, dates): Dated<'_>) {
        self.each_row(column, |i| {
            let (start, day) = (origin.1[i]?, dates[i]?);
            let (start_shown, day_shown) = (date::iso(start), date::iso(day));
            (day < start).then(|| format!("{day_shown} is before the origin {start_shown} ({})", origin.0.name))
        });
    }

    /// Whether the event happened, by row.
    fn events(&mut self, spec: &EventSpec) -> Option<Vec<Option<bool>>> {
        let happened = self.events_said(spec)?;
        self.refuse_events_alone(&spec.column, &happened)?;
        Some(happened)
    }

    fn events_said(&mut self, spec: &EventSpec) -> Option<Vec<Option<bool>>> {
        let column = match self.frame.column(&spec.column) {
            Ok(column) => column,
            Err(unknown) => {
                self.problems.push(self.unknown("event", unknown));
                return None;
            }
        };
        if spec.is.iter().any(|value| value == UNANSWERED) {
            self.ask_event_value(column);
            return None;
        }
        if !spec.is.is_empty() {
            self.refuse_suspects(column, &spec.is)?;
            return Some(self.events_named(column, &spec.is));
        }
        match Meaning::of(column) {
            Meaning::Word(word) => {
                let levels = few(&column.factor().levels);
                let option = "event_is, --event-is, says otherwise";
                self.guesses
                    .push(format!("{word} is taken for the event in {}, which holds {levels} ({option})", column.name));
                Some(self.events_named(column, &[word]))
            }
            Meaning::Open(..) if !is_mostly_plain(column) => {
                self.ask_event_value(column);
                None
            }
            _ => self.events_plain(column),
        }
    }

    /// Events written as 1 and 0, true and false. A value that is neither is an error of its row.
    fn events_plain(&mut self, column: &Column) -> Option<Vec<Option<bool>>> {
        self.refuse_suspects(column, &[])?;
        let factor = column.factor();
        let said: Vec<Option<bool>> = factor.levels.iter().map(|level| plain(level)).collect();
        let read = |i: usize| factor.codes[i].map(|code| (said[code as usize], &factor.levels[code as usize]));
        let neither = |text: &str| format!("event {text} is neither 1 nor 0 (true nor false)");
        self.unread(column, neither);
        let before = self.problems.len();
        self.each_row(column, |i| match read(i)? {
            (None, text) => Some(neither(text)),
            _ => None,
        });
        if let Some(last) = self.problems[before..].last_mut() {
            let remedy = "correct it, or say which values mean the event: `event_is` (--event-is VALUE on a table)";
            last.remedy = Some(remedy.to_owned());
        }
        if marks::is_censoring(&column.name) {
            self.guesses.push(format!(
                "1 is taken for the event in {}, whose name may say that 1 marks the censored (event_is = 0, --event-is 0, says so)",
                column.name
            ));
        }
        Some((0..factor.codes.len()).map(|i| read(i)?.0).collect())
    }

    fn events_named(&mut self, column: &Column, is: &[String]) -> Vec<Option<bool>> {
        let levels = column.factor();
        for wanted in is.iter().filter(|w| !levels.levels.iter().any(|l| same_value(l, w))) {
            let message = format!("endpoint {}: no row of {} holds {wanted}", self.spec.name, column.name);
            let problem = Problem::warning((self.setting)("event_is"), message);
            self.problems.push(problem.remedy(format!("its values are {}", few(&levels.levels))));
        }
        let is_event: Vec<bool> = levels.levels.iter().map(|l| is.iter().any(|w| same_value(l, w))).collect();
        levels.codes.iter().map(|code| code.map(|c| is_event[c as usize])).collect()
    }

    fn dates(&mut self, part: &str, name: &str) -> Option<Dated<'b>> {
        let column = self.column(part, name, Kind::Date)?;
        self.unread(column, |text| format!("{text} is not a date"));
        match &column.values {
            Values::Date(dates) => Some((column, dates)),
            _ => None,
        }
    }

    /// The column, if it exists and is of the type that is needed.
    fn column(&mut self, part: &str, name: &str, kind: Kind) -> Option<&'b Column> {
        match self.frame.column(name) {
            // A column without any value has no type of its own.
            Ok(column) if column.kind() == kind => Some(column),
            Ok(column) => {
                let Self { spec, setting, .. } = self;
                let message =
                    format!("endpoint {}: {name} should hold {kind}s, and holds {}", spec.name, column.kind());
                let problem = Problem::error(setting(part), message).remedy(column.guess.reason.clone());
                self.problems.push(problem);
                None
            }
            Err(unknown) => {
                self.problems.push(self.unknown(part, unknown));
                None
            }
        }
    }

    pub fn unknown(&self, part: &str, unknown: tables::UnknownColumn) -> Problem {
        if unknown.doubt.is_some() {
            return unknown.problem((self.setting)(part), "");
        }
        let problem = Problem::error(
            (self.setting)(part),
            format!("endpoint {}: no column {} in the table", self.spec.name, unknown.name),
        );
        Problem { remedy: unknown.nearest, ..problem }
    }

    /// Cells of an endpoint that do not fit their column are errors, for elsewhere they count as missing.
    fn unread(&mut self, column: &Column, fault: impl Fn(&str) -> String) {
        if column.unread.is_empty() {
            return;
        }
        let frame = self.frame;
        let by_row: HashMap<usize, &Unread> = column.unread.iter().rev().map(|cell| (cell.row, cell)).collect();
        self.each_row(column, |i| by_row.get(&(frame.row_id(i).row as usize)).map(|cell| fault(&cell.text)));
    }

    pub fn each_row(&mut self, column: &Column, fault: impl Fn(usize) -> Option<String>) {
        let faults: Vec<(usize, String)> =
            (0..self.frame.len()).filter_map(|i| fault(i).map(|message| (i, message))).collect();
        for (i, message) in faults.iter().take(NAMED_ROWS) {
            let place = self.frame.place_of(*i).field(&column.name);
            let place = match self.ids.get(*i) {
                Some(id) => place.patient(id),
                None => place,
            };
            self.problems.push(Problem::error(place, message.clone()));
        }
        if faults.len() > NAMED_ROWS {
            let message = format!("{} more rows like these", faults.len() - NAMED_ROWS);
            self.problems.push(Problem::error(self.frame.place().field(&column.name), message));
        }
    }
}

type Dated<'b> = (&'b Column, &'b Vec<Option<i32>>);

/// Days and event of one patient, cut at the cut-off; `None` if follow-up would end before it starts.
fn followed(start: i32, end: i32, event: bool, cut_off: Option<i32>, cut: &mut usize) -> Option<(i32, bool)> {
    let (end, event) = match cut_off {
        Some(cut_off) if end > cut_off => {
            *cut += 1;
            (cut_off, false)
        }
        _ => (end, event),
    };
    (end >= start).then_some((end - start, event))
}

/// Whether two texts are the same value: numbers by size.
fn same_value(text: &str, wanted: &str) -> bool {
    text == wanted || matches!((text.parse::<f64>(), wanted.parse::<f64>()), (Ok(a), Ok(b)) if a == b)
}

/// Whether the values are 1 and 0, true and false, but for slips, each an error of its row. 0, 1, 2 are several causes.
fn is_mostly_plain(column: &Column) -> bool {
    let levels = column.factor().levels;
    let said: Vec<bool> = levels.iter().filter_map(|level| plain(level)).collect();
    let is_run = levels.iter().enumerate().all(|(k, level)| *level == k.to_string());
    let may_be_causes = is_run && (3..=6).contains(&levels.len());
    let may_be_inverted = marks::is_censored(&column.name) || marks::is_alive(&column.name);
    said.contains(&true) && said.contains(&false) && !may_be_causes && !may_be_inverted
}

fn patients(n: usize) -> &'static str {
    if n == 1 { "patient" } else { "patients" }
}

fn few(levels: &[String]) -> String {
    match levels.len() {
        0..=8 => levels.join(", "),
        n => format!("{} and {} more", levels[..8].join(", "), n - 8),
    }
}
