//! Names of the panes, in the order of their tabs.

use serde::{Deserialize, Serialize};

/// One pane of the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum PaneId {
    Cohort,
    Images,
    Features,
    Baseline,
    Lasso,
    Cox,
    Km,
    Performance,
    Calibration,
    Jobs,
    Problems,
}

impl PaneId {
    /// Every pane, in tab order.
    pub const ALL: [Self; 11] = [
        Self::Cohort,
        Self::Images,
        Self::Features,
        Self::Baseline,
        Self::Lasso,
        Self::Cox,
        Self::Km,
        Self::Performance,
        Self::Calibration,
        Self::Jobs,
        Self::Problems,
    ];

    /// The name in command lines, session files and `--pane`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Cohort => "cohort",
            Self::Images => "images",
            Self::Features => "features",
            Self::Baseline => "baseline",
            Self::Lasso => "lasso",
            Self::Cox => "cox",
            Self::Km => "km",
            Self::Performance => "performance",
            Self::Calibration => "calibration",
            Self::Jobs => "jobs",
            Self::Problems => "problems",
        }
    }

    /// The title in tabs and headings.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Cohort => "Cohort",
            Self::Images => "Images",
            Self::Features => "Features",
            Self::Baseline => "Baseline",
            Self::Lasso => "LASSO",
            Self::Cox => "Cox",
            Self::Km => "KM",
            Self::Performance => "Performance",
            Self::Calibration => "Calibration",
            Self::Jobs => "Jobs",
            Self::Problems => "Problems",
        }
    }

    /// A title of at most seven characters, for narrow tab lines.
    pub const fn short(self) -> &'static str {
        match self {
            Self::Baseline => "Table 1",
            Self::Performance => "Perf",
            Self::Calibration => "Calib",
            Self::Features => "Feature",
            Self::Problems => "Problem",
            other => other.title(),
        }
    }

    /// A title of at most five characters, for the narrowest tab lines.
    pub const fn brief(self) -> &'static str {
        match self {
            Self::Cohort => "Coh",
            Self::Images => "Img",
            Self::Features => "Feat",
            Self::Baseline => "Tab1",
            Self::Calibration => "Cal",
            Self::Problems => "Prob",
            other => other.short(),
        }
    }

    /// The key of its tab.
    pub const fn key(self) -> char {
        match self {
            Self::Cohort => '1',
            Self::Images => '2',
            Self::Features => '3',
            Self::Baseline => '4',
            Self::Lasso => '5',
            Self::Cox => '6',
            Self::Km => '7',
            Self::Performance => '8',
            Self::Calibration => '9',
            Self::Jobs => '0',
            Self::Problems => '!',
        }
    }

    /// The pane of that name, title or short title, in any case.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|p| [p.name(), p.title(), p.short()].iter().any(|n| n.eq_ignore_ascii_case(name)))
    }
}
