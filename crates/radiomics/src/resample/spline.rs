//! Coefficients of the interpolating cubic B-spline, in ITK's arithmetic.
//!
//! Unser, Aldroubi and Eden, B-spline signal processing, IEEE Trans. Signal Processing 41 (1993): one causal and one
//! anticausal recursion with the pole √3 - 2 along each axis, the samples mirrored about the first and the last.

use std::ops::Range;

use rayon::prelude::*;

use super::super::lines::{LANES, Lanes, LineFilter, Scalar, filter_lines};
use super::super::preprocess::Normalization;
use volume::Region;

/// The coefficients at the voxels of `keep`, of the spline through all `values` of a volume of `size` voxels, which are first
/// normalized if so asked.
///
/// Slices go through the recursions along x and y some at a time, so that what these pass on stays in the cache.
pub(super) fn coefficients<T: Scalar>(
    values: &[T],
    size: [usize; 3],
    keep: &Region,
    normalization: Option<Normalization>,
) -> Vec<f64> {
    let upper = keep.upper();
    let line = CubicSpline::new();
    let first = Normalized { normalization, line: &line };
    let slice = size[0] * size[1];
    let in_slices = |slices: &[T]| -> Vec<f64> {
        let size = [size[0], size[1], slices.len() / slice];
        let along_x: Vec<f64> = filter_lines(slices, size, 0, keep.lower[0]..upper[0], &first);
        filter_lines(&along_x, [keep.size[0], size[1], size[2]], 1, keep.lower[1]..upper[1], &line)
    };
    let along_y: Vec<Vec<f64>> = values.par_chunks((AT_A_TIME / slice).max(1) * slice).map(in_slices).collect();
    let size = [keep.size[0], keep.size[1], size[2]];
    filter_lines(&along_y.concat(), size, 2, keep.lower[2]..upper[2], &line)
}

/// Values that go through the recursions along x and y together, in whole slices.
const AT_A_TIME: usize = 1 << 18;

/// A recursion along lines whose values are first normalized, if so asked.
struct Normalized<'a> {
    normalization: Option<Normalization>,
    line: &'a CubicSpline,
}

impl LineFilter for Normalized<'_> {
    #[inline(always)]
    fn filter(&self, data: &mut [Lanes], out: &mut [Lanes], keep: &Range<usize>) {
        if let Some(normalization) = self.normalization {
            for x in data.as_flattened_mut() {
                *x = normalization.value(*x);
            }
        }
        self.line.filter(data, out, keep);
    }
}

/// The recursions along one line.
struct CubicSpline {
    pole: f64,
    gain: f64,
    /// Samples after which the pole's powers fall below ITK's tolerance of 1e-10.
    horizon: usize,
}

impl CubicSpline {
    fn new() -> Self {
        let pole = 3.0_f64.sqrt() - 2.0;
        let horizon = (1e-10_f64.ln() / pole.abs().ln()).ceil() as usize;
        Self { pole, gain: (1.0 - pole) * (1.0 - 1.0 / pole), horizon }
    }

    #[inline(always)]
    fn scaled(&self, row: &Lanes) -> Lanes {
        row.map(|value| value * self.gain)
    }

    /// The first causal coefficient: the sum over the mirrored line, cut at the horizon where the line reaches it.
    #[inline(always)]
    fn first(&self, data: &[Lanes]) -> Lanes {
        let (z, n) = (self.pole, data.len());
        let (mut sum, mut power) = (self.scaled(&data[0]), z);
        if self.horizon < n {
            for row in &data[1..self.horizon] {
                add_scaled(&mut sum, power, &self.scaled(row));
                power *= z;
            }
            return sum;
        }
        let mut mirrored = z.powf((n - 1) as f64);
        add_scaled(&mut sum, mirrored, &self.scaled(&data[n - 1]));
        let from_the_end = mirrored * (1.0 / z);
        mirrored *= from_the_end;
        for row in &data[1..n - 1] {
            add_scaled(&mut sum, power + mirrored, &self.scaled(row));
            power *= z;
            mirrored *= 1.0 / z;
        }
        sum.map(|value| value / (1.0 - power * power))
    }
}

#[inline(always)]
fn add_scaled(sum: &mut Lanes, factor: f64, row: &Lanes) {
    for lane in 0..LANES {
        sum[lane] += factor * row[lane];
    }
}

impl LineFilter for CubicSpline {
    #[inline(always)]
    fn filter(&self, data: &mut [Lanes], out: &mut [Lanes], keep: &Range<usize>) {
        let (z, n) = (self.pole, data.len());
        if n == 1 {
            out[0] = data[0];
            return;
        }
        data[0] = self.first(data);
        let mut previous = data[0];
        for row in &mut data[1..] {
            for lane in 0..LANES {
                previous[lane] = row[lane] * self.gain + z * previous[lane];
            }
            *row = previous;
        }
        let mut next = data[n - 1];
        for lane in 0..LANES {
            next[lane] = (z / (z * z - 1.0)) * (z * data[n - 2][lane] + next[lane]);
        }
        out[n - 1] = next;
        for k in (keep.start..n - 1).rev() {
            for lane in 0..LANES {
                next[lane] = z * (next[lane] - data[k][lane]);
            }
            out[k] = next;
        }
    }
}
