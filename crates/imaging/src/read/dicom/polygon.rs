//! Which pixels of a grid lie inside of a polygon or on its path.

/// A closed polygon; vertices are in pixels, whose centres are at whole numbers.
pub(super) type Polygon = Vec<[f64; 2]>;

/// A part of a pixel grid in which each pixel is in or out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Canvas {
    /// First column and row.
    lower: [usize; 2],
    /// Columns and rows.
    size: [usize; 2],
    pixels: Vec<bool>,
}

/// Where a point lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    In,
    On,
    Out,
}

impl Canvas {
    /// The part of a grid of `columns` x `rows` pixels that `polygons` can reach, all out.
    pub fn around(polygons: &[&Polygon], columns: usize, rows: usize) -> Self {
        let points = || polygons.iter().flat_map(|p| p.iter());
        let range = |axis: usize, n: usize| {
            let low = points().map(|p| p[axis]).fold(f64::INFINITY, f64::min);
            let high = points().map(|p| p[axis]).fold(f64::NEG_INFINITY, f64::max);
            let first = (low.floor().max(0.0) as usize).min(n);
            (first, ((high.ceil() + 1.0).max(0.0) as usize).clamp(first, n))
        };
        let (x, y) = (range(0, columns), range(1, rows));
        let size = [x.1 - x.0, y.1 - y.0];
        Self { lower: [x.0, y.0], size, pixels: vec![false; size[0] * size[1]] }
    }

    /// The pixels that are in, as column and row.
    pub fn inside(&self) -> impl Iterator<Item = (usize, usize)> {
        let (lower, width) = (self.lower, self.size[0].max(1));
        let set = self.pixels.iter().enumerate().filter(|(_, inside)| **inside);
        set.map(move |(i, _)| (lower[0] + i % width, lower[1] + i / width))
    }

    /// Combines this with another of the same part, pixel by pixel.
    pub fn with(&mut self, other: &Self, combine: impl Fn(bool, bool) -> bool) {
        self.pixels.iter_mut().zip(&other.pixels).for_each(|(a, b)| *a = combine(*a, *b));
    }

    /// The same part, with the pixels whose centres lie inside of `polygon` by the even-odd rule; of those on its path,
    /// or not farther from it than `tolerance`, all if it is `closed`, else none.
    pub fn filled(&self, polygon: &Polygon, closed: bool, tolerance: f64) -> Self {
        let mut canvas = Self { pixels: vec![false; self.pixels.len()], ..self.clone() };
        let mut crossings: Vec<f64> = Vec::new();
        for row in 0..self.size[1] {
            let level = (self.lower[1] + row) as f64;
            crossings.clear();
            let crossed = edges(polygon).filter(|(a, b)| (a[1] <= level) != (b[1] <= level));
            crossings.extend(crossed.map(|(a, b)| a[0] + (level - a[1]) / (b[1] - a[1]) * (b[0] - a[0])));
            crossings.sort_by(f64::total_cmp);
            for pair in crossings.chunks_exact(2) {
                canvas.set(row, pair[0].ceil(), pair[1].floor(), true);
            }
        }
        for (a, b) in edges(polygon) {
            canvas.trace(a, b, closed, tolerance);
        }
        canvas
    }

    /// Sets the pixels of a row from one column to another, both included.
    fn set(&mut self, row: usize, from: f64, to: f64, inside: bool) {
        let [first, width] = [self.lower[0], self.size[0]];
        let from = (from.max(first as f64) as usize - first).min(width);
        let to = (to + 1.0).max(first as f64) as usize - first;
        for x in from..to.min(width) {
            self.pixels[row * width + x] = inside;
        }
    }

    /// Sets the pixels whose centres are no farther than `tolerance` from an edge.
    fn trace(&mut self, a: [f64; 2], b: [f64; 2], inside: bool, tolerance: f64) {
        let (low, high) = (a[1].min(b[1]) - tolerance, a[1].max(b[1]) + tolerance);
        let first = (low.ceil().max(self.lower[1] as f64)) as usize;
        let end = (high.floor() + 1.0).clamp(0.0, (self.lower[1] + self.size[1]) as f64) as usize;
        for y in first..end {
            // The part of the edge that is that near to the row.
            let at = |level: f64| ((level - a[1]) / (b[1] - a[1])).clamp(0.0, 1.0);
            let (s, t) = match (b[1] - a[1]).abs() > tolerance {
                true => (at(y as f64 - tolerance), at(y as f64 + tolerance)),
                false => (0.0, 1.0),
            };
            let along = |t: f64| a[0] + t * (b[0] - a[0]);
            let (from, to) = (along(s).min(along(t)) - tolerance, along(s).max(along(t)) + tolerance);
            let mut x = from.ceil().max(self.lower[0] as f64);
            while x <= to && x < (self.lower[0] + self.size[0]) as f64 {
                if distance([x, y as f64], a, b) <= tolerance {
                    self.set(y - self.lower[1], x, x, inside);
                }
                x += 1.0;
            }
        }
    }
}

