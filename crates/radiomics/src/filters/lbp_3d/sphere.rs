//! Directions spread evenly over a sphere: an icosahedron whose edges are halved again and again.

use std::collections::BTreeMap;

/// A point of the sphere.
pub(super) type Vertex = [f64; 3];

/// The twelve corners of an icosahedron of radius 1.
fn corners() -> Vec<Vertex> {
    let golden = (1.0 + 5.0_f64.sqrt()) / 2.0;
    let length = (1.0 + golden * golden).sqrt();
    let (a, b) = (1.0 / length, golden / length);
    vec![
        [-a, b, 0.0],
        [a, b, 0.0],
        [-a, -b, 0.0],
        [a, -b, 0.0],
        [0.0, -a, b],
        [0.0, a, b],
        [0.0, -a, -b],
        [0.0, a, -b],
        [b, 0.0, -a],
        [b, 0.0, a],
        [-b, 0.0, -a],
        [-b, 0.0, a],
    ]
}

/// Its twenty faces.
const FACES: [[usize; 3]; 20] = [
    [0, 11, 5],
    [0, 5, 1],
    [0, 1, 7],
    [0, 7, 10],
    [0, 10, 11],
    [1, 5, 9],
    [5, 11, 4],
    [11, 10, 2],
    [10, 7, 6],
    [7, 1, 8],
    [3, 9, 4],
    [3, 4, 2],
    [3, 2, 6],
    [3, 6, 8],
    [3, 8, 9],
    [4, 9, 5],
    [2, 4, 11],
    [6, 2, 10],
    [8, 6, 7],
    [9, 8, 1],
];

/// The vertices after `subdivisions`, in trimesh's order: corners first, then the midpoints of each round by the higher
/// and then the lower number of the two ends. There are 10 · 4^subdivisions + 2.
pub(super) fn icosphere(subdivisions: usize, radius: f64) -> Vec<Vertex> {
    let mut vertices = corners();
    let mut faces = FACES.to_vec();
    for _ in 0..subdivisions {
        let mut middle: BTreeMap<(usize, usize), usize> = faces.iter().flat_map(edges).map(|edge| (edge, 0)).collect();
        for (&(high, low), number) in &mut middle {
            *number = vertices.len();
            let (a, b) = (vertices[low], vertices[high]);
            vertices.push([0, 1, 2].map(|d| (a[d] + b[d]) / 2.0));
        }
        faces = faces.iter().flat_map(|face| quarters(face, edges(face).map(|edge| middle[&edge]))).collect();
        vertices.iter_mut().for_each(|vertex| onto_sphere(vertex, radius));
    }
    if subdivisions == 0 {
        vertices.iter_mut().for_each(|vertex| onto_sphere(vertex, radius));
    }
    vertices
}

/// The edges of a face, each as its higher and its lower end.
fn edges(&[a, b, c]: &[usize; 3]) -> [(usize, usize); 3] {
    [(a, b), (b, c), (c, a)].map(|(i, j)| (i.max(j), i.min(j)))
}

/// A face cut in four at the midpoints of its edges.
fn quarters(&[a, b, c]: &[usize; 3], [ab, bc, ca]: [usize; 3]) -> [[usize; 3]; 4] {
    [[a, ab, ca], [ab, b, bc], [ca, bc, c], [ab, bc, ca]]
}

/// Moves a vertex along its direction to the distance `radius`. The squares are added in the order in which NumPy's
/// matrix product adds them.
fn onto_sphere(vertex: &mut Vertex, radius: f64) {
    let [x, y, z] = vertex.map(|x| x * x);
    let length = (x + z + y).sqrt();
    for x in vertex {
        *x += *x / length * (radius - length);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_and_radius() {
        for (subdivisions, count) in [(0, 12), (1, 42), (2, 162)] {
            let vertices = icosphere(subdivisions, 1.5);
            assert_eq!(vertices.len(), count);
            for v in vertices {
                assert!((v.iter().map(|x| x * x).sum::<f64>().sqrt() - 1.5).abs() < 1e-15);
            }
        }
    }

    #[test]
    fn first_midpoints() {
        let vertices = icosphere(1, 1.0);
        assert_eq!(
            vertices[12..15],
            [[0.0, 1.0, 0.0], [0.0, -1.0, 0.0], [-0.30901699437494745, -0.8090169943749475, 0.5000000000000001]]
        );
    }
}
