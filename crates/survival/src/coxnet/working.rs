//! The features that take part, their coefficients, and the curvature of the likelihood among them.
//!
//! The curvature is that of an earlier point for as long as steps with it converge fast: a step then costs two passes
//! over the working features, while a new curvature costs one for each pair of them.

use super::design::{Design, Sample};
use super::kernels::{add_columns, inner_products};
use super::partial::Derivatives;
use super::path::NoConvergence;
use super::quadratic::{Gram, Penalty, QuadraticSolver};

/// A step that leaves more than this part of the violation asks for a new curvature.
const SLOW: f64 = 0.25;
/// Steps at one penalty before giving up.
const MAX_STEPS: usize = 200;

/// Working features of one fit.
#[derive(Debug)]
pub(super) struct WorkingSet {
    /// Feature numbers, in the order in which they came.
    pub(super) features: Vec<usize>,
    pub(super) beta: Vec<f64>,
    /// The fit's columns, each padded to `stride`.
    columns: Vec<f64>,
    stride: usize,
    gram: Gram,
    solver: QuadraticSolver,
    /// Where the curvature was taken; `None` before the first step.
    curvature: Option<Derivatives>,
    pub(super) derivatives: Derivatives,
    eta: Vec<f64>,
    penalty: Penalty,
    gradient: Vec<f64>,
    products: Vec<f64>,
    row: Vec<f64>,
    before: Vec<f64>,
}

impl WorkingSet {
    /// No features; the likelihood is that of the offset alone.
    pub(super) fn new(sample: &Sample) -> Self {
        let stride = sample.sets.weight.len();
        let mut derivatives = Derivatives::new(&sample.sets);
        let mut eta = sample.offset.clone();
        eta.resize(stride, 0.0);
        derivatives.evaluate(&sample.sets, &eta);
        Self {
            features: Vec::new(),
            beta: Vec::new(),
            columns: Vec::new(),
            stride,
            gram: Gram::default(),
            solver: QuadraticSolver::default(),
            curvature: None,
            derivatives,
            eta,
            penalty: Penalty::default(),
            gradient: Vec::new(),
            products: vec![0.0; 4 * stride],
            row: Vec::new(),
            before: Vec::new(),
        }
    }

    /// Lets `features` in, with coefficient zero.
    pub(super) fn admit(&mut self, design: &Design, sample: &Sample, features: &[usize]) {
        let old = self.features.len();
        self.features.extend_from_slice(features);
        let size = self.features.len();
        self.beta.resize(size, 0.0);
        self.columns.resize(size * self.stride, 0.0);
        for (column, &j) in self.columns.chunks_exact_mut(self.stride).skip(old).zip(features) {
            sample.write_column(design, j, column);
        }
        self.fill_gram(sample, old);
    }

    /// Rows `from..` of the curvature among the working features.
    fn fill_gram(&mut self, sample: &Sample, from: usize) {
        let size = self.features.len();
        self.gram.resize(size);
        let Some(curvature) = &self.curvature else { return };
        let n = self.stride;
        self.row.resize(size, 0.0);
        let mut j = from;
        while j < size {
            let together = (size - j).min(4);
            let x = &self.columns[j * n..(j + together) * n];
            let products = &mut self.products[..together * n];
            if together == 4 {
                let [a, b, c, d] = quarters(products);
                curvature.information_times(&sample.sets, quarters_of(x), [a, b, c, d]);
            } else {
                for (x, product) in x.chunks_exact(n).zip(products.chunks_exact_mut(n)) {
                    curvature.information_times(&sample.sets, [x], [product]);
                }
            }
            for (k, product) in self.products[..together * n].chunks_exact(n).enumerate() {
                let row = &mut self.row[..j + k + 1];
                inner_products(&self.columns[..(j + k + 1) * n], product, row);
                self.gram.set_row(j + k, row);
            }
            j += together;
        }
    }

    /// Sets the penalty of each working feature: `l1` and `l2` times its factor.
    pub(super) fn set_penalty(&mut self, factor: &[f64], l1: f64, l2: f64) {
        self.penalty.l1.clear();
        self.penalty.l1.extend(self.features.iter().map(|&j| if factor[j] == 0.0 { 0.0 } else { l1 * factor[j] }));
        let old = self.penalty.l2.first().copied();
        self.penalty.l2.clear();
        self.penalty.l2.extend(self.features.iter().map(|&j| if factor[j] == 0.0 { 0.0 } else { l2 * factor[j] }));
        if l2 != 0.0 || old.is_some_and(|l2| l2 != 0.0) {
            self.solver.forget();
        }
    }

