//! Spatial autocorrelation: Moran's I and Geary's C over all pairs of voxels, weighted by one over their distance.

use super::tight;
use crate::Roi;
use crate::ibsi::fourier::{Complex, Fourier, fast_length};

/// Moran's I and Geary's C of the `values` of the voxels of `roi`; distances are in mm.
///
/// With m 1 in the region, y the deviations from the mean in standard deviations and w the weights, both need only the
/// sums over pairs Σ w, Σ w y y' and Σ w y². Each is a sum over frequencies of the weights' transform times a product of
/// transforms, n log n steps instead of n².
pub(super) fn indices(roi: &Roi, values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let deviation = (values.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / n).sqrt();
    if deviation == 0.0 {
        return (f64::NAN, f64::NAN);
    }
    let region = tight(roi);
    let size = region.size.map(|n| fast_length(2 * n - 1));
    let [nx, ny, nz] = size;
    let mut first = Complex::zeros(nx * ny * nz);
    let mut second = Complex { re: vec![0.0; nx * ny * nz], im: weights(region.size, size, roi.geometry.spacing) };
    for (&voxel, x) in roi.voxels.iter().zip(values) {
        let index = roi.index(voxel);
        let [x_at, y_at, z_at]: [usize; 3] = std::array::from_fn(|d| index[d] - region.lower[d]);
        let at = x_at + nx * (y_at + ny * z_at);
        let y = (x - mean) / deviation;
        (first.re[at], first.im[at]) = (1.0, y);
        second.re[at] = y * y;
    }
    let fourier = Fourier::new(size, 3);
    fourier.forward_of_corner(&mut first, region.size);
    fourier.forward(&mut second);
    let sums = sums_over_pairs(&first, &second, size);
    let [all, products, squares] = sums;
    let moran = products / all;
    let geary = (n - 1.0) / n * (squares - products) / all;
    (moran, geary)
}

/// 1 / distance at every offset within a box of `extent` voxels, wrapped around an array of `size`.
fn weights(extent: [usize; 3], size: [usize; 3], spacing: [f64; 3]) -> Vec<f64> {
    let [nx, ny, nz] = size;
    // Squared offsets in mm; none beyond the box.
    let squares = |d: usize| -> Vec<Option<f64>> {
        let n = size[d];
        let offset = |k: usize| k.min(n - k);
        (0..n).map(|k| (offset(k) < extent[d]).then(|| (offset(k) as f64 * spacing[d]).powi(2))).collect()
    };
    let [xs, ys, zs] = [squares(0), squares(1), squares(2)];
    let mut weights = vec![0.0; nx * ny * nz];
    for (z, dz) in zs.iter().enumerate() {
        for (y, dy) in ys.iter().enumerate() {
            let (Some(dy), Some(dz)) = (dy, dz) else { continue };
            let row = &mut weights[nx * (y + ny * z)..][..nx];
            for (weight, dx) in row.iter_mut().zip(&xs) {
                if let Some(dx) = dx {
                    *weight = 1.0 / (dx + dy + dz).sqrt();
                }
            }
        }
    }
    weights[0] = 0.0;
    weights
}

/// Σ w, Σ w y y' and Σ w y² over pairs, from the transforms of m + i y and of y² + i w.
///
/// Parts of the transforms of real arrays come from those at opposite frequencies; w is even, so that its transform is
/// real.
fn sums_over_pairs(first: &Complex, second: &Complex, [nx, ny, nz]: [usize; 3]) -> [f64; 3] {
    let opposite = |k: usize, n: usize| if k == 0 { 0 } else { n - k };
    let mut sums = [0.0; 3];
    for z in 0..nz {
        for y in 0..ny {
            let here = nx * (y + ny * z);
            let there = nx * (opposite(y, ny) + ny * opposite(z, nz));
            let mut of_row = [0.0; 3];
            for x in 0..nx {
                let (at, back) = (here + x, there + opposite(x, nx));
                // Half the sum with the conjugate at the opposite frequency is the transform of the real part, half the
                // difference, turned by -i, that of the imaginary part.
                let inside = [first.re[at] + first.re[back], first.im[at] - first.im[back]];
                let deviation = [first.im[at] + first.im[back], first.re[back] - first.re[at]];
                let squares = [second.re[at] + second.re[back], second.im[at] - second.im[back]];
                let weight = second.im[at] + second.im[back];
                of_row[0] += weight * (inside[0] * inside[0] + inside[1] * inside[1]);
                of_row[1] += weight * (deviation[0] * deviation[0] + deviation[1] * deviation[1]);
                of_row[2] += weight * (inside[0] * squares[0] + inside[1] * squares[1]);
            }
            (0..3).for_each(|k| sums[k] += of_row[k]);
        }
    }
    // Each of the three factors was doubled.
    let n = (8 * nx * ny * nz) as f64;
    sums.map(|sum| sum / n)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Geometry, Region};

    #[test]
    fn frequencies_give_what_all_pairs_give() {
        let geometry = Geometry { spacing: [0.7, 1.0, 2.5], ..Geometry::unit([9, 7, 4]) };
        let voxels: Vec<u32> = (0..252).filter(|i| i % 7 != 3 && i % 5 != 1).collect();
        let values: Vec<f64> = voxels.iter().map(|&i| f64::from(i * i % 97) + 0.25 * f64::from(i)).collect();
        let roi = Roi { region: Region::whole(&geometry), geometry, voxels };
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        let [mut all, mut products, mut differences] = [0.0; 3];
        for (i, &a) in roi.voxels.iter().enumerate() {
            for (j, &b) in roi.voxels.iter().enumerate().filter(|&(j, _)| j != i) {
                let (p, q) = (roi.index(a), roi.index(b));
                let square = |d: usize| ((p[d] as f64 - q[d] as f64) * roi.geometry.spacing[d]).powi(2);
                let weight = 1.0 / (0..3).map(square).sum::<f64>().sqrt();
                all += weight;
                products += weight * (values[i] - mean) * (values[j] - mean);
                differences += weight * (values[i] - values[j]).powi(2);
            }
        }
        let spread: f64 = values.iter().map(|x| (x - mean).powi(2)).sum();
        let expected = (n / all * products / spread, (n - 1.0) / (2.0 * all) * differences / spread);
        let found = indices(&roi, &values);
        assert!((found.0 - expected.0).abs() < 1e-11 && (found.1 - expected.1).abs() < 1e-11, "{found:?} {expected:?}");
    }
}
