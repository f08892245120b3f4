//! Sampling a volume at the voxel centres of another grid, in ITK's double arithmetic.

use super::super::lines::Scalar;
use super::super::preprocess::Normalization;
use super::super::settings::Interpolator;
use super::taps::Taps;
use super::{Frame, ResampleError, spline, spline_rows, taps};
use volume::Geometry;
use volume::Region;

/// `values` on the grid `source`, first normalized if so asked, interpolated at the voxel centres of `target` by anything
/// but the nearest voxel; 0 where that is outside the source.
pub(super) fn sample<T: Scalar>(
    values: &[T],
    source: &Geometry,
    target: &Geometry,
    interpolator: Interpolator,
    normalization: Option<Normalization>,
) -> Result<Vec<f64>, ResampleError> {
    let positions = Positions::new(source, target, interpolator)?;
    let Some(needed) = positions.needed() else {
        return Ok(vec![0.0; target.len()]);
    };
    let values = match interpolator {
        Interpolator::BSpline => spline::coefficients(values, source.size, &needed, normalization),
        _ => {
            let values = needed.of(values, source.size).into_iter().map(T::to_f64);
            values.map(|x| normalization.map_or(x, |normalization| normalization.value(x))).collect()
        }
    };
    let samples = Samples { values, region: needed };
    Ok(match (positions.separable_taps(&samples), interpolator) {
        (Some(taps), Interpolator::BSpline) => spline_rows::sample(&samples, &taps),
        (Some(taps), _) => sample_separable(&samples, &taps, interpolator),
        (None, _) => positions.sample_each(&samples),
    })
}

/// As [`sample`] with the nearest voxel, halves rounding up; values keep their type. `values_in` gives those of a box of
/// the source.
pub(super) fn nearest<T: Scalar>(
    values_in: impl FnOnce(&Region) -> Vec<T>,
    source: &Geometry,
    target: &Geometry,
) -> Result<Vec<T>, ResampleError> {
    let positions = Positions::new(source, target, Interpolator::NearestNeighbor)?;
    let Some(needed) = positions.needed() else {
        return Ok(vec![T::default(); target.len()]);
    };
    let values = values_in(&needed);
    let [nx, ny, nz] = target.size;
    let at = |d: usize, x: f64| taps::nearest(x, source.size[d]).map(|i| i - needed.lower[d]);
    let row = |y: usize, z: usize| &values[needed.size[0] * (y + needed.size[1] * z)..][..needed.size[0]];
    let place = |x: Option<usize>, row: &[T]| x.map(|x| row[x]).unwrap_or_default();
    let mut out = Vec::with_capacity(target.len());
    if !positions.from.is_aligned_with(&positions.to) {
        for (y, z) in (0..nz).flat_map(|z| (0..ny).map(move |y| (y, z))) {
            let indices = positions.row(y, z);
            out.extend((0..nx).map(|i| {
                let index = indices(i);
                let (Some(y), Some(z)) = (at(1, index[1]), at(2, index[2])) else { return T::default() };
                place(at(0, index[0]), row(y, z))
            }));
        }
        return Ok(out);
    }
    let indices = positions.row(0, 0);
    let xs: Vec<Option<usize>> = (0..nx).map(|x| at(0, indices(x)[0])).collect();
    let ys: Vec<Option<usize>> = (0..ny).map(|y| at(1, positions.of(0, y, 0)[1])).collect();
    for z in (0..nz).map(|z| at(2, positions.of(0, 0, z)[2])) {
        for y in &ys {
            match (y, z) {
                (Some(y), Some(z)) => out.extend(xs.iter().map(|x| place(*x, row(*y, z)))),
                _ => out.resize(out.len() + nx, T::default()),
            }
        }
    }
    Ok(out)
}

/// The samples (or spline coefficients) that are needed, x fastest, and where they lie in the source.
pub(super) struct Samples {
    pub values: Vec<f64>,
    pub region: Region,
}

impl Samples {
    /// The values at (`y`, `z`) from the region's first x on.
    #[inline(always)]
    pub fn row(&self, y: usize, z: usize) -> &[f64] {
        let [nx, ny, _] = self.region.size;
        &self.values[nx * (y + ny * z)..][..nx]
    }
}

