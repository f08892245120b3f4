//! The maximal correlation coefficient of a joint distribution of two gray levels.
//!
//! It is the root of the second largest eigenvalue of Q = Dx⁻¹ P Dy⁻¹ Pᵀ. With A = Dx^-½ P Dy^-½ that is the second
//! largest singular value of A; the largest is 1, for the vector of the roots of the marginals, and is kept out of the
//! Krylov space of a Lanczos iteration, so that the next one is at its end.

use super::EPS;

/// One element p(i, j) of a joint distribution.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Pair {
    /// Row: index of the first level.
    pub i: u16,
    /// Column: index of the second level.
    pub j: u16,
    /// Probability.
    pub p: f64,
}

/// The coefficient of the distribution with the elements `pairs` and the marginals `px`, `py`.
///
/// `symmetric` says that each element with i < j stands for (j, i) too.
pub(super) fn maximal_correlation(pairs: &[Pair], px: &[f64], py: &[f64], symmetric: bool) -> f64 {
    let operator = Operator::new(pairs, px, py, symmetric);
    if operator.root_px.len() < 2 {
        return 0.0;
    }
    let mut lanczos = Lanczos::new(&operator);
    let eigenvalue = lanczos.run();
    let of_q = if symmetric { eigenvalue * eigenvalue } else { eigenvalue };
    let shift = if operator.largest_eps_scale() > NEGLIGIBLE_SHIFT {
        operator.shift_by_eps(&lanczos.eigenvector(eigenvalue))
    } else {
        0.0
    };
    (of_q - shift).max(0.0).sqrt()
}

/// Relative change of the eigenvalue that need not be computed.
const NEGLIGIBLE_SHIFT: f64 = 2e-8;

/// The largest size at which A is kept as a full matrix rather than as its elements.
const MOST_DENSE: usize = 96;

/// A, or A Aᵀ where P is not symmetric, over the levels that occur.
struct Operator {
    elements: Vec<Pair>,
    /// A by rows, if it is small.
    dense: Vec<f64>,
    root_px: Vec<f64>,
    root_py: Vec<f64>,
    symmetric: bool,
}

impl Operator {
    fn new(pairs: &[Pair], px: &[f64], py: &[f64], symmetric: bool) -> Self {
        let (rows, root_px) = occurring(px);
        let (columns, root_py) = occurring(py);
        let scaled = |pair: &Pair| {
            let (i, j) = (rows[pair.i as usize], columns[pair.j as usize]);
            Pair { i, j, p: pair.p / (root_px[i as usize] * root_py[j as usize]) }
        };
        let elements: Vec<Pair> = pairs.iter().map(scaled).collect();
        let mut dense = Vec::new();
        if symmetric && root_px.len() <= MOST_DENSE {
            let n = root_px.len();
            dense.resize(n * n, 0.0);
            for &Pair { i, j, p } in &elements {
                dense[i as usize * n + j as usize] = p;
                dense[j as usize * n + i as usize] = p;
            }
        }
        Self { elements, dense, root_px, root_py, symmetric }
    }

    /// y = A x.
    fn times(&self, x: &[f64], y: &mut [f64]) {
        y.fill(0.0);
        if !self.dense.is_empty() {
            // A is symmetric: its rows are its columns.
            for (row, &factor) in self.dense.chunks_exact(x.len()).zip(x) {
                y.iter_mut().zip(row).for_each(|(y, a)| *y += a * factor);
            }
            return;
        }
        for &Pair { i, j, p } in &self.elements {
            let (i, j) = (i as usize, j as usize);
            y[i] += p * x[j];
            if self.symmetric && i != j {
                y[j] += p * x[i];
            }
        }
    }

    /// y = Aᵀ x.
    fn transposed_times(&self, x: &[f64], y: &mut [f64]) {
        if self.symmetric {
            return self.times(x, y);
        }
        y.fill(0.0);
        for &Pair { i, j, p } in &self.elements {
            y[j as usize] += p * x[i as usize];
        }
    }

    /// y = A x, or A Aᵀ x.
    fn apply(&self, x: &[f64], between: &mut [f64], y: &mut [f64]) {
        if self.symmetric {
            self.times(x, y);
        } else {
            self.transposed_times(x, between);
            self.times(between, y);
        }
    }

    /// The largest eps / (px_i py_k) there can be.
    fn largest_eps_scale(&self) -> f64 {
        let least = |roots: &[f64]| roots.iter().copied().fold(f64::INFINITY, f64::min);
        EPS / (least(&self.root_px) * least(&self.root_py)).powi(2)
    }