    /// Solves for the working features until each of their conditions holds to `tolerance`.
    pub(super) fn solve(&mut self, sample: &Sample, tolerance: f64) -> Result<(), NoConvergence> {
        if self.features.is_empty() {
            return Ok(());
        }
        let mut fresh = false;
        let mut violation = self.violation();
        for _ in 0..MAX_STEPS {
            if violation <= tolerance {
                return Ok(());
            }
            if self.curvature.is_none() {
                self.renew_curvature(sample);
                fresh = true;
            }
            self.before.clone_from(&self.beta);
            let aim = (0.02 * violation).max(0.25 * tolerance);
            self.solver.solve(&self.gram, &self.penalty, &mut self.beta, &self.gradient, aim);
            self.follow_beta(sample);
            let now = self.violation();
            if (now.is_nan() || now > violation) && self.is_rise(sample) {
                if fresh {
                    self.shorten(sample);
                }
                self.renew_curvature(sample);
                fresh = true;
                violation = self.violation();
                continue;
            }
            fresh = now > SLOW * violation && now > tolerance;
            if fresh {
                self.renew_curvature(sample);
            }
            violation = now;
        }
        if violation <= 1e3 * tolerance { Ok(()) } else { Err(NoConvergence) }
    }

    /// Whether the last step made the objective rise; then it is taken back, and kept in `before`.
    fn is_rise(&mut self, sample: &Sample) -> bool {
        let after = self.objective(sample);
        std::mem::swap(&mut self.beta, &mut self.before);
        self.follow_beta(sample);
        let here = self.objective(sample);
        if after.is_nan() || after > here + 1e-12 * (1.0 + here.abs()) {
            return true;
        }
        std::mem::swap(&mut self.beta, &mut self.before);
        self.follow_beta(sample);
        false
    }

    /// Goes part of the way to `before`, the half, the quarter and so on, until the objective does not rise.
    fn shorten(&mut self, sample: &Sample) {
        let here = self.objective(sample);
        let start = self.beta.clone();
        for halvings in 1..=40 {
            let part = 0.5f64.powi(halvings);
            for ((b, start), end) in self.beta.iter_mut().zip(&start).zip(&self.before) {
                *b = start + part * (end - start);
            }
            self.follow_beta(sample);
            if self.objective(sample) <= here {
                return;
            }
        }
    }

    /// Penalized negative log likelihood.
    fn objective(&self, sample: &Sample) -> f64 {
        self.penalty.value(&self.beta) - self.loglik(sample)
    }

    /// Log likelihood of the present coefficients.
    pub(super) fn loglik(&self, sample: &Sample) -> f64 {
        sample.sets.loglik(&self.eta)
    }

    /// The linear predictor and derivatives at the present coefficients.
    fn follow_beta(&mut self, sample: &Sample) {
        self.eta[..sample.offset.len()].copy_from_slice(&sample.offset);
        add_columns(&self.columns, &self.beta, &mut self.eta);
        self.derivatives.evaluate(&sample.sets, &self.eta);
    }

    /// Takes the curvature at the present coefficients.
    fn renew_curvature(&mut self, sample: &Sample) {
        match &mut self.curvature {
            Some(curvature) => curvature.clone_from(&self.derivatives),
            None => self.curvature = Some(self.derivatives.clone()),
        }
        self.solver.forget();
        self.fill_gram(sample, 0);
    }

    /// The largest violation of a working feature's condition, its gradient brought up to date.
    fn violation(&mut self) -> f64 {
        self.gradient.resize(self.features.len(), 0.0);
        inner_products(&self.columns, &self.derivatives.residual, &mut self.gradient);
        (0..self.beta.len())
            .fold(0.0, |worst: f64, j| worst.max(self.penalty.violation(j, self.beta[j], self.gradient[j])))
    }
}

fn quarters_of(x: &[f64]) -> [&[f64]; 4] {
    let (ab, cd) = x.split_at(x.len() / 2);
    let ((a, b), (c, d)) = (ab.split_at(ab.len() / 2), cd.split_at(cd.len() / 2));
    [a, b, c, d]
}

fn quarters(x: &mut [f64]) -> [&mut [f64]; 4] {
    let (ab, cd) = x.split_at_mut(x.len() / 2);
    let half = ab.len() / 2;
    let ((a, b), (c, d)) = (ab.split_at_mut(half), cd.split_at_mut(half));
    [a, b, c, d]
}
