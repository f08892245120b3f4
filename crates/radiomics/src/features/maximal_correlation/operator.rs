//! The matrix whose eigenvalue is sought, as elements or, if it is small, in full.

use super::{EPS, Pair, occurring};

/// The largest size at which A is kept as a full matrix rather than as its elements.
const MOST_DENSE: usize = 96;

/// A, or A Aᵀ where P is not symmetric, over the levels that occur.
pub(super) struct Operator {
    elements: Vec<Pair>,
    /// A by rows, if it is small.
    dense: Vec<f64>,
    pub root_px: Vec<f64>,
    pub root_py: Vec<f64>,
    symmetric: bool,
}

impl Operator {
    pub fn new(pairs: &[Pair], px: &[f64], py: &[f64], symmetric: bool) -> Self {
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
    pub fn transposed_times(&self, x: &[f64], y: &mut [f64]) {
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
    pub fn apply(&self, x: &[f64], between: &mut [f64], y: &mut [f64]) {
        if self.symmetric {
            self.times(x, y);
        } else {
            self.transposed_times(x, between);
            self.times(between, y);
        }
    }

    /// The largest eps / (px_i py_k) there can be.
    pub fn largest_eps_scale(&self) -> f64 {
        let least = |roots: &[f64]| roots.iter().copied().fold(f64::INFINITY, f64::min);
        EPS / (least(&self.root_px) * least(&self.root_py)).powi(2)
    }

    /// By how much PyRadiomics' eps in the denominators of Q lowers the eigenvalue of the unit eigenvector `y`, to first
    /// order: Σ_ik y_i a_ik b_k eps / (px_i py_k) with b = Aᵀ y.
    pub fn shift_by_eps(&self, y: &[f64]) -> f64 {
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
