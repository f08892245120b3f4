//! Filling polygons on a pixel grid.

/// Pixels (x, y) of a `columns` x `rows` grid whose centre is inside of an odd number of the closed `polygons`
/// (even-odd rule: a polygon within another is a hole). Vertices are in pixels, centres at whole numbers; a centre on
/// a left or upper edge is inside, on a right or lower one outside.
pub(super) fn fill(polygons: &[Vec<[f64; 2]>], columns: usize, rows: usize) -> Vec<(usize, usize)> {
    let edges: Vec<([f64; 2], [f64; 2])> = polygons
        .iter()
        .flat_map(|p| p.iter().copied().zip(p.iter().copied().cycle().skip(1)))
        .filter(|(a, b)| a[1] != b[1])
        .collect();
    let lowest = edges.iter().map(|(a, b)| a[1].min(b[1])).fold(f64::INFINITY, f64::min);
    let highest = edges.iter().map(|(a, b)| a[1].max(b[1])).fold(f64::NEG_INFINITY, f64::max);
    let first = lowest.ceil().max(0.0) as usize;
    let end = (highest.ceil().max(0.0) as usize).min(rows);
    let mut inside = Vec::new();
    let mut crossings: Vec<f64> = Vec::new();
    for y in first..end {
        let level = y as f64;
        crossings.clear();
        crossings.extend(
            edges
                .iter()
                .filter(|(a, b)| (a[1] <= level) != (b[1] <= level))
                .map(|(a, b)| a[0] + (level - a[1]) / (b[1] - a[1]) * (b[0] - a[0])),
        );
        crossings.sort_by(f64::total_cmp);
        for pair in crossings.chunks_exact(2) {
            let from = pair[0].ceil().max(0.0) as usize;
            let to = (pair[1].ceil().max(0.0) as usize).min(columns);
            inside.extend((from..to).map(|x| (x, y)));
        }
    }
    inside
}

#[cfg(test)]
mod tests {
    use super::*;

    fn square(from: f64, to: f64) -> Vec<[f64; 2]> {
        vec![[from, from], [to, from], [to, to], [from, to]]
    }

    #[test]
    fn centres_inside_are_filled() {
        assert_eq!(fill(&[square(0.5, 2.5)], 9, 9), [(1, 1), (2, 1), (1, 2), (2, 2)]);
        // Left and upper rim in, right and lower rim out: neighbours share no pixel.
        assert_eq!(fill(&[square(1.0, 3.0)], 9, 9), [(1, 1), (2, 1), (1, 2), (2, 2)]);
        assert_eq!(fill(&[vec![[0.0, 0.0], [4.0, 0.0], [0.0, 4.0]]], 9, 9).len(), 10);
    }

    #[test]
    fn a_polygon_within_another_is_a_hole() {
        let ring = fill(&[square(-0.5, 6.5), square(1.5, 4.5)], 7, 7);
        assert_eq!(ring.len(), 49 - 9);
        assert!(!ring.contains(&(3, 3)) && ring.contains(&(1, 3)));
        // A keyhole: one outline that walks in, round the hole, and out by the same way.
        let mut keyhole = square(-0.5, 6.5);
        keyhole.push([-0.5, -0.5]);
        keyhole.extend([[1.5, 1.5], [1.5, 4.5], [4.5, 4.5], [4.5, 1.5], [1.5, 1.5]]);
        assert_eq!(fill(&[keyhole], 7, 7).len(), 40);
    }

    #[test]
    fn what_lies_outside_the_grid_is_cut_off() {
        assert_eq!(fill(&[square(-10.0, 20.0)], 4, 3).len(), 12);
        assert!(fill(&[square(-10.0, -5.0)], 4, 3).is_empty());
        assert!(fill(&[vec![[1.0, 1.0]], Vec::new()], 4, 3).is_empty());
    }
}
