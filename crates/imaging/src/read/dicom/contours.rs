//! From the contours of a region to the pixels of each plane, by DICOM's rules (PS3.3 C.8.8.6.3).
//!
//! Points on a contour belong to the region. CLOSED_PLANAR contours of a plane unite, but for one that lies wholly within
//! another, which is a hole, or an island in a hole. CLOSEDPLANAR_XOR contours exclude each other.

use super::polygon::{Canvas, Polygon, Side, area, cross, side};

/// A contour in its plane.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Contour {
    /// Its points in pixels.
    pub polygon: Polygon,
    /// It is a CLOSEDPLANAR_XOR contour.
    pub excludes: bool,
}

/// Contours are the same if one follows the other no farther off than this, in pixels.
const SAME: f64 = 0.05;

/// The pixels of the region in one plane, as column and row. Points up to `tolerance` from a contour are on it.
pub(super) fn pixels(contours: &[Contour], columns: usize, rows: usize, tolerance: f64) -> Vec<(usize, usize)> {
    let all: Vec<&Polygon> = contours.iter().map(|c| &c.polygon).collect();
    let canvas = Canvas::around(&all, columns, rows);
    let united: Vec<&Polygon> = contours.iter().filter(|c| !c.excludes).map(|c| &c.polygon).collect();
    let mut region = canvas.clone();
    let nesting = Nesting::of(&united, tolerance);
    for root in nesting.at_depth(0) {
        region.with(&nesting.filled(root, &canvas, true), |a, b| a | b);
    }
    let excluding: Vec<&Polygon> = contours.iter().filter(|c| c.excludes).map(|c| &c.polygon).collect();
    for polygon in &excluding {
        region.with(&canvas.filled(polygon, true, tolerance), |a, b| a ^ b);
    }
    // Whichever of the contours it is, its path belongs to the region.
    for polygon in &excluding {
        let (closed, open) = (canvas.filled(polygon, true, tolerance), canvas.filled(polygon, false, tolerance));
        let mut path = closed;
        path.with(&open, |a, b| a & !b);
        region.with(&path, |a, b| a | b);
    }
    region.inside().collect()
}

/// Which contour lies within which.
struct Nesting<'a> {
    polygons: &'a [&'a Polygon],
    tolerance: f64,
    /// `within[i][j]`: contour i lies wholly within contour j.
    within: Vec<Vec<bool>>,
    /// How many contours lie around each other around it.
    depth: Vec<usize>,
}

impl<'a> Nesting<'a> {
    fn of(polygons: &'a [&'a Polygon], tolerance: f64) -> Self {
        let n = polygons.len();
        let areas: Vec<f64> = polygons.iter().map(|p| area(p)).collect();
        let is_within =
            |i: usize, j: usize| i != j && areas[i] < areas[j] && lies_within(polygons[i], polygons[j], tolerance);
        let within: Vec<Vec<bool>> = (0..n).map(|i| (0..n).map(|j| is_within(i, j)).collect()).collect();
        let mut by_area: Vec<usize> = (0..n).collect();
        by_area.sort_by(|a, b| areas[*b].total_cmp(&areas[*a]));
        let mut depth = vec![0; n];
        for &i in &by_area {
            depth[i] = (0..n).filter(|&j| within[i][j]).map(|j| depth[j] + 1).max().unwrap_or(0);
        }
        Self { polygons, tolerance, within, depth }
    }

    fn at_depth(&self, depth: usize) -> impl Iterator<Item = usize> {
        self.depth.iter().enumerate().filter(move |(_, d)| **d == depth).map(|(i, _)| i)
    }

    /// What contour `i` fills: all within, less what the contours directly within it fill. Paths always belong to the
    /// region, so that a hole is filled without its own.
    fn filled(&self, i: usize, canvas: &Canvas, closed: bool) -> Canvas {
        let mut filled = canvas.filled(self.polygons[i], closed, self.tolerance);
        for inner in self.at_depth(self.depth[i] + 1).filter(|&j| self.within[j][i]) {
            filled.with(&self.filled(inner, canvas, !closed), |a, b| a & !b);
        }
        filled
    }
}

/// True if `inner`, the smaller one, lies wholly within `outer` and is not the same contour once more.
fn lies_within(inner: &Polygon, outer: &Polygon, tolerance: f64) -> bool {
    inner.iter().all(|p| side(*p, outer, tolerance) != Side::Out)
        && outer.iter().all(|p| side(*p, inner, tolerance) != Side::In)
        && inner.iter().any(|p| side(*p, outer, SAME) != Side::On)
        && !cross(inner, outer)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn square(from: f64, to: f64) -> Polygon {
        vec![[from, from], [to, from], [to, to], [from, to]]
    }

    fn count(polygons: &[Polygon], excludes: bool) -> usize {
        let contours: Vec<Contour> = polygons.iter().map(|p| Contour { polygon: p.clone(), excludes }).collect();
        pixels(&contours, 20, 20, 1e-6).len()
    }

    #[test]
    fn contours_unite_and_holes_do_not() {
        let (a, b) = (square(0.5, 6.5), square(3.5, 9.5));
        assert_eq!(count(&[a.clone(), b.clone()], false), 36 + 36 - 9);
        assert_eq!(count(&[a.clone(), b], true), 36 + 36 - 18);
        assert_eq!(count(&[a.clone(), a.clone()], false), 36);
        assert_eq!(count(&[a.clone(), a.clone()], true), 0);
        assert_eq!(count(&[a.clone(), square(0.51, 6.49)], false), 36, "the same contour once more");
        for excludes in [false, true] {
            assert_eq!(count(&[square(2.5, 4.5), a.clone()], excludes), 36 - 4);
            // An island in the hole.
            assert_eq!(count(&[square(0.5, 9.5), square(2.5, 7.5), square(4.5, 5.5)], excludes), 81 - 25 + 1);
            // Paths of all contours belong to the region: the hole from 2 to 5 takes the four centres strictly within.
            assert_eq!(count(&[square(0.0, 8.0), square(2.0, 5.0)], excludes), 81 - 4);
        }
    }

    #[test]
    fn a_hole_in_one_contour_is_filled_by_another_across_it() {
        let across = vec![[3.5, -0.5], [12.5, -0.5], [12.5, 12.5], [3.5, 12.5]];
        let with_hole = [square(0.5, 9.5), square(2.5, 7.5), across];
        // The hole reaches beyond the bar, which it does not lie within: columns 3 of its rows stay out.
        assert_eq!(count(&with_hole, false), 9 * 13 + 3 * 9 - 5);
    }

    #[test]
    fn exclusion_within_united_contours_is_a_hole() {
        let mixed = [(square(0.5, 6.5), false), (square(2.5, 4.5), true)];
        let mixed = mixed.map(|(polygon, excludes)| Contour { polygon, excludes });
        assert_eq!(pixels(&mixed, 20, 20, 1e-6).len(), 36 - 4);
    }
}
