//! Extreme eigenvalues of symmetric tridiagonal matrices, and their vectors.

use super::dot;

/// The eigenvalue of largest modulus of a symmetric tridiagonal matrix; a last element of `off_diagonal` beyond the matrix
/// is passed over.
pub(super) fn extreme_eigenvalue(diagonal: &[f64], off_diagonal: &[f64]) -> f64 {
    // Apart at zeros: what is left has no eigenvalue twice, which would slow the iteration down.
    let (mut extreme, mut start) = (0.0_f64, 0);
    for end in 1..=diagonal.len() {
        if end == diagonal.len() || off_diagonal[end - 1] == 0.0 {
            let found = of_block(&diagonal[start..end], &off_diagonal[start..end - 1]);
            extreme = if found.abs() > extreme.abs() { found } else { extreme };
            start = end;
        }
    }
    extreme
}

/// The same for a matrix without zeros beside the diagonal.
fn of_block(diagonal: &[f64], off_diagonal: &[f64]) -> f64 {
    let off = |i: usize| off_diagonal.get(i).map_or(0.0, |x| x.abs());
    let radius = |i: usize| off(i) + if i > 0 { off(i - 1) } else { 0.0 };
    let bound = (0..diagonal.len()).map(|i| diagonal[i].abs() + radius(i)).fold(0.0, f64::max);
    let largest = largest_eigenvalue(diagonal, off_diagonal, 1.0, bound);
    if is_below(diagonal, off_diagonal, -1.0, largest.abs()) {
        return largest;
    }
    let smallest = -largest_eigenvalue(diagonal, off_diagonal, -1.0, bound);
    if largest.abs() >= smallest.abs() { largest } else { smallest }
}

/// True if all eigenvalues of `sign` times a symmetric tridiagonal matrix are below `x`: Sturm's sequence is all negative.
fn is_below(diagonal: &[f64], off_diagonal: &[f64], sign: f64, x: f64) -> bool {
    let mut inverse = 0.0;
    for (i, d) in diagonal.iter().enumerate() {
        let e2 = if i > 0 { off_diagonal[i - 1] * off_diagonal[i - 1] } else { 0.0 };
        let q = sign * d - x - e2 * inverse;
        if q.is_nan() || q >= 0.0 {
            return false;
        }
        inverse = 1.0 / q;
    }
    true
}

/// The largest eigenvalue of `sign` times a symmetric tridiagonal matrix by Laguerre's iteration from `bound` down, which
/// converges cubically and never steps over it.
fn largest_eigenvalue(diagonal: &[f64], off_diagonal: &[f64], sign: f64, bound: f64) -> f64 {
    let n = diagonal.len() as f64;
    let mut x = bound * (1.0 + 1e-12) + f64::MIN_POSITIVE;
    for _ in 0..60 {
        // The characteristic polynomial is the product of q: Sturm's sequence, here with its first two derivatives.
        let (mut g, mut h) = (0.0, 0.0);
        let (mut inverse, mut dq, mut ddq) = (0.0, 0.0, 0.0);
        for (i, d) in diagonal.iter().enumerate() {
            let e2 = if i > 0 { off_diagonal[i - 1] * off_diagonal[i - 1] } else { 0.0 };
            let ratio = e2 * inverse;
            let slope = dq * inverse;
            let q = sign * d - x - ratio;
            let next_dq = -1.0 + ratio * slope;
            ddq = ratio * (ddq * inverse - 2.0 * slope * slope);
            dq = next_dq;
            // Above all eigenvalues every q is negative: rounding has taken x to the eigenvalue or past it.
            if q >= 0.0 {
                return x;
            }
            inverse = 1.0 / q;
            let relative = dq * inverse;
            g += relative;
            h += relative * relative - ddq * inverse;
        }
        let root = ((n - 1.0) * (n * h - g * g)).max(0.0).sqrt();
        let step = n / (g + root);
        let next = x - step;
        if next >= x || next.is_nan() || step < 1e-15 * bound {
            return if next.is_finite() { next } else { x };
        }
        x = next;
    }
    by_bisection(diagonal, off_diagonal, sign, bound)
}

