//! Matrices of results: covariances, residuals by row and column.

use std::ops::Index;

use nalgebra::DMatrix;

/// Numbers in rows and columns.
///
/// ```
/// use survival::Matrix;
///
/// let m = Matrix::from_rows(&[[4.0, 1.0], [1.0, 9.0]]);
/// assert_eq!((m.rows(), m.columns()), (2, 2));
/// assert_eq!(m[(0, 1)], 1.0);
/// assert_eq!(m.column(1), [1.0, 9.0]);
/// assert_eq!(m.diagonal(), [4.0, 9.0]);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Matrix(DMatrix<f64>);

impl Matrix {
    /// The matrix with these rows.
    pub fn from_rows<const N: usize>(rows: &[[f64; N]]) -> Self {
        Self(DMatrix::from_fn(rows.len(), N, |i, j| rows[i][j]))
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.0.nrows()
    }

    /// Number of columns.
    pub fn columns(&self) -> usize {
        self.0.ncols()
    }

    /// The element in row `i` and column `j`, if there is one.
    pub fn get(&self, i: usize, j: usize) -> Option<f64> {
        self.0.get((i, j)).copied()
    }

    /// Column `j`, from the first row to the last.
    ///
    /// # Panics
    /// If there is no such column.
    pub fn column(&self, j: usize) -> &[f64] {
        let n = self.rows();
        &self.values()[j * n..(j + 1) * n]
    }

    /// Row `i`, from the first column to the last.
    ///
    /// # Panics
    /// If there is no such row.
    pub fn row(&self, i: usize) -> Vec<f64> {
        self.0.row(i).iter().copied().collect()
    }

    /// The elements with equal row and column.
    pub fn diagonal(&self) -> Vec<f64> {
        self.0.diagonal().iter().copied().collect()
    }

    /// All elements, column by column.
    pub fn values(&self) -> &[f64] {
        self.0.as_slice()
    }

    /// The outcome of computations inside of the crate.
    pub(crate) fn of(values: DMatrix<f64>) -> Self {
        Self(values)
    }

    /// What computations inside of the crate work with.
    pub(crate) fn inner(&self) -> &DMatrix<f64> {
        &self.0
    }
}

impl Index<(usize, usize)> for Matrix {
    type Output = f64;

    /// The element in row `i` and column `j`; panics where there is none.
    fn index(&self, place: (usize, usize)) -> &f64 {
        &self.0[place]
    }
}
