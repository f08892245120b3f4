//! The second largest eigenvalue of Q where eps is not small beside the products of probabilities that it is added to, as
//! with `weightingNorm` and thick slices. Q then has no symmetric form.

use nalgebra::{Complex, DMatrix, Hessenberg};

use super::{EPS, Pair, occurring};

/// The most levels for which all eigenvalues are computed.
const MOST_LEVELS: usize = 512;

/// Steps of the QR iteration for one eigenvalue; a few are usual.
const MOST_STEPS: usize = 60;

/// The second largest eigenvalue of Q(i, j) = Σ_k p(i, k) p(j, k) / (px(i) py(k) + eps), by real parts; `None` for a matrix
/// too large to be solved in good time.
pub(super) fn second_eigenvalue(pairs: &[Pair], px: &[f64], py: &[f64], symmetric: bool, levels: usize) -> Option<f64> {
    let (rows, root) = occurring(px);
    let n = root.len();
    if n > MOST_LEVELS {
        return None;
    }
    let mut p = DMatrix::<f64>::zeros(n, py.len());
    for pair in pairs {
        p[(rows[pair.i as usize] as usize, pair.j as usize)] = pair.p;
        if symmetric {
            p[(rows[pair.j as usize] as usize, pair.i as usize)] = pair.p;
        }
    }
    let weighted = DMatrix::from_fn(n, py.len(), |i, k| p[(i, k)] / (root[i] * root[i] * py[k] + EPS));
    let q = weighted * p.transpose();
    // Rows of rare levels are as large as others, their columns tiny: the same eigenvalues, but balanced.
    let balanced = DMatrix::from_fn(n, n, |i, j| root[i] / root[j] * q[(i, j)]);
    let mut eigenvalues: Vec<f64> = eigenvalues(balanced)?.iter().map(|e| e.re).collect();
    eigenvalues.extend((levels > n).then_some(0.0));
    eigenvalues.sort_by(|a, b| b.total_cmp(a));
    eigenvalues.get(1).copied()
}

/// All eigenvalues of a square matrix, by QR steps with Wilkinson's shift on its Hessenberg form; `None` if they do not
/// converge.
fn eigenvalues(matrix: DMatrix<f64>) -> Option<Vec<Complex<f64>>> {
    let n = matrix.nrows();
    let mut h = Hessenberg::new(matrix).unpack_h().map(Complex::from);
    let largest = h.iter().map(|x| x.norm()).fold(0.0, f64::max);
    let mut found = Vec::with_capacity(n);
    let mut steps = 0;
    while found.len() < n {
        let last = n - found.len() - 1;
        let negligible = |&k: &usize| {
            let beside = h[(k, k)].norm() + h[(k - 1, k - 1)].norm();
            h[(k, k - 1)].norm() <= f64::EPSILON * if beside > 0.0 { beside } else { largest }
        };
        let first = (1..=last).rev().find(negligible).unwrap_or(0);
        if first == last {
            found.push(h[(last, last)]);
            steps = 0;
            continue;
        }
        steps += 1;
        if steps > MOST_STEPS {
            return None;
        }
        // Now and then another shift, should the usual one lead in a circle.
        let shift = if steps % 10 == 0 { Complex::from(h[(last, last - 1)].norm()) } else { shift(&h, last) };
        qr_step(&mut h, first, last, shift);
    }
    Some(found)
}

/// The eigenvalue of the two last rows and columns up to `last` that is nearer to the last element.
fn shift(h: &DMatrix<Complex<f64>>, last: usize) -> Complex<f64> {
    let [a, b, c, d] = [(last - 1, last - 1), (last - 1, last), (last, last - 1), (last, last)].map(|at| h[at]);
    let half = (a - d) * 0.5;
    let root = (half * half + b * c).sqrt();
    let (plus, minus) = (half + root, half - root);
    if plus.norm() < minus.norm() { d + plus } else { d + minus }
}

/// H - shift = QR becomes RQ + shift, in the rows and columns from `first` to `last`.
fn qr_step(h: &mut DMatrix<Complex<f64>>, first: usize, last: usize, shift: Complex<f64>) {
    (first..=last).for_each(|k| h[(k, k)] -= shift);
    let mut turns = Vec::with_capacity(last - first);
    for k in first..last {
        let (a, b) = (h[(k, k)], h[(k + 1, k)]);
        let length = (a.norm_sqr() + b.norm_sqr()).sqrt();
        let (c, s) = if length > 0.0 { (a / length, b / length) } else { (Complex::from(1.0), Complex::from(0.0)) };
        for column in k..=last {
            let (x, y) = (h[(k, column)], h[(k + 1, column)]);
            h[(k, column)] = c.conj() * x + s.conj() * y;
            h[(k + 1, column)] = c * y - s * x;
        }
        turns.push((c, s));
    }
    for (k, (c, s)) in (first..).zip(turns) {
        for row in first..=(k + 1).min(last) {
            let (x, y) = (h[(row, k)], h[(row, k + 1)]);
            h[(row, k)] = x * c + y * s;
            h[(row, k + 1)] = y * c.conj() - x * s.conj();
        }
    }
    (first..=last).for_each(|k| h[(k, k)] += shift);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(matrix: DMatrix<f64>) -> Vec<Complex<f64>> {
        let mut found = eigenvalues(matrix).expect("they converge");
        let key = |e: &Complex<f64>| ((e.re * 1e9).round() as i64, (e.im * 1e9).round() as i64);
        found.sort_by_key(key);
        found
    }

    #[test]
    fn known_eigenvalues() {
        // (x - 1)(x - 2)(x - 3)(x² + 1), by its companion.
        let coefficients = [6.0, -11.0, 12.0, -12.0, 6.0];
        let companion = DMatrix::from_fn(5, 5, |i, j| if j == 4 { coefficients[i] } else { f64::from(i == j + 1) });
        let expected = [(0.0, -1.0), (0.0, 1.0), (1.0, 0.0), (2.0, 0.0), (3.0, 0.0)];
        for (found, (re, im)) in sorted(companion).into_iter().zip(expected) {
            assert!((found - Complex::new(re, im)).norm() < 1e-12, "{found}");
        }
        let blocks = DMatrix::from_fn(6, 6, |i, j| if i / 2 == j / 2 { 0.5 } else { 0.0 });
        let found: Vec<f64> = sorted(blocks).iter().map(|e| (e.re * 1e12).round() / 1e12).collect();
        assert_eq!(found, [0.0, 0.0, 0.0, 1.0, 1.0, 1.0]);
        assert!(sorted(DMatrix::zeros(4, 4)).iter().all(|e| e.norm() == 0.0));
    }

    #[test]
    fn without_eps_nothing_changes() {
        let counts = [[4.0, 2.0, 1.0], [2.0, 6.0, 3.0], [1.0, 3.0, 2.0]];
        let total: f64 = counts.as_flattened().iter().sum();
        let of = |i: usize, j: usize| Pair { i: i as u16, j: j as u16, p: counts[i][j] / total };
        let pairs: Vec<Pair> = (0..3).flat_map(|i| (i..3).map(move |j| (i, j))).map(|(i, j)| of(i, j)).collect();
        let marginals = counts.map(|row| row.iter().sum::<f64>() / total);
        let exact = second_eigenvalue(&pairs, &marginals, &marginals, true, 3).expect("three levels");
        let root = super::super::maximal_correlation(&pairs, &marginals, &marginals, true, 3);
        assert!((exact.sqrt() - root).abs() < 1e-12, "{exact} {root}");
    }
}
