//! Inner products of one vector with many columns: where the elastic net spends its time.
//!
//! Columns are padded with zeros to a multiple of [`LANES`] values. Each inner product is summed in `LANES` partial
//! sums that are added pairwise at the end, whatever the instruction set: the bits do not depend on the machine.

use crate::widest::{Kernel, LANES, accumulate, reduce, widest};

/// `n` rounded up to whole lanes.
pub(crate) fn padded(n: usize) -> usize {
    n.next_multiple_of(LANES)
}

/// `COLUMNS` inner products at once: independent sums keep the adders busy and `v` is read once.
#[inline(always)]
pub(super) fn dots<const COLUMNS: usize>(columns: [&[f64]; COLUMNS], v: &[f64], out: &mut [f64]) {
    let mut sums = [[0.0; LANES]; COLUMNS];
    let (v, _) = v.as_chunks::<LANES>();
    let columns = columns.map(|c| &c.as_chunks::<LANES>().0[..v.len()]);
    for (row, v) in v.iter().enumerate() {
        for (sum, column) in sums.iter_mut().zip(columns) {
            accumulate(sum, &column[row], v);
        }
    }
    out.copy_from_slice(&reduce(sums));
}

struct InnerProducts<'a> {
    columns: &'a [f64],
    v: &'a [f64],
    out: &'a mut [f64],
}

impl Kernel for InnerProducts<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let n = self.v.len();
        let mut columns = self.columns.chunks_exact(4 * n);
        let mut out = self.out.chunks_exact_mut(4);
        for (four, out) in (&mut columns).zip(&mut out) {
            let (ab, cd) = four.split_at(2 * n);
            let ((a, b), (c, d)) = (ab.split_at(n), cd.split_at(n));
            dots([a, b, c, d], self.v, out);
        }
        for (column, out) in columns.remainder().chunks_exact(n).zip(out.into_remainder()) {
            dots([column], self.v, std::slice::from_mut(out));
        }
    }
}

/// `out[j]` = inner product of the j-th of the adjoining `columns` with `v`; all of one length, a multiple of [`LANES`].
pub(crate) fn inner_products(columns: &[f64], v: &[f64], out: &mut [f64]) {
    debug_assert_eq!(v.len() % LANES, 0);
    debug_assert_eq!(columns.len(), v.len() * out.len());
    widest(InnerProducts { columns, v, out });
}

/// The inner product of two vectors of the same length, a multiple of [`LANES`].
pub(super) fn inner_product(x: &[f64], v: &[f64]) -> f64 {
    let mut out = [0.0];
    inner_products(x, v, &mut out);
    out[0]
}

/// y += a x.
#[inline(always)]
pub(super) fn add_scaled(a: f64, x: &[f64], y: &mut [f64]) {
    for (y, x) in y.iter_mut().zip(x) {
        *y += a * x;
    }
}

/// y += sum of `factors[j]` times the j-th of the adjoining `columns`; factors of zero cost nothing.
pub(super) fn add_columns(columns: &[f64], factors: &[f64], y: &mut [f64]) {
    widest(AddColumns { columns, factors, y });
}

struct AddColumns<'a> {
    columns: &'a [f64],
    factors: &'a [f64],
    y: &'a mut [f64],
}

impl Kernel for AddColumns<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        for (column, &factor) in self.columns.chunks_exact(self.y.len()).zip(self.factors) {
            if factor != 0.0 {
                add_scaled(factor, column, self.y);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grouping_of_columns_does_not_change_a_bit() {
        let n = 24;
        let value = |k: usize| ((k * 7919) % 1013) as f64 / 77.0 - 5.0;
        let columns: Vec<f64> = (0..7 * n).map(value).collect();
        let v: Vec<f64> = (0..n).map(|k| value(k + 31)).collect();
        let mut all = vec![0.0; 7];
        inner_products(&columns, &v, &mut all);
        for j in 0..7 {
            let column = &columns[j * n..(j + 1) * n];
            let plain: f64 = column.iter().zip(&v).map(|(a, b)| a * b).sum();
            assert_eq!(all[j].to_bits(), inner_product(column, &v).to_bits());
            assert!((all[j] - plain).abs() < 1e-11);
        }
    }
}
