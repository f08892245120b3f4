//! A cubic B-spline through a whole image, in SciPy's arithmetic (`scipy.ndimage`), and its weights.
//!
//! The method is that of the resampling's spline, but pole, order of axes, first coefficients and weights are written
//! differently, and whether a sample at a voxel equals that voxel's value hangs on the last bits.

use std::ops::Range;

use super::super::super::lines::{LANES, Lanes, LineFilter, Scalar, filter_lines};
use volume::Region;

/// √3 - 2.
const POLE: f64 = -0.267_949_192_431_122_7;

/// The coefficients at the voxels of `keep`: the recursions run along z, then y, then x.
pub(super) fn coefficients<T: Scalar>(values: &[T], size: [usize; 3], keep: &Region) -> Vec<f64> {
    let upper = keep.upper();
    let along_z: Vec<f64> = filter_lines(values, size, 2, keep.lower[2]..upper[2], &Recursion);
    let size = [size[0], size[1], keep.size[2]];
    let along_y: Vec<f64> = filter_lines(&along_z, size, 1, keep.lower[1]..upper[1], &Recursion);
    let size = [size[0], keep.size[1], keep.size[2]];
    filter_lines(&along_y, size, 0, keep.lower[0]..upper[0], &Recursion)
}

/// The four weights at `way` (0 to 1) from one voxel to the next.
pub(super) fn weights(way: f64) -> [f64; 4] {
    let rest = 1.0 - way;
    let second = (way * way * (way - 2.0) * 3.0 + 4.0) / 6.0;
    let third = (rest * rest * (rest - 2.0) * 3.0 + 4.0) / 6.0;
    let first = rest * rest * rest / 6.0;
    [first, second, third, 1.0 - first - second - third]
}

const GAIN: f64 = (1.0 - POLE) * (1.0 - 1.0 / POLE);

struct Recursion;

impl LineFilter for Recursion {
    #[inline(always)]
    fn filter(&self, data: &mut [Lanes], out: &mut [Lanes], keep: &Range<usize>) {
        let n = data.len();
        if n == 1 {
            out[0] = data[0];
            return;
        }
        data[0] = first(data);
        let mut previous = data[0];
        for row in &mut data[1..] {
            for lane in 0..LANES {
                previous[lane] = row[lane] * GAIN + POLE * previous[lane];
            }
            *row = previous;
        }
        let mut next = data[n - 1];
        for lane in 0..LANES {
            next[lane] = (POLE * data[n - 2][lane] + next[lane]) * POLE / (POLE * POLE - 1.0);
        }
        out[n - 1] = next;
        for k in (keep.start..n - 1).rev() {
            for lane in 0..LANES {
                next[lane] = POLE * (next[lane] - data[k][lane]);
            }
            out[k] = next;
        }
    }
}

/// The first causal coefficient: the sum over the line mirrored at both ends.
#[inline(always)]
fn first(data: &[Lanes]) -> Lanes {
    let n = data.len();
    let far = POLE.powf((n - 1) as f64);
    let mut sum = data[0].map(|value| value * GAIN);
    for lane in 0..LANES {
        sum[lane] += far * (data[n - 1][lane] * GAIN);
    }
    let mut power = POLE;
    for i in 1..n - 1 {
        for lane in 0..LANES {
            sum[lane] += power * (data[i][lane] * GAIN + far * (data[n - 1 - i][lane] * GAIN));
        }
        power *= POLE;
    }
    sum.map(|value| value / (1.0 - far * far))
}
