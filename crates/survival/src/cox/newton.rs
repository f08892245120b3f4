//! Newton-Raphson with step halving, stopping as R's `coxph` does.

use nalgebra::DMatrix;

use crate::stats::linalg::{Ldl, PIVOT_TOLERANCE, dot};
use watch::{Cancelled, Watch};

/// A log-likelihood with first and second derivatives.
pub(crate) trait Objective {
    /// Computes everything at `beta`; returns the log-likelihood.
    fn evaluate(&mut self, beta: &[f64]) -> f64;
    /// Gradient where last evaluated.
    fn score(&self) -> &[f64];
    /// Minus the second derivatives (lower triangle) where last evaluated.
    fn information(&self) -> &DMatrix<f64>;
}

/// When to stop.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Stopping {
    pub max_iter: usize,
    pub eps: f64,
}

/// Where the maximisation ended.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Maximum {
    pub beta: Vec<f64>,
    /// At the initial values.
    pub loglik_initial: f64,
    pub loglik: f64,
    /// Score test at the initial values.
    pub score_test: f64,
    /// The score where the iterations ended: all but zero, unless the maximum is at infinity.
    pub score: Vec<f64>,
    pub information: Ldl,
    /// Columns that told nothing from the first to the last: constant or given by earlier ones. A column that is singular
    /// only at the end has run off to infinity.
    pub aliased: Vec<bool>,
    pub iterations: usize,
    pub converged: bool,
}

impl Maximum {
    /// The columns that are not aliased.
    pub fn kept(&self) -> Vec<usize> {
        (0..self.aliased.len()).filter(|&j| !self.aliased[j]).collect()
    }
}

/// Climbs from `initial`; converged when the log-likelihood changes by less than `eps` of itself.
///
/// A step that does not go up is halved, the next ones more, towards the last good place. When the iterations run out the
/// last good place is the result.
pub(crate) fn maximise(
    objective: &mut impl Objective,
    initial: &[f64],
    stopping: Stopping,
    watch: &dyn Watch,
) -> Result<Maximum, Cancelled> {
    let mut beta = initial.to_vec();
    let loglik_initial = objective.evaluate(&beta);
    let mut information = Ldl::new(objective.information(), PIVOT_TOLERANCE);
    let mut step = objective.score().to_vec();
    information.solve(&mut step);
    let score_test = dot(objective.score(), &step);
    let mut best = loglik_initial;
    let start = Start { loglik: loglik_initial, score_test, singular: information.singular() };
    if stopping.max_iter == 0 || !loglik_initial.is_finite() {
        return Ok(start.end(objective, beta, information, loglik_initial, 0, true));
    }
    let mut candidate: Vec<f64> = beta.iter().zip(&step).map(|(b, s)| b + s).collect();
    let mut halvings = 0.0;
    for iteration in 1..=stopping.max_iter {
        watch.step(iteration, stopping.max_iter)?;
        let loglik = objective.evaluate(&candidate);
        information = Ldl::new(objective.information(), PIVOT_TOLERANCE);
        let finite = loglik.is_finite()
            && objective.score().iter().all(|u| u.is_finite())
            && lower_triangle(objective.information()).all(f64::is_finite);
        if finite && (loglik - best).abs() <= stopping.eps * loglik.abs() {
            return Ok(start.end(objective, candidate, information, loglik, iteration, true));
        }
        if !finite || loglik < best {
            halvings += 1.0;
            for (c, b) in candidate.iter_mut().zip(&beta) {
                *c = (*c + halvings * b) / (halvings + 1.0);
            }
        } else {
            halvings = 0.0;
            best = loglik;
            step.copy_from_slice(objective.score());
            information.solve(&mut step);
            beta.copy_from_slice(&candidate);
            candidate.iter_mut().zip(&step).for_each(|(c, s)| *c += s);
        }
    }
    if stopping.max_iter > 1 {
        best = objective.evaluate(&beta);
        information = Ldl::new(objective.information(), PIVOT_TOLERANCE);
    }
    Ok(start.end(objective, beta, information, best, stopping.max_iter + 1, false))
}

/// What is known of the initial values.
struct Start {
    loglik: f64,
    score_test: f64,
    singular: Vec<bool>,
}

impl Start {
    fn end(
        self,
        objective: &impl Objective,
        beta: Vec<f64>,
        information: Ldl,
        loglik: f64,
        iterations: usize,
        converged: bool,
    ) -> Maximum {
        Maximum {
            beta,
            loglik_initial: self.loglik,
            loglik,
            score_test: self.score_test,
            score: objective.score().to_vec(),
            aliased: self.singular.iter().zip(information.singular()).map(|(a, b)| *a && b).collect(),
            information,
            iterations,
            converged,
        }
    }
}

fn lower_triangle(m: &DMatrix<f64>) -> impl Iterator<Item = f64> {
    (0..m.ncols()).flat_map(move |j| (j..m.nrows()).map(move |i| m[(i, j)]))
}
