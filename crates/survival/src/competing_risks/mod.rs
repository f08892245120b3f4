//! Several kinds of event, of which only the first can happen: cumulative incidence and its comparison.
//!
//! [`CompetingRisks`] holds follow-up with causes; [`CumulativeIncidenceSpec`] -> [`Incidence`] gives Aalen and Johansen's
//! estimates with R's `survfit` errors; [`GraySpec`] compares groups as R's `cmprsk`. One minus Kaplan-Meier with other
//! causes censored is no probability of anything and is not offered.

mod aalen_johansen;
mod aalen_variance;
mod gray;
mod jackknife;

pub use aalen_johansen::{
    AtTime, CauseCurve, CheckedCumulativeIncidence, CumulativeIncidenceSpec, Incidence, StateCurve,
};
pub use aalen_variance::{AalenVariance, aalen_variance};
pub use gray::{CheckedGray, GraySpec, GrayTest};

use super::data::{DataError, Survival};

/// Why incidences cannot be computed or compared.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum CompetingRisksError {
    /// A confidence level outside (0, 1).
    #[error("confidence level {0} is not between 0 and 1")]
    Level(f64),
    /// A rho that is not a finite number.
    #[error("rho {0} is not a number")]
    Rho(f64),
    /// Nobody has the cause.
    #[error("no event of cause {cause}: the causes that occur are {known:?}")]
    NoCause {
        /// The cause asked for.
        cause: u32,
        /// Those that occur.
        known: Vec<u32>,
    },
    /// Fewer than two groups with subjects.
    #[error("{found} group with subjects: there is nothing to compare; choose another grouping")]
    Groups {
        /// Groups found.
        found: usize,
    },
    /// Delayed entry or case weights.
    #[error("{what} takes neither delayed entry nor case weights")]
    EntryOrWeights {
        /// The method.
        what: &'static str,
    },
    /// The scores have no variance.
    #[error("the variance of the test of cause {cause} is singular: some groups are never at risk at its events")]
    Singular {
        /// The cause tested.
        cause: u32,
    },
    /// Data that do not fit together.
    #[error(transparent)]
    Data(#[from] DataError),
}

/// Follow-up in which the event is one of several causes.
#[derive(Debug, Clone, PartialEq)]
pub struct CompetingRisks {
    /// Follow-up with any cause as the event.
    any: Survival,
    cause: Vec<u32>,
    causes: Vec<u32>,
}

impl CompetingRisks {
    /// Subject i ended at `time[i]` with `cause[i]`; 0 is censored.
    ///
    /// # Errors
    /// [`DataError`]: vectors of different length, a time that is negative or not a number, no subject at all.
    pub fn new(time: Vec<f64>, cause: Vec<u32>) -> Result<Self, DataError> {
        if cause.len() != time.len() {
            return Err(DataError::Length { what: "cause", found: cause.len(), expected: time.len() });
        }
        let any = Survival::new(time, cause.iter().map(|c| *c > 0).collect())?;
        let mut causes: Vec<u32> = cause.iter().copied().filter(|c| *c > 0).collect();
        causes.sort_unstable();
        causes.dedup();
        Ok(Self { any, cause, causes })
    }

    /// The same subjects, at risk only when `entry < t <= time`.
    ///
    /// # Errors
    /// [`DataError`]: as many entry times as subjects are needed, each before the end of follow-up.
    pub fn with_entry(self, entry: Vec<f64>) -> Result<Self, DataError> {
        Ok(Self { any: self.any.with_entry(entry)?, ..self })
    }

    /// The same subjects with case weights.
    ///
    /// # Errors
    /// [`DataError`]: as many weights as subjects are needed, finite and not negative.
    pub fn with_weights(self, weights: Vec<f64>) -> Result<Self, DataError> {
        Ok(Self { any: self.any.with_weights(weights)?, ..self })
    }

    /// Number of subjects.
    pub fn len(&self) -> usize {
        self.cause.len()
    }

    /// True without subjects (never, once constructed).
    pub fn is_empty(&self) -> bool {
        self.cause.is_empty()
    }

    /// The causes that occur, ascending.
    pub fn causes(&self) -> &[u32] {
        &self.causes
    }

    /// The cause of each subject; 0 is censored.
    pub fn cause(&self) -> &[u32] {
        &self.cause
    }

    /// Follow-up with any cause as the event.
    pub fn any(&self) -> &Survival {
        &self.any
    }

    /// Follow-up with `cause` as the event and all others censored: the data of a cause-specific model.
    pub fn specific(&self, cause: u32) -> Survival {
        self.any.with_events(self.cause.iter().map(|c| *c == cause).collect())
    }

    /// The rows in `rows`, in that order. Causes that no longer occur keep their curves.
    pub fn select(&self, rows: &[usize]) -> Self {
        Self {
            any: self.any.select(rows),
            cause: rows.iter().map(|&i| self.cause[i]).collect(),
            causes: self.causes.clone(),
        }
    }

    /// Whether everybody is followed from time zero and counts once.
    pub(crate) fn is_plain(&self) -> bool {
        self.any.entry().is_none() && self.any.weights().is_none_or(|w| w.iter().all(|w| *w == 1.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn causes_are_those_that_occur() {
        let data = CompetingRisks::new(vec![1.0, 2.0, 3.0, 4.0], vec![7, 0, 2, 7]).expect("valid");
        assert_eq!(data.causes(), [2, 7]);
        assert_eq!(data.specific(7).event(), [true, false, false, true]);
        assert_eq!(data.any().event(), [true, false, true, true]);
        assert_eq!(data.select(&[1, 2]).causes(), [2, 7]);
        assert!(CompetingRisks::new(vec![1.0], vec![]).is_err());
    }
}
