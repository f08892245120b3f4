//! Whom the curves are of, group by group.

use survival::kaplan_meier::{Curve, landmark};
use survival::stats::rate::poisson_rate;
use survival::{Groups, Survival};

use super::{Rate, Spec};
use crate::ask::grouping::{Grouped, Grouping, grouped};
use crate::ask::{AskError, Dataset};
use crate::methods::cuminc::causes;
use crate::study::{Endpoint, TimeUnit};
use figures::format;

/// Patients whose follow-up and group are known.
pub(super) struct Patients {
    /// Their follow-up as the curves show it: from the landmark, or with events and censoring changed about.
    pub survival: Survival,
    /// Their rows in the cohort.
    pub rows: Vec<usize>,
    /// The group of each.
    pub codes: Vec<usize>,
    /// Names of the groups; each has patients.
    pub levels: Vec<String>,
    /// What they are called where the grouping is not named beside them.
    pub labels: Vec<String>,
    /// Patients left out whose follow-up or group is not known.
    pub n_dropped: usize,
}

impl Patients {
    /// Those that the question is about.
    pub fn of(data: &Dataset, spec: &Spec, unit: TimeUnit, notes: &mut Vec<String>) -> Result<Self, AskError> {
        let selected = data.select(&spec.on)?;
        let survival = selected.survival.ok_or_else(AskError::no_endpoint)?;
        notes.extend(selected.notes);
        let (survival, rows) = match spec.landmark {
            None => (survival, selected.rows),
            Some(time) => followed_beyond(&survival, &selected.rows, time, unit, notes)?,
        };
        let Grouped { known, codes, levels, labels } = match &spec.by {
            None => Grouped::one(survival.len()),
            Some(by) => grouped(data, by, &rows, notes)?,
        };
        if known.is_empty() {
            return Err(nobody(spec.by.as_ref(), notes));
        }
        let n_dropped = selected.n_dropped + survival.len() - known.len();
        let survival = survival.select(&known);
        let survival = if spec.follow_up { survival.with_events_reversed() } else { survival };
        let rows = known.iter().map(|i| rows[*i]).collect();
        Ok(Self { survival, rows, codes, levels, labels, n_dropped })
    }

    /// Says how many had another event first: the curves count them as censored, as if they could still have this one.
    pub fn ended_otherwise(&self, data: &Dataset, endpoint: &Endpoint) -> Option<String> {
        let of = endpoint.causes.as_ref()?;
        let (names, codes) = causes(data, &of.column, &of.censored, &self.rows).ok()?;
        let had = |code: u32| codes.iter().filter(|other| **other == code).count();
        let counts = names.iter().map(ToString::to_string).zip((1..).map(had));
        let (which, counts): (Vec<String>, Vec<usize>) =
            counts.filter(|(name, n)| *n > 0 && Some(name) != of.own.as_ref()).unzip();
        let n: usize = counts.iter().sum();
        let (patients, count) = if n == 1 { ("patient", "counts") } else { ("patients", "count") };
        (n > 0).then(|| {
            format!(
                "{} {patients} had another event first ({}) and {count} as censored: one minus the curve is no probability \
                 of the event, the cumulative incidence is",
                format::count(n),
                which.join(", ")
            )
        })
    }

    /// The groups as the engine takes them.
    pub fn groups(&self) -> Result<Groups<'_>, AskError> {
        Groups::new(&self.codes, self.levels.len()).map_err(AskError::impossible)
    }

    /// Whether the groups are compared: not where the cut between them was searched.
    pub fn are_compared(&self, spec: &Spec) -> bool {
        self.levels.len() > 1 && !spec.searched
    }

    /// Positions of the patients of the group `code`.
    pub fn of_group(&self, code: usize) -> impl Iterator<Item = usize> {
        (0..self.codes.len()).filter(move |i| self.codes[*i] == code)
    }

    /// Events in the group `code`.
    pub fn events(&self, code: usize) -> usize {
        self.of_group(code).filter(|i| self.survival.event()[*i]).count()
    }

    /// Events over time at risk of the group `code`; none where rows have weights.
    pub fn rate(&self, code: usize) -> Option<Rate> {
        let survival = &self.survival;
        if survival.weights().is_some() {
            return None;
        }
        let begin = |i: usize| survival.entry().map_or(0.0, |entry| entry[i]);
        let person_time: f64 = self.of_group(code).map(|i| survival.time()[i] - begin(i)).sum();
        let found = poisson_rate(self.events(code), person_time, 0.95);
        Some(Rate { person_time, rate: found.rate, lower: found.lower, upper: found.upper })
    }

    /// What to say of curves that fall to 0 while most are still to enter: with late entry few may be at risk at first.
    pub fn emptied(&self, curves: &[Curve], unit: TimeUnit) -> Vec<String> {
        if self.survival.entry().is_none() {
            return Vec::new();
        }
        let one = |(code, curve): (usize, &Curve)| {
            let end = curve.time[curve.surv.iter().position(|s| *s == 0.0)?];
            let later = self.of_group(code).filter(|i| self.survival.time()[*i] > end).count();
            let (label, when, unit) = (&self.labels[code], format::chosen(end), unit.word());
            (later > 0).then(|| {
                format!(
                    "{label}: everybody at risk at {when} {unit} had the event, so the curve is 0 from there although {later} \
                     are followed later; start it where enough are at risk (--landmark T, or --where on the entry)"
                )
            })
        };
        curves.iter().enumerate().filter_map(one).collect()
    }
}

/// Why there is no curve.
fn nobody(by: Option<&Grouping>, notes: &[String]) -> AskError {
    let what = by.map_or_else(|| "follow-up".to_owned(), |by| by.words());
    AskError::Impossible(format!("no patient has a known {what}: {}", notes.join("; ")))
}

/// Those followed beyond `time`, with time counted from it.
fn followed_beyond(
    survival: &Survival,
    rows: &[usize],
    time: f64,
    unit: TimeUnit,
    notes: &mut Vec<String>,
) -> Result<(Survival, Vec<usize>), AskError> {
    let when = format!("{} {}", format::chosen(time), unit.word());
    let kept = landmark(survival, time)
        .map_err(|_| AskError::Impossible(format!("nobody is followed beyond the landmark at {when}")))?;
    notes.push(format!(
        "landmark {when}: {} left out with an event by then, {} censored; time counts from it",
        kept.excluded_events, kept.excluded_censored
    ));
    Ok((kept.data, kept.rows.iter().map(|i| rows[*i]).collect()))
}
