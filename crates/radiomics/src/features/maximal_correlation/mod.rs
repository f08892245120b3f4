//! The maximal correlation coefficient of a joint distribution of two gray levels.
//!
//! It is the root of the second largest eigenvalue of Q = Dx⁻¹ P Dy⁻¹ Pᵀ. With A = Dx^-½ P Dy^-½ that is the second
//! largest singular value of A; the largest is 1, for the vector of the roots of the marginals, and is kept out of the
//! Krylov space of a Lanczos iteration, so that the next one is at its end.

mod lanczos;
mod operator;
mod tridiagonal;
mod with_eps;

use super::EPS;
use crate::simd;
use lanczos::Lanczos;
use operator::Operator;

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
