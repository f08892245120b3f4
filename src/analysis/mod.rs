//! Questions about a study and their answers: pure functions of (data, query), the same for panes, subcommands and reports.
//!
//! A [`Query`] is plain data. Its [`Key`] is a hash of the query and of the revision of what it is asked of, so the same
//! question is never answered twice and a changed cohort, filter or choice is another question.

pub mod calibrate;
pub mod cindex;
pub mod clusters;
pub mod contrast;
pub mod covariates;
pub mod cox;
pub mod cuminc;
pub mod cutpoint;
mod dataset;
pub mod dca;
mod error;
pub mod features;
pub mod grouping;
mod horizon;
pub mod icc;
pub mod images;
pub mod km;
pub mod lasso;
pub mod logrank;
pub mod model;
pub mod nomogram;
pub mod optimism;
pub mod over_time;
pub mod performance;
mod query;
pub mod readings;
pub mod reclassification;
pub mod roc;
mod score;
mod selection;
pub mod table1;

pub use dataset::{Dataset, FeatureColumn, FeatureTable, Repeat};
pub use error::AnalysisError;
pub use query::{Answer, Key, Query, run};
pub use selection::{Selected, Selection};

use std::sync::Arc;

use watch::Watch;

/// Lets an analysis ask for answers that it builds on, such as a Cox model for the Rad-score.
pub trait Ask: Sync {
    /// The answer to `query` on the same data.
    fn ask(&self, query: &Query, watch: &dyn Watch) -> Result<Arc<Answer>, AnalysisError>;
}
