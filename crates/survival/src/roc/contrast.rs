//! Differences between two predictions of the same subjects.

use super::{RocAtTime, RocError};
use crate::ipcw::standard_error;
use crate::stats::tails::{normal_critical, normal_upper};

/// A difference with its standard error from both predictions' influences.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Contrast {
    /// The time.
    pub time: f64,
    /// First minus second.
    pub difference: f64,
    /// Its standard error.
    pub se: f64,
    /// Lower limit.
    pub lower: f64,
    /// Upper limit.
    pub upper: f64,
    /// Two-sided p-value of no difference.
    pub p: f64,
}

impl Contrast {
    /// The contrast of two estimates with these influences.
    pub(crate) fn new(
        time: f64,
        estimates: (f64, f64),
        influences: (&[f64], &[f64]),
        level: f64,
    ) -> Result<Self, RocError> {
        if !(level > 0.0 && level < 1.0) {
            return Err(RocError::Level(level));
        }
        let difference = estimates.0 - estimates.1;
        let moves: Vec<f64> = influences.0.iter().zip(influences.1).map(|(a, b)| a - b).collect();
        let se = standard_error(&moves);
        let half = normal_critical(level) * se;
        let p = 2.0 * normal_upper((difference / se).abs());
        Ok(Self { time, difference, se, lower: difference - half, upper: difference + half, p })
    }
}

/// AUC of `first` minus that of `second`, both judged at the same time on the same subjects.
///
/// # Errors
/// [`RocError::NotComparable`] for other times or numbers of subjects, [`RocError::Level`].
pub fn contrast(first: &RocAtTime, second: &RocAtTime, level: f64) -> Result<Contrast, RocError> {
    let subjects = (first.influence.len(), second.influence.len());
    if first.time != second.time || subjects.0 != subjects.1 {
        return Err(RocError::NotComparable { times: (first.time, second.time), subjects });
    }
    Contrast::new(first.time, (first.auc, second.auc), (&first.influence, &second.influence), level)
}
