//! Differences between two predictions of the same patients.

use serde::Serialize;

use survival::concordance::ConcordanceDifference;
use survival::roc;

/// Confidence of all limits.
pub const LEVEL: f64 = 0.95;

/// One estimate less another of the same patients, with limits and p-value from both predictions' influences.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct Contrast {
    pub difference: f64,
    pub se: f64,
    pub lower: f64,
    pub upper: f64,
    pub p: f64,
}

impl Contrast {
    /// Where there is nothing to compare.
    pub const NONE: Self = Self { difference: f64::NAN, se: f64::NAN, lower: f64::NAN, upper: f64::NAN, p: f64::NAN };
}

impl From<roc::Contrast> for Contrast {
    fn from(c: roc::Contrast) -> Self {
        Self { difference: c.difference, se: c.se, lower: c.lower, upper: c.upper, p: c.p }
    }
}

impl From<ConcordanceDifference> for Contrast {
    fn from(c: ConcordanceDifference) -> Self {
        Self { difference: c.difference, se: c.se, lower: c.lower, upper: c.upper, p: c.p }
    }
}