fn edges(polygon: &Polygon) -> impl Iterator<Item = ([f64; 2], [f64; 2])> {
    polygon.iter().copied().zip(polygon.iter().copied().cycle().skip(1))
}

/// Distance of a point from an edge.
fn distance(p: [f64; 2], a: [f64; 2], b: [f64; 2]) -> f64 {
    let (dx, dy) = (b[0] - a[0], b[1] - a[1]);
    let length = dx * dx + dy * dy;
    let t = if length > 0.0 { ((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / length } else { 0.0 };
    let t = t.clamp(0.0, 1.0);
    (p[0] - a[0] - t * dx).hypot(p[1] - a[1] - t * dy)
}

/// On which side of the polygon's path a point lies.
pub(super) fn side(p: [f64; 2], polygon: &Polygon, tolerance: f64) -> Side {
    if edges(polygon).any(|(a, b)| distance(p, a, b) <= tolerance) {
        return Side::On;
    }
    let crossed = edges(polygon).filter(|(a, b)| (a[1] <= p[1]) != (b[1] <= p[1]));
    let left = crossed.filter(|(a, b)| a[0] + (p[1] - a[1]) / (b[1] - a[1]) * (b[0] - a[0]) < p[0]);
    if left.count() % 2 == 1 { Side::In } else { Side::Out }
}

/// The area within, in pixels.
pub(super) fn area(polygon: &Polygon) -> f64 {
    edges(polygon).map(|(a, b)| a[0] * b[1] - b[0] * a[1]).sum::<f64>().abs() / 2.0
}

/// True if an edge of one polygon runs right across an edge of the other.
pub(super) fn cross(a: &Polygon, b: &Polygon) -> bool {
    let turn = |p: [f64; 2], q: [f64; 2], r: [f64; 2]| (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0]);
    let apart = |p: [f64; 2], q: [f64; 2], r: [f64; 2], s: [f64; 2]| {
        (0..2).any(|i| p[i].max(q[i]) < r[i].min(s[i]) || r[i].max(s[i]) < p[i].min(q[i]))
    };
    // A touch is no crossing.
    const TOUCH: f64 = 1e-6;
    edges(a).any(|(p, q)| {
        edges(b).any(|(r, s)| {
            !apart(p, q, r, s) && {
                let (u, v, w, x) = (turn(p, q, r), turn(p, q, s), turn(r, s, p), turn(r, s, q));
                let opposite = |a: f64, b: f64| a > TOUCH && b < -TOUCH || a < -TOUCH && b > TOUCH;
                opposite(u, v) && opposite(w, x)
            }
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn square(from: f64, to: f64) -> Polygon {
        vec![[from, from], [to, from], [to, to], [from, to]]
    }

    fn count(polygon: &Polygon, closed: bool, columns: usize, rows: usize) -> usize {
        Canvas::around(&[polygon], columns, rows).filled(polygon, closed, 1e-6).inside().count()
    }

    #[test]
    fn centres_on_the_path_are_in_or_out() {
        let between = Canvas::around(&[&square(0.5, 2.5)], 9, 9).filled(&square(0.5, 2.5), true, 1e-6);
        assert_eq!(between.inside().collect::<Vec<_>>(), [(1, 1), (2, 1), (1, 2), (2, 2)]);
        assert_eq!((count(&square(1.0, 3.0), true, 9, 9), count(&square(1.0, 3.0), false, 9, 9)), (9, 1));
        let triangle = vec![[0.0, 0.0], [4.0, 0.0], [0.0, 4.0]];
        assert_eq!((count(&triangle, true, 9, 9), count(&triangle, false, 9, 9)), (15, 3));
        // Rounding of a millionth does not take a side away.
        assert_eq!(count(&square(1.0000001, 2.9999999), true, 9, 9), 9);
    }

    #[test]
    fn a_keyhole_leaves_its_hole() {
        let mut keyhole = square(-0.5, 6.5);
        keyhole.push([-0.5, -0.5]);
        keyhole.extend([[1.5, 1.5], [1.5, 4.5], [4.5, 4.5], [4.5, 1.5], [1.5, 1.5]]);
        assert_eq!(count(&keyhole, true, 7, 7), 40);
    }

    #[test]
    fn what_lies_outside_the_grid_is_cut_off() {
        assert_eq!(count(&square(-10.0, 20.0), true, 4, 3), 12);
        assert_eq!(count(&square(-10.0, -5.0), true, 4, 3), 0);
        assert_eq!(count(&vec![[1.0, 1.0]], true, 4, 3), 1);
        assert_eq!(count(&Vec::new(), true, 4, 3), 0);
    }

    #[test]
    fn sides_and_crossings() {
        let big = square(0.0, 6.0);
        assert_eq!(side([3.0, 3.0], &big, 1e-6), Side::In);
        assert_eq!(side([6.0, 3.0], &big, 1e-6), Side::On);
        assert_eq!(side([7.0, 3.0], &big, 1e-6), Side::Out);
        assert_eq!(area(&big), 36.0);
        assert!(cross(&big, &square(3.0, 9.0)) && !cross(&big, &square(1.0, 2.0)) && !cross(&big, &big));
    }
}
