//! Weighted products of columns: the one kernel in which a fit with several covariates spends its time.
//!
//! Sums run in a fixed number of interleaved partial sums: the same bits on every machine, whatever its registers. (Compiled
//! for AVX2 a fit is a tenth faster, too little to ask the processor for.)

use nalgebra::DMatrix;

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
    #[inline]
    fn column(self, j: usize, from: usize, n: usize) -> &'a [f64] {
        &self.values[j * self.stride + self.start + from..][..n]
    }
}

/// Adds sum_r w_r x_ri x_rj to the lower triangle of `gram`.
pub(crate) fn add_weighted_gram(gram: &mut DMatrix<f64>, rows: Rows<'_>, weights: &[f64], scratch: &mut Vec<f64>) {
    for (block, weights) in weights.chunks(BLOCK).enumerate() {
        let (from, n) = (block * BLOCK, weights.len());
        for i in 0..gram.nrows() {
            scratch.clear();
            scratch.extend(rows.column(i, from, n).iter().zip(weights).map(|(x, w)| x * w));
            products(rows, from, scratch, i + 1, |j, sum| gram[(i, j)] += sum);
        }
    }
}

/// Adds sum_r w_r x_rj to `sums[j]`.
pub(crate) fn add_weighted_sums(sums: &mut [f64], rows: Rows<'_>, weights: &[f64]) {
    for (block, weights) in weights.chunks(BLOCK).enumerate() {
        products(rows, block * BLOCK, weights, sums.len(), |j, sum| sums[j] += sum);
    }
}

/// Calls `add` with the product of `a` and each of the first `p` columns.
#[inline]
fn products(rows: Rows<'_>, from: usize, a: &[f64], p: usize, mut add: impl FnMut(usize, f64)) {
    let column = |j: usize| rows.column(j, from, a.len());
    for j in (0..p).step_by(TILE) {
        match p - j {
            1 => add(j, lanes_dot(a, column(j))),
            2 => (0..2).zip(tile_dot::<2>(a, [column(j), column(j + 1)])).for_each(|(t, sum)| add(j + t, sum)),
            3 => {
                let sums = tile_dot::<3>(a, std::array::from_fn(|t| column(j + t)));
                (0..3).zip(sums).for_each(|(t, sum)| add(j + t, sum));
            }
            _ => {
                let sums = tile_dot::<TILE>(a, std::array::from_fn(|t| column(j + t)));
                (0..TILE).zip(sums).for_each(|(t, sum)| add(j + t, sum));
            }
        }
    }
}

/// Products with `T` columns at once, each in four interleaved partial sums.
#[inline]
fn tile_dot<const T: usize>(a: &[f64], columns: [&[f64]; T]) -> [f64; T] {
    let mut lanes = [[0.0; 4]; T];
    let n = a.len();
    let columns = columns.map(|c| &c[..n]);
    let whole = n - n % 4;
    for k in (0..whole).step_by(4) {
        for (lane, column) in lanes.iter_mut().zip(columns) {
            for l in 0..4 {
                lane[l] += a[k + l] * column[k + l];
            }
        }
    }
    std::array::from_fn(|t| {
        let [p, q, r, s] = lanes[t];
        let rest: f64 = (whole..n).map(|k| a[k] * columns[t][k]).sum();
        (p + q) + (r + s) + rest
    })
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
            add_weighted_gram(&mut gram, rows, &weights, &mut Vec::new());
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
