//! Why a Cox model cannot be specified or fitted.

use super::design::DesignError;
use crate::DataError;
use crate::concordance::ConcordanceError;
use watch::Cancelled;

/// Why a Cox model cannot be specified or fitted.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum CoxError {
    /// Two choices that exclude each other.
    #[error("{0}")]
    Conflict(&'static str),
    /// A setting out of its range.
    #[error("{what} must be {range}, not {value}")]
    Setting {
        /// The setting.
        what: &'static str,
        /// What it may be.
        range: &'static str,
        /// What it is.
        value: f64,
    },
    /// Vectors of different length.
    #[error("{what} has {found} values where {expected} are needed")]
    Length {
        /// The offending vector.
        what: &'static str,
        /// Its length.
        found: usize,
        /// What is needed.
        expected: usize,
    },
    /// A weight of zero.
    #[error("row {row}: a weight of zero; leave the row out instead")]
    ZeroWeight {
        /// Row, from 0.
        row: usize,
    },
    /// An offset or initial value that is not finite.
    #[error("{what} {index}: {value} is not a finite number")]
    NotFinite {
        /// Which vector.
        what: &'static str,
        /// Position, from 0.
        index: usize,
        /// The value.
        value: f64,
    },
    /// An interval that vanishes when times that differ by rounding only are made equal.
    #[error("row {row}: entry and end of follow-up are equal within rounding; give the times in a smaller unit")]
    EmptyInterval {
        /// Row, from 0.
        row: usize,
    },
    /// The first log-likelihood is not finite.
    #[error("the likelihood is not finite at the initial values; start closer to zero")]
    InitialValues,
    /// More rows than an index holds.
    #[error("{0} rows are more than a fit takes (4294967295)")]
    TooManyRows(usize),
    /// The method has no such result.
    #[error("{0}")]
    NotAvailable(&'static str),
    /// A transform of time that is not finite at an event.
    #[error("the {transform} of the event time {time} is not finite; choose another transform")]
    Transform {
        /// The transform.
        transform: &'static str,
        /// The time.
        time: f64,
    },
    /// A model could not be judged.
    #[error(transparent)]
    Concordance(#[from] ConcordanceError),
    /// The follow-up is at fault.
    #[error(transparent)]
    Data(#[from] DataError),
    /// The design is at fault.
    #[error(transparent)]
    Design(#[from] DesignError),
    /// The computation was told to stop.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
}
