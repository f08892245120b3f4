//! glmnet's own iterations, for those who need glmnet's own digits.
//!
//! Coordinate descent on the diagonal of the information, sweep by sweep in glmnet's order and to glmnet's threshold,
//! which leaves errors of about 1e-4 at `thresh` 1e-7 and more near the end of the path. The same arithmetic in the
//! same order gives the same iterates, so the same selected features, up to rounding.

use super::cycle::Cycle;
use super::design::{Design, Sample};
use super::kernels::add_columns;
use super::partial::Derivatives;
use super::path::{Engine, NoConvergence};
use super::screen::Screen;
use super::sweep::{Member, Sweep, renew_curvature};
use crate::widest::widest;

/// Sweeps over one path before it ends: glmnet's `maxit`.
const MAX_SWEEPS: usize = 100_000;
/// With a threshold below glmnet's own, whoever asks for more digits has more patience.
const USUAL_THRESH: f64 = 1e-7;
/// So many times the sweeps then.
const PATIENCE: usize = 100;
/// Below this, rounding alone may keep the sweeps from ever ending: those that go round in a circle are not waited for.
const CLOSEST: f64 = 1e-18;

/// Coordinate descent along a path.
pub(super) struct Descent<'a> {
    design: &'a Design,
    sample: &'a Sample,
    factor: &'a [f64],
    /// Largest weighted squared change that ends a sweep.
    threshold: f64,
    derivatives: Derivatives,
    eta: Vec<f64>,
    /// Diagonal of the information.
    weight: Vec<f64>,
    /// Residuals of the quadratic model.
    residual: Vec<f64>,
    screen: Screen<'a>,
    members: Vec<Member>,
    /// The members' columns.
    columns: Vec<f64>,
    /// Places of the members by feature.
    by_feature: Vec<usize>,
    /// Places of the members that ever had a coefficient, in the order in which they got it.
    active: Vec<usize>,
    steps: Vec<f64>,
    previous_l1: f64,
    sweeps: usize,
    most_sweeps: usize,
    /// The threshold is below what rounding may let the sweeps reach.
    may_circle: bool,
}

impl<'a> Descent<'a> {
    pub(super) fn new(design: &'a Design, sample: &'a Sample, factor: &'a [f64], thresh: f64) -> Self {
        let n = sample.sets.weight.len();
        let mut eta = sample.offset.clone();
        eta.resize(n, 0.0);
        let mut descent = Self {
            design,
            sample,
            factor,
            threshold: 0.0,
            derivatives: Derivatives::new(&sample.sets),
            eta,
            weight: vec![0.0; n],
            residual: vec![0.0; n],
            screen: Screen::new(design, sample, factor),
            members: Vec::new(),
            columns: Vec::new(),
            by_feature: Vec::new(),
            active: Vec::new(),
            steps: Vec::new(),
            previous_l1: 0.0,
            sweeps: 0,
            most_sweeps: if thresh < USUAL_THRESH { PATIENCE * MAX_SWEEPS } else { MAX_SWEEPS },
            may_circle: thresh < CLOSEST,
        };
        descent.reweigh();
        descent.threshold = thresh * (sample.sets.saturated() - descent.loglik());
        descent
    }

    /// The quadratic model at the present predictor; whether it is one.
    fn reweigh(&mut self) -> bool {
        self.derivatives.evaluate(&self.sample.sets, &self.eta);
        let is_curved = self.derivatives.diagonal_information(&self.sample.sets, &mut self.weight);
        self.residual.copy_from_slice(&self.derivatives.residual);
        is_curved && self.residual.iter().all(|r| r.is_finite())
    }

    /// Lets in outsiders whose gradient exceeds `bound` times their factor; whether there were any.
    fn admit_exceeding(&mut self, bound: f64) -> bool {
        let new = self.screen.exceeding(&self.residual, bound, 0.0);
        self.admit(&new);
        !new.is_empty()
    }

