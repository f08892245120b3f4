//! The maximal correlation coefficient of a joint distribution of two gray levels.
//!
//! It is the root of the second largest eigenvalue of Q = Dx⁻¹ P Dy⁻¹ Pᵀ. With A = Dx^-½ P Dy^-½ that is the second
//! largest singular value of A; the largest is 1, for the vector of the roots of the marginals, and is kept out of the
//! Krylov space of a Lanczos iteration, so that the next one is at its end.

mod tridiagonal;
mod with_eps;

use super::EPS;
use crate::radiomics::simd::{self, Kernel};
use tridiagonal::{extreme_eigenvalue, inverse_iteration};

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
/// `symmetric` says that each element with i < j stands for (j, i) too. `levels` is the number of levels of the region:
/// those without a pair in this direction have an eigenvalue of 0 too.
pub(super) fn maximal_correlation(pairs: &[Pair], px: &[f64], py: &[f64], symmetric: bool, levels: usize) -> f64 {
    let occurring = |p: &[f64]| p.iter().filter(|&&p| p > 0.0).count();
    match (occurring(px), occurring(py)) {
        (0 | 1, _) | (_, 0) => return 0.0,
        (2, _) => return of_two_levels(pairs, px, py, symmetric, levels),
        (_, 1) => return 0.0,
        _ => {}
    }
    let scale = EPS / (least(px) * least(py));
    if scale > LARGE_SHIFT
        && let Some(eigenvalue) = with_eps::second_eigenvalue(pairs, px, py, symmetric, levels)
    {
        return eigenvalue.max(0.0).sqrt();
    }
    let operator = Operator::new(pairs, px, py, symmetric);
    let mut lanczos = Lanczos::new(&operator);
    let eigenvalue = simd::widest(&mut lanczos);
    let of_q = if symmetric { eigenvalue * eigenvalue } else { eigenvalue };
    let shift = if operator.largest_eps_scale() > NEGLIGIBLE_SHIFT {
        operator.shift_by_eps(&lanczos.eigenvector(eigenvalue))
    } else {
        0.0
    };
    (of_q - shift).max(0.0).sqrt()
}

/// The coefficient where the first level takes two values, in LAPACK's arithmetic: where the levels are independent the
/// eigenvalue is 0 but for rounding, and as in PyRadiomics the coefficient is then not a number if rounding makes it
/// negative and the region has no level besides.
fn of_two_levels(pairs: &[Pair], px: &[f64], py: &[f64], symmetric: bool, levels: usize) -> f64 {
    let rows: Vec<usize> = (0..px.len()).filter(|&i| px[i] > 0.0).collect();
    let mut p = [vec![0.0; py.len()], vec![0.0; py.len()]];
    let row = |level: u16| usize::from(level as usize == rows[1]);
    for pair in pairs {
        p[row(pair.i)][pair.j as usize] = pair.p;
        if symmetric {
            p[row(pair.j)][pair.i as usize] = pair.p;
        }
    }
    let q = |i: usize, j: usize| -> f64 {
        let products = p[i].iter().zip(&p[j]).zip(py);
        products.map(|((a, b), py)| a * b / (px[rows[i]] * py + EPS)).sum()
    };
    let eigenvalue = smaller_eigenvalue([[q(0, 0), q(0, 1)], [q(1, 0), q(1, 1)]]);
    if levels > 2 { eigenvalue.max(0.0).sqrt() } else { eigenvalue.sqrt() }
}

/// The smaller eigenvalue of a matrix of two rows with real eigenvalues, as LAPACK's `dlanv2` computes it.
fn smaller_eigenvalue([[a, b], [c, d]]: [[f64; 2]; 2]) -> f64 {
    if b == 0.0 || c == 0.0 {
        return f64::min(a, d);
    }
    let p = 0.5 * (a - d);
    let (larger, smaller) = (f64::max(b.abs(), c.abs()), f64::min(b.abs(), c.abs()) * b.signum() * c.signum());
    let scale = f64::max(p.abs(), larger);
    let z = p / scale * p + larger / scale * smaller;
    let z = p + (scale.sqrt() * z.sqrt()).copysign(p);
    f64::min(d + z, d - larger / z * smaller)
}

/// The smallest probability that is not 0.
fn least(p: &[f64]) -> f64 {
    p.iter().copied().filter(|&p| p > 0.0).fold(f64::INFINITY, f64::min)
}

/// Relative size of eps in a denominator of Q from which its effect is computed without approximation.
const LARGE_SHIFT: f64 = 1e-4;

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
    #[inline(always)]
    fn times(&self, x: &[f64], y: &mut [f64]) {
        y.fill(0.0);
        if !self.dense.is_empty() {
            // A is symmetric: its rows are its columns.
            for (row, &factor) in self.dense.chunks_exact(x.len()).zip(x) {
                for (y, a) in y.iter_mut().zip(row) {
                    *y += a * factor;
                }
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
    #[inline(always)]
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
    #[inline(always)]
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

/// Norm of a new direction that is rounding.
const BREAKDOWN: f64 = 1e-13;

/// Change of the eigenvalue between two looks at which it is accepted.
const CONVERGED: f64 = 1e-11;

impl<'a> Lanczos<'a> {
    fn new(operator: &'a Operator) -> Self {
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

/// Inner product, in four interleaved parts.
#[inline(always)]
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
        maximal_correlation(&pairs, px.as_slice(), py.as_slice(), symmetric, p.nrows())
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
    fn equals_a_full_decomposition_of_small_counts() {
        let mut state = 1_u64;
        let mut below = |n: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % n
        };
        for round in 0..20_000 {
            let n = 2 + below(6) as usize;
            let mut p = nalgebra::DMatrix::<f64>::zeros(n, n);
            for _ in 0..1 + below(12) {
                let (i, j) = (below(n as u64) as usize, below(n as u64) as usize);
                p[(i, j)] += 1.0;
                p[(j, i)] += 1.0;
            }
            let kept: Vec<usize> = (0..n).filter(|&i| p.row(i).sum() > 0.0).collect();
            if kept.len() < 2 {
                continue;
            }
            let p = p.select_rows(&kept).select_columns(&kept);
            let p = &p / p.sum();
            let (found, expected) = (coefficient(&p, true), dense(&p));
            let close = (found - expected).abs() < 1e-7 || (found.is_nan() && expected < 1e-7);
            assert!(close, "{round}: {found} {expected} of {p}");
            let found = coefficient(&p, false);
            let close = (found - expected).abs() < 1e-7 || (found.is_nan() && expected < 1e-7);
            assert!(close, "{round}: {found} {expected} of {p}");
        }
    }

    /// With many separate blocks the eigenvalue 1 is there many times over.
    #[test]
    fn many_separate_blocks_correlate_fully() {
        let n = 120;
        let p = nalgebra::DMatrix::from_fn(n, n, |i, j| f64::from(u8::from(i / 3 == j / 3 && (i != j || i % 7 == 0))));
        let p = &p / p.sum();
        for symmetric in [true, false] {
            let found = coefficient(&p, symmetric);
            assert!((found - 1.0).abs() < 1e-12, "{found}");
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
        assert_eq!(maximal_correlation(&[Pair { i: 1, j: 1, p: 1.0 }], &[0.0, 1.0], &[0.0, 1.0], true, 2), 0.0);
    }
}