/// Samples along x, y and z for each x, y and z of the target; `None` outside the source.
pub(super) type AxisTaps = [Vec<Option<Taps>>; 3];

/// Where the voxel centres of the target lie in the source.
struct Positions<'a> {
    source: &'a Geometry,
    target: &'a Geometry,
    from: Frame,
    to: Frame,
    interpolator: Interpolator,
}

impl<'a> Positions<'a> {
    fn new(source: &'a Geometry, target: &'a Geometry, interpolator: Interpolator) -> Result<Self, ResampleError> {
        let frame = |geometry| Frame::new(geometry).ok_or(ResampleError::Singular);
        Ok(Self { source, target, from: frame(source)?, to: frame(target)?, interpolator })
    }

    /// The continuous index in the source of voxel (x, y, z) of the target.
    fn of(&self, x: usize, y: usize, z: usize) -> [f64; 3] {
        self.from.index_of(self.to.point_at([x, y, z].map(|i| i as f64)))
    }

    /// The continuous indices of a row: spread evenly from that of its first voxel to that of the one after its last.
    fn row(&self, y: usize, z: usize) -> impl Fn(usize) -> [f64; 3] {
        let n = self.target.size[0];
        let (start, end) = (self.of(0, y, z), self.of(n, y, z));
        let way = [0, 1, 2].map(|d| end[d] - start[d]);
        move |x| {
            let alpha = x as f64 / n as f64;
            [0, 1, 2].map(|d| start[d] + alpha * way[d])
        }
    }

    /// A box that holds every sample that can be asked for; `None` if the target lies wholly outside.
    fn needed(&self) -> Option<Region> {
        let (mut low, mut high) = ([f64::INFINITY; 3], [f64::NEG_INFINITY; 3]);
        let [nx, ny, nz] = self.target.size;
        for corner in 0..8 {
            let pick = |bit: usize, n: usize| if corner >> bit & 1 == 1 { n } else { 0 };
            let index = self.of(pick(0, nx), pick(1, ny.saturating_sub(1)), pick(2, nz.saturating_sub(1)));
            for d in 0..3 {
                low[d] = low[d].min(index[d]);
                high[d] = high[d].max(index[d]);
            }
        }
        let reach = reach(self.interpolator);
        let mut region = Region { lower: [0; 3], size: [0; 3] };
        for d in 0..3 {
            let n = self.source.size[d] as i64;
            if !(high[d] > -1.0 && low[d] < n as f64) {
                return None;
            }
            let (first, last) = (low[d].floor() as i64 - reach, high[d].ceil() as i64 + reach);
            // What lies beyond one end is mirrored to this side of it.
            let lower = first.min(if last >= n { n - 1 - reach } else { n }).clamp(0, n - 1);
            let upper = last.max(if first < 0 { reach } else { 0 }).clamp(0, n - 1);
            region.lower[d] = lower as usize;
            region.size[d] = (upper - lower + 1) as usize;
        }
        Some(region)
    }

    fn taps(&self, axis: usize, x: f64, samples: &Samples) -> Option<Taps> {
        let taps = Taps::new(self.interpolator, x, self.source.size[axis], self.source.spacing[axis])?;
        Some(taps.counted_from(samples.region.lower[axis]))
    }

    /// The samples axis by axis, where each axis of the target runs along the same axis of the source.
    fn separable_taps(&self, samples: &Samples) -> Option<AxisTaps> {
        if !self.from.is_aligned_with(&self.to) {
            return None;
        }
        let [nx, ny, nz] = self.target.size;
        let row = self.row(0, 0);
        Some([
            (0..nx).map(|x| self.taps(0, row(x)[0], samples)).collect(),
            (0..ny).map(|y| self.taps(1, self.of(0, y, 0)[1], samples)).collect(),
            (0..nz).map(|z| self.taps(2, self.of(0, 0, z)[2], samples)).collect(),
        ])
    }

