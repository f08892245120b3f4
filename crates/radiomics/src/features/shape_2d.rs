//! The shape of a region of interest in one slice: its outline, its diameter and the axes of its ellipse.

use super::Named;
use super::shape::axes::Axes;
use super::shape::diameter::Diameters;
use crate::Roi;

/// The region of interest spans more than one slice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("shape2D needs a region of interest in one slice, this one spans {slices}: leave shape2D out of featureClass")]
pub struct SeveralSlices {
    /// How many slices.
    pub slices: usize,
}

/// Midpoints of the edges of a square as (row, column), in half pixels: between corners 0-1, 1-2, 2-3, 3-0, where the
/// corners lie at 00, 01, 11, 10.
const EDGES: [[i32; 2]; 4] = [[0, 1], [1, 2], [2, 1], [1, 0]];

/// For each set of inner corners the lines of its outline, from edge to edge.
const LINES: [&[[usize; 2]]; 16] = [
    &[],
    &[[3, 0]],
    &[[0, 1]],
    &[[3, 1]],
    &[[1, 2]],
    &[[1, 2], [3, 0]],
    &[[0, 2]],
    &[[3, 2]],
    &[[2, 3]],
    &[[2, 0]],
    &[[0, 1], [2, 3]],
    &[[2, 1]],
    &[[1, 3]],
    &[[1, 0]],
    &[[0, 3]],
    &[],
];

/// Shape in mm of `roi`, which spans one voxel along `axis` (0 x, 1 y, 2 z).
///
/// # Errors
/// [`SeveralSlices`] if the region spans more than one voxel along `axis`.
pub fn features(roi: &Roi, axis: usize) -> Result<Named, SeveralSlices> {
    if roi.geometry.size[axis] > 1 {
        return Err(SeveralSlices { slices: roi.geometry.size[axis] });
    }
    // Columns along the faster of the two axes, rows along the slower.
    let (column, row) = match axis {
        0 => (1, 2),
        1 => (0, 2),
        _ => (0, 1),
    };
    let spacing = roi.geometry.spacing;
    let (dx, dy) = (spacing[column], spacing[row]);
    let pixels: Vec<[usize; 2]> = roi.voxels.iter().map(|&v| roi.index(v)).map(|i| [i[row], i[column]]).collect();
    let outline = Outline::of(&pixels, [roi.geometry.size[row], roi.geometry.size[column]], [dy, dx]);
    let in_plane = [dx, dy, 1.0];
    let axes = Axes::of(pixels.iter().map(|&[row, column]| [column, row, 0]), in_plane);
    let sphericity = 2.0 * (std::f64::consts::PI * outline.surface).sqrt() / outline.perimeter;
    Ok(vec![
        ("Elongation", axes.ratio(1)),
        ("MajorAxisLength", axes.length(0)),
        ("MaximumDiameter", Diameters::of(&outline.vertices, in_plane).largest),
        ("MeshSurface", outline.surface),
        ("MinorAxisLength", axes.length(1)),
        ("Perimeter", outline.perimeter),
        ("PerimeterSurfaceRatio", outline.perimeter / outline.surface),
        ("PixelSurface", pixels.len() as f64 * (dx * dy)),
        ("SphericalDisproportion", 1.0 / sphericity),
        ("Sphericity", sphericity),
    ])
}

/// The outline of pixels by marching squares with vertices at the midpoints of edges.
struct Outline {
    /// Length in mm.
    perimeter: f64,
    /// Area within in mm².
    surface: f64,
    /// Vertices as (column, row, 0) in half pixels.
    vertices: Vec<[i32; 3]>,
}

impl Outline {
    /// Of `pixels` (row, column) on a grid of `size` (rows, columns) with `spacing` (between rows, between columns).
    fn of(pixels: &[[usize; 2]], size: [usize; 2], spacing: [f64; 2]) -> Self {
        let [rows, columns] = size.map(|n| n + 2);
        let mut inside = vec![0_usize; rows * columns];
        for [row, column] in pixels {
            inside[(row + 1) * columns + column + 1] = 1;
        }
        let mut outline = Self { perimeter: 0.0, surface: 0.0, vertices: Vec::new() };
        for row in 0..rows - 1 {
            for column in 0..columns - 1 {
                let at = row * columns + column;
                let corners = [inside[at], inside[at + 1], inside[at + columns + 1], inside[at + columns]];
                let set = corners.iter().rev().fold(0, |set, corner| set << 1 | corner);
                let half = |edge: usize| [2 * row as i32 + EDGES[edge][0], 2 * column as i32 + EDGES[edge][1]];
                for &[from, to] in LINES[set] {
                    let mm = |edge: usize| [0, 1].map(|d| f64::from(half(edge)[d]) * 0.5 * spacing[d]);
                    let (a, b) = (mm(from), mm(to));
                    outline.surface += (a[0] * b[1] - b[0] * a[1]) / 2.0;
                    outline.perimeter += ((a[0] - b[0]).powi(2) + (a[1] - b[1]).powi(2)).sqrt();
                }
                // The edges at corner 3 belong to this square alone.
                for (corner, edge) in [(0, 3), (2, 2)] {
                    if corners[corner] != corners[3] {
                        let [row, column] = half(edge);
                        outline.vertices.push([column, row, 0]);
                    }
                }
            }
        }
        outline
    }
}
