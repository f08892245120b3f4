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

/// How a pane is called.
struct Called {
    id: PaneId,
    /// In command lines, session files and `--pane`.
    name: &'static str,
    /// In tabs and headings.
    title: &'static str,
    /// At most seven characters, for narrow tab lines.
    short: &'static str,
    /// At most five characters, for the narrowest tab lines.
    brief: &'static str,
    /// The key of its tab.
    key: char,
}

const fn called(id: PaneId, key: char, name: &'static str, [title, short, brief]: [&'static str; 3]) -> Called {
    Called { id, name, title, short, brief, key }
}

/// Every pane, in tab order, which is that of the variants.
const PANES: [Called; 11] = [
    called(PaneId::Cohort, '1', "cohort", ["Cohort", "Cohort", "Coh"]),
    called(PaneId::Images, '2', "images", ["Images", "Images", "Img"]),
    called(PaneId::Features, '3', "features", ["Features", "Feature", "Feat"]),
    called(PaneId::Baseline, '4', "baseline", ["Baseline", "Table 1", "Tab1"]),
    called(PaneId::Lasso, '5', "lasso", ["LASSO", "LASSO", "LASSO"]),
    called(PaneId::Cox, '6', "cox", ["Cox", "Cox", "Cox"]),
    called(PaneId::Km, '7', "km", ["KM", "KM", "KM"]),
    called(PaneId::Performance, '8', "performance", ["Performance", "Perf", "Perf"]),
    called(PaneId::Calibration, '9', "calibration", ["Calibration", "Calib", "Cal"]),
    called(PaneId::Jobs, '0', "jobs", ["Jobs", "Jobs", "Jobs"]),
    called(PaneId::Problems, '!', "problems", ["Problems", "Problem", "Prob"]),
];

impl PaneId {
    /// Every pane, in tab order.
    pub const ALL: [Self; PANES.len()] = {
        let mut all = [Self::Cohort; PANES.len()];
        let mut at = 0;
        while at < all.len() {
            all[at] = PANES[at].id;
            assert!(all[at] as usize == at, "panes are listed in the order of their variants");
            at += 1;
        }
        all
    };

    const fn called(self) -> &'static Called {
        &PANES[self as usize]
    }

    /// The name in command lines, session files and `--pane`.
    pub const fn name(self) -> &'static str {
        self.called().name
    }

    /// The title in tabs and headings.
    pub const fn title(self) -> &'static str {
        self.called().title
    }

    /// A title of at most seven characters, for narrow tab lines.
    pub const fn short(self) -> &'static str {
        self.called().short
    }

    /// A title of at most five characters, for the narrowest tab lines.
    pub const fn brief(self) -> &'static str {
        self.called().brief
    }

    /// At most three letters of its name, for tab lines with hardly any room.
    pub fn briefest(self) -> &'static str {
        let brief = self.brief();
        &brief[..brief.len().min(3)]
    }

    /// The key of its tab.
    pub const fn key(self) -> char {
        self.called().key
    }

    /// The pane of that name, title or short title, in any case.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|p| [p.name(), p.title(), p.short()].iter().any(|n| n.eq_ignore_ascii_case(name)))
    }
}
