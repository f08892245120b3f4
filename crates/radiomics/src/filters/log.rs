//! Laplacian of Gaussian by recursive filters, in ITK's arithmetic.
//!
//! Farnebäck and Westin, Improving Deriche-style recursive Gaussian filters, J. Math. Imaging Vis. 26 (2006): a fourth-
//! order recursion forwards and one backwards along each line. Lines are computed in double precision and stored in
//! single precision after every pass, as ITK's `LaplacianRecursiveGaussianImageFilter` does.

use std::ops::Range;

use rayon::prelude::*;

use super::super::lines::{LANES, Lanes, LineFilter, Scalar, filter_lines};
use volume::Region;
use volume::{Volume, Voxels, each_type};

/// The Laplacian of the image smoothed by a Gaussian of `sigma` mm, times sigma² (normalized across scale), on `region`.
///
/// `None` where PyRadiomics leaves the image out: a dimension of the whole image is below 4 voxels or below
/// sigma / spacing + 1.
pub fn laplacian_of_gaussian(image: &Volume, sigma: f64, region: &Region) -> Option<Volume> {
    let (size, spacing) = (image.geometry.size, image.geometry.spacing);
    let fits = |d: usize| size[d] >= 4 && size[d] as f64 >= (sigma / spacing[d]).ceil() + 1.0;
    if !(sigma > 0.0 && (0..3).all(fits)) {
        return None;
    }
    let mut sum = vec![0.0_f32; region.len()];
    let second = |axis| each_type!(&image.voxels, v => along_and_across(v, size, spacing, sigma, axis, region));
    let seconds: Vec<Vec<f32>> = (0..3).into_par_iter().map(second).collect();
    for (axis, second) in seconds.into_iter().enumerate() {
        let scale = 1.0 / (spacing[axis] * spacing[axis]);
        for (total, value) in sum.iter_mut().zip(second) {
            *total = (f64::from(*total) + f64::from(value) * scale) as f32;
        }
    }
    Some(Volume { geometry: image.geometry.cropped(region), voxels: Voxels::F32(sum) })
}

/// The second derivative along `axis`, then smoothing along the other two in the order x, y, z. Each pass needs whole
/// lines, but only those that lie within the region along the axes already done.
fn along_and_across<T: Scalar>(
    values: &[T],
    size: [usize; 3],
    spacing: [f64; 3],
    sigma: f64,
    axis: usize,
    region: &Region,
) -> Vec<f32> {
    let upper = region.upper();
    let keep = |d: usize| region.lower[d]..upper[d];
    let mut now = size;
    let mut out: Vec<f32> =
        filter_lines(values, now, axis, keep(axis), &Recursion::second_derivative(sigma, spacing[axis]));
    now[axis] = region.size[axis];
    for other in (0..3).filter(|&d| d != axis) {
        out = filter_lines(&out, now, other, keep(other), &Recursion::smoothing(sigma, spacing[other]));
        now[other] = region.size[other];
    }
    out
}

/// Coefficients of one filter: `n` and `m` take the input, `d` the output; at the ends, where the edge value is taken
/// to go on for ever, `before` and `after` take its place in the outputs that are not there.
struct Recursion {
    n: [f64; 4],
    d: [f64; 4],
    m: [f64; 4],
    before: [f64; 4],
    after: [f64; 4],
}

/// The exponential series of the paper's table 3: frequencies and decays.
const W1: f64 = 0.6681;
const L1: f64 = -1.3932;
const W2: f64 = 2.0787;
const L2: f64 = -1.3732;
/// Amplitudes A1, B1, A2, B2 of the Gaussian.
const ZERO_ORDER: [f64; 4] = [1.3530, 1.8151, -0.3531, 0.0902];
/// Amplitudes of its second derivative.
const SECOND_ORDER: [f64; 4] = [-1.3563, 5.2318, 0.3446, -2.2355];

/// Numerator coefficients, their sum and first two moments.
struct Numerator {
    n: [f64; 4],
    sum: f64,
    first: f64,
    second: f64,
}

