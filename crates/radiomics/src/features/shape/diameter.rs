//! Largest distances between points.

/// Largest distances between vertices, in mm.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Diameters {
    /// Between any two.
    pub largest: f64,
    /// Between two of equal x, equal y, equal z.
    pub at_equal: [f64; 3],
}

impl Diameters {
    /// Diameters of the points `vertices` (x, y, z in half voxels of `spacing` mm, none negative).
    pub fn of(vertices: &[[i32; 3]], spacing: [f64; 3]) -> Self {
        // Only the ends of lines along x can be farthest apart, and of those only the ends along y, then z; within a
        // plane those along its own two axes.
        let along_x = ends_along(vertices, 0);
        let along_xy = ends_along(&along_x, 1);
        let along_xz = ends_along(&along_x, 2);
        let along_yz = ends_along(&ends_along(vertices, 1), 2);
        let along_xyz = ends_along(&along_xy, 2);
        let at_equal = [(along_yz, 0), (along_xz, 1), (along_xy, 2)].map(|(mut ends, axis)| {
            ends.sort_unstable_by_key(|p| p[axis]);
            let planes = ends.chunk_by(|a, b| a[axis] == b[axis]);
            planes.map(|plane| largest_distance(plane, spacing)).fold(0.0, f64::max)
        });
        Self { largest: largest_distance(&along_xyz, spacing), at_equal }
    }
}

/// The lowest and the highest of the points that differ along `axis` alone.
fn ends_along(points: &[[i32; 3]], axis: usize) -> Vec<[i32; 3]> {
    let (u, v) = ((axis + 1) % 3, (axis + 2) % 3);
    let extent = |d: usize| points.iter().map(|p| p[d] as usize + 1).max().unwrap_or(0);
    let width = extent(u);
    let mut lines = vec![(i32::MAX, i32::MIN); width * extent(v)];
    for p in points {
        let (low, high) = &mut lines[p[u] as usize + width * p[v] as usize];
        (*low, *high) = (p[axis].min(*low), p[axis].max(*high));
    }
    let mut ends = Vec::with_capacity(points.len());
    for (line, &(low, high)) in lines.iter().enumerate().filter(|(_, (low, high))| low <= high) {
        let mut end = [0; 3];
        (end[u], end[v]) = ((line % width) as i32, (line / width) as i32);
        end[axis] = low;
        ends.push(end);
        if high > low {
            end[axis] = high;
            ends.push(end);
        }
    }
    ends
}

/// The largest distance between two of `points` in mm.
fn largest_distance(points: &[[i32; 3]], spacing: [f64; 3]) -> f64 {
    let scale = spacing.map(|s| 0.5 * s);
    let points: Vec<[f64; 3]> = points.iter().map(|p| [0, 1, 2].map(|d| f64::from(p[d]) * scale[d])).collect();
    let n = points.len() as f64;
    let centre: [f64; 3] = std::array::from_fn(|d| points.iter().map(|p| p[d]).sum::<f64>() / n);
    // The farther from the centre, the sooner: two points are no farther apart than their radii together.
    let mut points: Vec<(f64, [f64; 3])> =
        points.into_iter().map(|p| (squared_distance(&p, &centre).sqrt(), p)).collect();
    points.sort_unstable_by(|a, b| b.0.total_cmp(&a.0));
    let mut largest = 0.0;
    for (i, (radius, a)) in points.iter().enumerate() {
        let needed = f64::sqrt(largest) * (1.0 - 1e-12) - radius;
        if points[0].0 < needed {
            break;
        }
        let candidates = points[..i].iter().take_while(|(radius, _)| *radius >= needed);
        largest = candidates.map(|(_, b)| squared_distance(a, b)).fold(largest, f64::max);
    }
    largest.sqrt()
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
