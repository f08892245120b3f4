//! The grid that an image is resampled to: PyRadiomics' rules.

use super::{Frame, ResampleError};
use volume::Geometry;
use volume::Region;

/// Voxels of a resampled image: as many as fit into the 4 GiB that an image that is read may have, in double precision.
pub const MOST_VOXELS: usize = 1 << 29;

/// Slack in voxels when a region is checked against the image it must lie in.
const TOLERANCE: f64 = 1e-3;

/// Checks that the outer corners of the region `roi` of `mask` lie within `image`, to a thousandth of a voxel.
///
/// # Errors
/// [`ResampleError::Outside`], or a grid that cannot be inverted.
pub fn check_inside(image: &Geometry, mask: &Geometry, roi: &Region) -> Result<(), ResampleError> {
    let (from, to) = frames(mask, image)?;
    let corner = |index: [usize; 3]| to.index_of(from.point_between(index.map(|i| i as f64 - 0.5)));
    let corners = [corner(roi.lower), corner(roi.upper())];
    for (axis, &size) in image.size.iter().enumerate() {
        let (a, b) = (corners[0][axis], corners[1][axis]);
        let (low, high) = (a.min(b), a.max(b));
        if low < -0.5 - TOLERANCE || high > size as f64 - 0.5 + TOLERANCE {
            return Err(ResampleError::Outside { axis: ['x', 'y', 'z'][axis], low, high, last: size as f64 - 0.5 });
        }
    }
    Ok(())
}

fn frames(a: &Geometry, b: &Geometry) -> Result<(Frame, Frame), ResampleError> {
    let frame = |geometry| Frame::new(geometry).ok_or(ResampleError::Singular);
    Ok((frame(a)?, frame(b)?))
}

/// The spacing to resample to: 0 keeps the mask's, and so does a dimension in which the region spans one slice.
pub fn effective_spacing(spacing: [f64; 3], mask: &Geometry, roi: &Region) -> [f64; 3] {
    [0, 1, 2].map(|d| if spacing[d] == 0.0 || roi.size[d] == 1 { mask.spacing[d] } else { spacing[d] })
}

/// True if two spacings are equal as NumPy's `allclose` has it: |a - b| <= 1e-8 + 1e-5 |b|.
pub fn is_close(a: [f64; 3], b: [f64; 3]) -> bool {
    a.iter().zip(b).all(|(a, b)| (a - b).abs() <= 1e-8 + 1e-5 * b.abs())
}

/// The grid of `spacing` mm that covers the region and `pad` voxels around it, as far as the mask reaches. The mask's
/// and the new grid share their outer corner, not the centre of their first voxel.
///
/// # Errors
/// [`ResampleError`]: a spacing that leaves no voxel, or a grid that cannot be inverted.
pub fn grid(mask: &Geometry, roi: &Region, spacing: [f64; 3], pad: usize) -> Result<Geometry, ResampleError> {
    let pad = pad as f64;
    let (mut size, mut origin) = ([0; 3], [0.0; 3]);
    for d in 0..3 {
        let old = mask.spacing[d];
        let ratio = old / spacing[d];
        let (lower, count) = (roi.lower[d] as f64, roi.size[d] as f64);
        let low = ((lower - 0.5) * ratio - pad).floor().max(0.0);
        let last = (mask.size[d] as f64 * ratio).ceil() - 1.0;
        let high = ((lower + count - 0.5) * ratio + pad).ceil().min(last);
        size[d] = (high - low + 1.0) as usize;
        origin[d] = 0.5 * (spacing[d] - old) / old + low / ratio;
    }
    let voxels: f64 = size.iter().map(|&n| n as f64).product();
    if voxels > MOST_VOXELS as f64 {
        return Err(ResampleError::TooLarge { spacing, size });
    }
    if size.contains(&0) {
        return Err(ResampleError::Empty { spacing });
    }
    let frame = Frame::new(mask).ok_or(ResampleError::Singular)?;
    Ok(Geometry { size, spacing, origin: frame.point_between(origin), direction: mask.direction })
}
