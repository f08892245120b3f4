//! One pass of the wavelet transform: all lines along one axis through a low- and a high-pass filter.

use super::super::lines::{LANES, Real, Scalar};
use super::super::simd::{self, Kernel};
use volume::Region;

/// Positions `start .. start + len` of a periodic axis; `start` may be negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    start: i64,
    len: usize,
}

impl Span {
    pub fn new(start: usize, len: usize) -> Self {
        Self { start: start as i64, len }
    }

    /// What a filter of `taps` coefficients must see to give this span: at most one period.
    pub fn input(self, taps: usize, period: usize) -> Self {
        let len = self.len + taps - 1;
        if len >= period {
            return Self { start: 0, len: period };
        }
        Self { start: self.start + (taps / 2) as i64 - (taps as i64 - 1), len }
    }

    /// The position in the period of each element.
    fn positions(self, period: usize) -> impl Iterator<Item = usize> {
        (0..self.len as i64).map(move |t| (self.start + t).rem_euclid(period as i64) as usize)
    }

    /// Where in the span position `at` of the period stands.
    fn index_of(self, at: usize, period: usize) -> usize {
        (at as i64 - self.start).rem_euclid(period as i64) as usize
    }
}

/// A box of a periodic image, x fastest.
#[derive(Debug, Clone)]
pub(super) struct Window<T> {
    values: Vec<T>,
    spans: [Span; 3],
}

impl<T: Real> Window<T> {
    /// The box `spans` of an image of `size` voxels, each odd dimension lengthened by a copy of its first sample.
    pub fn of<S: Scalar>(image: &[S], size: [usize; 3], spans: [Span; 3]) -> Self {
        let period = size.map(|n| n + n % 2);
        let [xs, ys, zs] = [0, 1, 2].map(|d| {
            let wrapped = spans[d].positions(period[d]).map(|p| if p == size[d] { 0 } else { p });
            wrapped.collect::<Vec<_>>()
        });
        let mut values = Vec::with_capacity(xs.len() * ys.len() * zs.len());
        for z in &zs {
            for y in &ys {
                let row = &image[size[0] * (y + size[1] * z)..][..size[0]];
                values.extend(xs.iter().map(|&x| T::from_f64(row[x].to_f64())));
            }
        }
        Self { values, spans }
    }

    fn size(&self) -> [usize; 3] {
        self.spans.map(|span| span.len)
    }

    /// The values in `region`, which the window must hold.
    pub fn cropped(self, region: &Region, period: [usize; 3]) -> Vec<T> {
        if [0, 1, 2].map(|d| Span::new(region.lower[d], region.size[d])) == self.spans {
            return self.values;
        }
        let [nx, ny, _] = self.size();
        let local = |d: usize, i: usize| self.spans[d].index_of(region.lower[d] + i, period[d]);
        let mut inside = Vec::with_capacity(region.len());
        for z in 0..region.size[2] {
            for y in 0..region.size[1] {
                let row = &self.values[nx * (local(1, y) + ny * local(2, z))..][..nx];
                inside.extend((0..region.size[0]).map(|x| row[local(0, x)]));
            }
        }
        inside
    }
}

/// The window's lines along `axis` through both filters, at the positions `into`; the high-pass only if it is wanted.
pub(super) fn split<T: Real>(
    window: &Window<T>,
    axis: usize,
    period: usize,
    into: Span,
    low: &[T],
    high: Option<&Vec<T>>,
) -> (Window<T>, Option<Window<T>>) {
    let mut spans = window.spans;
    spans[axis] = into;
    let sources: Vec<Vec<(usize, usize)>> = into
        .positions(period)
        .map(|k| taps(k, low.len(), period, |at| window.spans[axis].index_of(at, period)))
        .collect();
    let pass = |filter: &[T]| Window { values: simd::widest(Pass { window, axis, sources: &sources, filter }), spans };
    rayon::join(|| pass(low), || high.map(|high| pass(high)))
}

