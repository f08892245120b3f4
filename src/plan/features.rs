//! Radiomic features one by one and together, and the stability of what is selected of them.

use super::Plan;
use crate::methods::lasso::FoldSpec;
use crate::methods::{clusters, features, icc, lasso};
use crate::study::CohortSpec;

/// Pairs of halves of the training cohort in which the selection is repeated.
const PAIRS: usize = 50;
/// The share of the halves in which a stable candidate enters.
const THRESHOLD: f64 = 0.75;
/// Features of a group correlate at least so much: what reviewers call redundant.
const CORRELATION: f64 = 0.9;
/// Columns that say where a patient was seen, by their usual names.
const CENTRES: [&str; 6] = ["centre", "center", "hospital", "institution", "site", "scanner"];

impl Plan<'_> {
    /// Every feature by itself.
    pub fn features(&self) -> features::Spec {
        let training = self.training().map(str::to_owned);
        features::Spec { on: self.selection(), training, icc: self.icc(), ties: self.ties() }
    }

    /// Features that go together.
    pub fn clusters(&self) -> clusters::Spec {
        clusters::Spec {
            on: self.scored(self.selection()),
            shown: self.centre().into_iter().collect(),
            correlation: CORRELATION,
        }
    }

    /// The column that names the centre: that of the split, else one that is called so.
    pub(super) fn centre(&self) -> Option<String> {
        let frame = self.cohort().frame();
        let of_split = match &self.study.cohorts {
            CohortSpec::Split(split) => split.centre.clone(),
            _ => None,
        };
        let called = || frame.names().find(|name| CENTRES.contains(&name.to_lowercase().as_str())).map(str::to_owned);
        of_split.filter(|name| frame.get(name).is_some()).or_else(called)
    }

    /// The reliability of features over repeated segmentations.
    pub fn reliability(&self) -> icc::Spec {
        let icc = self.icc();
        icc::Spec { ratings: icc::Ratings::Repeats, kind: icc.kind, threshold: icc.threshold }
    }

    /// How often candidates of the Rad-score are selected.
    pub fn stability(&self) -> Option<lasso::stability::Spec> {
        let lasso = self.rad_score()?;
        let seed = match lasso.folds {
            FoldSpec::Random { seed, .. } => seed,
            FoldSpec::Column(_) => self.seed(),
        };
        Some(lasso::stability::Spec { lasso, pairs: PAIRS, most: None, threshold: THRESHOLD, seed })
    }
}
