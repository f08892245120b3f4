//! Telling which features may stay out without computing all their gradients.
//!
//! Gradients are linear in the residuals. Along a path the residuals move slowly and nearly within the span of earlier
//! ones, for which all gradients are known: an orthonormal basis of those predicts every gradient, and by Cauchy and
//! Schwarz the prediction is off by no more than the feature's standard deviation times the residuals' distance from
//! the span. Only gradients that this leaves in doubt are computed. The inner product is the sum of r s / q, under
//! which a column's length is its standard deviation. Predictions are made in single precision, and the bound knows it.

use super::design::{Design, Sample};
use super::kernels::{add_columns, inner_product, inner_products};
use crate::widest::{Kernel, widest};

/// Residuals that predict, at most.
const BASIS: usize = 24;
/// When more than one in this many gradients is in doubt, the residuals join the basis.
const DOUBT: usize = 16;
/// Features predicted side by side.
const BLOCK: usize = 16;
/// Rounding of predictions, as part of the residuals' length: beyond any sum of `BASIS` single-precision terms.
const ROUNDING: f64 = 2e-5;

/// What excludes features at the present residuals.
#[derive(Debug)]
pub(super) struct Screen<'a> {
    design: &'a Design,
    sample: &'a Sample,
    /// Penalty factors; infinite once a feature takes part.
    factor: Vec<f32>,
    norm: Vec<f32>,
    /// sqrt(q).
    root: Vec<f64>,
    /// Orthonormal residuals over sqrt(q), one after the other.
    basis: Vec<f64>,
    /// Gradients of all features at each of them.
    gradients: Vec<f32>,
    /// The present residuals' part in each.
    parts: Vec<f64>,
    /// What of the present residuals over sqrt(q) the basis leaves.
    rest: Vec<f64>,
    predicted: Vec<f32>,
    /// Residuals in the design's rows, zero for subjects outside the sample.
    spread: Vec<f64>,
}

impl<'a> Screen<'a> {
    /// Nothing known yet. `factor`: penalty factors, infinite for features that stay out.
    pub(super) fn new(design: &'a Design, sample: &'a Sample, factor: &[f64]) -> Self {
        let p = design.p().next_multiple_of(BLOCK);
        let mut factor: Vec<f32> = factor.iter().map(|f| *f as f32).collect();
        factor.resize(p, f32::INFINITY);
        let mut norm: Vec<f32> = sample.norm.iter().map(|s| *s as f32).collect();
        norm.resize(p, 0.0);
        let root: Vec<f64> = sample.sets.weight.iter().map(|q| q.sqrt()).collect();
        Self {
            design,
            sample,
            factor,
            norm,
            basis: Vec::with_capacity(BASIS * root.len()),
            gradients: Vec::with_capacity(BASIS * p),
            parts: Vec::with_capacity(BASIS),
            rest: vec![0.0; root.len()],
            predicted: vec![0.0; p],
            spread: vec![0.0; design.stride()],
            root,
        }
    }

    /// Feature `j` takes part: it is excluded no more.
    pub(super) fn enter(&mut self, j: usize) {
        self.factor[j] = f32::INFINITY;
    }

    /// All gradients at `residual`, exactly.
    pub(super) fn all_gradients(&mut self, residual: &[f64]) -> Vec<f64> {
        for (&row, r) in self.sample.rows.iter().zip(residual) {
            self.spread[row] = *r;
        }
        let mut gradient = vec![0.0; self.design.p()];
        inner_products(self.design.values(), &self.spread, &mut gradient);
        // Residuals sum to zero, so the columns' centres do not matter.
        gradient.iter_mut().zip(&self.sample.multiplier).for_each(|(g, m)| *g *= m);
        gradient
    }

    /// Features, ascending, that do not take part yet and whose gradient exceeds `bound` times their factor by more
    /// than `tolerance`.
    pub(super) fn exceeding(&mut self, residual: &[f64], bound: f64, tolerance: f64) -> Vec<usize> {
        let bound = bound.max(0.0);
        let (distance, rounding) = self.project(residual);
        let mut doubtful = self.above(bound, distance + rounding);
        if DOUBT * doubtful.len() > self.design.p() && distance > rounding {
            self.extend_basis(distance);
            // The member that made room leaves its own part unexplained.
            let (distance, rounding) = self.project(residual);
            doubtful = self.above(bound, distance + rounding);
        }
        for (&row, r) in self.sample.rows.iter().zip(residual) {
            self.spread[row] = *r;
        }
        doubtful.retain(|&j| {
            let gradient = inner_product(self.design.column(j), &self.spread) * self.sample.multiplier[j];
            gradient.abs() > bound * f64::from(self.factor[j]) + tolerance
        });
        doubtful
    }

