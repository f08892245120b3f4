//! The inverse of part of a symmetric matrix that follows the part as members come and go.
//!
//! A member enters by bordering and leaves by a rank-one correction, each of the order of the number of members squared,
//! without any dependence from one element to the next. Rounding grows with every change; what the inverse is used for
//! corrects itself, and it is built anew with every new matrix.

use super::kernels::{add_scaled, dots, padded};
use super::quadratic::Gram;
use crate::widest::{Kernel, widest};

/// What is left of a diagonal element after the other members, below which the columns are collinear.
const SINGULAR: f64 = 1e-11;

/// (G + ridge)^-1 over the members; rows are padded with zeros to whole lanes.
#[derive(Debug, Default)]
pub(super) struct Inverse {
    members: Vec<usize>,
    stride: usize,
    values: Vec<f64>,
    border: Vec<f64>,
    column: Vec<f64>,
}

impl Inverse {
    /// Forgets all members: the matrix has changed.
    pub(super) fn clear(&mut self) {
        self.members.clear();
    }

    /// The members in the inverse's own order.
    pub(super) fn members(&self) -> &[usize] {
        &self.members
    }

    /// How many members [`Self::follow`] would let in or out for the support of `beta`, of size `support`.
    pub(super) fn changes(&self, beta: &[f64], support: usize) -> usize {
        let stay = self.members.iter().filter(|&&j| beta[j] != 0.0).count();
        self.members.len() + support - 2 * stay
    }

    /// Makes the support of `beta` the members; stops at the first that the members before it span, and says which.
    pub(super) fn follow(&mut self, gram: &Gram, ridge: &[f64], beta: &[f64]) -> Option<usize> {
        let mut place = 0;
        while place < self.members.len() {
            if beta[self.members[place]] == 0.0 {
                self.remove(place);
            } else {
                place += 1;
            }
        }
        let mut support = (0..beta.len()).filter(|&j| beta[j] != 0.0);
        support.find(|j| !self.members.contains(j) && !self.insert(gram, ridge, *j))
    }

    /// What the members, in their order, take part with in the one that [`Self::follow`] stopped at.
    pub(super) fn parts(&self) -> &[f64] {
        &self.column[..self.members.len()]
    }

    fn insert(&mut self, gram: &Gram, ridge: &[f64], j: usize) -> bool {
        let size = self.members.len();
        if size + 1 > self.stride {
            self.grow(size + 1);
        }
        let (row, width) = (gram.row(j), padded(size + 1));
        self.border.clear();
        self.border.extend(self.members.iter().map(|&k| row[k]));
        self.border.resize(width, 0.0);
        self.column.clear();
        self.column.resize(width, 0.0);
        let inverse = &mut self.values;
        let used =
            widest(Product { values: inverse, stride: self.stride, x: &self.border, out: &mut self.column[..size] });
        let diagonal = row[j] + ridge[j];
        let left = diagonal - used;
        if left.is_nan() || left <= SINGULAR * diagonal {
            return false;
        }
        // [S + u u'/k, -u/k; -u'/k, 1/k] with u = S g and k what is left of the diagonal.
        self.column[size] = -1.0;
        inverse[size * self.stride..size * self.stride + width].fill(0.0);
        (0..size).for_each(|i| inverse[i * self.stride + size] = 0.0);
        widest(RankOne { values: inverse, stride: self.stride, x: &self.column, size: size + 1, factor: 1.0 / left });
        self.members.push(j);
        true
    }

    fn remove(&mut self, place: usize) {
        let (last, width) = (self.members.len() - 1, padded(self.members.len()));
        // The leaver changes places with the last, row and column.
        for i in 0..=last {
            self.values.swap(i * self.stride + place, i * self.stride + last);
        }
        for k in 0..width {
            self.values.swap(place * self.stride + k, last * self.stride + k);
        }
        self.members.swap_remove(place);
        self.column.clear();
        self.column.extend_from_slice(&self.values[last * self.stride..last * self.stride + width]);
        let pivot = self.column[last];
        widest(RankOne {
            values: &mut self.values,
            stride: self.stride,
            x: &self.column,
            size: last,
            factor: -1.0 / pivot,
        });
        (0..last).for_each(|i| self.values[i * self.stride + last] = 0.0);
    }