    /// By how much PyRadiomics' eps in the denominators of Q lowers the eigenvalue of the unit eigenvector `y`, to first
    /// order: Σ_ik y_i a_ik b_k eps / (px_i py_k) with b = Aᵀ y.
    fn shift_by_eps(&self, y: &[f64]) -> f64 {
        let mut b = vec![0.0; self.root_py.len()];
        self.transposed_times(y, &mut b);
        let mut shift = 0.0;
        for &Pair { i, j, p } in &self.elements {
            let (i, j) = (i as usize, j as usize);
            let scale = EPS / (self.root_px[i] * self.root_py[j]).powi(2);
            shift += p * y[i] * b[j] * scale;
            if self.symmetric && i != j {
                shift += p * y[j] * b[i] * scale;
            }
        }
        shift
    }
}

/// For each level its number among those that occur, and the roots of their probabilities.
fn occurring(p: &[f64]) -> (Vec<u16>, Vec<f64>) {
    let mut numbers = vec![0; p.len()];
    let mut roots = Vec::with_capacity(p.len());
    for (number, &p) in numbers.iter_mut().zip(p) {
        if p > 0.0 {
            *number = roots.len() as u16;
            roots.push(p.sqrt());
        }
    }
    (numbers, roots)
}

/// Lanczos' iteration with full orthogonalization, in the complement of the trivial eigenvector.
struct Lanczos<'a> {
    operator: &'a Operator,
    /// The trivial eigenvector, then the directions of the Krylov space, one after the other.
    basis: Vec<f64>,
    diagonal: Vec<f64>,
    off_diagonal: Vec<f64>,
}

/// Steps before the eigenvalue is looked at, and between looks.
const FIRST_LOOK: usize = 4;
const LOOK_EVERY: usize = 2;

/// Change of the eigenvalue between two looks at which it is accepted.
const CONVERGED: f64 = 1e-11;

impl<'a> Lanczos<'a> {
    fn new(operator: &'a Operator) -> Self {
        Self { operator, basis: operator.root_px.clone(), diagonal: Vec::new(), off_diagonal: Vec::new() }
    }

    /// The eigenvalue of largest modulus besides the trivial 1.
    fn run(&mut self) -> f64 {
        let n = self.operator.root_px.len();
        let mut next = self.start();
        let mut between = vec![0.0; self.operator.root_py.len()];
        let mut last = f64::INFINITY;
        if self.orthogonalize(&mut next) == 0.0 {
            return 0.0;
        }
        loop {
            self.basis.extend_from_slice(&next);
            let direction = &self.basis[self.basis.len() - n..];
            self.operator.apply(direction, &mut between, &mut next);
            self.diagonal.push(dot(direction, &next));
            let norm = self.orthogonalize(&mut next);
            let steps = self.diagonal.len();
            let exhausted = norm < 1e-13 || steps == n - 1;
            if exhausted || (steps >= FIRST_LOOK && (steps - FIRST_LOOK).is_multiple_of(LOOK_EVERY)) {
                let eigenvalue = extreme_eigenvalue(&self.diagonal, &self.off_diagonal);
                if exhausted || (eigenvalue - last).abs() < CONVERGED {
                    return eigenvalue;
                }
                last = eigenvalue;
            }
            self.off_diagonal.push(norm);
        }
    }

    /// A start that no eigenvector is orthogonal to: mostly the linear one, which is nearly the answer for images, with
    /// something of everything.
    fn start(&self) -> Vec<f64> {
        let roots = &self.operator.root_px;
        let n = roots.len() as f64;
        let mut noise = 0.5_f64;
        let element = |(i, root): (usize, &f64)| {
            noise = (noise + 0.618_033_988_749_895).fract();
            root * (2.0 * i as f64 / n - 1.0 + 0.2 * (noise - 0.5))
        };
        roots.iter().enumerate().map(element).collect()
    }

    /// Takes from `x` its part along each direction of the basis and makes it a unit vector; its norm before that, 0 where
    /// nothing is left.
    fn orthogonalize(&self, x: &mut [f64]) -> f64 {
        let before = dot(x, x).sqrt();
        let mut norm = before;
        // Once more where much was taken away: what is left is then mostly rounding.
        for _ in 0..2 {
            let start = norm;
            for direction in self.basis.chunks_exact(x.len()).rev() {
                let part = dot(x, direction);
                x.iter_mut().zip(direction).for_each(|(x, d)| *x -= part * d);
            }
            norm = dot(x, x).sqrt();
            if norm > 0.1 * start {
                break;
            }
        }
        if norm <= 1e-14 * before {
            return 0.0;
        }
        x.iter_mut().for_each(|x| *x /= norm);
        norm
    }

    /// The unit vector of the Krylov space that belongs to its eigenvalue `eigenvalue`.
    fn eigenvector(&self, eigenvalue: f64) -> Vec<f64> {
        let n = self.operator.root_px.len();
        let weights = inverse_iteration(&self.diagonal, &self.off_diagonal, eigenvalue);
        let mut vector = vec![0.0; n];
        for (weight, direction) in weights.iter().zip(self.basis.chunks_exact(n).skip(1)) {
            vector.iter_mut().zip(direction).for_each(|(v, d)| *v += weight * d);
        }
        vector
    }
}

