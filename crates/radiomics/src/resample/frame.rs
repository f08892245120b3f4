//! From indices of a grid to points of the patient and back, in ITK's arithmetic.

use super::svd::{self, Matrix};
use volume::Geometry;

/// The two affine maps of a grid.
#[derive(Debug, Clone)]
pub struct Frame {
    origin: [f64; 3],
    to_point: Matrix,
    to_index: Matrix,
}

impl Frame {
    /// The maps of `geometry`; `None` if its direction or spacing is singular.
    pub fn new(geometry: &Geometry) -> Option<Self> {
        let to_point = geometry.direction.map(|row| [0, 1, 2].map(|j| row[j] * geometry.spacing[j]));
        Some(Self { origin: geometry.origin, to_point, to_index: svd::inverse(&to_point)? })
    }

    /// The point at the centre of a voxel: the origin first, then the axes one by one.
    pub fn point_at(&self, index: [f64; 3]) -> [f64; 3] {
        [0, 1, 2].map(|r| (0..3).fold(self.origin[r], |sum, c| sum + self.to_point[r][c] * index[c]))
    }

    /// The point at a continuous index: the axes one by one, then the origin.
    pub fn point_between(&self, index: [f64; 3]) -> [f64; 3] {
        [0, 1, 2].map(|r| (0..3).fold(0.0, |sum, c| sum + self.to_point[r][c] * index[c]) + self.origin[r])
    }

    /// The continuous index of a point.
    pub fn index_of(&self, point: [f64; 3]) -> [f64; 3] {
        let from_origin = [0, 1, 2].map(|k| point[k] - self.origin[k]);
        [0, 1, 2].map(|r| (0..3).fold(0.0, |sum, c| sum + self.to_index[r][c] * from_origin[c]))
    }

    /// True if index `d` of this grid depends only on index `d` of `other`, for x, y and z.
    pub fn is_aligned_with(&self, other: &Self) -> bool {
        let only = |m: &Matrix, r: usize| {
            let mut nonzero = (0..3).filter(|&c| m[r][c] != 0.0);
            nonzero.next().filter(|_| nonzero.next().is_none())
        };
        (0..3).all(|d| only(&self.to_index, d).and_then(|c| only(&other.to_point, c)) == Some(d))
    }
}
