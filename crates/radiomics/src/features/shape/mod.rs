//! The shape of a region of interest: its surface mesh, its diameters and the axes of its ellipsoid.

pub(crate) mod axes;
pub(crate) mod diameter;
pub(crate) mod mesh;
mod triangles;

use super::Named;
use crate::Roi;
use axes::Axes;

/// Shape of `roi` in mm.
pub fn features(roi: &Roi) -> Named {
    let spacing = roi.geometry.spacing;
    let mesh = mesh::Mesh::of(roi);
    let (volume, area) = (mesh.volume(spacing), mesh.area(spacing));
    let diameters = diameter::Diameters::of(&mesh.vertices, spacing);
    let indices = roi.voxels.iter().map(|&voxel| roi.index(voxel));
    let axes = Axes::of(indices, spacing);
    let sphere_area = (36.0 * std::f64::consts::PI * volume * volume).cbrt();
    vec![
        ("Compactness1", volume / (area.powf(1.5) * std::f64::consts::PI.sqrt())),
        ("Compactness2", 36.0 * std::f64::consts::PI * volume * volume / area.powi(3)),
        ("Elongation", axes.ratio(1)),
        ("Flatness", axes.ratio(2)),
        ("LeastAxisLength", axes.length(2)),
        ("MajorAxisLength", axes.length(0)),
        ("Maximum2DDiameterColumn", diameters.at_equal[1]),
        ("Maximum2DDiameterRow", diameters.at_equal[0]),
        ("Maximum2DDiameterSlice", diameters.at_equal[2]),
        ("Maximum3DDiameter", diameters.largest),
        ("MeshVolume", volume),
        ("MinorAxisLength", axes.length(1)),
        ("SphericalDisproportion", area / sphere_area),
        ("Sphericity", sphere_area / area),
        ("SurfaceArea", area),
        ("SurfaceVolumeRatio", area / volume),
        ("VoxelVolume", roi.len() as f64 * spacing.iter().product::<f64>()),
    ]
}
