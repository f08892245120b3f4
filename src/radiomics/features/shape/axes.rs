//! Axes of the ellipsoid with the covariance of the voxel centres.

/// Eigenvalues of the covariance (with n) of voxel centres in mm, the largest first; along unused axes 0.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::radiomics::features) struct Axes {
    eigenvalues: [f64; 3],
}

impl Axes {
    /// Axes of the voxels at `indices` (x, y, z), with `spacing` in mm.
    pub fn of(indices: impl Iterator<Item = [usize; 3]>, spacing: [f64; 3]) -> Self {
        // Sums of whole numbers are exact, so that a flat region has an axis of exactly 0.
        let mut n = 0_i128;
        let mut sums = [0_i128; 3];
        let mut products = [[0_i128; 3]; 3];
        for index in indices {
            n += 1;
            let index = index.map(|i| i as i128);
            for a in 0..3 {
                sums[a] += index[a];
                for b in a..3 {
                    products[a][b] += index[a] * index[b];
                }
            }
        }
        let covariance = |a: usize, b: usize| {
            let scaled = n * products[a.min(b)][a.max(b)] - sums[a] * sums[b];
            scaled as f64 / (n * n) as f64 * spacing[a] * spacing[b]
        };
        let matrix = nalgebra::Matrix3::from_fn(covariance);
        let mut eigenvalues: [f64; 3] = matrix.symmetric_eigenvalues().into();
        eigenvalues.sort_by(|a, b| b.total_cmp(a));
        Self { eigenvalues: eigenvalues.map(|e| if e < 0.0 && e > -1e-10 { 0.0 } else { e }) }
    }

    /// Full length of axis `k` in mm: four standard deviations.
    pub fn length(&self, k: usize) -> f64 {
        self.eigenvalues[k].sqrt() * 4.0
    }

    /// Length of axis `k` over that of the first.
    pub fn ratio(&self, k: usize) -> f64 {
        (self.eigenvalues[k] / self.eigenvalues[0]).sqrt()
    }
}
