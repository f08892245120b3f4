//! Why a score cannot be fitted.

use watch::Cancelled;

use crate::cox::{CoxError, DesignError};
use crate::coxnet::CoxnetError;
use crate::cutpoint::CutpointError;
use crate::feature_selection::SelectionError;
use crate::harmonize::HarmonizeError;
use crate::impute::ImputeError;

/// Why a score cannot be fitted.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ScoreError {
    /// No features.
    #[error("there are no features or no subjects")]
    NoFeatures,
    /// Every feature was left out.
    #[error("{0} leaves no feature")]
    NothingLeft(&'static str),
    /// Columns of another length.
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
    /// A missing feature where nothing fills it in.
    #[error("feature {feature} is missing for subject {subject}: choose an imputation, or leave the subject out")]
    Missing {
        /// The feature.
        feature: usize,
        /// The subject.
        subject: usize,
    },
    /// A model without covariates.
    #[error("model {0} has neither clinical columns nor the score")]
    EmptyModel(String),
    /// A clinical column that is not there or not complete.
    #[error("model {model}: clinical column {column} is not there or has missing values")]
    Clinical {
        /// The model.
        model: String,
        /// Its column.
        column: usize,
    },
    /// Harmonisation.
    #[error(transparent)]
    Harmonize(#[from] HarmonizeError),
    /// Imputation.
    #[error(transparent)]
    Impute(#[from] ImputeError),
    /// A filter.
    #[error(transparent)]
    Selection(#[from] SelectionError),
    /// The elastic net.
    #[error(transparent)]
    Net(#[from] CoxnetError),
    /// The cut.
    #[error(transparent)]
    Cut(#[from] CutpointError),
    /// A model's columns.
    #[error(transparent)]
    Design(#[from] DesignError),
    /// A model.
    #[error(transparent)]
    Cox(#[from] CoxError),
    /// Told to stop.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
}
