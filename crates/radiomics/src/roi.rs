//! The region of interest as the feature classes see it: its voxels in the box around it.

use super::lines::Scalar;
use super::{Geometry, Mask, PixelType, Region, Volume};
use volume::each_type;

/// The voxels of one label inside their box.
#[derive(Debug, Clone, PartialEq)]
pub struct Roi {
    /// The box on the working grid.
    pub region: Region,
    /// The grid of the box alone.
    pub geometry: Geometry,
    /// Linear positions in the box of the voxels of the label, ascending.
    pub voxels: Vec<u32>,
}

/// The values of an image inside a region of interest, in the order of [`Roi::voxels`].
#[derive(Debug, Clone, PartialEq)]
pub struct RoiValues {
    /// The values as doubles.
    pub values: Vec<f64>,
    /// True if the image held single-precision numbers: bin edges are then rounded to single precision.
    pub single: bool,
}

impl Roi {
    /// The voxels of `label` in `region` of `mask`.
    pub fn new(mask: &Mask, region: Region, label: u32) -> Self {
        let ([nx, ny, _], lower, upper) = (mask.geometry.size, region.lower, region.upper());
        let mut voxels = Vec::new();
        for (row, xs) in mask.labels.rows(label, nx) {
            let (y, z) = (row % ny, row / ny);
            if (lower[1]..upper[1]).contains(&y) && (lower[2]..upper[2]).contains(&z) {
                let start = region.size[0] * (y - lower[1] + region.size[1] * (z - lower[2]));
                let inside = xs.start.max(lower[0])..xs.end.min(upper[0]);
                voxels.extend(inside.map(|x| (start + x - lower[0]) as u32));
            }
        }
        Self { region, geometry: mask.geometry.cropped(&region), voxels }
    }

    /// Number of voxels.
    pub fn len(&self) -> usize {
        self.voxels.len()
    }

    /// True without voxels.
    pub fn is_empty(&self) -> bool {
        self.voxels.is_empty()
    }

    /// Index (x, y, z) in the box of the voxel at linear `position`.
    #[inline]
    pub fn index(&self, position: u32) -> [usize; 3] {
        let [nx, ny, _] = self.geometry.size;
        let position = position as usize;
        [position % nx, position / nx % ny, position / (nx * ny)]
    }

    /// The values of `image` at the voxels; it covers either the box or the whole working grid of `whole` voxels.
    pub fn values(&self, image: &Volume) -> RoiValues {
        let boxed;
        let image = if image.geometry.size == self.region.size {
            image
        } else {
            boxed = image.cropped(&self.region);
            &boxed
        };
        let values = each_type!(&image.voxels, v => self.voxels.iter().map(|&i| v[i as usize].to_f64()).collect());
        RoiValues { values, single: image.voxels.pixel_type() == PixelType::F32 }
    }
}