    /// Splits the residuals into parts along the basis and the rest; the rest's length, and what rounding may hide.
    fn project(&mut self, residual: &[f64]) -> (f64, f64) {
        for (rest, (r, root)) in self.rest.iter_mut().zip(residual.iter().zip(&self.root)) {
            *rest = if *root > 0.0 { r / root } else { 0.0 };
        }
        let length = inner_product(&self.rest, &self.rest).sqrt();
        self.parts.resize(self.basis.len() / self.rest.len(), 0.0);
        inner_products(&self.basis, &self.rest, &mut self.parts);
        self.parts.iter_mut().for_each(|part| *part = -*part);
        add_columns(&self.basis, &self.parts, &mut self.rest);
        (inner_product(&self.rest, &self.rest).sqrt(), ROUNDING * length)
    }

    /// The rest, of this length, joins the basis with its gradients; the least useful member makes room.
    fn extend_basis(&mut self, length: f64) {
        let (n, p) = (self.rest.len(), self.predicted.len());
        self.rest.iter_mut().for_each(|r| *r /= length);
        let residual: Vec<f64> = self.rest.iter().zip(&self.root).map(|(r, root)| r * root).collect();
        let gradient = self.all_gradients(&residual);
        let slot = if self.parts.len() < BASIS {
            self.basis.extend_from_slice(&self.rest);
            self.gradients.resize(self.gradients.len() + p, 0.0);
            self.parts.len()
        } else {
            let slot = (0..BASIS).min_by(|&a, &b| self.parts[a].abs().total_cmp(&self.parts[b].abs())).unwrap_or(0);
            self.basis[slot * n..(slot + 1) * n].copy_from_slice(&self.rest);
            slot
        };
        self.gradients[slot * p..].iter_mut().zip(&gradient).for_each(|(stored, g)| *stored = *g as f32);
    }

    /// Features whose gradient may exceed `bound` times their factor when predictions are off by `distance`.
    fn above(&mut self, bound: f64, distance: f64) -> Vec<usize> {
        let mut above = Vec::new();
        let parts: Vec<f32> = self.parts.iter().map(|part| *part as f32).collect();
        let Self { gradients, predicted, norm, factor, .. } = self;
        predicted.fill(0.0);
        // A touch less than the bound: it is rounded to single precision. It stays finite, for factors of zero.
        let bound = bound.min(f64::from(f32::MAX)) as f32 * (1.0 - 1e-6);
        let distance = distance as f32;
        widest(Above { gradients, parts: &parts, predicted, norm, factor, bound, distance, above: &mut above });
        above
    }
}

struct Above<'a> {
    gradients: &'a [f32],
    parts: &'a [f32],
    predicted: &'a mut [f32],
    norm: &'a [f32],
    factor: &'a [f32],
    bound: f32,
    distance: f32,
    above: &'a mut Vec<usize>,
}

impl Kernel for Above<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        for (gradient, part) in self.gradients.chunks_exact(self.predicted.len()).zip(self.parts) {
            for (predicted, g) in self.predicted.iter_mut().zip(gradient) {
                *predicted += part * g;
            }
        }
        let blocks = self.predicted.as_chunks::<BLOCK>().0.iter().zip(self.norm.as_chunks::<BLOCK>().0);
        for (block, ((g, norm), factor)) in blocks.zip(self.factor.as_chunks::<BLOCK>().0).enumerate() {
            let mut over = [false; BLOCK];
            for lane in 0..BLOCK {
                over[lane] = g[lane].abs() + norm[lane] * self.distance > self.bound * factor[lane];
            }
            // Most blocks have nothing to say.
            if over != [false; BLOCK] {
                self.above.extend((0..BLOCK).filter(|&lane| over[lane]).map(|lane| block * BLOCK + lane));
            }
        }
    }
}
