//! A Cholesky factor of part of a matrix that follows the part as members come and go.

use super::kernels::{Kernel, add_scaled, widest};
use super::quadratic::Gram;

/// A pivot this small beside its diagonal element: the columns are collinear.
const SINGULAR: f64 = 1e-11;

/// L with L L' = G over `members` + a ridge, by columns: column c holds L[c.., c] at `c * stride + c..`.
#[derive(Debug, Default)]
pub(super) struct Cholesky {
    members: Vec<usize>,
    stride: usize,
    values: Vec<f64>,
    row: Vec<f64>,
    stay: Vec<bool>,
}

impl Cholesky {
    /// Forgets the factor: the matrix has changed.
    pub(super) fn clear(&mut self) {
        self.members.clear();
    }

    /// The indices in the factor's own order.
    pub(super) fn members(&self) -> &[usize] {
        &self.members
    }

    /// How many leading rows of the factor remain when `beta`'s support becomes its members.
    fn kept(&self, beta: &[f64]) -> usize {
        self.members.iter().position(|&j| beta[j] == 0.0).unwrap_or(self.members.len())
    }

    /// Multiplications that [`Self::follow`] would take for the support of `beta`, of size `support`.
    pub(super) fn price(&self, beta: &[f64], support: usize) -> usize {
        let kept = self.kept(beta);
        (support.pow(3) - kept.pow(3)) / 3
    }

    /// Makes the support of `beta` the members; false (and no factor) where the matrix is singular on it.
    pub(super) fn follow(&mut self, gram: &Gram, ridge: &[f64], beta: &[f64]) -> bool {
        let kept = self.kept(beta);
        self.stay.clear();
        self.stay.resize(beta.len(), false);
        self.members[..kept].iter().for_each(|&j| self.stay[j] = true);
        let mut later = self.members.split_off(kept);
        later.retain(|&j| beta[j] != 0.0);
        for &j in &later {
            self.stay[j] = true;
            if !self.append(gram, ridge, j) {
                return false;
            }
        }
        (0..beta.len()).all(|j| beta[j] == 0.0 || self.stay[j] || self.append(gram, ridge, j))
    }

    fn append(&mut self, gram: &Gram, ridge: &[f64], j: usize) -> bool {
        let r = self.members.len();
        if r >= self.stride {
            self.grow();
        }
        let source = gram.row(j);
        self.row.clear();
        self.row.extend(self.members.iter().map(|&k| source[k]));
        let diagonal = source[j] + ridge[j];
        let pivot = diagonal - widest(Forward { values: &self.values, stride: self.stride, y: &mut self.row });
        if pivot.is_nan() || pivot <= SINGULAR * diagonal {
            self.clear();
            return false;
        }
        for (c, y) in self.row.iter().enumerate() {
            self.values[c * self.stride + r] = *y;
        }
        self.values[r * self.stride + r] = pivot.sqrt();
        self.members.push(j);
        true
    }

    fn grow(&mut self) {
        let (old, new) = (self.stride, (2 * self.stride).max(32));
        let mut values = vec![0.0; new * new];
        for c in 0..self.members.len() {
            values[c * new..c * new + old].copy_from_slice(&self.values[c * old..(c + 1) * old]);
        }
        (self.values, self.stride) = (values, new);
    }

    /// Solves (L L') d = `d` in place, `d` in the order of the members.
    pub(super) fn solve(&self, d: &mut [f64]) {
        widest(Forward { values: &self.values, stride: self.stride, y: d });
        widest(Backward { values: &self.values, stride: self.stride, y: d });
    }
}

/// y <- L^-1 y; returns the sum of its squares.
struct Forward<'a> {
    values: &'a [f64],
    stride: usize,
    y: &'a mut [f64],
}

impl Kernel for Forward<'_> {
    type Output = f64;

    #[inline(always)]
    fn run(self) -> f64 {
        let r = self.y.len();
        let mut squares = 0.0;
        for c in 0..r {
            let column = &self.values[c * self.stride + c..c * self.stride + r];
            let (head, tail) = self.y[c..].split_at_mut(1);
            head[0] /= column[0];
            squares += head[0] * head[0];
            add_scaled(-head[0], &column[1..], tail);
        }
        squares
    }
}

/// y <- L'^-1 y.
struct Backward<'a> {
    values: &'a [f64],
    stride: usize,
    y: &'a mut [f64],
}

impl Kernel for Backward<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let r = self.y.len();
        for c in (0..r).rev() {
            let column = &self.values[c * self.stride + c..c * self.stride + r];
            let (head, tail) = self.y[c..].split_at_mut(1);
            let mut lanes = [0.0; 8];
            let (x8, x1) = column[1..].as_chunks::<8>();
            let (y8, y1) = tail.as_chunks::<8>();
            for (x, y) in x8.iter().zip(y8) {
                for lane in 0..8 {
                    lanes[lane] += x[lane] * y[lane];
                }
            }
            let rest: f64 = x1.iter().zip(y1).map(|(x, y)| x * y).sum();
            let sum = ((lanes[0] + lanes[4]) + (lanes[2] + lanes[6])) + ((lanes[1] + lanes[5]) + (lanes[3] + lanes[7]));
            head[0] = (head[0] - (sum + rest)) / column[0];
        }
    }
}
