//! The convex hull of points with whole coordinates, exactly.

use std::collections::HashMap;

type Point = [i64; 3];

/// The hull: its triangles, facing outwards.
pub(super) struct Hull {
    points: Vec<Point>,
    triangles: Vec<[u32; 3]>,
}

/// A triangle while the hull grows, with the points that see it and have no other triangle to wait at.
struct Face {
    corners: [u32; 3],
    normal: Point,
    /// Products of the normal with points of the plane.
    offset: i64,
    outside: Vec<u32>,
    alive: bool,
}

impl Face {
    fn new(corners: [u32; 3], points: &[Point]) -> Self {
        let [a, b, c] = corners.map(|i| points[i as usize]);
        let normal = cross(minus(b, a), minus(c, a));
        Self { corners, normal, offset: dot(normal, a), outside: Vec::new(), alive: true }
    }

    /// Above 0 for points on the outer side; the farther the larger.
    fn height(&self, point: Point) -> i64 {
        dot(self.normal, point) - self.offset
    }
}

impl Hull {
    /// The hull of `vertices`, which do not lie in a plane.
    ///
    /// Quickhull: each face keeps the points above it; the farthest of them becomes a corner, and the faces that it sees
    /// are replaced by a fan from their rim. Whole numbers decide exactly which faces are seen.
    pub fn of(vertices: &[[i32; 3]]) -> Self {
        let points = candidates(vertices);
        let mut faces = first_faces(&points);
        // For each directed edge of a living face, that face.
        let mut face_at: HashMap<(u32, u32), usize> = HashMap::new();
        for (number, face) in faces.iter().enumerate() {
            face_at.extend(edges(face.corners).map(|edge| (edge, number)));
        }
        let all: Vec<u32> = (0..points.len() as u32).collect();
        let mut waiting: Vec<usize> = (0..faces.len()).collect();
        distribute(&all, &mut faces, &waiting.clone(), &points);
        while let Some(number) = waiting.pop() {
            let face = &faces[number];
            let farthest = face.outside.iter().copied().max_by_key(|&i| face.height(points[i as usize]));
            let (true, Some(apex)) = (face.alive, farthest) else { continue };
            let seen = seen_from(points[apex as usize], number, &faces, &face_at);
            let mut orphans = Vec::new();
            let mut rim = Vec::new();
            for &number in &seen {
                faces[number].alive = false;
                orphans.append(&mut faces[number].outside);
                for (a, b) in edges(faces[number].corners) {
                    if face_at.get(&(b, a)).is_some_and(|other| !seen.contains(other)) {
                        rim.push((a, b));
                    }
                    face_at.remove(&(a, b));
                }
            }
            let first = faces.len();
            for (a, b) in rim {
                let face = Face::new([a, b, apex], &points);
                face_at.extend(edges(face.corners).map(|edge| (edge, faces.len())));
                faces.push(face);
            }
            let new: Vec<usize> = (first..faces.len()).collect();
            distribute(&orphans, &mut faces, &new, &points);
            waiting.extend(new);
        }
        let triangles = faces.into_iter().filter(|face| face.alive).map(|face| face.corners).collect();
        Self { points, triangles }
    }

    /// The triangles in mm.
    fn in_mm(&self, spacing: [f64; 3]) -> impl Iterator<Item = [[f64; 3]; 3]> {
        let mm =
            move |i: u32| -> [f64; 3] { std::array::from_fn(|d| self.points[i as usize][d] as f64 * 0.5 * spacing[d]) };
        self.triangles.iter().map(move |corners| corners.map(mm))
    }

    /// Volume in mm³ and area in mm².
    pub fn volume_and_area(&self, spacing: [f64; 3]) -> (f64, f64) {
        let (mut volume, mut area) = (0.0, 0.0);
        for [a, b, c] in self.in_mm(spacing) {
            let normal = cross(minus(b, a), minus(c, a));
            area += 0.5 * dot(normal, normal).sqrt();
            volume += dot(a, cross(b, c)) / 6.0;
        }
        (volume, area)
    }

    /// The corners in mm.
    pub fn corners(&self, spacing: [f64; 3]) -> Vec<[f64; 3]> {
        let mut used: Vec<u32> = self.triangles.iter().flatten().copied().collect();
        used.sort_unstable();
        used.dedup();
        used.iter().map(|&i| std::array::from_fn(|d| self.points[i as usize][d] as f64 * 0.5 * spacing[d])).collect()
    }

    /// Directions across the triangles, each once, in mm.
    pub fn normals(&self, spacing: [f64; 3]) -> Vec<[f64; 3]> {
        let mut normals: Vec<[f64; 3]> = Vec::new();
        for [a, b, c] in self.in_mm(spacing) {
            let normal = cross(minus(b, a), minus(c, a));
            let length = dot(normal, normal).sqrt();
            let unit = normal.map(|x| x / length);
            if !normals.iter().any(|other| dot(*other, unit).abs() > 1.0 - 1e-12) {
                normals.push(unit);
            }
        }
        normals
    }
}