    fn grow(&mut self, size: usize) {
        let (old, new) = (self.stride, padded((2 * size).max(32)));
        let mut values = vec![0.0; new * new];
        for i in 0..self.members.len() {
            values[i * new..i * new + old].copy_from_slice(&self.values[i * old..(i + 1) * old]);
        }
        (self.values, self.stride) = (values, new);
    }

    /// out = (G + ridge)^-1 x, both in the order of the members; `x` is padded to whole lanes with zeros.
    pub(super) fn solve(&self, x: &[f64], out: &mut [f64]) {
        widest(Product { values: &self.values, stride: self.stride, x, out });
    }
}

/// out = rows of a matrix times x; returns x'out.
struct Product<'a> {
    values: &'a [f64],
    stride: usize,
    x: &'a [f64],
    out: &'a mut [f64],
}

impl Kernel for Product<'_> {
    type Output = f64;

    #[inline(always)]
    fn run(self) -> f64 {
        let width = self.x.len();
        let row = |i: usize| &self.values[i * self.stride..i * self.stride + width];
        let mut four = self.out.chunks_exact_mut(4);
        let mut i = 0;
        for out in &mut four {
            dots([row(i), row(i + 1), row(i + 2), row(i + 3)], self.x, out);
            i += 4;
        }
        for out in four.into_remainder() {
            dots([row(i)], self.x, std::slice::from_mut(out));
            i += 1;
        }
        self.x.iter().zip(self.out).map(|(x, out)| x * *out).sum()
    }
}

/// values += factor x x'.
struct RankOne<'a> {
    values: &'a mut [f64],
    stride: usize,
    x: &'a [f64],
    size: usize,
    factor: f64,
}

impl Kernel for RankOne<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let width = self.x.len();
        for i in 0..self.size {
            let row = &mut self.values[i * self.stride..i * self.stride + width];
            add_scaled(self.factor * self.x[i], self.x, row);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stays_the_inverse_as_members_come_and_go() {
        let size = 13;
        let mut gram = Gram::default();
        gram.resize(size);
        let entry = |i: usize, j: usize| if i == j { 3.0 } else { 1.0 / (1.0 + (i + 2 * j) as f64) };
        for j in 0..size {
            gram.set_row(j, &(0..=j).map(|i| entry(i, j)).collect::<Vec<_>>());
        }
        let ridge = vec![0.25; size];
        let mut inverse = Inverse::default();
        let supports: [&[usize]; 4] = [&[0, 3, 5, 11, 12], &[3, 11, 12, 1, 2, 4, 6, 7, 8, 9, 10], &[2], &[2, 0, 12]];
        for support in supports {
            let mut beta = vec![0.0; size];
            support.iter().for_each(|&j| beta[j] = 1.0);
            assert_eq!(inverse.changes(&beta, support.len()) > 0, inverse.members() != support);
            assert_eq!(inverse.follow(&gram, &ridge, &beta), None);
            let members = inverse.members().to_vec();
            let mut right: Vec<f64> = members.iter().map(|&j| j as f64 - 4.5).collect();
            right.resize(padded(right.len()), 0.0);
            let mut solution = vec![0.0; members.len()];
            inverse.solve(&right, &mut solution);
            for (k, &i) in members.iter().enumerate() {
                let product: f64 = members.iter().zip(&solution).map(|(&j, s)| gram.row(i)[j] * s).sum();
                assert!((product + 0.25 * solution[k] - right[k]).abs() < 1e-12);
            }
        }
        // A copy of a column is refused, and named with what it is made of.
        gram.resize(size + 1);
        let copy: Vec<f64> = (0..size).map(|i| gram.row(2)[i]).chain([3.0]).collect();
        gram.set_row(size, &copy);
        let mut beta = vec![0.0; size + 1];
        (beta[2], beta[size]) = (1.0, 1.0);
        inverse.clear();
        assert_eq!(inverse.follow(&gram, &[0.0; 14], &beta), Some(size));
        assert_eq!(inverse.members(), [2]);
        assert!((inverse.parts()[0] - 1.0).abs() < 1e-14);
    }
}
