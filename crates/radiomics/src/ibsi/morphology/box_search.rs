//! The smallest box around a hull, of those with one side on a facet.

use super::hull::Hull;

/// The sides in mm of the box of least volume among those that have a side in the plane of a facet of the hull and are, in
/// that plane, the smallest rectangle around its outline.
pub(super) fn smallest_box(hull: &Hull, spacing: [f64; 3]) -> [f64; 3] {
    let corners = hull.corners(spacing);
    let boxes = hull.normals(spacing).into_iter().map(|normal| around(&corners, normal));
    let volume = |sides: &[f64; 3]| sides.iter().product::<f64>();
    boxes.min_by(|a, b| volume(a).total_cmp(&volume(b))).unwrap_or([f64::NAN; 3])
}

/// The sides of the smallest box around `corners` with a side across `normal`.
fn around(corners: &[[f64; 3]], normal: [f64; 3]) -> [f64; 3] {
    let axis = (0..3).min_by(|&a, &b| normal[a].abs().total_cmp(&normal[b].abs())).unwrap_or(0);
    let along = normal[axis];
    let u: [f64; 3] = std::array::from_fn(|d| if d == axis { 1.0 - along * normal[d] } else { -along * normal[d] });
    let length = dot(u, u).sqrt();
    let u = u.map(|x| x / length);
    let v =
        [normal[1] * u[2] - normal[2] * u[1], normal[2] * u[0] - normal[0] * u[2], normal[0] * u[1] - normal[1] * u[0]];
    let height = span(corners.iter().map(|&p| dot(p, normal)));
    let outline = outline(corners.iter().map(|&p| [dot(p, u), dot(p, v)]).collect());
    // The smallest rectangle has a side along an edge of the outline.
    let edges = (0..outline.len()).map(|i| {
        let (a, b) = (outline[i], outline[(i + 1) % outline.len()]);
        let length = (b[0] - a[0]).hypot(b[1] - a[1]);
        let (x, y) = ((b[0] - a[0]) / length, (b[1] - a[1]) / length);
        [span(outline.iter().map(|p| p[0] * x + p[1] * y)), span(outline.iter().map(|p| p[1] * x - p[0] * y))]
    });
    let [a, b] = edges.min_by(|a, b| (a[0] * a[1]).total_cmp(&(b[0] * b[1]))).unwrap_or([f64::NAN; 2]);
    [a, b, height]
}

fn span(values: impl Iterator<Item = f64>) -> f64 {
    let (low, high) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| (low.min(x), high.max(x)));
    high - low
}

fn dot(a: [f64; 3], b: [f64; 3]) -> f64 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

/// The convex outline of points in a plane, counter-clockwise (Andrew's chain).
fn outline(mut points: Vec<[f64; 2]>) -> Vec<[f64; 2]> {
    points.sort_by(|a, b| a[0].total_cmp(&b[0]).then(a[1].total_cmp(&b[1])));
    let turn = |a: [f64; 2], b: [f64; 2], c: [f64; 2]| (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
    let chain = |points: &mut dyn Iterator<Item = [f64; 2]>| {
        let mut chain: Vec<[f64; 2]> = Vec::new();
        for point in points {
            while let [.., a, b] = *chain.as_slice()
                && turn(a, b, point) <= 0.0
            {
                chain.pop();
            }
            chain.push(point);
        }
        chain.pop();
        chain
    };
    let mut lower = chain(&mut points.iter().copied());
    lower.extend(chain(&mut points.iter().rev().copied()));
    lower
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_turned_box_is_found() {
        // A bar of 2 x 2 x 10 half voxels along the diagonal of the plane, by whole corners.
        let corners = [[0, 2, 0], [2, 0, 0], [10, 12, 0], [12, 10, 0]];
        let points: Vec<[i32; 3]> = corners.into_iter().flat_map(|[x, y, z]| [[x, y, z], [x, y, 4]]).collect();
        let mut sides = smallest_box(&Hull::of(&points), [2.0; 3]);
        sides.sort_by(f64::total_cmp);
        let expected = [8.0_f64.sqrt(), 4.0, 200.0_f64.sqrt()];
        assert!(sides.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-9), "{sides:?}");
    }
}
