//! Values between voxels: the image by spline, linearly or from the nearest voxel, the mask linearly or from the nearest.

use std::ops::Range;

use super::field::Field;
use super::grid::{Axis, Resampling};
use super::prepare::mask_of;
use super::settings::{Interpolation, Settings};
use crate::lines::{Lanes, LineFilter, Scalar, filter_lines};
use crate::{Mask, Region, Volume};
use volume::each_type;

/// Below the threshold by so little a voxel is inside: weights of exactly a half lose their last bits.
const GRACE: f64 = 1e-6;

/// Copies of the edge value that an image is continued by before its spline is fitted.
const EDGE: usize = 12;

/// Voxels beyond which a spline coefficient does not see a value any more in double precision.
const MEMORY: usize = 30;

/// The mask on the new grid: linear with 0 outside the image, inside where at least the threshold.
pub fn mask(mask: &Mask, label: u32, resampling: &Resampling, settings: &Settings) -> Mask {
    let geometry = resampling.geometry.clone();
    if resampling.axes.iter().all(Axis::is_same) {
        return mask_of(geometry, mask.labels.of(label).flatten());
    }
    let Some(region) = Region::of_label(mask, label) else { return mask_of(geometry, std::iter::empty()) };
    let cropped = mask.cropped(&region);
    let old = Field {
        window: region,
        values: cropped.labels.iter().map(|found| if found == label { 1.0 } else { 0.0 }).collect(),
    };
    // No weight of a voxel beside the region reaches further than one voxel.
    let mut window = Region { lower: [0; 3], size: [0; 3] };
    for d in 0..3 {
        let axis = &resampling.axes[d];
        let (low, high) = (region.lower[d] as f64 - 1.0, region.upper()[d] as f64);
        let near: Vec<usize> = (0..axis.new).filter(|&k| (low..=high).contains(&axis.position(k))).collect();
        let (Some(&first), Some(&last)) = (near.first(), near.last()) else {
            return mask_of(geometry, std::iter::empty());
        };
        (window.lower[d], window.size[d]) = (first, last + 1 - first);
    }
    let taps = |d: usize| {
        let (axis, range) = (&resampling.axes[d], window.lower[d]..window.upper()[d]);
        Taps::of_mask(axis, range, settings.mask_interpolation)
    };
    let values = resample(old, [taps(0), taps(1), taps(2)]);
    let least = settings.mask_threshold - GRACE;
    let [nx, ny, _] = window.size;
    let inside = values.iter().enumerate().filter(|&(_, &x)| x >= least).map(|(i, _)| {
        let [x, y, z] = [i % nx, i / nx % ny, i / (nx * ny)];
        geometry.at(window.lower[0] + x, window.lower[1] + y, window.lower[2] + z)
    });
    let inside: Vec<usize> = inside.collect();
    mask_of(geometry, inside.into_iter())
}

/// The image in `window` of the new grid, with its edge values outside the old; rounded before and after if `round`.
pub fn image(image: &Volume, resampling: &Resampling, by: Interpolation, round: bool, window: Region) -> Field {
    let axes = &resampling.axes;
    let range = |d: usize| window.lower[d]..window.upper()[d];
    let taps: [Taps; 3] = std::array::from_fn(|d| Taps::of_image(&axes[d], range(d), by));
    // The part of the old grid that is looked at, as far as it exists.
    let part = spanning(std::array::from_fn(|d| taps[d].needed(axes[d].old)));
    let cropped = each_type!(&image.voxels, v => part.of(v, image.geometry.size).iter().map(|x| x.to_f64()).collect());
    let mut old = Field { window: part, values: cropped };
    if round {
        old.values.iter_mut().for_each(|x| *x = x.round_ties_even());
    }
    if axes.iter().all(Axis::is_same) {
        return Field { window, values: old.values };
    }
    if by == Interpolation::Cubic {
        old = coefficients(old, axes, &image.geometry.size);
    }
    let shifted = std::array::from_fn(|d| taps[d].clone());
    let mut values = resample(old, shifted);
    if round {
        values.iter_mut().for_each(|x| *x = x.round_ties_even());
    }
    Field { window, values }
}