/// Denominator coefficients, their sum (with the leading 1) and first two moments.
struct Denominator {
    d: [f64; 4],
    sum: f64,
    first: f64,
    second: f64,
}

/// Sines, cosines and exponentials of the two terms of the series at `sigma` voxels.
fn terms(sigma: f64) -> [[f64; 2]; 3] {
    [
        [(W1 / sigma).sin(), (W2 / sigma).sin()],
        [(W1 / sigma).cos(), (W2 / sigma).cos()],
        [(L1 / sigma).exp(), (L2 / sigma).exp()],
    ]
}

impl Numerator {
    fn new(sigma: f64, [a1, b1, a2, b2]: [f64; 4]) -> Self {
        let [[s1, s2], [c1, c2], [e1, e2]] = terms(sigma);
        let n0 = a1 + a2;
        let mut n1 = e2 * (b2 * s2 - (a2 + 2.0 * a1) * c2);
        n1 += e1 * (b1 * s1 - (a1 + 2.0 * a2) * c1);
        let mut n2 = (a1 + a2) * c2 * c1;
        n2 -= b1 * c2 * s1 + b2 * c1 * s2;
        n2 *= 2.0 * e1 * e2;
        n2 += a2 * e1 * e1 + a1 * e2 * e2;
        let mut n3 = e2 * e1 * e1 * (b2 * s2 - a2 * c2);
        n3 += e1 * e2 * e2 * (b1 * s1 - a1 * c1);
        let (first, second) = (n1 + 2.0 * n2 + 3.0 * n3, n1 + 4.0 * n2 + 9.0 * n3);
        Self { n: [n0, n1, n2, n3], sum: n0 + n1 + n2 + n3, first, second }
    }
}

impl Denominator {
    fn new(sigma: f64) -> Self {
        let [_, [c1, c2], [e1, e2]] = terms(sigma);
        let d4 = e1 * e1 * e2 * e2;
        let mut d3 = -2.0 * c1 * e1 * e2 * e2;
        d3 += -2.0 * c2 * e2 * e1 * e1;
        let mut d2 = 4.0 * c2 * c1 * e1 * e2;
        d2 += e1 * e1 + e2 * e2;
        let d1 = -2.0 * (e2 * c2 + e1 * c1);
        Self {
            d: [d1, d2, d3, d4],
            sum: 1.0 + d1 + d2 + d3 + d4,
            first: d1 + 2.0 * d2 + 3.0 * d3 + 4.0 * d4,
            second: d1 + 4.0 * d2 + 9.0 * d3 + 16.0 * d4,
        }
    }
}

impl Recursion {
    /// Smoothing by a Gaussian of `sigma` mm.
    fn smoothing(sigma: f64, spacing: f64) -> Self {
        let sigma = sigma / spacing;
        let (top, bottom) = (Numerator::new(sigma, ZERO_ORDER), Denominator::new(sigma));
        let alpha = 2.0 * top.sum / bottom.sum - top.n[0];
        Self::symmetric(top.n.map(|n| n * (1.0 / alpha)), &bottom)
    }

    /// The second derivative of a Gaussian of `sigma` mm, times sigma².
    fn second_derivative(sigma: f64, spacing: f64) -> Self {
        let scale = sigma * sigma;
        let sigma = sigma / spacing;
        let bottom = Denominator::new(sigma);
        let (zero, two) = (Numerator::new(sigma, ZERO_ORDER), Numerator::new(sigma, SECOND_ORDER));
        let (sd, dd, ed) = (bottom.sum, bottom.first, bottom.second);
        // The part of the Gaussian that makes the filter's response to a constant vanish.
        let beta = -(2.0 * two.sum - sd * two.n[0]) / (2.0 * zero.sum - sd * zero.n[0]);
        let with_beta = |two: f64, zero: f64| two + beta * zero;
        let sn = with_beta(two.sum, zero.sum);
        let dn = with_beta(two.first, zero.first);
        let en = with_beta(two.second, zero.second);
        let mut alpha = en * sd * sd - ed * sn * sd - 2.0 * dn * dd * sd + 2.0 * dd * dd * sn;
        alpha /= sd * sd * sd;
        Self::symmetric([0, 1, 2, 3].map(|i| with_beta(two.n[i], zero.n[i]) * (scale / alpha)), &bottom)
    }

