//! Small dense symmetric systems, solved so that a singular column is left out instead of failing.

use nalgebra::DMatrix;
use rayon::prelude::*;

/// Relative size under which a pivot counts as zero: eps^(3/4), as R's `coxph.control()$toler.chol`.
pub const PIVOT_TOLERANCE: f64 = 1.818_989_403_545_856_5e-12;

/// L D L' of a symmetric non-negative matrix, without pivoting: a column that earlier columns give has D = 0.
///
/// A pivot below `tolerance` times the largest diagonal element is set to zero and its column takes no further part,
/// so of several collinear columns the first is kept. Solutions have zero there and the inverse is the generalized
/// one with zero rows and columns.
#[derive(Debug, Clone, PartialEq)]
pub struct Ldl {
    n: usize,
    /// Unit lower triangle below the diagonal, row-major; D on the diagonal.
    values: Vec<f64>,
}

impl Ldl {
    /// Factors `matrix`, of which only the lower triangle is read.
    pub fn new(matrix: &DMatrix<f64>, tolerance: f64) -> Self {
        let n = matrix.nrows();
        let mut a: Vec<f64> = (0..n * n).map(|k| matrix[(k / n, k % n)]).collect();
        let largest = (0..n).map(|i| a[i * n + i]).fold(0.0, f64::max);
        let least = if largest > 0.0 { largest * tolerance } else { tolerance };
        for i in 0..n {
            let pivot = a[i * n + i];
            if !pivot.is_finite() || pivot < least {
                (i..n).for_each(|j| a[j * n + i] = 0.0);
                continue;
            }
            for j in i + 1..n {
                let below = a[j * n + i];
                let factor = below / pivot;
                a[j * n + i] = factor;
                a[j * n + j] -= factor * below;
                for k in j + 1..n {
                    a[k * n + j] -= factor * a[k * n + i];
                }
            }
        }
        Self { n, values: a }
    }

    /// Whether column `i` was left out.
    pub fn is_singular(&self, i: usize) -> bool {
        self.pivot(i) == 0.0
    }

    /// Whether each column was left out.
    pub fn singular(&self) -> Vec<bool> {
        (0..self.n).map(|i| self.is_singular(i)).collect()
    }

    /// Number of columns kept.
    pub fn rank(&self) -> usize {
        (0..self.n).filter(|&i| !self.is_singular(i)).count()
    }

    /// Logarithm of the determinant of the columns kept.
    pub fn log_determinant(&self) -> f64 {
        (0..self.n).map(|i| self.pivot(i)).filter(|&d| d > 0.0).map(f64::ln).sum()
    }

    /// Replaces `y` by the solution of matrix x = y; zero at the columns left out.
    pub fn solve(&self, y: &mut [f64]) {
        let n = self.n;
        for i in 0..n {
            let row = &self.values[i * n..i * n + i];
            y[i] -= row.iter().zip(&*y).map(|(l, v)| l * v).sum::<f64>();
        }
        for i in (0..n).rev() {
            if self.is_singular(i) {
                y[i] = 0.0;
                continue;
            }
            let above: f64 = (i + 1..n).map(|j| y[j] * self.values[j * n + i]).sum();
            y[i] = y[i] / self.pivot(i) - above;
        }
    }

    /// The inverse, with zero rows and columns for the columns left out.
    pub fn inverse(&self) -> DMatrix<f64> {
        let mut inverse = DMatrix::zeros(self.n, self.n);
        let mut unit = vec![0.0; self.n];
        for j in (0..self.n).filter(|&j| !self.is_singular(j)) {
            unit.fill(0.0);
            unit[j] = 1.0;
            self.solve(&mut unit);
            // The lower triangle twice keeps the result exactly symmetric.
            for i in j..self.n {
                inverse[(i, j)] = unit[i];
                inverse[(j, i)] = unit[i];
            }
        }
        inverse
    }

    fn pivot(&self, i: usize) -> f64 {
        self.values[i * self.n + i]
    }
}

/// u' M^- u, with the generalized inverse of [`Ldl`].
pub fn inverse_quadratic_form(matrix: &DMatrix<f64>, u: &[f64]) -> f64 {
    let mut solution = u.to_vec();
    Ldl::new(matrix, PIVOT_TOLERANCE).solve(&mut solution);
    dot(u, &solution)
}