/// The terms of output `k` of a periodic line of `n` samples, in the order in which PyWavelets adds them: number of
/// the coefficient and `place` of the sample.
///
/// Output k is Σ f[j] x[k + F/2 - j]. The terms come in the order of j, except that where the line is passed at its
/// end those samples that lie beyond it come first, and in the order of the samples.
fn taps(k: usize, filter_len: usize, n: usize, place: impl Fn(usize) -> usize) -> Vec<(usize, usize)> {
    let i = k + filter_len / 2;
    let beyond = if i < n { 0 } else { i - n + 1 };
    let head = (0..beyond).map(|s| (i - n - s, place(s % n)));
    let tail = (beyond..filter_len).map(|j| {
        let at = (i as i64 - j as i64).rem_euclid(n as i64);
        (j, place(at as usize))
    });
    head.chain(tail).collect()
}

struct Pass<'a, T> {
    window: &'a Window<T>,
    axis: usize,
    /// For every output position its terms.
    sources: &'a [Vec<(usize, usize)>],
    filter: &'a [T],
}

impl<T: Real> Kernel for Pass<'_, T> {
    type Output = Vec<T>;

    #[inline(always)]
    fn run(self) -> Vec<T> {
        let [nx, ny, nz] = self.window.size();
        let outputs = self.sources.len();
        match self.axis {
            0 => self.along_x(nx, ny * nz),
            1 => self.across(nx, nx * ny, nz, nx * outputs),
            _ => self.across(nx * ny, nx * ny * nz, 1, nx * ny * outputs),
        }
    }
}

impl<T: Real> Pass<'_, T> {
    /// Sums of whole rows of `width` values; `blocks` of `from` values become blocks of `into` values.
    #[inline(always)]
    fn across(&self, width: usize, from: usize, blocks: usize, into: usize) -> Vec<T> {
        let mut out = vec![T::default(); blocks * into];
        for (block, out) in self.window.values.chunks_exact(from).zip(out.chunks_exact_mut(into)) {
            for (terms, out) in self.sources.iter().zip(out.chunks_exact_mut(width)) {
                let mut lanes = out.chunks_exact_mut(LANES);
                let mut at = 0;
                for lanes in &mut lanes {
                    let mut sum = [T::default(); LANES];
                    for &(j, row) in terms {
                        let (c, row) = (self.filter[j], &block[row * width + at..][..LANES]);
                        for lane in 0..LANES {
                            sum[lane] += c * row[lane];
                        }
                    }
                    lanes.copy_from_slice(&sum);
                    at += LANES;
                }
                for (i, value) in lanes.into_remainder().iter_mut().enumerate() {
                    for &(j, row) in terms {
                        *value += self.filter[j] * block[row * width + at + i];
                    }
                }
            }
        }
        out
    }

    /// Sums within each of `rows` rows of `width` values, sixteen side by side where their terms are side by side too.
    #[inline(always)]
    fn along_x(&self, width: usize, rows: usize) -> Vec<T> {
        let outputs = self.sources.len();
        let is_even: Vec<bool> = self.sources.chunks(LANES).map(is_side_by_side).collect();
        let mut out = vec![T::default(); rows * outputs];
        for (row, out) in self.window.values.chunks_exact(width).zip(out.chunks_exact_mut(outputs)) {
            for ((out, sources), is_even) in out.chunks_mut(LANES).zip(self.sources.chunks(LANES)).zip(&is_even) {
                if *is_even {
                    let mut sum = [T::default(); LANES];
                    for &(j, at) in &sources[0] {
                        let (c, row) = (self.filter[j], &row[at..][..LANES]);
                        for lane in 0..LANES {
                            sum[lane] += c * row[lane];
                        }
                    }
                    out.copy_from_slice(&sum);
                    continue;
                }
                for (value, terms) in out.iter_mut().zip(sources) {
                    for &(j, at) in terms {
                        *value += self.filter[j] * row[at];
                    }
                }
            }
        }
        out
    }
}

/// True if the terms of sixteen outputs are those of the first, each one sample further on.
fn is_side_by_side(outputs: &[Vec<(usize, usize)>]) -> bool {
    let follows = |lane: usize, terms: &[(usize, usize)]| {
        terms.iter().zip(&outputs[0]).all(|(&(j, at), &(first_j, first_at))| j == first_j && at == first_at + lane)
    };
    outputs.len() == LANES && outputs.iter().enumerate().all(|(lane, terms)| follows(lane, terms))
}
