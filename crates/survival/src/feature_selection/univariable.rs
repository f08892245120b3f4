//! Each feature alone against the outcome.

use super::{SelectionError, check};
use crate::Survival;
use crate::cox::{CoxSpec, Screened};
use watch::Watch;

/// Which features stay.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Keep {
    /// Those with a p below this.
    P(f64),
    /// Those with a q (Benjamini and Hochberg) below this.
    Q(f64),
    /// So many with the smallest p.
    Best(usize),
}

/// Keeps features that have to do with the outcome by themselves, by the Wald test of a Cox model of one standard deviation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct UnivariableSpec {
    /// Which.
    pub keep: Keep,
}

/// A limit that is one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CheckedUnivariable(UnivariableSpec);

impl UnivariableSpec {
    /// Checks the limit.
    ///
    /// ```
    /// use survival::Survival;
    /// use survival::feature_selection::{Keep, UnivariableSpec};
    ///
    /// let data = Survival::new(vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0], vec![true; 6])?;
    /// let (noise, risk) = ([1.0, 0.0, 2.0, 1.0, 0.0, 2.0], [5.0, 6.0, 4.0, 2.0, 3.0, 1.0]);
    /// let screen = UnivariableSpec { keep: Keep::Best(1) }.check()?;
    /// let (kept, z) = screen.fit(&[&noise, &risk], &data, &survival::Unwatched)?;
    /// assert_eq!(kept, [1]);
    /// assert!(z[1] > z[0]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`SelectionError::Limit`]: a `keep` by a p or q outside 0 to 1.
    pub fn check(self) -> Result<CheckedUnivariable, SelectionError> {
        let (what, value) = match self.keep {
            Keep::P(p) => ("the largest p", p),
            Keep::Q(q) => ("the largest q", q),
            Keep::Best(_) => return Ok(CheckedUnivariable(self)),
        };
        match (0.0..=1.0).contains(&value) {
            true => Ok(CheckedUnivariable(self)),
            false => Err(SelectionError::Limit { what, value, low: 0.0, high: 1.0 }),
        }
    }
}

impl CheckedUnivariable {
    /// Places of the features kept, and the |z| of each feature (NaN without an estimate).
    ///
    /// # Errors
    /// Columns of another length than the follow-up, missing values, cancellation.
    pub fn fit(
        &self,
        columns: &[&[f64]],
        data: &Survival,
        watch: &dyn Watch,
    ) -> Result<(Vec<usize>, Vec<f64>), SelectionError> {
        check(columns, data.len())?;
        let found = CoxSpec::default().check()?.screen(data, columns, watch)?;
        let p = |s: &Screened| s.estimate.map_or(f64::NAN, |e| e.p);
        let z: Vec<f64> = found.iter().map(|s| s.estimate.map_or(f64::NAN, |e| (e.coef / e.se).abs())).collect();
        let places = 0..columns.len();
        let kept = match self.0.keep {
            Keep::P(limit) => places.filter(|&j| p(&found[j]) < limit).collect(),
            Keep::Q(limit) => places.filter(|&j| found[j].q < limit).collect(),
            Keep::Best(count) => {
                let mut order: Vec<usize> = places.filter(|&j| !z[j].is_nan()).collect();
                order.sort_by(|&a, &b| z[b].total_cmp(&z[a]));
                order.truncate(count);
                order.sort_unstable();
                order
            }
        };
        Ok((kept, z))
    }
}
