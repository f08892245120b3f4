//! Filters that work line by line: sixteen lines side by side, one in each lane of the vectors.
//!
//! A recursive filter cannot use vectors along its line, where every value waits for the one before. Across lines it
//! can, and each line still sees exactly the operations that it would see alone.

use std::ops::{Add, AddAssign, Div, Mul, Range, Sub};

use super::simd::{self, Kernel};

/// Lines filtered at a time.
pub const LANES: usize = 16;

/// The values of [`LANES`] lines at one position.
pub type Lanes = [f64; LANES];

/// A pixel type: its values as doubles, and doubles stored in it (integers truncate toward zero and saturate).
pub trait Scalar: Copy + Default + PartialOrd + Send + Sync {
    /// The value as a double.
    fn to_f64(self) -> f64;
    /// The double stored in this type.
    fn from_f64(value: f64) -> Self;
}

macro_rules! scalar {
    ($($t:ty),*) => {$(
        impl Scalar for $t {
            #[inline(always)]
            fn to_f64(self) -> f64 {
                self as f64
            }
            #[inline(always)]
            fn from_f64(value: f64) -> Self {
                value as $t
            }
        }
    )*};
}
scalar!(u8, i8, u16, i16, u32, i32, u64, i64, f32, f64);

/// A floating-point type that filters compute in.
pub trait Real:
    Scalar + Add<Output = Self> + Sub<Output = Self> + Mul<Output = Self> + Div<Output = Self> + AddAssign
{
}
impl Real for f32 {}
impl Real for f64 {}

/// A filter of lines. Implementors mark [`filter`](LineFilter::filter) `#[inline(always)]`.
pub trait LineFilter {
    /// Filters `data`, which it may overwrite; only the positions `keep` of `out` are read afterwards.
    fn filter(&self, data: &mut [Lanes], out: &mut [Lanes], keep: &Range<usize>);
}

/// `filter` applied to every line along `axis` of a volume; the result holds only the positions `keep` of each line.
pub fn filter_lines<T: Scalar, U: Scalar, F: LineFilter>(
    values: &[T],
    size: [usize; 3],
    axis: usize,
    keep: Range<usize>,
    filter: &F,
) -> Vec<U> {
    let mut kept_size = size;
    kept_size[axis] = keep.len();
    let mut out = vec![U::default(); kept_size.iter().product()];
    if !out.is_empty() {
        simd::widest(Pass {
            values,
            from: Layout::new(size, axis),
            into: Layout::new(kept_size, axis),
            keep,
            filter,
            out: &mut out,
        });
    }
    out
}

/// How the lines along one axis lie in memory.
struct Layout {
    axis: usize,
    /// Length of a line.
    len: usize,
    /// From one value of a line to the next.
    stride: usize,
    /// Number of lines.
    lines: usize,
    nx: usize,
    plane: usize,
}

impl Layout {
    fn new(size: [usize; 3], axis: usize) -> Self {
        let [nx, ny, nz] = size;
        let stride = [1, nx, nx * ny][axis];
        Self { axis, len: size[axis], stride, lines: nx * ny * nz / size[axis], nx, plane: nx * ny }
    }

    /// Where line number `line` starts.
    #[inline(always)]
    fn start(&self, line: usize) -> usize {
        match self.axis {
            0 => line * self.nx,
            1 => line / self.nx * self.plane + line % self.nx,
            _ => line,
        }
    }

    /// The runs of lines that start side by side in memory, among at most [`LANES`] lines from `line` on: first lane,
    /// number of lanes and start. For lines along x, which never do, there are none.
    #[inline(always)]
    fn runs(&self, line: usize) -> impl Iterator<Item = (usize, usize, usize)> {
        let lanes = LANES.min(self.lines - line);
        let row = if self.axis == 1 { self.nx } else { self.lines };
        let mut lane = if self.axis == 0 { lanes } else { 0 };
        std::iter::from_fn(move || {
            let first = line + lane;
            let run = (lane, (row - first % row).min(lanes - lane), self.start(first));
            lane += run.1;
            (run.1 > 0).then_some(run)
        })
    }
}

