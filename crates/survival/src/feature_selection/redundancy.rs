//! Features that say the same as others.

use super::correlation::{Kept, Unit};
use super::{SelectionError, check};
use crate::stats::cluster::{Distances, Tree};
use watch::Watch;

/// Which of several correlated features stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RedundancyRule {
    /// Taken by falling merit, a feature stays unless it is correlated above the limit with one that stays. No two that stay
    /// are.
    #[default]
    Better,
    /// One of each cluster (complete linkage of 1 - |r|, cut at the limit: any two of a cluster are correlated above it), the
    /// one of the highest merit. Two that stay may be correlated above the limit across clusters.
    Cluster,
}

/// Leaves out features that are correlated with better ones.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RedundancySpec {
    /// The largest |r| that is allowed.
    pub limit: f64,
    /// Spearman's r instead of Pearson's.
    pub ranks: bool,
    /// Which stay.
    pub rule: RedundancyRule,
}

impl Default for RedundancySpec {
    fn default() -> Self {
        Self { limit: 0.9, ranks: false, rule: RedundancyRule::Better }
    }
}

/// A limit that is one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CheckedRedundancy(RedundancySpec);

impl RedundancySpec {
    /// Checks the limit.
    ///
    /// ```
    /// use survival::feature_selection::RedundancySpec;
    ///
    /// let (a, twice, other) = ([1.0, 2.0, 3.0, 4.0], [2.0, 4.0, 6.0, 8.5], [4.0, 1.0, 3.0, 2.0]);
    /// let kept = RedundancySpec::default().check()?.fit(&[&a, &twice, &other], &[0.2, 0.9, 0.1], &survival::Unwatched)?;
    /// assert_eq!(kept, [1, 2]);
    /// # Ok::<(), survival::feature_selection::SelectionError>(())
    /// ```
    ///
    /// # Errors
    /// [`SelectionError::Limit`]: a `limit` outside 0 to 1.
    pub fn check(self) -> Result<CheckedRedundancy, SelectionError> {
        match (0.0..=1.0).contains(&self.limit) {
            true => Ok(CheckedRedundancy(self)),
            false => Err(SelectionError::Limit { what: "the largest |r|", value: self.limit, low: 0.0, high: 1.0 }),
        }
    }
}

impl CheckedRedundancy {
    /// Places of the features kept. `merit` says which of two is better, higher first: agreement between readings, or what a
    /// feature has to do with the outcome; of equals (NaN is less than any) the first.
    ///
    /// # Errors
    /// Columns of different lengths, missing values, another number of merits, cancellation.
    pub fn fit(&self, columns: &[&[f64]], merit: &[f64], watch: &dyn Watch) -> Result<Vec<usize>, SelectionError> {
        check(columns, columns.first().map_or(0, |c| c.len()))?;
        if merit.len() != columns.len() {
            let (found, expected) = (merit.len(), columns.len());
            return Err(SelectionError::Length { what: "merit", column: 0, found, expected });
        }
        if columns.is_empty() {
            return Ok(Vec::new());
        }
        let unit = Unit::new(columns, self.0.ranks);
        let mut order: Vec<usize> = (0..columns.len()).collect();
        let value = |j: usize| if merit[j].is_nan() { f64::NEG_INFINITY } else { merit[j] };
        order.sort_by(|&a, &b| value(b).total_cmp(&value(a)));
        let mut kept = match self.0.rule {
            RedundancyRule::Better => self.better(&unit, &order, watch)?,
            RedundancyRule::Cluster => self.clusters(&unit.columns(columns[0].len()), &order, watch)?,
        };
        kept.sort_unstable();
        Ok(kept)
    }

    fn better(&self, unit: &Unit, order: &[usize], watch: &dyn Watch) -> Result<Vec<usize>, SelectionError> {
        let (mut kept, mut places) = (Kept::new(unit), Vec::new());
        for (place, &j) in order.iter().enumerate() {
            if place % 256 == 0 {
                watch.step(place, order.len())?;
            }
            if !kept.has_like(unit.column(j), self.0.limit) {
                kept.push(unit.column(j));
                places.push(j);
            }
        }
        Ok(places)
    }

    fn clusters(&self, columns: &[Vec<f64>], order: &[usize], watch: &dyn Watch) -> Result<Vec<usize>, SelectionError> {
        watch.step(0, 2)?;
        let tree = Tree::complete(Distances::of_correlations(columns, f64::abs));
        watch.step(1, 2)?;
        let cluster = tree.cut((1.0 - self.0.limit) as f32);
        let mut seen = vec![false; cluster.iter().max().map_or(0, |c| c + 1)];
        Ok(order.iter().copied().filter(|&j| !std::mem::replace(&mut seen[cluster[j]], true)).collect())
    }
}
