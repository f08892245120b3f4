//! Firth's penalised likelihood, l(b) + log det I(b) / 2: finite estimates under separation.
//!
//! (Heinze and Schemper, Biometrics 2001.) Its gradient is U_c + tr(I^-1 dI/db_c) / 2, and dI/db is the third central moment
//! of the covariates over the risk sets: with V = I^-1, h = x'Vx and means over a step's risk set,
//! tr(V dI/db_c) = sum over steps of w [ E(h x_c) - E(h) m_c - 2 sum_b (V m)_b Cov(x_b, x_c) ], m = E(x).

use nalgebra::DMatrix;

use super::columns::Columns;
use super::hazard::{Hazard, Ties};
use super::jump::denominators;
use super::likelihood::PartialLikelihood;
use super::newton::{Maximum, Objective, Stopping};
use super::risk_sets::RiskSets;
use crate::stats::linalg::{Ldl, PIVOT_TOLERANCE, dot};
use watch::{Cancelled, Watch};

/// A step this small, in standard errors, ends the iterations.
const SMALL_STEP: f64 = 1e-9;

/// The penalised likelihood of one data set.
pub(crate) struct PenalisedLikelihood<'a> {
    sets: &'a RiskSets,
    x: &'a Columns,
    ties: Ties,
    plain: PartialLikelihood<'a>,
}

/// Everything at one place.
struct Place {
    beta: Vec<f64>,
    loglik: f64,
    score: Vec<f64>,
    information: Ldl,
}

impl<'a> PenalisedLikelihood<'a> {
    pub fn new(sets: &'a RiskSets, x: &'a Columns, ties: Ties) -> Self {
        Self { sets, x, ties, plain: PartialLikelihood::new(sets, x, ties) }
    }

    /// Climbs with steps I^-1 U*; ten times `stopping.max_iter` of them at most, since they converge only linearly.
    pub fn maximise(&mut self, initial: &[f64], stopping: Stopping, watch: &dyn Watch) -> Result<Maximum, Cancelled> {
        let mut here = self.evaluate(initial.to_vec());
        let loglik_initial = here.loglik;
        let max_iter = 10 * stopping.max_iter;
        let mut iterations = 0;
        let mut converged = stopping.max_iter == 0;
        while iterations < max_iter && !converged && here.loglik.is_finite() {
            iterations += 1;
            watch.step(iterations, max_iter)?;
            let mut step = here.score.clone();
            here.information.solve(&mut step);
            converged = dot(&step, &here.score).abs().sqrt() <= SMALL_STEP;
            let mut share = 1.0;
            loop {
                let beta = here.beta.iter().zip(&step).map(|(b, s)| b + share * s).collect();
                let there = self.evaluate(beta);
                // Close to the maximum the likelihood is flat to rounding.
                let slack = 1e-13 * here.loglik.abs();
                if there.loglik >= here.loglik - slack || share < 1e-6 {
                    here = there;
                    break;
                }
                share *= 0.5;
            }
        }
        Ok(Maximum {
            beta: here.beta,
            loglik_initial,
            loglik: here.loglik,
            score_test: f64::NAN,
            score: here.score,
            aliased: here.information.singular(),
            information: here.information,
            iterations,
            converged,
        })
    }

    fn evaluate(&mut self, beta: Vec<f64>) -> Place {
        let loglik = self.plain.evaluate(&beta);
        let information = Ldl::new(self.plain.information(), PIVOT_TOLERANCE);
        let kept = (0..self.x.p).filter(|&j| !information.is_singular(j));
        let scaling: f64 = kept.map(|j| self.x.scale[j].ln()).sum();
        let penalty = 0.5 * information.log_determinant() - scaling;
        let mut score = self.plain.score().to_vec();
        let gradient = self.trace_gradient(self.plain.hazard(), &information.inverse());
        score.iter_mut().zip(gradient).for_each(|(u, g)| *u += 0.5 * g);
        Place { beta, loglik: loglik + penalty, score, information }
    }

    /// tr(V dI/db_c) for every column c.
    fn trace_gradient(&self, hazard: &Hazard, v: &DMatrix<f64>) -> Vec<f64> {
        let (sets, p) = (self.sets, self.x.p);
        let mut gradient = vec![0.0; p];
        let mut x = vec![0.0; p];
        let mut moments = |sum: &mut Moments, row: usize, sign: f64| {
            x.iter_mut().enumerate().for_each(|(j, value)| *value = self.x.column(j)[row]);
            sum.add(sign * hazard.risk[row], &x, v);
        };
        for stratum in &sets.strata {
            let mut at_risk = Moments::new(p);
            let (mut next, mut next_outside) = (stratum.rows.end, stratum.rows.end);
            for k in stratum.events.clone().rev() {
                let event = &sets.events[k];
                (event.first..next).for_each(|row| moments(&mut at_risk, row, 1.0));
                next = event.first;
                if let Some(delayed) = &sets.delayed {
                    let outside = delayed.outside[k] as usize;
                    delayed.order[outside..next_outside].iter().for_each(|&r| moments(&mut at_risk, r as usize, -1.0));
                    next_outside = outside;
                }
                let mut dying = Moments::new(p);
                event.dying().for_each(|row| moments(&mut dying, row, 1.0));
                for (d, share, weight) in denominators(event, hazard.at_risk[k], hazard.dying[k], self.ties) {
                    at_risk.less(share, &dying).add_third_moment(weight, d, v, &mut gradient);
                }
            }
        }
        gradient
    }
}

/// Sums over a risk set of r x, r x x', r h and r h x.
#[derive(Clone)]
struct Moments {
    first: Vec<f64>,
    second: DMatrix<f64>,
    form: f64,
    form_first: Vec<f64>,
}

impl Moments {
    fn new(p: usize) -> Self {
        Self { first: vec![0.0; p], second: DMatrix::zeros(p, p), form: 0.0, form_first: vec![0.0; p] }
    }

    fn add(&mut self, risk: f64, x: &[f64], v: &DMatrix<f64>) {
        let h = crate::stats::linalg::quadratic_form(v, x);
        self.form += risk * h;
        for (i, xi) in x.iter().enumerate() {
            self.first[i] += risk * xi;
            self.form_first[i] += risk * h * xi;
            for (j, xj) in x.iter().enumerate() {
                self.second[(i, j)] += risk * xi * xj;
            }
        }
    }

    fn less(&self, share: f64, other: &Self) -> Self {
        let minus = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(x, y)| x - share * y).collect();
        Self {
            first: minus(&self.first, &other.first),
            second: &self.second - &other.second * share,
            form: self.form - share * other.form,
            form_first: minus(&self.form_first, &other.form_first),
        }
    }

    fn add_third_moment(&self, weight: f64, d: f64, v: &DMatrix<f64>, gradient: &mut [f64]) {
        let p = gradient.len();
        let mean: Vec<f64> = self.first.iter().map(|s| s / d).collect();
        let vm: Vec<f64> = (0..p).map(|i| (0..p).map(|j| v[(i, j)] * mean[j]).sum()).collect();
        for c in 0..p {
            let covariance = |b: usize| self.second[(b, c)] / d - mean[b] * mean[c];
            let cross: f64 = (0..p).map(|b| vm[b] * covariance(b)).sum();
            gradient[c] += weight * (self.form_first[c] / d - self.form / d * mean[c] - 2.0 * cross);
        }
    }
}