struct Pass<'a, T, U, F> {
    values: &'a [T],
    from: Layout,
    into: Layout,
    keep: Range<usize>,
    filter: &'a F,
    out: &'a mut [U],
}

impl<T: Scalar, U: Scalar, F: LineFilter> Kernel for Pass<'_, T, U, F> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Self { values, from, into, keep, filter, out } = self;
        let mut data = vec![[0.0; LANES]; from.len];
        let mut filtered = data.clone();
        for line in (0..from.lines).step_by(LANES) {
            gather(values, &from, line, &mut data);
            filter.filter(&mut data, &mut filtered, &keep);
            scatter(&filtered[keep.clone()], &into, line, out);
        }
    }
}

/// Positions that are moved at a time between lines along x and lanes.
const TILE: usize = 8;

#[inline(always)]
fn gather<T: Scalar>(values: &[T], from: &Layout, line: usize, data: &mut [Lanes]) {
    if from.axis == 0 {
        let lanes = LANES.min(from.lines - line);
        let rows = &values[line * from.len..][..lanes * from.len];
        for (at, tile) in data.chunks_mut(TILE).enumerate() {
            for lane in 0..lanes {
                let row = &rows[lane * from.len + at * TILE..][..tile.len()];
                gather_tile(row, lane, tile);
            }
        }
        return;
    }
    for (lane, count, start) in from.runs(line) {
        for (i, lanes) in data.iter_mut().enumerate() {
            let row = &values[start + i * from.stride..][..count];
            if let Some(row) = row.as_array::<LANES>() {
                for (lane, value) in lanes.iter_mut().zip(row) {
                    *lane = value.to_f64();
                }
            } else {
                for (lane, value) in lanes[lane..].iter_mut().zip(row) {
                    *lane = value.to_f64();
                }
            }
        }
    }
}

#[inline(always)]
fn gather_tile<T: Scalar>(row: &[T], lane: usize, tile: &mut [Lanes]) {
    if let (Some(row), Some(tile)) = (row.as_array::<TILE>(), tile.as_mut_array::<TILE>()) {
        for i in 0..TILE {
            tile[i][lane] = row[i].to_f64();
        }
        return;
    }
    for (lanes, value) in tile.iter_mut().zip(row) {
        lanes[lane] = value.to_f64();
    }
}

#[inline(always)]
fn scatter<U: Scalar>(kept: &[Lanes], into: &Layout, line: usize, out: &mut [U]) {
    if into.axis == 0 {
        let lanes = LANES.min(into.lines - line);
        let rows = &mut out[line * into.len..][..lanes * into.len];
        for (at, tile) in kept.chunks(TILE).enumerate() {
            for lane in 0..lanes {
                let row = &mut rows[lane * into.len + at * TILE..][..tile.len()];
                scatter_tile(tile, lane, row);
            }
        }
        return;
    }
    for (lane, count, start) in into.runs(line) {
        for (i, lanes) in kept.iter().enumerate() {
            let row = &mut out[start + i * into.stride..][..count];
            if let Some(row) = row.as_mut_array::<LANES>() {
                for (value, &lane) in row.iter_mut().zip(lanes) {
                    *value = U::from_f64(lane);
                }
            } else {
                for (value, &lane) in row.iter_mut().zip(&lanes[lane..]) {
                    *value = U::from_f64(lane);
                }
            }
        }
    }
}

#[inline(always)]
fn scatter_tile<U: Scalar>(tile: &[Lanes], lane: usize, row: &mut [U]) {
    if let (Some(tile), Some(row)) = (tile.as_array::<TILE>(), row.as_mut_array::<TILE>()) {
        for i in 0..TILE {
            row[i] = U::from_f64(tile[i][lane]);
        }
        return;
    }
    for (value, lanes) in row.iter_mut().zip(tile) {
        *value = U::from_f64(lanes[lane]);
    }
}