    /// The backward coefficients and those of the ends, for a filter that is its own mirror image.
    fn symmetric(n: [f64; 4], bottom: &Denominator) -> Self {
        let d = bottom.d;
        let m = [n[1] - d[0] * n[0], n[2] - d[1] * n[0], n[3] - d[2] * n[0], -d[3] * n[0]];
        let sum = |c: [f64; 4]| c[0] + c[1] + c[2] + c[3];
        let (sn, sm, sd) = (sum(n), sum(m), bottom.sum);
        Self { n, d, m, before: d.map(|d| d * sn / sd), after: d.map(|d| d * sm / sd) }
    }
}

/// `input` weighted by `of_input`, less `output` weighted by `of_output`, each summed from left to right.
#[inline(always)]
fn step(of_input: &[f64; 4], input: [&Lanes; 4], of_output: &[f64; 4], output: [&Lanes; 4]) -> Lanes {
    let weighted = |c: &[f64; 4], [x0, x1, x2, x3]: [&Lanes; 4], lane: usize| {
        x0[lane] * c[0] + x1[lane] * c[1] + x2[lane] * c[2] + x3[lane] * c[3]
    };
    let mut value = [0.0; LANES];
    for (lane, value) in value.iter_mut().enumerate() {
        *value = weighted(of_input, input, lane) - weighted(of_output, output, lane);
    }
    value
}

impl Recursion {
    /// The forward recursion: `out` up to `end`.
    #[inline(always)]
    fn forward(&self, data: &[Lanes], out: &mut [Lanes], end: usize) {
        let edge = data[0];
        for i in 0..end.min(4) {
            let input = |back: usize| if back <= i { &data[i - back] } else { &edge };
            let output = |back: usize| if back <= i { &out[i - back] } else { &edge };
            let of_output = [0, 1, 2, 3].map(|k| if k < i { self.d[k] } else { self.before[k] });
            let (inputs, outputs) = ([0, 1, 2, 3].map(input), [1, 2, 3, 4].map(output));
            out[i] = step(&self.n, inputs, &of_output, outputs);
        }
        for i in 4..end {
            let [x3, x2, x1, x0] = &data[i - 3..=i] else { return };
            let [y4, y3, y2, y1, y0] = &mut out[i - 4..=i] else { return };
            *y0 = step(&self.n, [x0, x1, x2, x3], &self.d, [y1, y2, y3, y4]);
        }
    }

    /// The backward recursion, added to `out` where it is kept.
    #[inline(always)]
    fn backward(&self, data: &[Lanes], out: &mut [Lanes], keep: &Range<usize>) {
        let last = data.len() - 1;
        let edge = data[last];
        // The last four outputs: that of position i is in place i modulo 4.
        let mut recent = [edge; 4];
        for i in (keep.start..=last).rev() {
            let recents = [1, 2, 3, 4].map(|ahead| &recent[(i + ahead) % 4]);
            let value = if i + 4 <= last {
                let [x1, x2, x3, x4] = &data[i + 1..=i + 4] else { return };
                step(&self.m, [x1, x2, x3, x4], &self.d, recents)
            } else {
                let inputs = [1, 2, 3, 4].map(|ahead| if i + ahead <= last { &data[i + ahead] } else { &edge });
                let of_output = [0, 1, 2, 3].map(|k| if i + k < last { self.d[k] } else { self.after[k] });
                step(&self.m, inputs, &of_output, recents)
            };
            recent[i % 4] = value;
            if i < keep.end {
                for lane in 0..LANES {
                    out[i][lane] += value[lane];
                }
            }
        }
    }
}

impl LineFilter for Recursion {
    #[inline(always)]
    fn filter(&self, data: &mut [Lanes], out: &mut [Lanes], keep: &Range<usize>) {
        self.forward(data, out, keep.end);
        self.backward(data, out, keep);
    }
}
