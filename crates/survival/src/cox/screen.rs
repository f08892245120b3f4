//! One univariate Cox model for each of thousands of features: a screen, not a model.
//!
//! Eight features at a time go through the same sweep over the risk sets, each with its own Newton-Raphson iterations, the
//! same as [`CheckedCox::fit`] makes for one column.

use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;

use super::design::Design;
use super::error::CoxError;
use super::estimate::{ChiSquare, Estimate};
use super::hazard::Ties;
use super::note::CoxNote;
use super::risk_sets::RiskSets;
use super::screen_lanes::{Block, LANES, LaneResult};
use super::spec::CheckedCox;
use crate::Survival;
use crate::stats::p_adjust::{Adjustment, adjust};
use crate::stats::tails::normal_critical;
use watch::Watch;

/// What a screen finds of one feature.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Screened {
    /// The estimate, per unit of the feature; none for a constant feature.
    pub estimate: Option<Estimate>,
    /// Likelihood ratio test.
    pub lr: ChiSquare,
    /// Rows with a value of the feature.
    pub n: usize,
    /// Rows with a value and an event.
    pub n_events: usize,
    /// Whether the iterations ended before they ran out.
    pub converged: bool,
    /// Whether the coefficient may be infinite (separation).
    pub may_be_infinite: bool,
    /// p of the estimate adjusted for all features (Benjamini and Hochberg); NaN without an estimate.
    pub q: f64,
}

impl CheckedCox {
    /// Fits every one of `features` (each a value per row; NaN is missing) by itself.
    ///
    /// Features are independent of each other and of the number of threads. A feature with missing values is fitted to the
    /// rows that have it.
    ///
    /// # Errors
    /// A feature of another length than `survival`; what is wrong with strata, offsets or weights; [`CoxError::Cancelled`].
    pub fn screen(
        &self,
        survival: &Survival,
        features: &[&[f64]],
        watch: &dyn Watch,
    ) -> Result<Vec<Screened>, CoxError> {
        self.check_data(&Design::new(survival.len()), survival)?;
        if let Some(short) = features.iter().find(|f| f.len() != survival.len()) {
            return Err(CoxError::Length { what: "a feature", found: short.len(), expected: survival.len() });
        }
        let spec = &self.0;
        let sets = RiskSets::new(survival, spec.strata.as_ref(), spec.offset.as_deref(), spec.timefix)?;
        let in_lanes = spec.ties != Ties::Exact && !spec.firth && !spec.is_robust() && sets.delayed.is_none();
        // All values are looked at, which is faster than to stop at the first that is missing.
        let complete = |feature: &[f64]| feature.iter().fold(true, |finite, x| finite & x.is_finite());
        let (together, alone): (Vec<usize>, Vec<usize>) =
            (0..features.len()).partition(|&j| in_lanes && complete(features[j]));
        let done = AtomicUsize::new(0);
        let count = |n: usize| watch.step(done.fetch_add(n, Ordering::Relaxed) + n, features.len());
        let (n, n_events, critical) = (sets.len(), sets.n_events(), normal_critical(spec.conf_level));
        let blocks: Vec<Vec<(usize, Screened)>> = together
            .par_chunks(LANES)
            .map(|block| {
                let columns: Vec<&[f64]> = block.iter().map(|&j| features[j]).collect();
                let found = Block::new(&sets, &columns).fit(&sets, spec);
                count(block.len())?;
                Ok(block.iter().zip(found).map(|(&j, lane)| (j, summarize(lane, n, n_events, critical))).collect())
            })
            .collect::<Result<_, CoxError>>()?;
        let singles: Vec<(usize, Screened)> = alone
            .par_iter()
            .map(|&j| {
                let found = self.screen_alone(features[j], survival, watch)?;
                count(1)?;
                Ok((j, found))
            })
            .collect::<Result<_, CoxError>>()?;
        let mut found: Vec<(usize, Screened)> = blocks.into_iter().flatten().chain(singles).collect();
        found.sort_by_key(|(j, _)| *j);
        let mut found: Vec<Screened> = found.into_iter().map(|(_, s)| s).collect();
        let p: Vec<f64> = found.iter().map(|s| s.estimate.map_or(f64::NAN, |e| e.p)).collect();
        found.iter_mut().zip(adjust(&p, Adjustment::BenjaminiHochberg)).for_each(|(s, q)| s.q = q);
        Ok(found)
    }

    /// One feature on the rows that have it.
    fn screen_alone(&self, feature: &[f64], survival: &Survival, watch: &dyn Watch) -> Result<Screened, CoxError> {
        let rows: Vec<usize> = (0..feature.len()).filter(|&i| feature[i].is_finite()).collect();
        if rows.is_empty() {
            let lr = ChiSquare::new(0.0, 0);
            let q = f64::NAN;
            return Ok(Screened { estimate: None, lr, n: 0, n_events: 0, converged: true, may_be_infinite: false, q });
        }
        let values: Vec<f64> = rows.iter().map(|&i| feature[i]).collect();
        let design = Design::new(rows.len()).linear("feature", &values)?;
        let fit = Self(self.0.select_rows(&rows)).fit(&survival.select(&rows), &design, watch)?;
        Ok(Screened {
            estimate: fit.coefficients[0].estimate,
            lr: fit.lr,
            n: fit.n,
            n_events: fit.n_events,
            converged: fit.converged,
            may_be_infinite: fit.notes.iter().any(|n| matches!(n, CoxNote::MayBeInfinite { .. })),
            q: f64::NAN,
        })
    }
}

/// `n_events` of all rows, limits `critical` standard errors away.
fn summarize(lane: LaneResult, n: usize, n_events: usize, critical: f64) -> Screened {
    Screened {
        estimate: (!lane.aliased).then(|| Estimate::new(lane.coef, lane.se, None, critical)),
        lr: ChiSquare::new(2.0 * (lane.loglik - lane.loglik_null), usize::from(!lane.aliased)),
        n,
        n_events,
        converged: lane.converged,
        may_be_infinite: lane.may_be_infinite,
        q: f64::NAN,
    }
}
