//! Solutions that meet their optimality conditions as closely as rounding sensibly allows.

use super::design::{Design, Sample};
use super::path::{Engine, NoConvergence};
use super::screen::Screen;
use super::working::WorkingSet;

/// How closely conditions hold, as part of the penalty.
const PRECISION: f64 = 1e-8;

/// Newton's method on the features in play; all others are excluded by a bound or checked.
pub(super) struct Optimum<'a> {
    design: &'a Design,
    sample: &'a Sample,
    factor: &'a [f64],
    working: WorkingSet,
    screen: Screen,
    /// The largest gradient at the start: what rounding is measured by.
    largest: f64,
}

impl<'a> Optimum<'a> {
    pub(super) fn new(design: &'a Design, sample: &'a Sample, factor: &'a [f64]) -> Self {
        let (working, screen) = (WorkingSet::new(sample), Screen::new(design));
        Self { design, sample, factor, working, screen, largest: 0.0 }
    }

    fn refresh(&mut self) {
        self.screen.refresh(self.design, self.sample, &self.working.likelihood.residual);
    }

    fn admit(&mut self, features: &[usize]) {
        features.iter().for_each(|&j| self.screen.working[j] = true);
        self.working.admit(self.design, self.sample, features);
    }
}

impl Engine for Optimum<'_> {
    fn start(&mut self) -> Result<&[f64], NoConvergence> {
        self.refresh();
        self.largest = self.screen.largest(|j| self.factor[j].is_finite());
        let free: Vec<usize> = (0..self.design.p()).filter(|&j| self.factor[j] == 0.0).collect();
        if !free.is_empty() {
            self.admit(&free);
            self.working.set_penalty(self.factor, f64::MAX, 0.0);
            self.working.solve(self.sample, PRECISION * self.largest)?;
            self.refresh();
        }
        Ok(&self.screen.gradient)
    }

    fn solve(&mut self, l1: f64, l2: f64) -> Result<(), NoConvergence> {
        let tolerance = (PRECISION * l1.max(1e-4 * self.largest)).max(1e-15 * self.largest.max(1.0));
        loop {
            self.working.set_penalty(self.factor, l1, l2);
            self.working.solve(self.sample, tolerance)?;
            let residual = &self.working.likelihood.residual;
            let violators = self.screen.violators(self.design, self.sample, residual, self.factor, l1, tolerance);
            if violators.is_empty() {
                return Ok(());
            }
            self.admit(&violators);
        }
    }

    fn loglik(&self) -> f64 {
        self.working.likelihood.loglik
    }

    fn coefficients(&self) -> Vec<(usize, f64)> {
        self.working
            .features
            .iter()
            .copied()
            .zip(self.working.beta.iter().copied())
            .filter(|(_, b)| *b != 0.0)
            .collect()
    }
}
