//! Cohorts whose outcomes nobody looks at until they are unsealed, once and on record.

use serde::{Deserialize, Serialize};

/// Which cohorts are sealed, and which columns that withholds.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SealSpec {
    /// Names of cohorts.
    pub cohorts: Vec<String>,
    /// Columns that tell of outcomes, besides those that endpoints are computed from.
    pub columns: Vec<String>,
    /// Columns that endpoints are computed from and that tell nothing of outcomes, such as the day of an operation.
    pub open: Vec<String>,
    /// What was unsealed, in that order.
    pub unsealed: Vec<Unsealing>,
}

/// A cohort's unsealing.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Unsealing {
    /// The cohort.
    pub cohort: String,
    /// When, in universal time: `2026-03-14T09:26:53Z`.
    pub at: String,
    /// The model that was going to be tried.
    pub model: String,
    /// Hash of that model as it was fitted then.
    pub hash: String,
    /// The version of riskset.
    pub riskset: String,
}

impl Unsealing {
    /// Its keys in a study file, with their values.
    pub fn pairs(&self) -> [(&'static str, &str); 5] {
        let Self { cohort, at, model, hash, riskset } = self;
        [("cohort", cohort), ("at", at), ("model", model), ("hash", hash), ("riskset", riskset)]
    }
}

impl SealSpec {
    /// The cohorts that are sealed still.
    pub fn closed(&self) -> impl Iterator<Item = &str> {
        let is_open = |name: &&String| self.unsealed.iter().any(|u| u.cohort == **name);
        self.cohorts.iter().filter(move |name| !is_open(name)).map(String::as_str)
    }
}
