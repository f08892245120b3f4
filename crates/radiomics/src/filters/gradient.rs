//! Gradient magnitude, in ITK's arithmetic.

use super::super::lines::Scalar;
use volume::Region;
use volume::{Volume, Voxels, each_type};

/// √(gx² + gy² + gz²) on `region`, where g is half the difference of the two neighbours along an axis, per mm if
/// `use_spacing`, else per voxel; beyond the image its edge is repeated. Computed in double precision, stored as `f32`.
pub fn gradient_magnitude(image: &Volume, use_spacing: bool, region: &Region) -> Volume {
    let scale = image.geometry.spacing.map(|spacing| if use_spacing { 0.5 * (1.0 / spacing) } else { 0.5 });
    let values = each_type!(&image.voxels, v => magnitudes(v, image.geometry.size, scale, region));
    Volume { geometry: image.geometry.cropped(region), voxels: Voxels::F32(values) }
}

fn magnitudes<T: Scalar>(values: &[T], size: [usize; 3], scale: [f64; 3], region: &Region) -> Vec<f32> {
    let upper = region.upper();
    let neighbours = |i: usize, n: usize| (i.saturating_sub(1), (i + 1).min(n - 1));
    let row = |y: usize, z: usize| &values[size[0] * (y + size[1] * z)..][..size[0]];
    let mut out = Vec::with_capacity(region.len());
    for z in region.lower[2]..upper[2] {
        let (below, above) = neighbours(z, size[2]);
        for y in region.lower[1]..upper[1] {
            let (before, behind) = neighbours(y, size[1]);
            let here = row(y, z);
            let pairs = [(row(before, z), row(behind, z)), (row(y, below), row(y, above))];
            out.extend((region.lower[0]..upper[0]).map(|x| {
                let (left, right) = neighbours(x, size[0]);
                let [(y0, y1), (z0, z1)] = pairs.map(|(a, b)| (a[x], b[x]));
                let ends = [(here[left], here[right]), (y0, y1), (z0, z1)];
                let mut sum = 0.0;
                for ((low, high), scale) in ends.into_iter().zip(scale) {
                    let slope = scale * high.to_f64() - scale * low.to_f64();
                    sum += slope * slope;
                }
                sum.sqrt() as f32
            }));
        }
    }
    out
}
