//! A part of an image in doubles.

use crate::{Geometry, Region, Roi, Volume};

/// Values of an image in a box of its grid, x fastest.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// The box.
    pub window: Region,
    /// Its values.
    pub values: Vec<f64>,
}

impl Field {
    /// Where in the window the voxel of `roi` at `position` of its box lies.
    #[inline]
    pub fn index_of(&self, roi: &Roi, position: u32) -> [usize; 3] {
        let index = roi.index(position);
        std::array::from_fn(|d| roi.region.lower[d] + index[d] - self.window.lower[d])
    }

    /// The values at the voxels of `roi`.
    pub fn at(&self, roi: &Roi) -> Vec<f64> {
        let [nx, ny, _] = self.window.size;
        let value = |&voxel: &u32| {
            let [x, y, z] = self.index_of(roi, voxel);
            self.values[x + nx * (y + ny * z)]
        };
        roi.voxels.iter().map(value).collect()
    }

    /// As an image on the grid `whole` of which the window is a part.
    pub fn volume(&self, whole: &Geometry) -> Volume {
        Volume::from_f64(whole.cropped(&self.window), self.values.clone())
    }
}