    /// Any grids: the position of every voxel.
    fn sample_each(&self, samples: &Samples) -> Vec<f64> {
        let [nx, ny, nz] = self.target.size;
        let mut out = Vec::with_capacity(self.target.len());
        for z in 0..nz {
            for y in 0..ny {
                let row = self.row(y, z);
                out.extend((0..nx).map(|x| {
                    let index = row(x);
                    let taps = |d: usize| self.taps(d, index[d], samples);
                    let (Some(x), Some(y), Some(z)) = (taps(0), taps(1), taps(2)) else { return 0.0 };
                    combine(self.interpolator, samples, &x, &y, &z)
                }));
            }
        }
        out
    }
}

/// Samples beyond the two around a position that an interpolator may take.
fn reach(interpolator: Interpolator) -> i64 {
    match interpolator {
        Interpolator::Linear => 1,
        Interpolator::BSpline => 3,
        _ => 6,
    }
}

fn sample_separable(samples: &Samples, [xs, ys, zs]: &AxisTaps, interpolator: Interpolator) -> Vec<f64> {
    let mut out = Vec::with_capacity(xs.len() * ys.len() * zs.len());
    for z in zs {
        for y in ys {
            out.extend(xs.iter().map(|x| match (x, y, z) {
                (Some(x), Some(y), Some(z)) => combine(interpolator, samples, x, y, z),
                _ => 0.0,
            }));
        }
    }
    out
}

/// The interpolated value.
fn combine(interpolator: Interpolator, samples: &Samples, x: &Taps, y: &Taps, z: &Taps) -> f64 {
    match interpolator {
        Interpolator::Linear => linear(samples, x, y, z),
        Interpolator::BSpline => {
            let mut sum = 0.0;
            visit(samples, x, y, z, |value, [wx, wy, wz]| sum += wx * wy * wz * value);
            sum
        }
        Interpolator::Gaussian => {
            let (mut sum, mut total) = (0.0, 0.0);
            visit(samples, x, y, z, |value, [wx, wy, wz]| {
                let weight = wx * wy * wz;
                sum += value * weight;
                total += weight;
            });
            sum / total
        }
        Interpolator::LabelGaussian => heaviest(samples, x, y, z),
        _ => {
            let mut sum = 0.0;
            visit(samples, x, y, z, |value, [wx, wy, wz]| sum += value * wx * wy * wz);
            sum
        }
    }
}

/// Calls `each` with every sample and its weights, x fastest.
#[inline(always)]
fn visit(samples: &Samples, x: &Taps, y: &Taps, z: &Taps, mut each: impl FnMut(f64, [f64; 3])) {
    for (&k, &wz) in z.indices().iter().zip(z.weights()) {
        for (&j, &wy) in y.indices().iter().zip(y.weights()) {
            let row = samples.row(j, k);
            for (&i, &wx) in x.indices().iter().zip(x.weights()) {
                each(row[i], [wx, wy, wz]);
            }
        }
    }
}

/// Along x, then y, then z.
fn linear(samples: &Samples, x: &Taps, y: &Taps, z: &Taps) -> f64 {
    let between = |a: f64, b: f64, way: f64| a + (b - a) * way;
    let along_x = |j: usize, k: usize| {
        let row = samples.row(y.indices()[j], z.indices()[k]);
        between(row[x.indices()[0]], row[x.indices()[1]], x.weights()[1])
    };
    let along_y = |k: usize| between(along_x(0, k), along_x(1, k), y.weights()[1]);
    between(along_y(0), along_y(1), z.weights()[1])
}

/// The value whose samples have the largest weight together; the first to reach it where two are equal.
fn heaviest(samples: &Samples, x: &Taps, y: &Taps, z: &Taps) -> f64 {
    let mut totals: Vec<(f64, f64)> = Vec::new();
    let (mut best, mut most) = (0.0, 0.0);
    visit(samples, x, y, z, |value, [wx, wy, wz]| {
        let weight = wx * wy * wz;
        let total = match totals.iter_mut().find(|(v, _)| *v == value) {
            Some((_, total)) => {
                *total += weight;
                *total
            }
            None => {
                totals.push((value, weight));
                weight
            }
        };
        if total > most {
            (best, most) = (value, total);
        }
    });
    best
}
