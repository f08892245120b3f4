//! Largest distances between points.

/// Largest distances between vertices, in mm.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::radiomics::features) struct Diameters {
    /// Between any two.
    pub largest: f64,
    /// Between two of equal x, equal y, equal z.
    pub at_equal: [f64; 3],
}

impl Diameters {
    /// Diameters of the points `vertices` (x, y, z in half voxels of `spacing` mm).
    pub fn of(vertices: &[[i32; 3]], spacing: [f64; 3]) -> Self {
        Self {
            largest: largest_distance(vertices, spacing),
            at_equal: std::array::from_fn(|axis| {
                let mut sorted = vertices.to_vec();
                sorted.sort_unstable_by_key(|v| v[axis]);
                let planes = sorted.chunk_by(|a, b| a[axis] == b[axis]);
                planes.map(|plane| largest_distance(plane, spacing)).fold(0.0, f64::max)
            }),
        }
    }
}

/// The largest distance between two of `points` in mm.
fn largest_distance(points: &[[i32; 3]], spacing: [f64; 3]) -> f64 {
    // Only the ends of lines along x can be farthest apart, and of those only the ends along y, then z.
    let mut ends = points.to_vec();
    for axis in 0..3 {
        ends = ends_along(ends, axis);
    }
    let scale = spacing.map(|s| 0.5 * s);
    let mut points: Vec<[f64; 3]> = ends.iter().map(|p| [0, 1, 2].map(|d| f64::from(p[d]) * scale[d])).collect();
    let n = points.len() as f64;
    let centre: [f64; 3] = std::array::from_fn(|d| points.iter().map(|p| p[d]).sum::<f64>() / n);
    // The farther from the centre, the sooner: two points are no farther apart than their radii together.
    points.sort_by(|a, b| squared_distance(b, &centre).total_cmp(&squared_distance(a, &centre)));
    let radii: Vec<f64> = points.iter().map(|p| squared_distance(p, &centre).sqrt()).collect();
    let mut largest = 0.0;
    for (i, a) in points.iter().enumerate() {
        let needed = f64::sqrt(largest) * (1.0 - 1e-12) - radii[i];
        if radii[0] < needed {
            break;
        }
        let candidates = points[..i].iter().zip(&radii).take_while(|&(_, &r)| r >= needed);
        largest = candidates.map(|(b, _)| squared_distance(a, b)).fold(largest, f64::max);
    }
    largest.sqrt()
}

/// The lowest and the highest of the points that differ along `axis` alone.
fn ends_along(mut points: Vec<[i32; 3]>, axis: usize) -> Vec<[i32; 3]> {
    let (u, v) = ((axis + 1) % 3, (axis + 2) % 3);
    points.sort_unstable_by_key(|p| (p[u], p[v], p[axis]));
    let lines = points.chunk_by(|a, b| (a[u], a[v]) == (b[u], b[v]));
    lines.flat_map(|line| if line.len() > 1 { vec![line[0], line[line.len() - 1]] } else { line.to_vec() }).collect()
}

fn squared_distance(a: &[f64; 3], b: &[f64; 3]) -> f64 {
    (0..3).map(|d| (a[d] - b[d]) * (a[d] - b[d])).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn pruning_loses_no_pair(
            points in prop::collection::vec([0..9_i32, 0..9_i32, 0..5_i32], 1..60),
            spacing in [0.3..2.0_f64, 0.3..2.0_f64, 0.3..6.0_f64],
        ) {
            let all = |same: Option<usize>| {
                let mm = |p: &[i32; 3]| [0, 1, 2].map(|d| f64::from(p[d]) * (0.5 * spacing[d]));
                let mut largest = 0.0_f64;
                for a in &points {
                    for b in points.iter().filter(|b| same.is_none_or(|axis| a[axis] == b[axis])) {
                        largest = largest.max(squared_distance(&mm(a), &mm(b)));
                    }
                }
                largest.sqrt()
            };
            let found = Diameters::of(&points, spacing);
            prop_assert!((found.largest - all(None)).abs() < 1e-12);
            for axis in 0..3 {
                prop_assert!((found.at_equal[axis] - all(Some(axis))).abs() < 1e-12);
            }
        }
    }
}