/// Inner product, in four interleaved parts.
fn dot(a: &[f64], b: &[f64]) -> f64 {
    let mut parts = [0.0; 4];
    let (a4, b4) = (a.chunks_exact(4), b.chunks_exact(4));
    let rest: f64 = a4.remainder().iter().zip(b4.remainder()).map(|(a, b)| a * b).sum();
    for (a, b) in a4.zip(b4) {
        for k in 0..4 {
            parts[k] += a[k] * b[k];
        }
    }
    (parts[0] + parts[1]) + (parts[2] + parts[3]) + rest
}

/// The eigenvalue of largest modulus of a symmetric tridiagonal matrix; a last element of `off_diagonal` beyond the matrix
/// is passed over.
fn extreme_eigenvalue(diagonal: &[f64], off_diagonal: &[f64]) -> f64 {
    let off = |i: usize| if i + 1 < diagonal.len() { off_diagonal[i].abs() } else { 0.0 };
    let radius = |i: usize| off(i) + if i > 0 { off(i - 1) } else { 0.0 };
    let bound = (0..diagonal.len()).map(|i| diagonal[i].abs() + radius(i)).fold(0.0, f64::max);
    let largest = largest_eigenvalue(diagonal, off_diagonal, 1.0, bound);
    let smallest = -largest_eigenvalue(diagonal, off_diagonal, -1.0, bound);
    if largest.abs() >= smallest.abs() { largest } else { smallest }
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
    x
}

/// The unit eigenvector of a symmetric tridiagonal matrix for a simple `eigenvalue`: three steps of inverse iteration with
/// partial pivoting.
fn inverse_iteration(diagonal: &[f64], off_diagonal: &[f64], eigenvalue: f64) -> Vec<f64> {
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

    /// The coefficient by a full eigendecomposition of A Aᵀ.
    fn dense(p: &nalgebra::DMatrix<f64>) -> f64 {
        let (px, py) = (p.column_sum(), p.row_sum());
        let a = nalgebra::DMatrix::from_fn(p.nrows(), p.ncols(), |i, j| p[(i, j)] / (px[i] * py[j]).sqrt());
        let mut eigenvalues: Vec<f64> = (&a * a.transpose()).symmetric_eigenvalues().iter().copied().collect();
        eigenvalues.sort_by(f64::total_cmp);
        eigenvalues[eigenvalues.len() - 2].max(0.0).sqrt()
    }

    fn random(n: usize, seed: u64, symmetric: bool) -> nalgebra::DMatrix<f64> {
        let mut state = seed;
        let mut uniform = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 40) as f64 / (1_u64 << 24) as f64
        };
        let mut p = nalgebra::DMatrix::from_fn(n, n, |i, j| {
            let near = (-((i as f64 - j as f64) / 3.0).powi(2)).exp();
            (near * 50.0 * uniform()).floor() + f64::from(u8::from(i == j))
        });
        if symmetric {
            p = &p + p.transpose();
        }
        let total = p.sum();
        p / total
    }

    fn coefficient(p: &nalgebra::DMatrix<f64>, symmetric: bool) -> f64 {
        let mut pairs = Vec::new();
        for i in 0..p.nrows() {
            for j in if symmetric { i } else { 0 }..p.ncols() {
                if p[(i, j)] > 0.0 {
                    pairs.push(Pair { i: i as u16, j: j as u16, p: p[(i, j)] });
                }
            }
        }
        let (px, py) = (p.column_sum(), p.row_sum());
        maximal_correlation(&pairs, px.as_slice(), py.as_slice(), symmetric)
    }

    #[test]
    fn equals_a_full_decomposition() {
        for n in [2, 3, 5, 12, 40, 90] {
            for seed in 1..6 {
                for symmetric in [true, false] {
                    let p = random(n, seed, symmetric);
                    let (found, expected) = (coefficient(&p, symmetric), dense(&p));
                    assert!((found - expected).abs() < 1e-10, "{n} {seed} {symmetric}: {found} {expected}");
                }
            }
        }
    }

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
        }
    }

    #[test]
    fn separate_blocks_correlate_fully() {
        let p =
            nalgebra::DMatrix::from_row_slice(4, 4, &[1., 2., 0., 0., 2., 1., 0., 0., 0., 0., 0., 3., 0., 0., 3., 0.])
                / 12.0;
        assert!((coefficient(&p, true) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn independent_levels_do_not_correlate() {
        let p = nalgebra::DMatrix::from_element(5, 5, 0.04);
        assert!(coefficient(&p, true) < 1e-7);
        assert_eq!(maximal_correlation(&[Pair { i: 1, j: 1, p: 1.0 }], &[0.0, 1.0], &[0.0, 1.0], true), 0.0);
    }
}