/// u' M u.
pub fn quadratic_form(matrix: &DMatrix<f64>, u: &[f64]) -> f64 {
    (0..u.len()).map(|i| u[i] * (0..u.len()).map(|j| matrix[(i, j)] * u[j]).sum::<f64>()).sum()
}

/// Sum of products.
pub fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

/// The rows and columns `keep` of a square matrix.
pub fn submatrix(matrix: &DMatrix<f64>, keep: &[usize]) -> DMatrix<f64> {
    DMatrix::from_fn(keep.len(), keep.len(), |i, j| matrix[(keep[i], keep[j])])
}

/// Columns multiplied with all others at a time.
const BLOCK: usize = 128;

/// `f` of the inner product of every two of `columns`, of equal length: pairs (i, j) with i < j, i slowest.
///
/// Blocks are worked on in parallel in rayon's current pool; values are the same on any number of threads.
pub fn gram<T: Send>(columns: &[Vec<f64>], f: impl Fn(f64) -> T + Sync) -> Vec<T> {
    let (n, rows) = (columns.len(), columns.first().map_or(0, Vec::len));
    let across = DMatrix::from_fn(n, rows, |column, row| columns[column][row]);
    let blocks: Vec<usize> = (0..n).step_by(BLOCK).collect();
    let of_block = |&from: &usize| {
        let count = BLOCK.min(n - from);
        let own = DMatrix::from_fn(rows, count, |row, column| columns[from + column][row]);
        let products = across.rows(from, n - from) * own;
        let f = &f;
        (0..count).flat_map(move |k| products.column(k).iter().skip(k + 1).map(|&p| f(p)).collect::<Vec<T>>())
    };
    blocks.par_iter().flat_map_iter(of_block).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn solves_and_inverts_a_regular_matrix() {
        let m = DMatrix::from_row_slice(3, 3, &[4.0, 2.0, 0.6, 2.0, 3.0, 0.4, 0.6, 0.4, 2.0]);
        let ldl = Ldl::new(&m, PIVOT_TOLERANCE);
        assert_eq!(ldl.rank(), 3);
        let identity = &m * ldl.inverse();
        assert!((identity - DMatrix::identity(3, 3)).abs().max() < 1e-14);
        assert!((ldl.log_determinant() - m.determinant().ln()).abs() < 1e-14);
        let mut y = vec![1.0, 2.0, 3.0];
        ldl.solve(&mut y);
        let back = &m * nalgebra::DVector::from_vec(y);
        assert!((back - nalgebra::DVector::from_vec(vec![1.0, 2.0, 3.0])).abs().max() < 1e-14);
    }

    #[test]
    fn keeps_the_first_of_two_collinear_columns() {
        let m = DMatrix::from_row_slice(3, 3, &[2.0, 4.0, 1.0, 4.0, 8.0, 2.0, 1.0, 2.0, 5.0]);
        let ldl = Ldl::new(&m, PIVOT_TOLERANCE);
        assert_eq!(ldl.rank(), 2);
        assert!(ldl.is_singular(1));
        let inverse = ldl.inverse();
        let kept = submatrix(&m, &[0, 2]).try_inverse().expect("regular");
        assert!((submatrix(&inverse, &[0, 2]) - kept).abs().max() < 1e-15);
        assert_eq!(inverse.column(1).abs().max(), 0.0);
    }

    #[test]
    fn inner_products_of_all_pairs() {
        let columns: Vec<Vec<f64>> =
            (0..300).map(|c| (0..7).map(|r| f64::from((c * 31 + r * 17) % 29) - 14.0).collect()).collect();
        let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
        let pairs = (0..300).flat_map(|i| (i + 1..300).map(move |j| (i, j)));
        let expected: Vec<f64> = pairs.map(|(i, j)| dot(&columns[i], &columns[j])).collect();
        assert_eq!(gram(&columns, |p| p), expected, "whole numbers have no rounding");
        assert!(gram(&[], |p| p).is_empty());
    }

    #[test]
    fn a_zero_matrix_has_rank_zero() {
        let ldl = Ldl::new(&DMatrix::zeros(2, 2), PIVOT_TOLERANCE);
        assert_eq!(ldl.rank(), 0);
        assert_eq!(inverse_quadratic_form(&DMatrix::zeros(2, 2), &[1.0, 1.0]), 0.0);
    }
}
