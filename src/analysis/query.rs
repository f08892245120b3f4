//! Every question, and every answer.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{AnalysisError, Ask, Dataset, cox, icc, km};
use crate::watch::Watch;

/// A question about a [`Dataset`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Query {
    /// Survival curves.
    Km(km::Spec),
    /// Proportional hazards models.
    Cox(cox::Spec),
    /// Reliability of features.
    Icc(icc::Spec),
}

/// The answer to a [`Query`].
#[derive(Debug, Clone, Serialize)]
#[serde(untagged)]
pub enum Answer {
    /// Survival curves.
    Km(km::Answer),
    /// Proportional hazards models.
    Cox(cox::Answer),
    /// Reliability of features.
    Icc(icc::Answer),
}

/// A question together with what it is asked of: equal keys have equal answers.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key([u8; 32]);

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({:02x}{:02x}{:02x}{:02x})", self.0[0], self.0[1], self.0[2], self.0[3])
    }
}

impl Query {
    /// What the question is called where work is listed.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Km(_) => "survival curves",
            Self::Cox(_) => "Cox models",
            Self::Icc(_) => "reliability of features",
        }
    }

    /// Whether the answer depends on radiomic features.
    pub fn uses_features(&self) -> bool {
        match self {
            Self::Km(_) | Self::Cox(_) => false,
            Self::Icc(spec) => spec.ratings == icc::Ratings::Repeats,
        }
    }

    /// The key of this question on `data`.
    pub fn key(&self, data: &Dataset) -> Key {
        let mut hash = blake3::Hasher::new();
        hash.update(env!("CARGO_PKG_VERSION").as_bytes());
        hash.update(data.cohort.revision().to_string().as_bytes());
        if self.uses_features() {
            hash.update(&data.features.revision());
        }
        // A query is plain data without maps that have no order: its JSON is always the same.
        hash.update(&serde_json::to_vec(self).unwrap_or_default());
        Key(*hash.finalize().as_bytes())
    }
}

/// Answers a question; `ask` gives the answers that it builds on.
pub fn run(data: &Dataset, query: &Query, _ask: &dyn Ask, watch: &dyn Watch) -> Result<Answer, AnalysisError> {
    match query {
        Query::Km(spec) => km::run(data, spec, watch).map(Answer::Km),
        Query::Cox(spec) => cox::run(data, spec, watch).map(Answer::Cox),
        Query::Icc(spec) => icc::run(data, spec, watch).map(Answer::Icc),
    }
}
