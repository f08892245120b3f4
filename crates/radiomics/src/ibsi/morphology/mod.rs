//! Morphology (HCUG): size and shape of the region by the mask, and how its intensities lie in it.

mod autocorrelation;
mod box_search;
mod ellipsoid;
mod hull;
mod mesh;

use super::prepare::Prepared;
use crate::features::Named;
use crate::features::shape::{axes::Axes, diameter::Diameters, mesh::Mesh as Midpoints};
use crate::{Region, Roi};
use ellipsoid::Ellipsoid;
use hull::Hull;
use mesh::Mesh;
use std::f64::consts::PI;

/// Features of the region; `wanted` are those that will be looked at, as some cost more than all others.
pub fn features(prepared: &Prepared, wanted: &[&str]) -> Named {
    let roi = &prepared.morphological;
    let spacing = roi.geometry.spacing;
    let mesh = Mesh::of(roi);
    let (volume, area) = (mesh.volume(), mesh.area());
    let vertices = Midpoints::of(roi).vertices;
    let sphere_area = (36.0 * PI * volume * volume).cbrt();
    let n = roi.len() as f64;
    let axes = Axes::of(roi.voxels.iter().map(|&voxel| roi.index(voxel)), spacing);
    // The covariance divides by n - 1.
    let unbiased = if n > 1.0 { (n / (n - 1.0)).sqrt() } else { 1.0 };
    let lengths = [0, 1, 2].map(|k| axes.length(k) * unbiased);
    let aabb = extents(&vertices, spacing);
    let aee = Ellipsoid { semi_axes: lengths.map(|length| 0.5 * length) };
    let mean = prepared.values.iter().sum::<f64>() / prepared.values.len() as f64;
    let mut named = vec![
        ("Volume", volume),
        ("VoxelVolume", n * roi.geometry.voxel_volume()),
        ("SurfaceArea", area),
        ("SurfaceVolumeRatio", area / volume),
        ("Compactness1", volume / (PI.sqrt() * area.powf(1.5))),
        ("Compactness2", 36.0 * PI * volume * volume / area.powi(3)),
        ("SphericalDisproportion", area / sphere_area),
        ("Sphericity", sphere_area / area),
        ("Asphericity", (area.powi(3) / (36.0 * PI * volume * volume)).cbrt() - 1.0),
        ("CentreOfMassShift", centre_of_mass_shift(prepared)),
        ("Maximum3DDiameter", Diameters::of(&vertices, spacing).largest),
        ("MajorAxisLength", lengths[0]),
        ("MinorAxisLength", lengths[1]),
        ("LeastAxisLength", lengths[2]),
        ("Elongation", axes.ratio(1)),
        ("Flatness", axes.ratio(2)),
        ("VolumeDensityAABB", volume / aabb.iter().product::<f64>()),
        ("AreaDensityAABB", area / box_area(aabb)),
        ("VolumeDensityAEE", volume / aee.volume()),
        ("AreaDensityAEE", area / aee.area()),
        ("IntegratedIntensity", mean * volume),
    ];
    let wants = |names: &[&str]| names.iter().any(|name| wanted.contains(name));
    if wants(&["MoranI", "GearyC"]) {
        let (moran, geary) = autocorrelation::indices(&prepared.intensity, &prepared.values);
        named.extend([("MoranI", moran), ("GearyC", geary)]);
    }
    let of_hull = ["VolumeDensityConvexHull", "AreaDensityConvexHull"];
    let of_box = ["VolumeDensityOMBB", "AreaDensityOMBB"];
    let of_ellipsoid = ["VolumeDensityMVEE", "AreaDensityMVEE"];
    if wants(&of_hull) || wants(&of_box) || wants(&of_ellipsoid) {
        let hull = Hull::of(&vertices);
        let (hull_volume, hull_area) = hull.volume_and_area(spacing);
        named.extend([(of_hull[0], volume / hull_volume), (of_hull[1], area / hull_area)]);
        if wants(&of_box) {
            let sides = box_search::smallest_box(&hull, spacing);
            named.extend([(of_box[0], volume / sides.iter().product::<f64>()), (of_box[1], area / box_area(sides))]);
        }
        if wants(&of_ellipsoid) {
            let enclosing = Ellipsoid::enclosing(&hull.corners(spacing));
            named.extend([(of_ellipsoid[0], volume / enclosing.volume()), (of_ellipsoid[1], area / enclosing.area())]);
        }
    }
    named
}

/// The lengths in mm of the box around `vertices`, given in half voxels.
fn extents(vertices: &[[i32; 3]], spacing: [f64; 3]) -> [f64; 3] {
    std::array::from_fn(|d| {
        let along = || vertices.iter().map(|v| v[d]);
        let span = along().max().unwrap_or(0) - along().min().unwrap_or(0);
        f64::from(span) * 0.5 * spacing[d]
    })
}

fn box_area([a, b, c]: [f64; 3]) -> f64 {
    2.0 * (a * b + b * c + a * c)
}

/// The distance in mm between the centre of the region by the mask and that of the intensities.
fn centre_of_mass_shift(prepared: &Prepared) -> f64 {
    let (roi, of_intensity) = (&prepared.morphological, &prepared.intensity);
    let ones = vec![1.0; roi.len()];
    let (a, b) = (centre(roi, &ones), centre(of_intensity, &prepared.values));
    (0..3).map(|d| ((a[d] - b[d]) * roi.geometry.spacing[d]).powi(2)).sum::<f64>().sqrt()
}

/// The weighted mean index of the voxels of `roi`.
fn centre(roi: &Roi, weights: &[f64]) -> [f64; 3] {
    let total: f64 = weights.iter().sum();
    let mut sum = [0.0; 3];
    for (&voxel, weight) in roi.voxels.iter().zip(weights) {
        let index = roi.index(voxel);
        (0..3).for_each(|d| sum[d] += weight * index[d] as f64);
    }
    sum.map(|s| s / total)
}

/// The smallest box of the box of `roi` that holds its voxels.
fn tight(roi: &Roi) -> Region {
    let (mut lower, mut upper) = ([usize::MAX; 3], [0; 3]);
    for &voxel in &roi.voxels {
        let index = roi.index(voxel);
        for d in 0..3 {
            (lower[d], upper[d]) = (lower[d].min(index[d]), upper[d].max(index[d] + 1));
        }
    }
    Region { lower, size: std::array::from_fn(|d| upper[d].saturating_sub(lower[d])) }
}