/// The same by bisection, for eigenvalues so near each other that the iteration crawls.
fn by_bisection(diagonal: &[f64], off_diagonal: &[f64], sign: f64, bound: f64) -> f64 {
    let above_all = |x: f64| {
        let mut q = 1.0;
        diagonal.iter().enumerate().all(|(i, d)| {
            let e2 = if i > 0 { off_diagonal[i - 1] * off_diagonal[i - 1] } else { 0.0 };
            q = sign * d - x - e2 / q;
            q < 0.0
        })
    };
    let (mut low, mut high) = (-bound, bound * (1.0 + 1e-12) + f64::MIN_POSITIVE);
    while high - low > 1e-15 * bound {
        let middle = 0.5 * (low + high);
        if middle <= low || middle >= high {
            break;
        }
        if above_all(middle) { high = middle } else { low = middle }
    }
    high
}

/// The unit eigenvector of a symmetric tridiagonal matrix for a simple `eigenvalue`: three steps of inverse iteration with
/// partial pivoting.
pub(super) fn inverse_iteration(diagonal: &[f64], off_diagonal: &[f64], eigenvalue: f64) -> Vec<f64> {
    let n = diagonal.len();
    let off_diagonal = &off_diagonal[..n - 1];
    let mut x = vec![1.0; n];
    for _ in 0..3 {
        // Rows of the eliminated matrix: three elements from the diagonal on.
        let mut upper = vec![[0.0; 3]; n];
        let mut row = [diagonal[0] - eigenvalue, off_diagonal.first().copied().unwrap_or(0.0), 0.0];
        for i in 0..n - 1 {
            let below =
                [off_diagonal[i], diagonal[i + 1] - eigenvalue, off_diagonal.get(i + 1).copied().unwrap_or(0.0)];
            let (pivot, other) = if below[0].abs() > row[0].abs() {
                x.swap(i, i + 1);
                (below, row)
            } else {
                (row, below)
            };
            let factor = if pivot[0] == 0.0 { 0.0 } else { other[0] / pivot[0] };
            upper[i] = pivot;
            x[i + 1] -= factor * x[i];
            row = [other[1] - factor * pivot[1], other[2] - factor * pivot[2], 0.0];
        }
        upper[n - 1] = row;
        for i in (0..n).rev() {
            let known: f64 = (1..3).filter(|k| i + k < n).map(|k| upper[i][k] * x[i + k]).sum();
            let pivot = upper[i][0];
            x[i] = (x[i] - known) / if pivot.abs() < 1e-300 { 1e-300 } else { pivot };
        }
        let largest = x.iter().fold(0.0_f64, |m, v| m.max(v.abs()));
        x.iter_mut().for_each(|v| *v /= largest);
        let norm = dot(&x, &x).sqrt();
        x.iter_mut().for_each(|v| *v /= norm);
    }
    x
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extremes_of_tridiagonal_matrices() {
        for n in 1..12_usize {
            let diagonal: Vec<f64> = (0..n).map(|i| (i as f64 * 1.7).sin()).collect();
            let off: Vec<f64> = (1..n).map(|i| (i as f64 * 0.9).cos()).collect();
            let matrix = nalgebra::DMatrix::from_fn(n, n, |i, j| match i.abs_diff(j) {
                0 => diagonal[i],
                1 => off[i.min(j)],
                _ => 0.0,
            });
            let expected = matrix.symmetric_eigenvalues();
            let largest = largest_eigenvalue(&diagonal, &off, 1.0, 3.0);
            let smallest = -largest_eigenvalue(&diagonal, &off, -1.0, 3.0);
            assert!((largest - expected.max()).abs() < 1e-13, "{n}: {largest} {}", expected.max());
            assert!((smallest - expected.min()).abs() < 1e-13, "{n}: {smallest} {}", expected.min());
            let bisected = by_bisection(&diagonal, &off, 1.0, 3.0);
            assert!((bisected - expected.max()).abs() < 1e-13, "{n}: {bisected} {}", expected.max());
        }
    }
}
