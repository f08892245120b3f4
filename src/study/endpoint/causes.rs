//! Which of several events ended a patient's follow-up, and whether that agrees with the endpoint's own event.

use serde::{Deserialize, Serialize};
use tables::Category;
use tables::problem::Problem;

use super::Building;
use crate::study::spec::CauseSpec;

/// The column that tells the endpoint's event from those that compete with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Causes {
    /// The column.
    pub column: String,
    /// Its value for those without any event.
    pub censored: String,
    /// Its value for the endpoint's own event, if that happened to anybody.
    pub own: Option<String>,
}

impl Building<'_> {
    /// The causes, with an error for every patient of whom event and cause say different things.
    pub(super) fn causes(&mut self, spec: &CauseSpec, event: &[Option<bool>]) -> Option<Causes> {
        let frame = self.frame;
        let column = match frame.column(&spec.column) {
            Ok(column) => column,
            Err(unknown) => {
                self.problems.push(self.unknown("cause", unknown));
                return None;
            }
        };
        let factor = column.factor();
        let own = own(&factor, event);
        let level = |code: u32| factor.levels[code as usize].as_str();
        if let Some(problem) = self.several(spec, &factor, event, own) {
            self.problems.push(problem);
            return None;
        }
        self.each_row(column, |i| {
            let (happened, cause) = (event[i]?, factor.codes[i].map(level));
            match (happened, cause) {
                (true, None) => Some("the event happened and no cause is given".to_owned()),
                (true, cause) if cause != own => Some(format!(
                    "the event happened and the cause is {}, not {}",
                    cause.unwrap_or_default(),
                    own.unwrap_or_default()
                )),
                (false, Some(cause)) if Some(cause) == own => {
                    Some(format!("the cause is {cause} and the event did not happen"))
                }
                _ => None,
            }
        });
        Some(Causes { column: spec.column.clone(), censored: spec.censored.clone(), own: own.map(str::to_owned) })
    }
}

impl Building<'_> {
    /// An endpoint's event that is not one cause among others but any of several: one problem, not one a patient.
    fn several(
        &self,
        spec: &CauseSpec,
        factor: &Category,
        event: &[Option<bool>],
        own: Option<&str>,
    ) -> Option<Problem> {
        let mut count = vec![0_usize; factor.levels.len()];
        let happened = factor.codes.iter().zip(event).filter(|(_, event)| **event == Some(true));
        happened.filter_map(|(code, _)| *code).for_each(|code| count[code as usize] += 1);
        let counts = factor.levels.iter().map(String::as_str).zip(count);
        let counts: Vec<(&str, usize)> = counts.filter(|(level, n)| *n > 0 && *level != spec.censored).collect();
        let others: usize = counts.iter().filter(|(level, _)| Some(*level) != own).map(|(_, n)| n).sum();
        if others < SEVERAL {
            return None;
        }
        let own = own.unwrap_or_default();
        let listed: Vec<String> = counts.iter().map(|(level, n)| format!("{level} ({n})")).collect();
        let message = format!(
            "endpoint {}: the event happened with several causes, {}; {own}, that of most, would be its own",
            self.spec_name(),
            listed.join(", ")
        );
        let remedy = format!(
            "leave `cause` out where the event is any of them, or make the event that of {own}: event = \"{}\", event_is = \"{own}\"",
            spec.column
        );
        let place = self.frame.place().field(&spec.column);
        Some(Problem::error(place, message).remedy(remedy))
    }
}

/// So many patients with another cause than the endpoint's own are no slips.
const SEVERAL: usize = 4;

/// The cause of most patients to whom the event happened.
fn own<'f>(factor: &'f Category, event: &[Option<bool>]) -> Option<&'f str> {
    let mut count = vec![0_usize; factor.levels.len()];
    for (code, event) in factor.codes.iter().zip(event) {
        if let (Some(code), Some(true)) = (code, event) {
            count[*code as usize] += 1;
        }
    }
    let most = (0..count.len()).max_by_key(|k| count[*k]).filter(|k| count[*k] > 0)?;
    Some(&factor.levels[most])
}
