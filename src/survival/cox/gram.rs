//! The weighted Gram matrix: the one kernel in which a fit with several covariates spends its time.

use nalgebra::DMatrix;

/// Rows taken together: their columns stay in the fastest cache.
pub(crate) const BLOCK: usize = 256;

/// Adds sum_r w_r x_ri x_rj over `weights.len()` rows to the lower triangle of `gram`.
///
/// Column j of the rows is `values[j * stride + start..][..weights.len()]`.
pub(crate) fn add_weighted_gram(
    gram: &mut DMatrix<f64>,
    values: &[f64],
    stride: usize,
    start: usize,
    weights: &[f64],
    scratch: &mut Vec<f64>,
) {
    let p = gram.nrows();
    let mut from = 0;
    while from < weights.len() {
        let len = BLOCK.min(weights.len() - from);
        let weights = &weights[from..from + len];
        let column = |j: usize| &values[j * stride + start + from..][..len];
        for i in 0..p {
            scratch.clear();
            scratch.extend(column(i).iter().zip(weights).map(|(x, w)| x * w));
            for j in 0..=i {
                gram[(i, j)] += lanes_dot(scratch, column(j));
            }
        }
        from += len;
    }
}

/// Sum of products in eight interleaved partial sums: the same bits on every machine, and fast on all.
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
