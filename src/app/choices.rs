//! What the user has chosen: the part of the state that is undone, redone and restored in the next session.

use serde::{Deserialize, Serialize};

/// Every choice; what is `None` or empty follows the study.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Choices {
    /// Name of the endpoint in use; the study's first if not said.
    pub endpoint: Option<String>,
    /// Name of the cohort in use; all patients if not said.
    pub cohort: Option<String>,
    /// Condition that patients must meet, in the expression language of study files.
    pub filter: Option<String>,
}
