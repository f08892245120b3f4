//! The digital phantom.

use crate::{Geometry, Mask, Volume, Voxels};

/// Intensities, slice by slice (z), a row of x a line; voxels in brackets lie outside the region.
const SLICES: &str = "
 1   4   4   1   1
 1   4   6   1   1
 4   1   6   4   1
 4   4   6   4   1

 1   4   4   1   1
 1   1   6   1   1
(1)  1   3   1   1
 4   4   6   1   1

 1   4   4  (1) (1)
 1   1   1   1   1
 1   1  (9)  1   1
 1   1   6   1   1

 1   4   4  (1) (1)
 1   1   1   1   1
 1   1   1   1   1
 1   1   6   1   1
";

/// The initiative's digital phantom: 5 x 4 x 4 voxels of 2 mm, 74 of them in the region with label 1.
pub fn digital_phantom() -> (Volume, Mask) {
    let geometry = Geometry { spacing: [2.0; 3], ..Geometry::unit([5, 4, 4]) };
    let voxels = SLICES.split_whitespace();
    let intensity = |text: &str| text.trim_matches(['(', ')']).parse::<i16>().unwrap_or_default();
    let intensities: Vec<i16> = voxels.clone().map(intensity).collect();
    let image = Volume { geometry: geometry.clone(), voxels: Voxels::from(intensities) };
    let labels = voxels.map(|text| u32::from(!text.starts_with('('))).collect();
    (image, Mask { geometry, labels })
}