/// The box of three ranges of indices.
fn spanning(ranges: [Range<usize>; 3]) -> Region {
    Region { lower: ranges.clone().map(|r| r.start), size: ranges.map(|r| r.len()) }
}

/// For each new voxel along an axis, the first old one that it is made of, and the weights of that and the next ones.
#[derive(Debug, Clone)]
struct Taps {
    /// May lie outside the image, whose edge is continued.
    first: Vec<isize>,
    weights: Vec<[f64; 4]>,
    /// How many of the weights count.
    width: usize,
    /// A spline is fitted along this axis first.
    fitted: bool,
}

impl Taps {
    fn of_image(axis: &Axis, range: Range<usize>, by: Interpolation) -> Self {
        let last = axis.old as f64 - 1.0;
        if axis.is_same() {
            let first = range.clone().map(|k| k as isize).collect();
            return Self { first, weights: vec![[1.0, 0.0, 0.0, 0.0]; range.len()], width: 1, fitted: false };
        }
        let (mut first, mut weights) = (Vec::new(), Vec::new());
        for k in range {
            let p = axis.position(k);
            let (at, w) = match by {
                Interpolation::Nearest => ((p.clamp(0.0, last) + 0.5).floor(), [1.0, 0.0, 0.0, 0.0]),
                Interpolation::Linear => {
                    let p = p.clamp(0.0, last);
                    let at = p.floor().min((last - 1.0).max(0.0));
                    (at, [1.0 - (p - at), p - at, 0.0, 0.0])
                }
                Interpolation::Cubic => {
                    let at = p.floor();
                    (at - 1.0, cubic(p - at))
                }
            };
            first.push((at.min(if by == Interpolation::Nearest { last } else { f64::INFINITY })) as isize);
            weights.push(w);
        }
        let width = match by {
            Interpolation::Nearest => 1,
            Interpolation::Linear => 2.min(axis.old),
            Interpolation::Cubic => 4,
        };
        Self { first, weights, width, fitted: by == Interpolation::Cubic }
    }

    /// Outside the image all weights are 0.
    fn of_mask(axis: &Axis, range: Range<usize>, by: Interpolation) -> Self {
        let last = axis.old as f64 - 1.0;
        if axis.is_same() {
            return Self::of_image(axis, range, by);
        }
        let (mut first, mut weights) = (Vec::new(), Vec::new());
        for k in range {
            let p = axis.position(k);
            let inside = p >= -1e-9 && p <= last + 1e-9;
            let (at, w) = match by {
                Interpolation::Nearest => ((p + 0.5).floor(), [1.0, 0.0, 0.0, 0.0]),
                _ => (p.floor(), [1.0 - (p - p.floor()), p - p.floor(), 0.0, 0.0]),
            };
            first.push(at as isize);
            weights.push(if inside { w } else { [0.0; 4] });
        }
        Self { first, weights, width: if by == Interpolation::Nearest { 1 } else { 2 }, fitted: false }
    }

    /// The old voxels, of `old`, that are looked at; for a spline as many as its coefficients see.
    fn needed(&self, old: usize) -> Range<usize> {
        let reach = if self.fitted { MEMORY } else { 0 };
        let low = self.first.iter().copied().min().unwrap_or(0).max(0) as usize;
        let high = self.first.iter().copied().max().unwrap_or(0) + self.width as isize;
        let high = high.clamp(1, old as isize) as usize;
        low.min(old - 1).saturating_sub(reach)..(high + reach).min(old)
    }
}

/// The cubic B-spline at distances 1 + t, t, 1 - t and 2 - t.
fn cubic(t: f64) -> [f64; 4] {
    let s = 1.0 - t;
    let outer = |t: f64| t * t * t / 6.0;
    let inner = |t: f64| 2.0 / 3.0 - t * t * (2.0 - t) / 2.0;
    [outer(s), inner(t), inner(s), outer(t)]
}

