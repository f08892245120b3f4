//! The quadratic model of the likelihood on the working features, and its exact penalized minimum.

use super::inverse::Inverse;
use super::kernels::{add_scaled, padded};
use crate::widest::{Kernel, widest};

/// A symmetric matrix that grows by rows; each row is padded to whole lanes.
#[derive(Debug, Default)]
pub(super) struct Gram {
    size: usize,
    stride: usize,
    values: Vec<f64>,
}

impl Gram {
    pub(super) fn row(&self, j: usize) -> &[f64] {
        &self.values[j * self.stride..(j + 1) * self.stride]
    }

    fn diagonal(&self, j: usize) -> f64 {
        self.values[j * self.stride + j]
    }

    /// Room for `size` rows; what was there stays.
    pub(super) fn resize(&mut self, size: usize) {
        if size > self.stride {
            let (old, new) = (self.stride, padded((2 * size).max(32)));
            let mut values = vec![0.0; new * new];
            for j in 0..self.size {
                values[j * new..j * new + old].copy_from_slice(&self.values[j * old..(j + 1) * old]);
            }
            (self.values, self.stride) = (values, new);
        }
        self.size = size;
    }

    /// Sets row and column j up to the diagonal.
    pub(super) fn set_row(&mut self, j: usize, row: &[f64]) {
        self.values[j * self.stride..j * self.stride + row.len()].copy_from_slice(row);
        for (k, value) in row.iter().enumerate() {
            self.values[k * self.stride + j] = *value;
        }
    }
}

/// lambda times the penalty factors, split by alpha: sum of l1 |b| + l2 b^2 / 2.
#[derive(Debug, Default)]
pub(super) struct Penalty {
    pub(super) l1: Vec<f64>,
    pub(super) l2: Vec<f64>,
}

impl Penalty {
    /// How far coefficient j is from its optimality condition, given the gradient of the smooth part.
    #[inline(always)]
    pub(super) fn violation(&self, j: usize, beta: f64, gradient: f64) -> f64 {
        if beta == 0.0 {
            (gradient.abs() - self.l1[j]).max(0.0)
        } else {
            (gradient - self.l1[j] * beta.signum() - self.l2[j] * beta).abs()
        }
    }

    /// The penalty of `beta`.
    pub(super) fn value(&self, beta: &[f64]) -> f64 {
        beta.iter().zip(&self.l1).zip(&self.l2).map(|((b, l1), l2)| l1 * b.abs() + 0.5 * l2 * b * b).sum()
    }
}

/// Maximizes g'(b - b0) - (b - b0)' G (b - b0) / 2 - penalty(b) by exact steps on the current signs and coordinate
/// descent, the latter wherever it is cheaper or the signs have to change.
#[derive(Debug, Default)]
pub(super) struct QuadraticSolver {
    inverse: Inverse,
    /// Gradient of the quadratic model at the current coefficients.
    gradient: Vec<f64>,
    right: Vec<f64>,
    step: Vec<f64>,
}

/// Letting a member in or out of the inverse costs as much per member as this part of a sweep.
const SWEEP_WORTH: usize = 4;
/// Sweeps for whose price exact steps are tried at once.
const CREDIT: usize = 40;
/// So many supports with members that others span are left to sweeps, which share a coefficient among such members as glmnet
/// does; sweeps that need more do not end.
const PATIENCE: usize = 50;
/// Sweeps before the solver gives up; its caller looks at the true conditions anyway.
const MAX_SWEEPS: usize = 2000;

impl QuadraticSolver {
    /// The matrix has changed beyond new rows.
    pub(super) fn forget(&mut self) {
        self.inverse.clear();
    }

