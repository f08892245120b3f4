//! Mean covariates of the risk sets, event time by event time.

use super::columns::Columns;
use super::covariate_sums::{CovariateSums, STRIDE, walk_risk_sets};
use super::hazard::Hazard;
use super::risk_sets::RiskSets;

/// Per event time and column, on the scale of the columns: element `[column * events + event time]`.
pub(crate) struct EventMeans {
    events: usize,
    /// Mean over the steps of the event time.
    pub mean: Vec<f64>,
    /// Sum over the steps of xbar dH.
    pub drift: Vec<f64>,
    /// The part of `drift` that those who die are not exposed to.
    pub tied: Vec<f64>,
}

impl EventMeans {
    pub fn new(sets: &RiskSets, x: &Columns, hazard: &Hazard) -> Self {
        let events = sets.events.len();
        let zeros = || vec![0.0; x.p * events];
        let mut means = Self { events, mean: zeros(), drift: zeros(), tied: zeros() };
        let jumps = hazard.jumps(sets);
        walk_risk_sets(sets, x, hazard, &mut CovariateSums::new(x.p), |run, sums| {
            let mut dying = vec![0.0; run.len()];
            for j in 0..x.p {
                for (&place, sum) in sums.tied().iter().zip(&sums.dying()[j * STRIDE..]) {
                    dying[place] = *sum;
                }
                for (k, &dying) in run.clone().zip(&dying) {
                    let (jump, all) = (&jumps[k], sums.at_risk()[j * STRIDE + k - run.start]);
                    let to = j * events + k;
                    means.mean[to] = (all * jump.hazard - dying * jump.tied) / sets.events[k].weight;
                    means.drift[to] = all * jump.square - dying * jump.square_cross;
                    means.tied[to] = all * jump.square_cross - dying * jump.square_tied;
                }
            }
        });
        means
    }

    /// Position of column `j` at event time `k`.
    pub fn at(&self, j: usize, k: usize) -> usize {
        j * self.events + k
    }
}
