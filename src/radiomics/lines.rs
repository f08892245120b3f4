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

    /// True if [`LANES`] lines from `line` on start side by side in memory.
    #[inline(always)]
    fn is_side_by_side(&self, line: usize) -> bool {
        let fits = line + LANES <= self.lines;
        match self.axis {
            0 => false,
            1 => fits && line % self.nx + LANES <= self.nx,
            _ => fits,
        }
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

#[inline(always)]
fn gather<T: Scalar>(values: &[T], from: &Layout, line: usize, data: &mut [Lanes]) {
    if from.is_side_by_side(line) {
        let start = from.start(line);
        for (i, lanes) in data.iter_mut().enumerate() {
            let row = &values[start + i * from.stride..][..LANES];
            for (lane, &value) in lanes.iter_mut().zip(row) {
                *lane = value.to_f64();
            }
        }
        return;
    }
    for lane in 0..LANES.min(from.lines - line) {
        let one = values[from.start(line + lane)..].iter().step_by(from.stride);
        for (lanes, &value) in data.iter_mut().zip(one) {
            lanes[lane] = value.to_f64();
        }
    }
}

#[inline(always)]
fn scatter<U: Scalar>(kept: &[Lanes], into: &Layout, line: usize, out: &mut [U]) {
    if into.is_side_by_side(line) {
        let start = into.start(line);
        for (i, lanes) in kept.iter().enumerate() {
            let row = &mut out[start + i * into.stride..][..LANES];
            for (value, &lane) in row.iter_mut().zip(lanes) {
                *value = U::from_f64(lane);
            }
        }
        return;
    }
    for lane in 0..LANES.min(into.lines - line) {
        let one = out[into.start(line + lane)..].iter_mut().step_by(into.stride);
        for (value, lanes) in one.zip(kept) {
            *value = U::from_f64(lanes[lane]);
        }
    }
}
