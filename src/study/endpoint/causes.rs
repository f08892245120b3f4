//! Which of several events ended a patient's follow-up, and whether that agrees with the endpoint's own event.

use serde::{Deserialize, Serialize};

use super::Building;
use crate::data::Category;
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
