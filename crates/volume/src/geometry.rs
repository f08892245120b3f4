//! Where a grid of voxels lies in the patient.

use std::fmt;

/// Where a grid of voxels lies in the patient, in ITK's terms.
///
/// Axes are ordered x, y, z; positions are millimetres in LPS (left, posterior, superior).
#[derive(Debug, Clone, PartialEq)]
pub struct Geometry {
    /// Number of voxels along x, y, z.
    pub size: [usize; 3],
    /// Distance between voxel centres along x, y, z, in mm.
    pub spacing: [f64; 3],
    /// Position of the centre of voxel (0, 0, 0), in mm.
    pub origin: [f64; 3],
    /// Direction cosines, row by row: column `d` is the direction of axis `d`.
    pub direction: [[f64; 3]; 3],
}

/// The identity direction matrix.
pub const IDENTITY: [[f64; 3]; 3] = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];

impl Geometry {
    /// A grid of `size` voxels of 1 mm at the origin.
    pub fn unit(size: [usize; 3]) -> Self {
        Self { size, spacing: [1.0; 3], origin: [0.0; 3], direction: IDENTITY }
    }

    /// Number of voxels.
    pub fn len(&self) -> usize {
        self.size.iter().product()
    }

    /// True if any dimension is zero.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Linear position of voxel (x, y, z): x runs fastest.
    #[inline]
    pub fn at(&self, x: usize, y: usize, z: usize) -> usize {
        x + self.size[0] * (y + self.size[1] * z)
    }

    /// Volume of one voxel in mm³.
    pub fn voxel_volume(&self) -> f64 {
        self.spacing.iter().product()
    }

    /// The position in mm (LPS) of the voxel at a (possibly fractional) index x, y, z.
    pub fn position(&self, index: [f64; 3]) -> [f64; 3] {
        std::array::from_fn(|row| {
            let along = |axis: usize| self.direction[row][axis] * self.spacing[axis] * index[axis];
            self.origin[row] + along(0) + along(1) + along(2)
        })
    }

    /// The (fractional) index x, y, z of a position in mm: the inverse of [`position`](Self::position).
    pub fn index(&self, position: [f64; 3]) -> [f64; 3] {
        let away: [f64; 3] = std::array::from_fn(|row| position[row] - self.origin[row]);
        let d = &self.direction;
        let minor = |r: usize, c: usize| {
            let (r1, r2, c1, c2) = ((r + 1) % 3, (r + 2) % 3, (c + 1) % 3, (c + 2) % 3);
            d[r1][c1] * d[r2][c2] - d[r1][c2] * d[r2][c1]
        };
        let determinant: f64 = (0..3).map(|c| d[0][c] * minor(0, c)).sum();
        std::array::from_fn(|axis| {
            let along: f64 = (0..3).map(|row| minor(row, axis) * away[row]).sum();
            along / determinant / self.spacing[axis]
        })
    }
}

impl fmt::Display for Geometry {
    /// `120 x 120 x 40 voxels of 0.75 x 0.75 x 2.5 mm`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [nx, ny, nz] = self.size;
        let [sx, sy, sz] = self.spacing;
        write!(f, "{nx} x {ny} x {nz} voxels of {sx} x {sy} x {sz} mm")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_follow_the_axes() {
        let grid = Geometry {
            spacing: [0.5, 0.5, 2.0],
            direction: [[0.0, 0.0, 1.0], [1.0, 0.0, 0.0], [0.0, -1.0, 0.0]],
            ..Geometry::unit([64, 64, 32])
        };
        assert_eq!(grid.position([2.0, 4.0, 1.5]), [3.0, 1.0, -2.0]);
        assert_eq!(grid.index([3.0, 1.0, -2.0]), [2.0, 4.0, 1.5]);
    }
}
