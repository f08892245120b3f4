//! Fewer features before a model: those that vary, that say something of their own, that have to do with the outcome.
//!
//! Every filter is fitted to the features (and outcomes) of some subjects and gives the places of the features kept, in
//! their order among all; applying it to others is taking these columns. Where a filter looks at outcomes, what comes after
//! it is as optimistic as if it were part of the model: refit it in every sample ([`crate::validation`]).

mod correlation;
mod mrmr;
mod redundancy;
mod univariable;
mod variance;

pub use mrmr::{CheckedMrmr, MrmrSpec, Relevance};
pub use redundancy::{CheckedRedundancy, RedundancyRule, RedundancySpec};
pub use univariable::{CheckedUnivariable, Keep, UnivariableSpec};
pub use variance::{CheckedVariance, VarianceSpec};

use super::concordance::ConcordanceError;
use super::cox::CoxError;
use watch::Cancelled;

/// Why features cannot be selected.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum SelectionError {
    /// A limit that is none.
    #[error("{what} of {value} is not between {low} and {high}")]
    Limit {
        /// Which.
        what: &'static str,
        /// The value.
        value: f64,
        /// Least.
        low: f64,
        /// Largest.
        high: f64,
    },
    /// Columns or merits of another length.
    #[error("{what} {column} has {found} values where {expected} are needed")]
    Length {
        /// Which.
        what: &'static str,
        /// Its number, from 0.
        column: usize,
        /// Its length.
        found: usize,
        /// The length needed.
        expected: usize,
    },
    /// A missing or infinite value.
    #[error("feature {column}, row {row}: the value is missing or infinite; fill in missing values first")]
    NotFinite {
        /// Column, from 0.
        column: usize,
        /// Row, from 0.
        row: usize,
    },
    /// Univariable models.
    #[error(transparent)]
    Cox(#[from] CoxError),
    /// Concordances.
    #[error(transparent)]
    Concordance(#[from] ConcordanceError),
    /// Told to stop.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
}

/// Fails unless every column has `n` finite values.
fn check(columns: &[&[f64]], n: usize) -> Result<(), SelectionError> {
    for (column, values) in columns.iter().enumerate() {
        if values.len() != n {
            return Err(SelectionError::Length { what: "feature", column, found: values.len(), expected: n });
        }
        if let Some(row) = values.iter().position(|v| !v.is_finite()) {
            return Err(SelectionError::NotFinite { column, row });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