    /// From coefficients `beta` with gradient `g` there, to the minimum, until every condition holds to `tolerance`.
    pub(super) fn solve(&mut self, gram: &Gram, penalty: &Penalty, beta: &mut [f64], g: &[f64], tolerance: f64) {
        self.gradient.clear();
        self.gradient.extend_from_slice(g);
        self.gradient.resize(gram.stride, 0.0);
        let (mut since_exact, mut spanned) = (0, 0);
        for _ in 0..MAX_SWEEPS {
            let support = beta.iter().filter(|b| **b != 0.0).count();
            let changes = self.inverse.changes(beta, support);
            // Exact steps wait until they cost no more than the sweeps since the last ones (and some on credit).
            if support > 0 && changes * support <= SWEEP_WORTH * gram.size * (since_exact + CREDIT) {
                since_exact = 0;
                self.exact_steps(gram, penalty, beta, &mut spanned);
                if self.violation(penalty, beta) <= tolerance {
                    return;
                }
            }
            widest(Sweep { gram, penalty, gradient: &mut self.gradient, beta });
            since_exact += 1;
            if self.violation(penalty, beta) <= tolerance {
                return;
            }
        }
    }

    fn violation(&self, penalty: &Penalty, beta: &[f64]) -> f64 {
        beta.iter()
            .zip(&self.gradient)
            .enumerate()
            .fold(0.0, |worst, (j, (b, g))| worst.max(penalty.violation(j, *b, *g)))
    }

    /// Newton steps on the support, cut where a coefficient would change its sign; that one becomes zero. A support with
    /// members that others span is left to sweeps, and loses them once it has been too often, `spanned` times so far.
    fn exact_steps(&mut self, gram: &Gram, penalty: &Penalty, beta: &mut [f64], spanned: &mut usize) {
        for _ in 0..8 {
            while let Some(member) = self.inverse.follow(gram, &penalty.l2, beta) {
                *spanned += 1;
                if *spanned <= PATIENCE || !self.slide(gram, penalty, beta, member) {
                    self.inverse.clear();
                    return;
                }
            }
            let members = self.inverse.members();
            self.right.clear();
            self.right.extend(
                members.iter().map(|&j| self.gradient[j] - penalty.l1[j] * beta[j].signum() - penalty.l2[j] * beta[j]),
            );
            self.right.resize(padded(members.len()), 0.0);
            self.step.resize(members.len(), 0.0);
            self.inverse.solve(&self.right, &mut self.step);
            let (mut length, mut crossing) = (1.0, None);
            for (&j, d) in members.iter().zip(&self.step) {
                if penalty.l1[j] > 0.0 && (beta[j] + length * d) * beta[j].signum() < 0.0 {
                    (length, crossing) = (-beta[j] / d, Some(j));
                }
            }
            widest(Move { gram, members, step: &self.step, length, gradient: &mut self.gradient });
            for (&j, d) in members.iter().zip(&self.step) {
                beta[j] += length * d;
            }
            let Some(j) = crossing else { return };
            self.drop(gram, beta, j);
        }
    }

    /// Moves the coefficients along the direction in which the quadratic model is flat, `spanned` against the members of the
    /// inverse that span it, as the penalty pulls, until one of them is zero; false where none becomes it.
    ///
    /// Coordinate descent would go there in steps as small as the curvature that rounding has left.
    fn slide(&mut self, gram: &Gram, penalty: &Penalty, beta: &mut [f64], spanned: usize) -> bool {
        let parts = self.inverse.members().iter().zip(self.inverse.parts()).map(|(j, part)| (*j, -part));
        let flat: Vec<(usize, f64)> = parts.chain([(spanned, 1.0)]).collect();
        let pull = |j: usize| self.gradient[j] - penalty.l1[j] * beta[j].signum() - penalty.l2[j] * beta[j];
        let slope: f64 = flat.iter().map(|(j, d)| d * pull(*j)).sum();
        let (mut length, mut crossing) = (f64::INFINITY, None);
        for &(j, d) in &flat {
            let reach = -beta[j] / (d * slope.signum());
            if penalty.l1[j] > 0.0 && reach > 0.0 && reach < length {
                (length, crossing) = (reach, Some(j));
            }
        }
        let Some(zero) = crossing else { return false };
        for (j, d) in flat {
            let step = length * d * slope.signum();
            beta[j] += step;
            add_scaled(-step, gram.row(j), &mut self.gradient);
        }
        self.drop(gram, beta, zero);
        true
    }

