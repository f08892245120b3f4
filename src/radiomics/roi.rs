//! The region of interest as the feature classes see it: its voxels in the box around it.

use super::lines::Scalar;
use super::volume::each_type;
use super::{Geometry, Mask, PixelType, Region, Volume};

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
        let mut voxels = Vec::new();
        let mut position = 0;
        for_each_row(region, mask.geometry.size, |row| {
            for (x, &value) in mask.labels[row..row + region.size[0]].iter().enumerate() {
                if value == label {
                    voxels.push((position + x) as u32);
                }
            }
            position += region.size[0];
        });
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

/// Calls `each` with the linear position, on a grid of `size`, of the start of every row of `region`.
fn for_each_row(region: Region, size: [usize; 3], mut each: impl FnMut(usize)) {
    let [x, y, z] = region.lower;
    for plane in z..z + region.size[2] {
        for row in y..y + region.size[1] {
            each(x + size[0] * (row + size[1] * plane));
        }
    }
}
