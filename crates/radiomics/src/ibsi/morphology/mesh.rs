//! The surface of a mask by marching cubes, with vertices at the midpoints of edges.
//!
//! The manual leaves open what a cube is whose inside corners touch along a diagonal of a face alone. Here they hang
//! together, as in Lewiner's marching cubes with which the reference values were found; in PyRadiomics' table they mostly
//! do not.

use std::sync::OnceLock;

use crate::Roi;

type Point = [f64; 3];

/// Corners 0 to 7 of a cube as (z, y, x).
const CORNERS: [[usize; 3]; 8] =
    [[0, 0, 0], [0, 0, 1], [0, 1, 1], [0, 1, 0], [1, 0, 0], [1, 0, 1], [1, 1, 1], [1, 1, 0]];

/// Midpoints of the twelve edges, then the centre, as (z, y, x) in cubes.
const POINTS: [Point; 13] = [
    [0.0, 0.0, 0.5],
    [0.0, 0.5, 1.0],
    [0.0, 1.0, 0.5],
    [0.0, 0.5, 0.0],
    [1.0, 0.0, 0.5],
    [1.0, 0.5, 1.0],
    [1.0, 1.0, 0.5],
    [1.0, 0.5, 0.0],
    [0.5, 0.0, 0.0],
    [0.5, 0.0, 1.0],
    [0.5, 1.0, 1.0],
    [0.5, 1.0, 0.0],
    [0.5, 0.5, 0.5],
];

/// For each set of corners its triangles.
fn table() -> &'static [Vec<[usize; 3]>] {
    static TABLE: OnceLock<Vec<Vec<[usize; 3]>>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let number = |digit: char| digit.to_digit(13).map_or(0, |n| n as usize);
        let triangle = |word: &str| {
            let mut numbers = word.chars().map(number);
            std::array::from_fn(|_| numbers.next().unwrap_or(0))
        };
        let lines = include_str!("cubes.txt").lines().filter(|line| !line.starts_with('#'));
        lines.map(|line| line.split_whitespace().map(triangle).collect()).collect()
    })
}

/// The cubes of a surface, gathered by their set of inner corners.
pub(super) struct Mesh {
    cubes: Vec<Cubes>,
    /// In mm along z, y, x.
    spacing: Point,
}

/// How many cubes have one set of inner corners, and the sum of the positions (z, y, x) of their first corners.
#[derive(Debug, Clone, Copy, Default)]
struct Cubes {
    count: usize,
    position: [usize; 3],
}

impl Mesh {
    /// The surface of `roi` with nothing around it.
    pub fn of(roi: &Roi) -> Self {
        let [nx, ny, nz] = roi.geometry.size.map(|n| n + 2);
        let mut inside = vec![0_u8; nx * ny * nz];
        for &voxel in &roi.voxels {
            let [x, y, z] = roi.index(voxel);
            inside[x + 1 + nx * (y + 1 + ny * (z + 1))] = 1;
        }
        let offsets = CORNERS.map(|[z, y, x]| x + nx * (y + ny * z));
        let mut cubes = vec![Cubes::default(); 256];
        for z in 0..nz - 1 {
            for y in 0..ny - 1 {
                for x in 0..nx - 1 {
                    let first = x + nx * (y + ny * z);
                    let set: usize = (0..8).map(|k| usize::from(inside[first + offsets[k]]) << k).sum();
                    let found = &mut cubes[set];
                    found.count += 1;
                    found.position = [found.position[0] + z, found.position[1] + y, found.position[2] + x];
                }
            }
        }
        let [x, y, z] = roi.geometry.spacing;
        Self { cubes, spacing: [z, y, x] }
    }

    /// The triangles of each set that occurs, in mm from the cube's first corner.
    fn triangles(&self) -> impl Iterator<Item = (&Cubes, [Point; 3])> {
        let occurring = self.cubes.iter().zip(table()).filter(|(cubes, _)| cubes.count > 0);
        let mm = |k: usize| std::array::from_fn(|d| POINTS[k][d] * self.spacing[d]);
        occurring.flat_map(move |(cubes, triangles)| triangles.iter().map(move |corners| (cubes, corners.map(mm))))
    }

    /// Area in mm².
    pub fn area(&self) -> f64 {
        let of = |(cubes, [a, b, c]): (&Cubes, [Point; 3])| {
            let normal = cross(minus(b, a), minus(c, a));
            0.5 * cubes.count as f64 * dot(normal, normal).sqrt()
        };
        self.triangles().map(of).sum()
    }

    /// Volume in mm³: Σ a · (b × c) / 6 over the triangles at their places; for one moved by o that is a · (b × c) +
    /// o · (a × b + b × c + c × a).
    pub fn volume(&self) -> f64 {
        let of = |(cubes, [a, b, c]): (&Cubes, [Point; 3])| {
            let products = [cross(a, b), cross(b, c), cross(c, a)];
            let normal: Point = std::array::from_fn(|d| products.iter().map(|p| p[d]).sum());
            let moved: Point = std::array::from_fn(|d| cubes.position[d] as f64 * self.spacing[d]);
            (cubes.count as f64 * dot(products[0], c) + dot(moved, normal)) / 6.0
        };
        self.triangles().map(of).sum()
    }
}

fn minus(a: Point, b: Point) -> Point {
    [a[0] - b[0], a[1] - b[1], a[2] - b[2]]
}

fn cross(a: Point, b: Point) -> Point {
    [a[1] * b[2] - b[1] * a[2], a[2] * b[0] - b[2] * a[0], a[0] * b[1] - b[0] * a[1]]
}

fn dot(a: Point, b: Point) -> f64 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Geometry, Region};

    fn mesh(size: [usize; 3], spacing: [f64; 3], inside: impl Fn(usize) -> bool) -> Mesh {
        let geometry = Geometry { spacing, ..Geometry::unit(size) };
        let voxels = (0..geometry.len()).filter(|&i| inside(i)).map(|i| i as u32).collect();
        Mesh::of(&Roi { region: Region::whole(&geometry), geometry, voxels })
    }

    #[test]
    fn one_voxel_is_an_octahedron() {
        let one = mesh([1; 3], [2.0; 3], |_| true);
        assert!((one.volume() - 8.0 / 6.0).abs() < 1e-12, "{}", one.volume());
        assert!((one.area() - 4.0 * 3.0_f64.sqrt()).abs() < 1e-12, "{}", one.area());
    }

    #[test]
    fn every_set_of_corners_closes() {
        // A mask in which nearly all sets occur: its surface encloses the same volume wherever the origin is.
        let random = |i: usize| ((i * 2_654_435_761) >> 7) % 97 < 48;
        let found = mesh([9, 8, 7], [1.0, 1.5, 2.0], random);
        let normals = found.triangles().fold([0.0; 3], |sum: Point, (cubes, [a, b, c])| {
            let normal = cross(minus(b, a), minus(c, a));
            std::array::from_fn(|d| sum[d] + cubes.count as f64 * normal[d])
        });
        assert!(normals.iter().all(|x| x.abs() < 1e-9), "{normals:?}");
        assert!(found.volume() > 0.0 && table().len() == 256);
    }
}