    /// Takes what rounding left of a coefficient out.
    fn drop(&mut self, gram: &Gram, beta: &mut [f64], j: usize) {
        add_scaled(beta[j], gram.row(j), &mut self.gradient);
        beta[j] = 0.0;
    }
}

/// One pass of coordinate descent over all coefficients.
struct Sweep<'a> {
    gram: &'a Gram,
    penalty: &'a Penalty,
    gradient: &'a mut [f64],
    beta: &'a mut [f64],
}

impl Kernel for Sweep<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        for j in 0..self.gram.size {
            let old = self.beta[j];
            let curvature = self.gram.diagonal(j);
            let z = self.gradient[j] + curvature * old;
            let l1 = self.penalty.l1[j];
            let denominator = curvature + self.penalty.l2[j];
            // The margin keeps an exact copy of a column out: rounding alone must not select it.
            let new = if z.abs() <= l1 * (1.0 + 1e-14) || denominator <= 0.0 {
                0.0
            } else {
                (z.abs() - l1).copysign(z) / denominator
            };
            if new != old {
                self.beta[j] = new;
                add_scaled(old - new, self.gram.row(j), self.gradient);
            }
        }
    }
}

/// gradient -= length * sum of step_j G_j.
struct Move<'a> {
    gram: &'a Gram,
    members: &'a [usize],
    step: &'a [f64],
    length: f64,
    gradient: &'a mut [f64],
}

impl Kernel for Move<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        for (&j, d) in self.members.iter().zip(self.step) {
            add_scaled(-self.length * d, self.gram.row(j), self.gradient);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_penalized_minimum_of_a_small_problem() {
        let mut gram = Gram::default();
        gram.resize(3);
        gram.set_row(0, &[2.0]);
        gram.set_row(1, &[0.6, 1.0]);
        gram.set_row(2, &[-0.3, 0.2, 1.5]);
        let penalty = Penalty { l1: vec![0.1, 0.4, 0.1], l2: vec![0.2, 0.0, 0.0] };
        let mut beta = vec![0.0; 3];
        QuadraticSolver::default().solve(&gram, &penalty, &mut beta, &[1.0, 0.5, -0.7], 1e-14);
        // The second stays out; the others solve (G + l2) b = g - l1 sign(b).
        let determinant = 2.2 * 1.5 - 0.09;
        let expected = [(0.9 * 1.5 - 0.6 * 0.3) / determinant, 0.0, (-0.6 * 2.2 + 0.9 * 0.3) / determinant];
        for (found, expected) in beta.iter().zip(expected) {
            assert!((found - expected).abs() < 1e-13, "{beta:?}");
        }
    }

    #[test]
    fn members_that_others_span_leave_the_support() {
        // The third column is the sum of the first two: of the three, two are enough.
        let mut gram = Gram::default();
        gram.resize(3);
        gram.set_row(0, &[1.0]);
        gram.set_row(1, &[0.2, 1.0]);
        gram.set_row(2, &[1.2, 1.2, 2.4]);
        let penalty = Penalty { l1: vec![0.1; 3], l2: vec![0.0; 3] };
        let (mut beta, mut solver) = (vec![0.3, -0.2, 0.4], QuadraticSolver::default());
        // Without a penalty (1, 0.5, 0) is best, and whatever has the same sums.
        let g: Vec<f64> = (0..3).map(|j| gram.row(j)[0] * 0.7 + gram.row(j)[1] * 0.7 - gram.row(j)[2] * 0.4).collect();
        solver.solve(&gram, &penalty, &mut beta, &g, 1e-13);
        assert!(beta.iter().filter(|b| **b != 0.0).count() < 3, "{beta:?}");
        assert!(solver.violation(&penalty, &beta) <= 1e-13, "{beta:?}");
    }
}