    fn admit(&mut self, new: &[usize]) {
        let n = self.eta.len();
        for &j in new {
            self.screen.enter(j);
            let at = self.columns.len();
            self.columns.resize(at + n, 0.0);
            self.sample.write_column(self.design, j, &mut self.columns[at..]);
            let factor = self.factor[j];
            self.members.push(Member { feature: j, factor, beta: 0.0, before: 0.0, curvature: 0.0, active: false });
        }
        if !new.is_empty() {
            self.by_feature = (0..self.members.len()).collect();
            self.by_feature.sort_by_key(|&m| self.members[m].feature);
        }
    }

    /// One sweep over all members, by feature, or over the active ones; the largest weighted squared change.
    fn sweep(&mut self, all: bool, l1: f64, l2: f64) -> f64 {
        self.sweeps += 1;
        let places = if all { &self.by_feature } else { &self.active };
        let change = widest(Sweep {
            places,
            members: &mut self.members,
            columns: &self.columns,
            weight: &self.weight,
            residual: &mut self.residual,
            l1,
            l2,
        });
        if all {
            for &m in &self.by_feature {
                let member = &mut self.members[m];
                if member.beta != 0.0 && !member.active {
                    member.active = true;
                    self.active.push(m);
                }
            }
        }
        change
    }

    /// Sweeps until the quadratic model is solved.
    fn settle(&mut self, l1: f64, l2: f64) -> Result<(), NoConvergence> {
        let mut cycle = Cycle::default();
        while self.sweep(true, l1, l2) >= self.threshold {
            loop {
                if self.sweeps > self.most_sweeps || self.goes_round(&mut cycle) {
                    return Err(NoConvergence);
                }
                if self.sweep(false, l1, l2) < self.threshold {
                    break;
                }
            }
        }
        Ok(())
    }

    /// Whether the sweeps of a quadratic model have come to coefficients and residuals where they were before: they will
    /// not end before the last of them.
    fn goes_round(&self, cycle: &mut Cycle) -> bool {
        self.may_circle && cycle.comes_again(self.members.iter().map(|m| m.beta).chain(self.residual.iter().copied()))
    }

    /// Quadratic models until the coefficients stay, then the outsiders' conditions.
    fn descend(&mut self, l1: f64, l2: f64) -> Result<(), NoConvergence> {
        let mut cycle = Cycle::default();
        loop {
            let state = self.members.iter().map(|m| m.beta).chain(self.eta.iter().copied());
            if self.sweeps > self.most_sweeps || self.may_circle && cycle.comes_again(state) {
                return Err(NoConvergence);
            }
            self.members.iter_mut().for_each(|m| m.before = m.beta);
            renew_curvature(&mut self.members, &self.columns, &self.weight);
            self.settle(l1, l2)?;
            self.steps.clear();
            self.steps.extend(self.members.iter().map(|m| m.beta - m.before));
            add_columns(&self.columns, &self.steps, &mut self.eta);
            // glmnet ends the path here as well.
            if !self.reweigh() {
                return Err(NoConvergence);
            }
            let moved = |m: &Member| m.curvature * (m.beta - m.before).powi(2) >= self.threshold;
            if self.members.iter().any(moved) {
                continue;
            }
            if !self.admit_exceeding(l1) {
                return Ok(());
            }
        }
    }
}

impl Engine for Descent<'_> {
    fn start(&mut self) -> Result<Vec<f64>, NoConvergence> {
        let free: Vec<usize> = (0..self.factor.len()).filter(|&j| self.factor[j] == 0.0).collect();
        if !free.is_empty() {
            self.admit(&free);
            self.descend(f64::MAX, 0.0)?;
        }
        Ok(self.screen.all_gradients(&self.residual))
    }

    fn begin(&mut self, l1: f64) {
        self.previous_l1 = l1;
    }

    fn solve(&mut self, l1: f64, l2: f64) -> Result<(), NoConvergence> {
        // The strong rule: let in what the last gradients make likely.
        self.admit_exceeding(2.0 * l1 - self.previous_l1);
        self.previous_l1 = l1;
        self.descend(l1, l2)
    }

    fn loglik(&self) -> f64 {
        self.sample.sets.loglik(&self.eta)
    }

    fn coefficients(&self) -> Vec<(usize, f64)> {
        self.members.iter().filter(|m| m.beta != 0.0).map(|m| (m.feature, m.beta)).collect()
    }
}
