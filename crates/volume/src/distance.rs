//! Distances in millimetres to the nearest voxel of a set.

/// For every voxel of a grid (x fastest, then y, then z) the square of the Euclidean distance, in the unit of `spacing`,
/// from its centre to that of the nearest voxel of `set`: 0 inside of the set, infinite where the set is empty.
///
/// The transform is exact: the lower envelope of parabolas along one axis after the other, in a time that grows with the
/// number of voxels only (Felzenszwalb and Huttenlocher, Distance transforms of sampled functions, Theory of Computing
/// 8:415, 2012), with the squared spacing of each axis as the opening of its parabolas. Axes are taken as perpendicular.
///
/// # Panics
/// If `set` has not one value for each voxel.
///
/// ```
/// use volume::squared_distances;
///
/// let set = [true, false, false];
/// assert_eq!(squared_distances(&set, [3, 1, 1], [0.5, 1.0, 1.0]), [0.0, 0.25, 1.0]);
/// ```
pub fn squared_distances(set: &[bool], size: [usize; 3], spacing: [f64; 3]) -> Vec<f64> {
    assert_eq!(set.len(), size.iter().product::<usize>(), "one value a voxel");
    let mut squares: Vec<f64> = set.iter().map(|inside| if *inside { 0.0 } else { f64::INFINITY }).collect();
    let strides = [1, size[0], size[0] * size[1]];
    let mut envelope = Envelope::default();
    let mut line = Vec::new();
    for axis in 0..3 {
        let (n, stride) = (size[axis], strides[axis]);
        if n < 2 {
            continue;
        }
        for start in (0..squares.len()).filter(|at| at / stride % n == 0) {
            line.clear();
            line.extend((0..n).map(|i| squares[start + i * stride]));
            envelope.lower(&line, spacing[axis] * spacing[axis]);
            envelope.read(&line, |i, square| squares[start + i * stride] = square);
        }
    }
    squares
}

/// The lower envelope of parabolas of one opening, each with its apex at a whole number.
#[derive(Default)]
struct Envelope {
    /// Apexes of the parabolas of the envelope, ascending.
    apexes: Vec<usize>,
    /// From where on each of them is the lowest.
    from: Vec<f64>,
    opening: f64,
}

impl Envelope {
    /// That of the parabolas `opening * (x - i)^2 + heights[i]`; infinite heights have none.
    fn lower(&mut self, heights: &[f64], opening: f64) {
        self.apexes.clear();
        self.from.clear();
        self.opening = opening;
        for (i, height) in heights.iter().enumerate().filter(|(_, height)| height.is_finite()) {
            let mut start = f64::NEG_INFINITY;
            while let (Some(&last), Some(&from)) = (self.apexes.last(), self.from.last()) {
                let (a, b) = (last as f64, i as f64);
                start = 0.5 * (a + b) + (height - heights[last]) / (2.0 * opening * (b - a));
                if start > from {
                    break;
                }
                self.apexes.pop();
                self.from.pop();
                start = f64::NEG_INFINITY;
            }
            self.apexes.push(i);
            self.from.push(start);
        }
    }

    /// Hands its height at every place of `heights` to `each`; nothing where there is no parabola.
    fn read(&self, heights: &[f64], mut each: impl FnMut(usize, f64)) {
        if self.apexes.is_empty() {
            return;
        }
        let mut at = 0;
        for i in 0..heights.len() {
            while self.from.get(at + 1).is_some_and(|from| *from < i as f64) {
                at += 1;
            }
            let apex = self.apexes[at];
            let apart = i as f64 - apex as f64;
            each(i, self.opening * apart * apart + heights[apex]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By looking at every pair of voxels.
    fn directly(set: &[bool], size: [usize; 3], spacing: [f64; 3]) -> Vec<f64> {
        let index = |i: usize| [i % size[0], i / size[0] % size[1], i / size[0] / size[1]];
        let square = |a: usize, b: usize| -> f64 {
            let (a, b) = (index(a), index(b));
            (0..3).map(|d| ((a[d] as f64 - b[d] as f64) * spacing[d]).powi(2)).sum()
        };
        let members: Vec<usize> = (0..set.len()).filter(|i| set[*i]).collect();
        (0..set.len()).map(|i| members.iter().map(|m| square(i, *m)).fold(f64::INFINITY, f64::min)).collect()
    }

    #[test]
    fn it_is_the_smallest_of_all_distances() {
        let size = [9, 7, 5];
        let mut state = 1_u64;
        for sparse in [2, 5, 40, 400] {
            let set: Vec<bool> = (0..315)
                .map(|_| {
                    state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                    (state >> 33).is_multiple_of(sparse)
                })
                .collect();
            for spacing in [[1.0, 1.0, 1.0], [0.7, 0.7, 5.0], [0.31, 2.2, 1.3]] {
                let (found, wanted) = (squared_distances(&set, size, spacing), directly(&set, size, spacing));
                for (found, wanted) in found.iter().zip(&wanted) {
                    assert!(found == wanted || (found - wanted).abs() <= 1e-12 * wanted, "{found} {wanted}");
                }
            }
        }
    }

    #[test]
    fn without_a_voxel_everything_is_far() {
        assert!(squared_distances(&[false; 8], [2, 2, 2], [1.0; 3]).iter().all(|square| *square == f64::INFINITY));
    }
}
