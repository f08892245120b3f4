//! The times at which predictions are judged, and of whom it is known then whether the event has happened.

use serde::Serialize;

use super::model;
use crate::ask::{AskError, Dataset, Selection};
use figures::format;
use survival::Survival;
use survival::stats::describe::quantile;

/// With fewer cases, or fewer controls, neither an AUC over time nor a reclassification is shown: their limits mean nothing.
const LEAST_CASES: usize = 5;

/// The last words of what is said of too few cases or controls.
pub const TOO_FEW: &str = "too few to judge by";

/// What is known of patients at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Status {
    /// Patients with the event by then.
    pub cases: usize,
    /// Patients followed beyond then.
    pub controls: usize,
    /// Patients censored before.
    pub censored: usize,
}

impl Status {
    /// That of the patients of `survival` at `time`.
    pub fn at(survival: &Survival, time: f64) -> Self {
        let mut status = Self { cases: 0, controls: 0, censored: 0 };
        for (own, event) in survival.time().iter().zip(survival.event()) {
            match (*own > time, event) {
                (true, _) => status.controls += 1,
                (false, true) => status.cases += 1,
                (false, false) => status.censored += 1,
            }
        }
        status
    }

    /// Whether discrimination can be judged by so many.
    pub fn is_enough(&self) -> bool {
        self.cases >= LEAST_CASES && self.controls >= LEAST_CASES
    }

    /// `3 events by 12 months and 80 patients followed beyond: fewer than 5 are too few to judge by`; nothing where there are
    /// enough.
    pub fn too_few(&self, when: &str) -> Option<String> {
        let Self { cases, controls, .. } = *self;
        let event = if cases == 1 { "event" } else { "events" };
        let patient = if controls == 1 { "patient" } else { "patients" };
        (!self.is_enough()).then(|| {
            format!(
                "{} {event} by {when} and {} {patient} followed beyond: fewer than {LEAST_CASES} are {TOO_FEW}",
                format::count(cases),
                format::count(controls)
            )
        })
    }

    /// `n = 149, 42 events by then, 71 beyond`: the same where the time is said and room is short.
    pub fn short_words(&self) -> String {
        let Self { cases, controls, censored } = *self;
        let [n, events, beyond] = [cases + controls + censored, cases, controls].map(format::count);
        format!("n = {n}, {events} {} by then, {beyond} beyond", if cases == 1 { "event" } else { "events" })
    }

    /// `n = 149: 42 events by 36 months, 71 followed beyond, 36 censored before`, where `when` is `36 months`.
    pub fn words(&self, when: &str) -> String {
        let Self { cases, controls, censored } = *self;
        let event = if cases == 1 { "event" } else { "events" };
        format!(
            "n = {}: {} {event} by {when}, {} followed beyond, {} censored before",
            format::count(cases + controls + censored),
            format::count(cases),
            format::count(controls),
            format::count(censored)
        )
    }
}

/// The times asked for, ascending; without any, the quartiles of the training cohort's times of events, rounded to two
/// significant digits.
pub fn times(data: &Dataset, on: &Selection, asked: &[f64]) -> Result<Vec<f64>, AskError> {
    if let Some(bad) = asked.iter().find(|t| !(t.is_finite() && **t > 0.0)) {
        return Err(AskError::Impossible(format!("{bad} is not a time to judge predictions at")));
    }
    let mut times = match asked {
        [] => of_events(data, on)?,
        asked => asked.to_vec(),
    };
    times.sort_by(f64::total_cmp);
    times.dedup();
    Ok(times)
}

fn of_events(data: &Dataset, on: &Selection) -> Result<Vec<f64>, AskError> {
    let training = Selection { cohort: model::training(data).map(str::to_owned), ..on.clone() };
    let selected = data.select(&training)?;
    let survival = selected.survival.ok_or_else(AskError::no_endpoint)?;
    let with_event = survival.time().iter().zip(survival.event()).filter(|(t, e)| **e && **t > 0.0);
    let events: Vec<f64> = with_event.map(|(t, _)| *t).collect();
    if events.is_empty() {
        return Err(AskError::Impossible(
            "nobody has the event after time 0: name times to judge predictions at".to_owned(),
        ));
    }
    let round = |x: f64| {
        let unit = 10f64.powf(x.log10().floor() - 1.0);
        (x / unit).round() * unit
    };
    Ok([0.25, 0.5, 0.75].iter().map(|p| round(quantile(&events, *p))).collect())
}
