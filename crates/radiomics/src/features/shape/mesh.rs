//! The surface of a region of interest by marching cubes with vertices at the midpoints of edges.

use super::triangles::{EDGES, TRIANGLES};
use crate::Roi;

/// The cubes of a surface mesh, gathered by their set of inner corners, and its vertices.
pub(crate) struct Mesh {
    /// For each set of corners: how many cubes lie with their inside within and without (complemented), and the sums of
    /// the positions (z, y, x) of their first corners, those without counted negative.
    cubes: Vec<Cubes>,
    /// Vertices as (x, y, z) in half voxels.
    pub vertices: Vec<[i32; 3]>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Cubes {
    within: i64,
    without: i64,
    position: [i64; 3],
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
        let mut mesh = Self { cubes: vec![Cubes::default(); 128], vertices: Vec::new() };
        for z in 0..nz - 1 {
            for y in 0..ny - 1 {
                let row = |z: usize, y: usize| &inside[nx * (y + ny * z)..][..nx];
                let rows = [row(z, y), row(z, y + 1), row(z + 1, y), row(z + 1, y + 1)];
                mesh.add_row(rows, z, y);
            }
        }
        mesh
    }

    /// Adds the cubes between four `rows`: at (z, y), (z, y + 1), (z + 1, y) and (z + 1, y + 1).
    fn add_row(&mut self, rows: [&[u8]; 4], z: usize, y: usize) {
        // The corners of a cube at x and at x + 1: those of the next cube at x are these at x + 1.
        let near = |x: usize| rows[0][x] | rows[1][x] << 3 | rows[2][x] << 4 | rows[3][x] << 7;
        let far = |x: usize| rows[0][x] << 1 | rows[1][x] << 2 | rows[2][x] << 5 | rows[3][x] << 6;
        for x in 0..rows[0].len() - 1 {
            let corners = near(x) | far(x + 1);
            if corners == 0 || corners == 0xff {
                continue;
            }
            let complemented = corners & 0x80 != 0;
            let set = if complemented { !corners } else { corners };
            let cubes = &mut self.cubes[set as usize];
            let sign = if complemented { -1 } else { 1 };
            if complemented {
                cubes.without += 1;
            } else {
                cubes.within += 1;
            }
            for (sum, at) in cubes.position.iter_mut().zip([z, y, x]) {
                *sum += sign * at as i64;
            }
            // The edges at corner 7 belong to this cube alone; they are cut where their other corner differs from it.
            for (corner, edge) in [(6, 6), (4, 7), (3, 11)] {
                if set >> corner & 1 == 1 {
                    let [dz, dy, dx] = EDGES[edge];
                    self.vertices.push([2 * x as i32 + dx, 2 * y as i32 + dy, 2 * z as i32 + dz]);
                }
            }
        }
    }

    /// The triangles of each set of corners that occurs, in mm as (z, y, x) from the cube's first corner.
    fn triangles(&self, spacing: [f64; 3]) -> impl Iterator<Item = (&Cubes, [[f64; 3]; 3])> {
        let vertex = move |digit: u8| {
            let edge = EDGES[char::from(digit).to_digit(12).map_or(0, |e| e as usize)];
            std::array::from_fn(|d| f64::from(edge[d]) * 0.5 * spacing[2 - d])
        };
        let occurring = self.cubes.iter().zip(TRIANGLES).filter(|(cubes, _)| cubes.within + cubes.without > 0);
        occurring.flat_map(move |(cubes, triangles)| {
            triangles.split_whitespace().map(move |edges| {
                let edges = edges.as_bytes();
                (cubes, [vertex(edges[0]), vertex(edges[1]), vertex(edges[2])])
            })
        })
    }

    /// Area in mm²: Σ |(a - c) × (b - c)| / 2.
    pub fn area(&self, spacing: [f64; 3]) -> f64 {
        let doubled = self.triangles(spacing).map(|(cubes, [a, b, c])| {
            let normal = cross(minus(a, c), minus(b, c));
            (cubes.within + cubes.without) as f64 * dot(normal, normal).sqrt()
        });
        doubled.sum::<f64>() / 2.0
    }

    /// Volume in mm³: Σ (a × b) · c / 6 over the triangles at their places. For a triangle moved by o that is
    /// (a × b) · c + o · (a × b + b × c + c × a).
    pub fn volume(&self, spacing: [f64; 3]) -> f64 {
        let sixfold = self.triangles(spacing).map(|(cubes, [a, b, c])| {
            let products = [cross(a, b), cross(b, c), cross(c, a)];
            let normal: [f64; 3] = std::array::from_fn(|d| products.iter().map(|p| p[d]).sum());
            let moved: [f64; 3] = std::array::from_fn(|d| cubes.position[d] as f64 * spacing[2 - d]);
            (cubes.within - cubes.without) as f64 * dot(products[0], c) + dot(moved, normal)
        });
        sixfold.sum::<f64>() / 6.0
    }
}

fn minus(a: [f64; 3], b: [f64; 3]) -> [f64; 3] {
    std::array::from_fn(|d| a[d] - b[d])
}

fn cross(a: [f64; 3], b: [f64; 3]) -> [f64; 3] {
    [a[1] * b[2] - b[1] * a[2], a[2] * b[0] - b[2] * a[0], a[0] * b[1] - b[0] * a[1]]
}

fn dot(a: [f64; 3], b: [f64; 3]) -> f64 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}
