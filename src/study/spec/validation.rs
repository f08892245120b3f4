//! How the pipeline is validated in the report.

use serde::{Deserialize, Serialize};

/// The design and its size.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ValidationSpec {
    /// Which design.
    pub design: DesignSpec,
    /// Bootstrap samples, or orders of the outcomes.
    pub n: usize,
    /// Folds of the outer cross-validation.
    pub folds: usize,
    /// How often they are dealt.
    pub repeats: usize,
    /// The column of centres.
    pub centre: Option<String>,
}

/// A design of validation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DesignSpec {
    /// Cross-validation around the pipeline's own.
    #[default]
    Nested,
    /// Optimism by the bootstrap.
    Bootstrap,
    /// One centre left out at a time.
    LeaveCentreOut,
    /// Outcomes in random order.
    Permutation,
    /// No validation in the report.
    None,
}

impl DesignSpec {
    /// The words of the study file.
    pub const WORDS: [(&'static str, Self); 5] = [
        ("nested", Self::Nested),
        ("bootstrap", Self::Bootstrap),
        ("leave-centre-out", Self::LeaveCentreOut),
        ("permutation", Self::Permutation),
        ("none", Self::None),
    ];
}

impl Default for ValidationSpec {
    /// Thirty fits: a few seconds for some thousand features of a hundred patients.
    fn default() -> Self {
        Self { design: DesignSpec::Nested, n: 200, folds: 10, repeats: 3, centre: None }
    }
}
