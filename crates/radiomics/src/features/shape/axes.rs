//! Axes of the ellipsoid with the covariance of the voxel centres.

/// Eigenvalues of the covariance (with n) of voxel centres in mm, the largest first; along unused axes 0.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Axes {
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
        let scaled = |a: usize, b: usize| n * products[a.min(b)][a.max(b)] - sums[a] * sums[b];
        let covariance = |a: usize, b: usize| scaled(a, b) as f64 / (n * n) as f64 * spacing[a] * spacing[b];
        let matrix = nalgebra::Matrix3::from_fn(covariance);
        let mut eigenvalues: [f64; 3] = matrix.symmetric_eigenvalues().into();
        eigenvalues.sort_by(|a, b| b.total_cmp(a));
        let rank = rank(&std::array::from_fn(|a| std::array::from_fn(|b| scaled(a, b))));
        eigenvalues.iter_mut().skip(rank).for_each(|e| *e = 0.0);
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

/// The rank of a positive semidefinite matrix of whole numbers, by the determinants of its parts; 3 where these overflow,
/// which takes regions far larger than flat ones are.
fn rank(m: &[[i128; 3]; 3]) -> usize {
    let minor = |a: usize, b: usize| -> Option<i128> {
        m[a][a].checked_mul(m[b][b])?.checked_sub(m[a][b].checked_mul(m[a][b])?)
    };
    let determinant = || -> Option<i128> {
        let first = m[0][0].checked_mul(minor(1, 2)?)?;
        let inner = |p: i128, q: i128, r: i128, t: i128| p.checked_mul(q)?.checked_sub(r.checked_mul(t)?);
        let second = m[0][1].checked_mul(inner(m[1][0], m[2][2], m[1][2], m[2][0])?)?;
        let third = m[0][2].checked_mul(inner(m[1][0], m[2][1], m[1][1], m[2][0])?)?;
        first.checked_sub(second)?.checked_add(third)
    };
    if determinant() != Some(0) {
        3
    } else if [(0, 1), (0, 2), (1, 2)].into_iter().any(|(a, b)| minor(a, b) != Some(0)) {
        2
    } else {
        usize::from((0..3).any(|a| m[a][a] != 0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flat_regions_have_axes_of_exactly_zero() {
        let diagonal = Axes::of((0..9).flat_map(|i| [[i, i, i], [i + 1, i, i]]), [0.7, 1.1, 3.3]);
        assert_eq!(diagonal.length(2), 0.0);
        assert!(diagonal.length(1) > 0.0);
        let line = Axes::of((0..9).map(|i| [i, 2 * i, 3]), [0.7, 1.1, 3.3]);
        assert_eq!((line.length(1), line.length(2)), (0.0, 0.0));
    }
}
