//! Whole-array passes over gray levels and their neighbours, in the widest vectors of the processor.
//!
//! Each works on the spans of a grid: a few voxels outside the region are computed along with those inside, which is
//! cheaper than to pick them out.

use std::ops::Range;

use super::Grid;
use crate::simd::{Kernel, widest};

/// `range` moved by `offset`.
fn moved(range: &Range<usize>, offset: isize) -> Range<usize> {
    range.start.wrapping_add_signed(offset)..range.end.wrapping_add_signed(offset)
}

/// Sets `position[i]` to the number of voxels of the level of i that precede i without a break at steps of `offset`.
pub(crate) fn run_positions(grid: &Grid, at: &[u16], offset: isize, position: &mut [u16]) {
    widest(RunPositions { grid, at, offset, position });
}

struct RunPositions<'a> {
    grid: &'a Grid,
    at: &'a [u16],
    offset: isize,
    position: &'a mut [u16],
}

impl Kernel for RunPositions<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Self { grid, at, offset, position } = self;
        let step = offset.unsigned_abs();
        for span in &grid.spans {
            if step < WIDE || span.len() < WIDE {
                for i in span.clone() {
                    count_on::<1>(at, position, i, step);
                }
                continue;
            }
            // So many at a time do not depend on each other; what the last of them compute again stays the same.
            let last = span.end - WIDE;
            for i in (span.start..last).step_by(WIDE) {
                count_on::<WIDE>(at, position, i, step);
            }
            count_on::<WIDE>(at, position, last, step);
        }
    }
}

/// Levels worked on at a time: those of one vector.
const WIDE: usize = 16;

/// The positions of the `N` voxels from `i` on, none of which precedes another by `step`.
#[inline(always)]
fn count_on<const N: usize>(at: &[u16], position: &mut [u16], i: usize, step: usize) {
    let before = i - step;
    let (done, rest) = position.split_at_mut(i);
    let arrays = (at[i..].first_chunk::<N>(), at[before..].first_chunk::<N>(), done[before..].first_chunk::<N>());
    let ((Some(level), Some(other), Some(count)), Some(position)) = (arrays, rest.first_chunk_mut::<N>()) else {
        return;
    };
    // Without branches, which the compiler would keep.
    let mut counted = [0; N];
    for k in 0..N {
        let same = u16::from(level[k] == other[k]).wrapping_neg();
        counted[k] = count[k].wrapping_add(1) & same;
    }
    *position = counted;
}

/// For each address, a bit for each of `offsets` that is set where the level beside it is the same.
pub(crate) fn equal_neighbours(grid: &Grid, at: &[u16], offsets: &[isize]) -> Vec<u16> {
    let mut bits = grid.array();
    widest(EqualNeighbours { grid, at, offsets, bits: &mut bits });
    bits
}

struct EqualNeighbours<'a> {
    grid: &'a Grid,
    at: &'a [u16],
    offsets: &'a [isize],
    bits: &'a mut [u16],
}

impl Kernel for EqualNeighbours<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        for span in &self.grid.spans {
            for (k, &offset) in self.offsets.iter().enumerate() {
                let beside = &self.at[moved(span, offset)];
                for ((bits, level), other) in self.bits[span.clone()].iter_mut().zip(&self.at[span.clone()]).zip(beside)
                {
                    *bits |= u16::from(level == other) << k;
                }
            }
        }
    }
}

/// For each address, how many of the levels at `offsets` from it lie between `low[i]` and `high[i]`.
pub(crate) fn neighbours_between(grid: &Grid, at: &[u16], offsets: &[isize], low: &[u16], high: &[u16]) -> Vec<u16> {
    let mut counts = grid.array();
    widest(NeighboursBetween { grid, at, offsets, low, high, counts: &mut counts });
    counts
}

struct NeighboursBetween<'a> {
    grid: &'a Grid,
    at: &'a [u16],
    offsets: &'a [isize],
    low: &'a [u16],
    high: &'a [u16],
    counts: &'a mut [u16],
}

impl Kernel for NeighboursBetween<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        for span in &self.grid.spans {
            let (low, high) = (&self.low[span.clone()], &self.high[span.clone()]);
            for &offset in self.offsets {
                let beside = &self.at[moved(span, offset)];
                let bounds = low.iter().zip(high);
                for ((count, other), (low, high)) in self.counts[span.clone()].iter_mut().zip(beside).zip(bounds) {
                    *count += u16::from((other >= low) & (other <= high));
                }
            }
        }
    }
}

/// For each address, the sum of the `values` at `offsets` from it.
pub(crate) fn neighbour_sums(grid: &Grid, values: &[u32], offsets: &[isize]) -> Vec<u32> {
    let mut sums = grid.array();
    widest(NeighbourSums { grid, values, offsets, sums: &mut sums });
    sums
}

struct NeighbourSums<'a> {
    grid: &'a Grid,
    values: &'a [u32],
    offsets: &'a [isize],
    sums: &'a mut [u32],
}

impl Kernel for NeighbourSums<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        for span in &self.grid.spans {
            for &offset in self.offsets {
                let beside = &self.values[moved(span, offset)];
                for (sum, value) in self.sums[span.clone()].iter_mut().zip(beside) {
                    *sum = sum.wrapping_add(*value);
                }
            }
        }
    }
}
