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

impl UnivariableSpec {
    /// Places of the features kept, and the |z| of each feature (NaN without an estimate).
    ///
    /// # Errors
    /// A limit outside 0 to 1, columns of another length than the follow-up, missing values, cancellation.
    pub fn fit(
        &self,
        columns: &[&[f64]],
        data: &Survival,
        watch: &dyn Watch,
    ) -> Result<(Vec<usize>, Vec<f64>), SelectionError> {
        if let Keep::P(value) | Keep::Q(value) = self.keep
            && !(0.0..=1.0).contains(&value)
        {
            return Err(SelectionError::Limit { what: "a p", value, low: 0.0, high: 1.0 });
        }
        check(columns, data.len())?;
        let found = CoxSpec::default().check()?.screen(data, columns, watch)?;
        let p = |s: &Screened| s.estimate.map_or(f64::NAN, |e| e.p);
        let z: Vec<f64> = found.iter().map(|s| s.estimate.map_or(f64::NAN, |e| (e.coef / e.se).abs())).collect();
        let places = 0..columns.len();
        let kept = match self.keep {
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
