//! Solutions that meet their optimality conditions as closely as rounding sensibly allows.

use super::design::{Design, Sample};
use super::path::{Engine, NoConvergence};
use super::screen::Screen;
use super::working::WorkingSet;

/// How closely conditions hold, as part of the penalty.
const PRECISION: f64 = 1e-8;
/// How closely those of features without penalty hold before the path begins, as part of the largest gradient.
const START_PRECISION: f64 = 1e-13;
/// How closely conditions hold in the solution that is shown to the other features first.
const ROUGH: f64 = 0.02;

/// Newton's method on the features in play; all others are excluded by a bound or checked.
pub(super) struct Optimum<'a> {
    design: &'a Design,
    sample: &'a Sample,
    factor: &'a [f64],
    working: WorkingSet,
    screen: Screen<'a>,
    /// The largest gradient at the start: what rounding is measured by.
    largest: f64,
}

impl<'a> Optimum<'a> {
    pub(super) fn new(design: &'a Design, sample: &'a Sample, factor: &'a [f64]) -> Self {
        let (working, screen) = (WorkingSet::new(sample), Screen::new(design, sample, factor));
        Self { design, sample, factor, working, screen, largest: 0.0 }
    }

    fn admit(&mut self, features: &[usize]) {
        features.iter().for_each(|&j| self.screen.enter(j));
        self.working.admit(self.design, self.sample, features);
    }
}

impl Engine for Optimum<'_> {
    fn start(&mut self) -> Result<Vec<f64>, NoConvergence> {
        let gradient = self.screen.all_gradients(&self.working.derivatives.residual);
        let finite = gradient.iter().zip(self.factor).filter(|(_, f)| f.is_finite());
        self.largest = finite.fold(0.0, |top, (g, _)| top.max(g.abs()));
        let free: Vec<usize> = (0..self.design.p()).filter(|&j| self.factor[j] == 0.0).collect();
        if free.is_empty() {
            return Ok(gradient);
        }
        self.admit(&free);
        self.working.set_penalty(self.factor, f64::MAX, 0.0);
        // The path's first penalty, and with it every other, is a gradient here: as exact as can be.
        self.working.solve(self.sample, START_PRECISION * self.largest)?;
        Ok(self.screen.all_gradients(&self.working.derivatives.residual))
    }

    fn solve(&mut self, l1: f64, l2: f64) -> Result<(), NoConvergence> {
        let tolerance = (PRECISION * l1.max(1e-4 * self.largest)).max(1e-15 * self.largest.max(1.0));
        // A rough solution already tells nearly all features that will take part.
        let mut aim = tolerance.max(ROUGH * l1);
        loop {
            self.working.set_penalty(self.factor, l1, l2);
            self.working.solve(self.sample, aim)?;
            let violators = self.screen.exceeding(&self.working.derivatives.residual, l1, tolerance);
            if !violators.is_empty() {
                self.admit(&violators);
            } else if aim > tolerance {
                aim = tolerance;
            } else {
                return Ok(());
            }
        }
    }

    fn loglik(&self) -> f64 {
        self.working.loglik(self.sample)
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
