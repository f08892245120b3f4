//! Telling which features may stay out without computing all their gradients.

use super::design::{Design, Sample};
use super::kernels::{inner_product, inner_products};

/// Which features can violate their condition.
///
/// By Cauchy and Schwarz a feature's gradient has moved by no more than its standard deviation times the distance that
/// the residuals went, so from one full set of gradients most features stay excluded for several penalties. What the
/// bound does not exclude is computed.
#[derive(Debug)]
pub(super) struct Screen {
    /// Features in the working set.
    pub(super) working: Vec<bool>,
    /// Gradients at `reference`.
    pub(super) gradient: Vec<f64>,
    /// Residuals at which all gradients were computed last.
    reference: Vec<f64>,
    /// Residuals in the design's rows, zero for subjects outside the sample.
    spread: Vec<f64>,
}

impl Screen {
    pub(super) fn new(design: &Design) -> Self {
        let p = design.p();
        Self {
            working: vec![false; p],
            gradient: vec![0.0; p],
            reference: Vec::new(),
            spread: vec![0.0; design.stride()],
        }
    }

    /// Computes every gradient.
    pub(super) fn refresh(&mut self, design: &Design, sample: &Sample, residual: &[f64]) {
        self.scatter(sample, residual);
        inner_products(design.values(), &self.spread, &mut self.gradient);
        // Residuals sum to zero, so the columns' centres do not matter.
        self.gradient.iter_mut().zip(&sample.multiplier).for_each(|(g, m)| *g *= m);
        self.reference.clear();
        self.reference.extend_from_slice(residual);
    }

    fn scatter(&mut self, sample: &Sample, residual: &[f64]) {
        for (&row, r) in sample.rows.iter().zip(residual) {
            self.spread[row] = *r;
        }
    }

    pub(super) fn largest(&self, counts: impl Fn(usize) -> bool) -> f64 {
        (0..self.gradient.len()).filter(|&j| counts(j)).fold(0.0, |top, j| top.max(self.gradient[j].abs()))
    }

    /// Distance of `residual` from the reference, in the metric in which a column's length is its standard deviation.
    fn distance(&self, sample: &Sample, residual: &[f64]) -> f64 {
        let n = sample.rows.len();
        let terms = residual[..n].iter().zip(&self.reference).zip(&sample.sets.weight);
        terms.map(|((r, s), q)| (r - s) * (r - s) / q).sum::<f64>().sqrt()
    }

    /// Features outside the working set whose gradient exceeds `l1` times their factor.
    pub(super) fn violators(
        &mut self,
        design: &Design,
        sample: &Sample,
        residual: &[f64],
        factor: &[f64],
        l1: f64,
        tolerance: f64,
    ) -> Vec<usize> {
        let distance = self.distance(sample, residual) * (1.0 + 1e-9);
        let possible = |screen: &Self, distance: f64| -> Vec<usize> {
            (0..factor.len())
                .filter(|&j| {
                    !screen.working[j]
                        && screen.gradient[j].abs() + sample.norm[j] * distance > l1 * factor[j] + tolerance
                })
                .collect()
        };
        let mut candidates = possible(self, distance);
        if 8 * candidates.len() > factor.len() {
            self.refresh(design, sample, residual);
            candidates = possible(self, 0.0);
            return candidates;
        }
        self.scatter(sample, residual);
        candidates.retain(|&j| {
            let gradient = inner_product(design.column(j), &self.spread) * sample.multiplier[j];
            gradient.abs() > l1 * factor[j] + tolerance
        });
        candidates
    }
}
