//! Boxes of voxels: where a region of interest lies on its grid, and cropping to it.

use std::ops::Range;

use super::{Geometry, Labels, Mask, Volume, Voxels};

/// A box of voxels: along each axis `d` (x, y, z) the indices `lower[d] .. lower[d] + size[d]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Region {
    /// First index along x, y, z.
    pub lower: [usize; 3],
    /// Number of voxels along x, y, z.
    pub size: [usize; 3],
}

impl Region {
    /// The whole of a grid.
    pub fn whole(geometry: &Geometry) -> Self {
        Self { lower: [0; 3], size: geometry.size }
    }

    /// The smallest box that holds every voxel of `label`; `None` where there is none.
    pub fn of_label(mask: &Mask, label: u32) -> Option<Self> {
        let [nx, ny, _] = mask.geometry.size;
        let (mut lower, mut upper) = ([usize::MAX; 3], [0; 3]);
        for (row, xs) in mask.labels.rows(label, nx) {
            let (y, z) = (row % ny, row / ny);
            lower = [lower[0].min(xs.start), lower[1].min(y), lower[2].min(z)];
            upper = [upper[0].max(xs.end), upper[1].max(y + 1), upper[2].max(z + 1)];
        }
        (upper[0] > 0).then(|| Self { lower, size: [0, 1, 2].map(|d| upper[d] - lower[d]) })
    }

    /// One past the last index along x, y, z.
    pub fn upper(&self) -> [usize; 3] {
        [0, 1, 2].map(|d| self.lower[d] + self.size[d])
    }

    /// Number of voxels.
    pub fn len(&self) -> usize {
        self.size.iter().product()
    }

    /// True if any dimension is zero.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The box grown by `by` voxels on every side, as far as a grid of `size` voxels reaches.
    pub fn padded(&self, by: usize, size: [usize; 3]) -> Self {
        let upper = self.upper();
        let lower = self.lower.map(|l| l.saturating_sub(by));
        Self { lower, size: [0, 1, 2].map(|d| (upper[d] + by).min(size[d]) - lower[d]) }
    }

    /// Linear positions, on a grid of `size` voxels, of the rows of the box: each from its first voxel to its last.
    pub fn rows(&self, size: [usize; 3]) -> impl Iterator<Item = Range<usize>> {
        let (Self { lower, size: [nx, _, _] }, upper) = (*self, self.upper());
        (lower[2]..upper[2]).flat_map(move |z| {
            (lower[1]..upper[1]).map(move |y| {
                let start = lower[0] + size[0] * (y + size[1] * z);
                start..start + nx
            })
        })
    }

    /// The values of `all` (on a grid of `size` voxels) that lie in the box, x fastest.
    pub fn of<T: Copy>(&self, all: &[T], size: [usize; 3]) -> Vec<T> {
        let mut inside = Vec::with_capacity(self.len());
        self.rows(size).for_each(|row| inside.extend_from_slice(&all[row]));
        inside
    }
}

impl Geometry {
    /// The grid of the voxels in `region` alone: its origin is the centre of the region's first voxel.
    pub fn cropped(&self, region: &Region) -> Self {
        let mut origin = self.origin;
        for (d, o) in origin.iter_mut().enumerate() {
            for axis in 0..3 {
                *o += self.direction[d][axis] * self.spacing[axis] * region.lower[axis] as f64;
            }
        }
        Self { size: region.size, origin, ..self.clone() }
    }
}

impl Volume {
    /// The voxels in `region` alone.
    pub fn cropped(&self, region: &Region) -> Self {
        let size = self.geometry.size;
        let voxels = match &self.voxels {
            Voxels::U8(v) => Voxels::U8(region.of(v, size)),
            Voxels::I8(v) => Voxels::I8(region.of(v, size)),
            Voxels::U16(v) => Voxels::U16(region.of(v, size)),
            Voxels::I16(v) => Voxels::I16(region.of(v, size)),
            Voxels::U32(v) => Voxels::U32(region.of(v, size)),
            Voxels::I32(v) => Voxels::I32(region.of(v, size)),
            Voxels::U64(v) => Voxels::U64(region.of(v, size)),
            Voxels::I64(v) => Voxels::I64(region.of(v, size)),
            Voxels::F32(v) => Voxels::F32(region.of(v, size)),
            Voxels::F64(v) => Voxels::F64(region.of(v, size)),
        };
        Self { geometry: self.geometry.cropped(region), voxels }
    }
}

impl Mask {
    /// The labels in `region` alone.
    pub fn cropped(&self, region: &Region) -> Self {
        let mut labels = Labels::default();
        let pieces = region.rows(self.geometry.size).flat_map(|row| self.labels.pieces(row));
        pieces.for_each(|(label, count)| labels.push(label, count));
        Self { geometry: self.geometry.cropped(region), labels }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn box_of_a_label() {
        let mut mask = Mask { geometry: Geometry::unit([5, 4, 3]), labels: Labels::background(60) };
        assert_eq!(Region::of_label(&mask, 2), None);
        let voxels = [mask.geometry.at(1, 3, 0), mask.geometry.at(4, 2, 2)];
        mask.labels = Labels::of_voxels(60, voxels.map(|voxel| (voxel, 2)));
        let found = Region::of_label(&mask, 2).expect("two voxels are set");
        assert_eq!(found, Region { lower: [1, 2, 0], size: [4, 2, 3] });
        assert_eq!(found.padded(1, [5, 4, 3]), Region { lower: [0, 1, 0], size: [5, 3, 3] });
    }

    #[test]
    fn cropping_moves_the_origin() {
        let geometry = Geometry { spacing: [2.0, 1.0, 3.0], origin: [10.0, 0.0, -3.0], ..Geometry::unit([3, 3, 3]) };
        let image = Volume { geometry, voxels: Voxels::U8((0..27).collect()) };
        let part = image.cropped(&Region { lower: [1, 0, 2], size: [2, 1, 1] });
        assert_eq!(part.geometry.origin, [12.0, 0.0, 3.0]);
        assert_eq!(part.voxels, Voxels::U8(vec![19, 20]));
    }
}
