//! Most relevant, least redundant.

use rayon::prelude::*;

use super::correlation::Unit;
use super::{SelectionError, check};
use crate::Survival;
use crate::concordance::harrell;
use watch::Watch;

/// How relevance and redundancy make one number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Relevance {
    /// Relevance less mean redundancy.
    #[default]
    Difference,
    /// Relevance over mean redundancy.
    Quotient,
}

/// Takes features one after the other, each the one with most information on the outcome and least on those taken.
///
/// Peng, Long and Ding, IEEE Trans Pattern Anal 27:1226, 2005, with the mutual information -ln(1 - r^2) / 2 of De Jay and
/// others (mRMRe, Bioinformatics 29:2365, 2013): r is Pearson's between features and Somers' D = 2 C - 1 with survival.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MrmrSpec {
    /// Number of features taken.
    pub count: usize,
    /// How both are put together.
    pub relevance: Relevance,
}

/// Information of a correlation; one of 1 would be infinite.
fn information(r: f64) -> f64 {
    -0.5 * (-(r * r).min(1.0 - 1e-12)).ln_1p()
}

/// A number of features that is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CheckedMrmr(MrmrSpec);

impl MrmrSpec {
    /// Checks the number of features.
    ///
    /// ```
    /// use survival::Survival;
    /// use survival::feature_selection::{MrmrSpec, Relevance};
    ///
    /// let data = Survival::new(vec![1.0, 2.0, 3.0, 4.0], vec![true; 4])?;
    /// let (noise, risk) = ([1.0, 0.0, 2.0, 1.5], [4.0, 3.0, 2.0, 1.0]);
    /// let best = MrmrSpec { count: 1, relevance: Relevance::Difference }.check()?;
    /// assert_eq!(best.fit(&[&noise, &risk], &data, &survival::Unwatched)?, [1]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`SelectionError::Limit`]: a `count` of 0.
    pub fn check(self) -> Result<CheckedMrmr, SelectionError> {
        match self.count {
            0 => Err(SelectionError::Limit {
                what: "the number of features taken",
                value: 0.0,
                low: 1.0,
                high: f64::INFINITY,
            }),
            _ => Ok(CheckedMrmr(self)),
        }
    }
}

impl CheckedMrmr {
    /// Places of the features taken, ascending; all of them where there are no more than `count`.
    ///
    /// # Errors
    /// Columns of another length than the follow-up, missing values, a concordance that cannot be computed, cancellation.
    pub fn fit(&self, columns: &[&[f64]], data: &Survival, watch: &dyn Watch) -> Result<Vec<usize>, SelectionError> {
        check(columns, data.len())?;
        let somers = |column: &&[f64]| harrell(data, column).map(|c| if c.c.is_nan() { 0.0 } else { 2.0 * c.c - 1.0 });
        let d: Vec<f64> = columns.par_iter().map(somers).collect::<Vec<_>>().into_iter().collect::<Result<_, _>>()?;
        let relevance: Vec<f64> = d.into_iter().map(information).collect();
        let unit = Unit::new(columns, false);
        let mut redundancy = vec![0.0; columns.len()];
        let mut taken: Vec<usize> = Vec::new();
        let mut left: Vec<usize> = (0..columns.len()).collect();
        while taken.len() < self.0.count && !left.is_empty() {
            watch.step(taken.len(), self.0.count)?;
            let merit = |j: usize| match taken.len() {
                0 => relevance[j],
                n => self.put_together(relevance[j], redundancy[j] / n as f64),
            };
            let better = |best: usize, place: usize| if merit(left[place]) > merit(left[best]) { place } else { best };
            let best = (1..left.len()).fold(0, better);
            let next = left.remove(best);
            let r = unit.with_all(next);
            left.iter().for_each(|&j| redundancy[j] += information(r[j]));
            taken.push(next);
        }
        taken.sort_unstable();
        Ok(taken)
    }

    fn put_together(&self, relevance: f64, redundancy: f64) -> f64 {
        match self.0.relevance {
            Relevance::Difference => relevance - redundancy,
            // Without any redundancy relevance alone decides.
            Relevance::Quotient => relevance / redundancy.max(1e-12),
        }
    }
}
