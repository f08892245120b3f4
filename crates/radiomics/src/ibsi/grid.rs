//! The grid of interpolated images.

use crate::Geometry;

/// How the voxels of one axis of the new grid lie on the old: voxel k at `first + k * step`, in old voxels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Axis {
    /// Voxels of the old grid.
    pub old: usize,
    /// Voxels of the new grid.
    pub new: usize,
    first: f64,
    step: f64,
}

impl Axis {
    /// Of `old` voxels of `spacing` onto voxels of `wanted` mm.
    ///
    /// There are as many as it takes to cover the old ones, and the centres of both grids coincide.
    fn new(old: usize, spacing: f64, wanted: f64) -> Self {
        if wanted == 0.0 || wanted == spacing {
            return Self { old, new: old, first: 0.0, step: 1.0 };
        }
        // A spacing stored in single precision must not push a whole number of voxels to the next.
        let covered = old as f64 * spacing / wanted;
        let new = ((covered * (1.0 - 1e-6)).ceil() as usize).max(1);
        let step = wanted / spacing;
        Self { old, new, first: 0.5 * (old as f64 - 1.0) - 0.5 * (new as f64 - 1.0) * step, step }
    }

    /// Where voxel `k` lies, in old voxels.
    pub fn position(&self, k: usize) -> f64 {
        self.first + k as f64 * self.step
    }

    /// True if nothing is to be done along this axis.
    pub fn is_same(&self) -> bool {
        self.first == 0.0 && self.step == 1.0 && self.old == self.new
    }
}

/// A new grid over an old one.
#[derive(Debug, Clone, PartialEq)]
pub struct Resampling {
    /// Along x, y, z.
    pub axes: [Axis; 3],
    /// The new grid in space.
    pub geometry: Geometry,
}

impl Resampling {
    /// The grid of voxels of `wanted` mm over `old`; 0 keeps the spacing of an axis.
    pub fn new(old: &Geometry, wanted: [f64; 3]) -> Self {
        let axes: [Axis; 3] = std::array::from_fn(|d| Axis::new(old.size[d], old.spacing[d], wanted[d]));
        let spacing = std::array::from_fn(|d| if wanted[d] == 0.0 { old.spacing[d] } else { wanted[d] });
        let mut origin = old.origin;
        for (row, o) in origin.iter_mut().enumerate() {
            *o += (0..3).map(|d| old.direction[row][d] * old.spacing[d] * axes[d].first).sum::<f64>();
        }
        let size = axes.map(|axis| axis.new);
        Self { axes, geometry: Geometry { size, spacing, origin, direction: old.direction } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn centres_coincide() {
        let old = Geometry { spacing: [0.9765625, 0.9765625, 3.0], ..Geometry::unit([204, 201, 60]) };
        let new = Resampling::new(&old, [2.0; 3]);
        assert_eq!(new.geometry.size, [100, 99, 90]);
        for d in 0..3 {
            let (first, last) = (new.axes[d].position(0), new.axes[d].position(new.axes[d].new - 1));
            assert!((first + last - (old.size[d] as f64 - 1.0)).abs() < 1e-9);
        }
        let single = f64::from(2.4_f32);
        let fine = Geometry { spacing: [single; 3], ..Geometry::unit([10; 3]) };
        assert_eq!(Resampling::new(&fine, [1.2, 0.0, 2.4]).geometry.size, [20, 10, 10]);
    }
}
