//! The largest eigenvalue besides the trivial one, by Lanczos' iteration.

use super::dot;
use super::operator::Operator;
use super::tridiagonal::{extreme_eigenvalue, inverse_iteration};
use crate::simd::Kernel;

/// Lanczos' iteration with full orthogonalization, in the complement of the trivial eigenvector.
pub(super) struct Lanczos<'a> {
    operator: &'a Operator,
    /// The trivial eigenvector, then the directions of the Krylov space, one after the other.
    basis: Vec<f64>,
    diagonal: Vec<f64>,
    off_diagonal: Vec<f64>,
}

/// Steps before the eigenvalue is looked at, and between looks.
const FIRST_LOOK: usize = 4;
const LOOK_EVERY: usize = 2;

/// Norm of a new direction that is rounding.
const BREAKDOWN: f64 = 1e-13;

/// Change of the eigenvalue between two looks at which it is accepted.
const CONVERGED: f64 = 1e-11;

impl<'a> Lanczos<'a> {
    pub fn new(operator: &'a Operator) -> Self {
        Self { operator, basis: operator.root_px.clone(), diagonal: Vec::new(), off_diagonal: Vec::new() }
    }

    /// Start number `k`; the first is mostly the linear vector, which is nearly the answer for images, with something of
    /// everything.
    fn start(&self, k: usize) -> Vec<f64> {
        let roots = &self.operator.root_px;
        let n = roots.len() as f64;
        let linear = if k == 0 { 1.0 } else { 0.0 };
        let mut state = k as u64;
        let element = |(i, root): (usize, &f64)| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let noise = (state >> 11) as f64 / (1_u64 << 53) as f64;
            root * (linear * (2.0 * i as f64 / n - 1.0) + 0.2 * (noise - 0.5))
        };
        roots.iter().enumerate().map(element).collect()
    }

    /// Takes from `x` its part along each direction of the basis and makes it a unit vector; its norm before that.
    #[inline(always)]
    fn orthogonalize(&self, x: &mut [f64]) -> f64 {
        let mut norm = dot(x, x).sqrt();
        // Once more where much was taken away: what is left is then mostly rounding.
        for _ in 0..2 {
            let start = norm;
            for direction in self.basis.chunks_exact(x.len()).rev() {
                let part = dot(x, direction);
                for (x, d) in x.iter_mut().zip(direction) {
                    *x -= part * d;
                }
            }
            norm = dot(x, x).sqrt();
            if norm > 0.1 * start {
                break;
            }
        }
        x.iter_mut().for_each(|x| *x /= norm);
        norm
    }

    /// The unit vector of the Krylov space that belongs to its eigenvalue `eigenvalue`.
    pub fn eigenvector(&self, eigenvalue: f64) -> Vec<f64> {
        let n = self.operator.root_px.len();
        let weights = inverse_iteration(&self.diagonal, &self.off_diagonal, eigenvalue);
        let mut vector = vec![0.0; n];
        for (weight, direction) in weights.iter().zip(self.basis.chunks_exact(n).skip(1)) {
            vector.iter_mut().zip(direction).for_each(|(v, d)| *v += weight * d);
        }
        vector
    }
}

impl Kernel for &mut Lanczos<'_> {
    /// The eigenvalue of largest modulus besides the trivial 1.
    type Output = f64;

    #[inline(always)]
    fn run(self) -> f64 {
        let n = self.operator.root_px.len();
        let mut next = self.start(0);
        let mut between = vec![0.0; self.operator.root_py.len()];
        let mut last = f64::INFINITY;
        self.orthogonalize(&mut next);
        loop {
            self.basis.extend_from_slice(&next);
            let direction = &self.basis[self.basis.len() - n..];
            self.operator.apply(direction, &mut between, &mut next);
            self.diagonal.push(dot(direction, &next));
            let mut norm = self.orthogonalize(&mut next);
            let steps = self.diagonal.len();
            if steps == n - 1 {
                return extreme_eigenvalue(&self.diagonal, &self.off_diagonal);
            }
            if norm < BREAKDOWN {
                // The space is closed under A: what lies outside of it is looked for from another start, unless the
                // eigenvalue cannot be surpassed.
                let eigenvalue = extreme_eigenvalue(&self.diagonal, &self.off_diagonal);
                if eigenvalue.abs() > 1.0 - CONVERGED {
                    return eigenvalue;
                }
                norm = 0.0;
                last = f64::INFINITY;
                next = self.start(steps);
                self.orthogonalize(&mut next);
            } else if steps >= FIRST_LOOK && (steps - FIRST_LOOK).is_multiple_of(LOOK_EVERY) {
                let eigenvalue = extreme_eigenvalue(&self.diagonal, &self.off_diagonal);
                if (eigenvalue - last).abs() < CONVERGED {
                    return eigenvalue;
                }
                last = eigenvalue;
            }
            self.off_diagonal.push(norm);
        }
    }
}