/// The points that can be corners: the ends of each line along x.
fn candidates(vertices: &[[i32; 3]]) -> Vec<Point> {
    let mut ends: HashMap<(i32, i32), (i32, i32)> = HashMap::new();
    for &[x, y, z] in vertices {
        let (low, high) = ends.entry((y, z)).or_insert((x, x));
        (*low, *high) = (x.min(*low), x.max(*high));
    }
    let both = |((y, z), (low, high)): ((i32, i32), (i32, i32))| [[low, y, z], [high, y, z]];
    let mut points: Vec<Point> = ends.into_iter().flat_map(both).map(|p| p.map(i64::from)).collect();
    points.sort_unstable();
    points.dedup();
    points
}

/// A tetrahedron of points far from each other.
fn first_faces(points: &[Point]) -> Vec<Face> {
    let farthest = |measure: &dyn Fn(Point) -> i128| (0..points.len()).max_by_key(|&i| measure(points[i])).unwrap_or(0);
    let square = |p: Point| p.iter().map(|&x| i128::from(x) * i128::from(x)).sum::<i128>();
    let a = 0;
    let b = farthest(&|p| square(minus(p, points[a])));
    let c = farthest(&|p| square(cross(minus(points[b], points[a]), minus(p, points[a]))));
    let normal = cross(minus(points[b], points[a]), minus(points[c], points[a]));
    let d = farthest(&|p| i128::from(dot(normal, minus(p, points[a]))).abs());
    let [a, mut b, mut c, d] = [a, b, c, d].map(|i| i as u32);
    if dot(normal, minus(points[d as usize], points[a as usize])) > 0 {
        std::mem::swap(&mut b, &mut c);
    }
    [[a, b, c], [a, d, b], [b, d, c], [c, d, a]].map(|corners| Face::new(corners, points)).into()
}

/// The three directed edges of a triangle.
fn edges([a, b, c]: [u32; 3]) -> impl Iterator<Item = (u32, u32)> {
    [(a, b), (b, c), (c, a)].into_iter()
}

/// Gives each of `orphans` to the first of the `open` faces that it sees.
fn distribute(orphans: &[u32], faces: &mut [Face], open: &[usize], points: &[Point]) {
    for &orphan in orphans {
        let point = points[orphan as usize];
        if let Some(&number) = open.iter().find(|&&number| faces[number].height(point) > 0) {
            faces[number].outside.push(orphan);
        }
    }
}

/// The faces that `apex` sees, which hang together, from `first` on.
fn seen_from(apex: Point, first: usize, faces: &[Face], face_at: &HashMap<(u32, u32), usize>) -> Vec<usize> {
    let mut seen = vec![first];
    let mut next = 0;
    while next < seen.len() {
        for (a, b) in edges(faces[seen[next]].corners) {
            if let Some(&other) = face_at.get(&(b, a))
                && !seen.contains(&other)
                && faces[other].height(apex) > 0
            {
                seen.push(other);
            }
        }
        next += 1;
    }
    seen
}

fn minus<T: Copy + std::ops::Sub<Output = T>>(a: [T; 3], b: [T; 3]) -> [T; 3] {
    [a[0] - b[0], a[1] - b[1], a[2] - b[2]]
}

fn cross<T: Copy + std::ops::Sub<Output = T> + std::ops::Mul<Output = T>>(a: [T; 3], b: [T; 3]) -> [T; 3] {
    [a[1] * b[2] - b[1] * a[2], a[2] * b[0] - b[2] * a[0], a[0] * b[1] - b[0] * a[1]]
}

fn dot<T: Copy + std::ops::Add<Output = T> + std::ops::Mul<Output = T>>(a: [T; 3], b: [T; 3]) -> T {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_hull_of_a_grid_is_its_box() {
        let points: Vec<[i32; 3]> =
            (0..5).flat_map(|x| (0..4).flat_map(move |y| (0..3).map(move |z| [x, y, z]))).collect();
        let hull = Hull::of(&points);
        let (volume, area) = hull.volume_and_area([2.0; 3]);
        assert!((volume - 24.0).abs() < 1e-12 && (area - 52.0).abs() < 1e-12, "{volume} {area}");
        assert_eq!(hull.corners([2.0; 3]).len(), 8);
        assert_eq!(hull.normals([2.0; 3]).len(), 3);
    }

    proptest! {
        #[test]
        fn no_point_lies_outside(points in prop::collection::vec([0..30_i32, 0..30_i32, 0..12_i32], 4..80)) {
            let mut points = points;
            points.extend([[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]]);
            let hull = Hull::of(&points);
            for corners in &hull.triangles {
                let face = Face::new(*corners, &hull.points);
                prop_assert!(face.normal != [0; 3]);
                for point in &points {
                    prop_assert!(face.height(point.map(i64::from)) <= 0);
                }
            }
            // Euler: a closed surface of triangles.
            let corners = hull.corners([2.0; 3]).len();
            prop_assert_eq!(hull.triangles.len(), 2 * corners - 4);
        }
    }
}
