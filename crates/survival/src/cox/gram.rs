//! Weighted products of columns: the one kernel in which a fit with several covariates spends its time.
//!
//! Sums run in a fixed number of interleaved partial sums: the same bits on every machine, whatever its registers.

use nalgebra::DMatrix;

use crate::widest::{Kernel, LANES, accumulate, reduce, widest};

/// Rows taken together: their columns stay in the fastest cache.
pub(crate) const BLOCK: usize = 256;

/// Columns that share one pass over a weighted column.
const TILE: usize = 4;

/// Rows of some columns: column j is `values[j * stride + start..][..n]`, n being the length of what it is multiplied with.
#[derive(Clone, Copy)]
pub(crate) struct Rows<'a> {
    pub values: &'a [f64],
    pub stride: usize,
    pub start: usize,
}

impl<'a> Rows<'a> {
    #[inline(always)]
    fn column(self, j: usize, n: usize) -> &'a [f64] {
        &self.values[j * self.stride + self.start..][..n]
    }

    /// The rows from the `from`-th on.
    #[inline]
    fn after(self, from: usize) -> Self {
        Self { start: self.start + from, ..self }
    }
}

/// Adds sum_r w_r x_ri x_rj to the lower triangle of `gram`.
pub(crate) fn add_weighted_gram(gram: &mut DMatrix<f64>, rows: Rows<'_>, weights: &[f64]) {
    for (block, weights) in weights.chunks(BLOCK).enumerate() {
        widest(Gram { gram, rows: rows.after(block * BLOCK), weights });
    }
}

/// Adds sum_r w_r x_rj to `sums[j]`.
pub(crate) fn add_weighted_sums(sums: &mut [f64], rows: Rows<'_>, weights: &[f64]) {
    for (block, weights) in weights.chunks(BLOCK).enumerate() {
        widest(Sums { sums, rows: rows.after(block * BLOCK), weights });
    }
}

struct Gram<'a> {
    gram: &'a mut DMatrix<f64>,
    rows: Rows<'a>,
    weights: &'a [f64],
}

impl Kernel for Gram<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let n = self.weights.len();
        let mut weighted = [0.0; BLOCK];
        for i in 0..self.gram.nrows() {
            let column = self.rows.column(i, n).iter().zip(self.weights);
            weighted.iter_mut().zip(column).for_each(|(to, (x, w))| *to = x * w);
            products(self.rows, &weighted[..n], i + 1, |j, sum| self.gram[(i, j)] += sum);
        }
    }
}

struct Sums<'a> {
    sums: &'a mut [f64],
    rows: Rows<'a>,
    weights: &'a [f64],
}

impl Kernel for Sums<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        products(self.rows, self.weights, self.sums.len(), |j, sum| self.sums[j] += sum);
    }
}

/// Calls `add` with the product of `a` and each of the first `p` columns.
#[inline(always)]
fn products(rows: Rows<'_>, a: &[f64], p: usize, mut add: impl FnMut(usize, f64)) {
    let whole = p - p % TILE;
    for j in (0..whole).step_by(TILE) {
        let sums = tile_dot::<TILE>(a, rows, j);
        (0..TILE).for_each(|t| add(j + t, sums[t]));
    }
    match p - whole {
        1 => tile_dot::<1>(a, rows, whole).into_iter().for_each(|sum| add(whole, sum)),
        2 => (whole..p).zip(tile_dot::<2>(a, rows, whole)).for_each(|(j, sum)| add(j, sum)),
        3 => (whole..p).zip(tile_dot::<3>(a, rows, whole)).for_each(|(j, sum)| add(j, sum)),
        _ => (),
    }
}

/// Products with `T` columns at once, from the `from`-th on.
#[inline(always)]
fn tile_dot<const T: usize>(a: &[f64], rows: Rows<'_>, from: usize) -> [f64; T] {
    let columns: [&[f64]; T] = std::array::from_fn(|t| rows.column(from + t, a.len()));
    let (lanes, rest) = a.as_chunks::<LANES>();
    let chunks = columns.map(|c| &c.as_chunks::<LANES>().0[..lanes.len()]);
    let mut sums = [[0.0; LANES]; T];
    for (k, lane) in lanes.iter().enumerate() {
        for (sum, chunks) in sums.iter_mut().zip(chunks) {
            accumulate(sum, lane, &chunks[k]);
        }
    }
    let mut sums = reduce(sums);
    for (sum, column) in sums.iter_mut().zip(columns) {
        let last = &column[a.len() - rest.len()..];
        *sum += rest.iter().zip(last).map(|(x, y)| x * y).sum::<f64>();
    }
    sums
}

/// Sum of products in eight interleaved partial sums.
#[inline]
pub(crate) fn lanes_dot(a: &[f64], b: &[f64]) -> f64 {
    let mut lanes = [0.0; 8];
    let (a8, b8) = (a.chunks_exact(8), b.chunks_exact(8));
    let rest: f64 = a8.remainder().iter().zip(b8.remainder()).map(|(x, y)| x * y).sum();
    for (x, y) in a8.zip(b8) {
        for l in 0..8 {
            lanes[l] += x[l] * y[l];
        }
    }
    let [a, b, c, d, e, f, g, h] = lanes;
    ((a + b) + (c + d)) + ((e + f) + (g + h)) + rest
}

/// A variance that is the difference of two second moments, or zero where it is nothing but their rounding errors.
pub(crate) fn without_rounding(variance: f64, moment: f64) -> f64 {
    if variance <= 1e-13 * moment { 0.0 } else { variance }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_of_any_number_of_columns_and_rows() {
        for (p, n) in [(1, 3), (2, 8), (3, 257), (5, 300), (7, 511), (8, 40)] {
            let stride = n + 3;
            let values: Vec<f64> = (0..p * stride).map(|k| ((k * 37 % 101) as f64 - 50.0) / 8.0).collect();
            let weights: Vec<f64> = (0..n).map(|k| ((k * 13 % 7) as f64 - 2.0) / 4.0).collect();
            let rows = Rows { values: &values, stride, start: 2 };
            let (mut gram, mut sums) = (DMatrix::zeros(p, p), vec![0.0; p]);
            add_weighted_gram(&mut gram, rows, &weights);
            add_weighted_sums(&mut sums, rows, &weights);
            let x = |r: usize, j: usize| values[j * stride + 2 + r];
            for i in 0..p {
                // Eighths and quarters multiply and add without rounding.
                let sum: f64 = (0..n).map(|r| weights[r] * x(r, i)).sum();
                assert_eq!(sums[i], sum, "{p} columns, {n} rows");
                for j in 0..=i {
                    let product: f64 = (0..n).map(|r| weights[r] * x(r, i) * x(r, j)).sum();
                    assert_eq!(gram[(i, j)], product, "{p} columns, {n} rows");
                }
            }
        }
    }
}