/// Spline coefficients of a part of an image, along the axes that are resampled. Where the part ends with the image (of
/// `size` voxels), it is continued by copies of its edge.
fn coefficients(part: Field, axes: &[Axis; 3], size: &[usize; 3]) -> Field {
    let Field { mut window, mut values } = part;
    // Signed lower corner, as continued parts begin outside the image.
    let mut lower = window.lower.map(|l| l as isize);
    for d in (0..3).filter(|&d| !axes[d].is_same()) {
        let before = if window.lower[d] == 0 { EDGE } else { 0 };
        let after = if window.upper()[d] == size[d] { EDGE } else { 0 };
        values = continued(&values, window.size, d, before, after);
        window.size[d] += before + after;
        lower[d] -= before as isize;
        values = filter_lines(&values, window.size, d, 0..window.size[d], &Prefilter);
    }
    // Indices are kept as offsets from the continued corner by wrapping, which `resample` undoes.
    window.lower = lower.map(|l| l as usize);
    Field { window, values }
}

/// `values` with their first and last layers along `axis` repeated.
fn continued(values: &[f64], size: [usize; 3], axis: usize, before: usize, after: usize) -> Vec<f64> {
    let inner: usize = size[..axis].iter().product();
    let mut longer = Vec::with_capacity(values.len() / size[axis] * (size[axis] + before + after));
    for block in values.chunks_exact(inner * size[axis]) {
        (0..before).for_each(|_| longer.extend_from_slice(&block[..inner]));
        longer.extend_from_slice(block);
        (0..after).for_each(|_| longer.extend_from_slice(&block[block.len() - inner..]));
    }
    longer
}

/// From samples to cubic B-spline coefficients along lines.
struct Prefilter;

impl LineFilter for Prefilter {
    #[inline(always)]
    fn filter(&self, data: &mut [Lanes], out: &mut [Lanes], _: &Range<usize>) {
        let pole = 3.0_f64.sqrt() - 2.0;
        let n = data.len();
        // The line is mirrored at its last samples; what lies that far is constant, or too far to be seen.
        let mut sum = data[0];
        let mut power = pole;
        for value in data[1..n.min(60)].iter() {
            for (s, v) in sum.iter_mut().zip(value) {
                *s += power * v;
            }
            power *= pole;
        }
        out[0] = sum;
        for i in 1..n {
            for lane in 0..out[i].len() {
                out[i][lane] = data[i][lane] + pole * out[i - 1][lane];
            }
        }
        let scale = pole / (pole * pole - 1.0);
        let before = if n > 1 { out[n - 2] } else { out[0] };
        for lane in 0..before.len() {
            out[n - 1][lane] = scale * (out[n - 1][lane] + pole * before[lane]);
        }
        for i in (0..n - 1).rev() {
            for lane in 0..out[i].len() {
                out[i][lane] = pole * (out[i + 1][lane] - out[i][lane]);
            }
        }
        for value in out.iter_mut() {
            for v in value.iter_mut() {
                *v *= 6.0;
            }
        }
    }
}

/// The weighted sums of `old` along each axis.
fn resample(old: Field, taps: [Taps; 3]) -> Vec<f64> {
    let Field { window, mut values } = old;
    let mut size = window.size;
    for (axis, taps) in taps.iter().enumerate() {
        let lower = window.lower[axis] as isize;
        if taps.width == 1 && taps.first.iter().zip(lower..).all(|(&a, b)| a == b) && taps.first.len() == size[axis] {
            continue;
        }
        let inner: usize = size[..axis].iter().product();
        let mut new = Vec::with_capacity(values.len() / size[axis] * taps.first.len());
        for block in values.chunks_exact(inner * size[axis]) {
            for (first, weights) in taps.first.iter().zip(&taps.weights) {
                let start = new.len();
                new.resize(start + inner, 0.0);
                for (t, &weight) in weights[..taps.width].iter().enumerate().filter(|(_, w)| **w != 0.0) {
                    let at = first + t as isize - lower;
                    // Beside the box of a mask there is nothing.
                    if (0..size[axis] as isize).contains(&at) {
                        let layer = &block[at as usize * inner..][..inner];
                        new[start..].iter_mut().zip(layer).for_each(|(sum, x)| *sum += weight * x);
                    }
                }
            }
        }
        values = new;
        size[axis] = taps.first.len();
    }
    values
}
