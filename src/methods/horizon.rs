//! The times at which predictions are judged.

use super::model;
use crate::ask::{AskError, Dataset, Selection};
use survival::stats::describe::quantile;

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
