//! Local intensity peaks (9ST6): means over spheres of 1 cm³.

use super::field::Field;
use crate::Roi;
use crate::features::Named;

/// Radius in mm of a sphere of 1 cm³.
pub(super) const RADIUS: f64 = 6.203504908994;

/// The mean of the sphere around the most intense voxel of `roi` (of several the highest mean), and the highest mean of
/// all its voxels. A sphere holds the voxels of the image, also outside the region, whose centres lie within it.
pub fn features(field: &Field, spacing: [f64; 3], roi: &Roi, values: &[f64]) -> Named {
    let sphere = Sphere::new(field, spacing);
    let highest = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let (mut local, mut global) = (f64::NEG_INFINITY, f64::NEG_INFINITY);
    for (&voxel, &x) in roi.voxels.iter().zip(values) {
        let mean = sphere.mean_around(field.index_of(roi, voxel));
        global = global.max(mean);
        if x == highest {
            local = local.max(mean);
        }
    }
    vec![("LocalIntensityPeak", local), ("GlobalIntensityPeak", global)]
}

/// Sums over spheres, row by row.
struct Sphere {
    size: [usize; 3],
    /// Steps along y and z to the rows of the sphere, and how far each reaches along x.
    rows: Vec<(isize, isize, usize)>,
    /// For each row of the field, the sums of its first values: one more than there are values.
    sums: Vec<f64>,
}

impl Sphere {
    fn new(field: &Field, spacing: [f64; 3]) -> Self {
        let size = field.window.size;
        let reach = |axis: usize| (RADIUS / spacing[axis]).floor() as isize;
        let mut rows = Vec::new();
        for z in -reach(2)..=reach(2) {
            for y in -reach(1)..=reach(1) {
                let left = RADIUS * RADIUS - (y as f64 * spacing[1]).powi(2) - (z as f64 * spacing[2]).powi(2);
                if left >= 0.0 {
                    rows.push((y, z, (left.sqrt() / spacing[0]).floor() as usize));
                }
            }
        }
        let mut sums = Vec::with_capacity(field.values.len() + size[1] * size[2]);
        for row in field.values.chunks_exact(size[0]) {
            let mut sum = 0.0;
            sums.push(sum);
            sums.extend(row.iter().map(|x| {
                sum += x;
                sum
            }));
        }
        Self { size, rows, sums }
    }

    /// The mean around the voxel at `index` of the field.
    fn mean_around(&self, [x, y, z]: [usize; 3]) -> f64 {
        let [nx, ny, nz] = self.size;
        let (mut sum, mut count) = (0.0, 0);
        for &(dy, dz, reach) in &self.rows {
            let (y, z) = (y.wrapping_add_signed(dy), z.wrapping_add_signed(dz));
            if y < ny && z < nz {
                let row = &self.sums[(nx + 1) * (y + ny * z)..][..nx + 1];
                let (first, end) = (x.saturating_sub(reach), (x + reach + 1).min(nx));
                sum += row[end] - row[first];
                count += end - first;
            }
        }
        sum / count as f64
    }
}
