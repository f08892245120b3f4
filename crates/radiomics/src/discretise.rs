//! Gray levels: which bin each value of the region of interest falls into.

use super::Settings;
use super::simd::{self, Kernel};

/// The gray levels of a region of interest.
#[derive(Debug, Clone, PartialEq)]
pub struct Levels {
    /// The bin numbers that occur, ascending, from 1.
    pub numbers: Vec<u32>,
    /// For each voxel, which of `numbers` is its bin.
    pub indices: Vec<u16>,
    /// For each of `numbers`, its count of voxels.
    pub counts: Vec<u32>,
    /// The largest bin number of the whole region, `Ng`.
    pub highest: u32,
    /// How many levels occur in the whole region.
    pub in_region: usize,
}

/// Why values cannot be sorted into bins.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum BinError {
    /// A value is infinite, or not a number where that matters: the first, or any with `binCount`.
    #[error("the region of interest holds values that are not finite")]
    NotFinite,
    /// Without bins the intensities themselves are the levels (IBSI), or the steps of a histogram, and they are neither.
    #[error(
        "the intensities are not whole numbers from 1 up, which they must be to stand for grey levels: give binWidth or binCount"
    )]
    NotLevels,
    /// More bins than a texture matrix can have.
    #[error("{bins} gray-level bins are too many: use a larger binWidth, or binCount")]
    TooMany {
        /// How many bins.
        bins: f64,
    },
}

/// Lower edges of the bins, ascending; a value's bin is the number of edges at or below it.
enum Edges {
    /// `low + i * step` for i in `0..count`, as NumPy's `arange` computes them.
    Regular { low: f64, step: f64, count: usize },
    /// Any others.
    Listed(Vec<f64>),
}

/// Bins from the smallest to the largest value, empty ones counted.
pub(crate) const MOST_BINS: usize = 1 << 20;

/// Bins that hold voxels.
pub(crate) const MOST_LEVELS: usize = u16::MAX as usize;

impl Levels {
    /// Sorts `values` into bins of `binWidth`, or into `binCount` bins between their extremes.
    ///
    /// `single` says that the values come from a single-precision image: the edges of `binCount` are then rounded.
    ///
    /// # Errors
    /// [`BinError`]: a value that is not a finite number, or more bins than a texture matrix can have.
    pub fn new(values: &[f64], single: bool, settings: &Settings) -> Result<Self, BinError> {
        let (minimum, maximum) = extremes(values);
        if !minimum.is_finite() || !maximum.is_finite() {
            return Err(BinError::NotFinite);
        }
        if settings.bin_count.is_some() && values.iter().any(|x| x.is_nan()) {
            return Err(BinError::NotFinite);
        }
        let edges = match settings.bin_count {
            Some(count) => Edges::by_count(minimum, maximum, count, single)?,
            None => Edges::by_width(minimum, maximum, settings.bin_width)?,
        };
        let bins = edges.bins(values);
        let levels = Self::from_bins(&bins, edges.count());
        if levels.len() > MOST_LEVELS { Err(BinError::TooMany { bins: levels.len() as f64 }) } else { Ok(levels) }
    }

    /// Levels from the bin numbers 1 to `bins_in_all` of the voxels.
    pub(crate) fn from_bins(bins: &[u32], bins_in_all: usize) -> Self {
        let mut counts_of_all = vec![0_u32; bins_in_all + 1];
        for &bin in bins {
            counts_of_all[bin as usize] += 1;
        }
        let mut index_of = vec![0_u16; bins_in_all + 1];
        let (mut numbers, mut counts) = (Vec::new(), Vec::new());
        for (bin, &count) in counts_of_all.iter().enumerate().filter(|&(_, &count)| count > 0) {
            index_of[bin] = numbers.len() as u16;
            numbers.push(bin as u32);
            counts.push(count);
        }
        let indices = bins.iter().map(|&bin| index_of[bin as usize]).collect();
        let (highest, in_region) = (numbers.last().copied().unwrap_or(0), numbers.len());
        Self { numbers, indices, counts, highest, in_region }
    }

    /// The levels of some voxels of the region alone, given by their places in `indices`.
    pub fn of_part(&self, voxels: &[usize]) -> Self {
        let mut present: Vec<u16> = voxels.iter().map(|&voxel| self.indices[voxel]).collect();
        present.sort_unstable();
        present.dedup();
        let index = |voxel: &usize| present.partition_point(|&level| level < self.indices[*voxel]) as u16;
        let indices: Vec<u16> = voxels.iter().map(index).collect();
        let mut counts = vec![0; present.len()];
        indices.iter().for_each(|&index| counts[index as usize] += 1);
        let numbers = present.iter().map(|&level| self.numbers[level as usize]).collect();
        Self { numbers, indices, counts, highest: self.highest, in_region: self.in_region }
    }

    /// Number of levels that occur.
    pub fn len(&self) -> usize {
        self.numbers.len()
    }

    /// True for a region without voxels.
    pub fn is_empty(&self) -> bool {
        self.numbers.is_empty()
    }

    /// The bin numbers as doubles.
    pub fn values(&self) -> Vec<f64> {
        self.numbers.iter().map(|&n| f64::from(n)).collect()
    }
}

/// Smallest and largest value as Python's `min` and `max` find them: a value that is not a number stays only if it comes
/// first.
fn extremes(values: &[f64]) -> (f64, f64) {
    let Some(&first) = values.first() else { return (f64::NAN, f64::NAN) };
    simd::widest(Extremes { values, first })
}

struct Extremes<'a> {
    values: &'a [f64],
    first: f64,
}

impl Kernel for Extremes<'_> {
    type Output = (f64, f64);

    #[inline(always)]
    fn run(self) -> (f64, f64) {
        let lower = |low: f64, x: f64| if x < low { x } else { low };
        let higher = |high: f64, x: f64| if x > high { x } else { high };
        let (mut low, mut high) = ([self.first; 8], [self.first; 8]);
        let (chunks, rest) = self.values.as_chunks::<8>();
        for chunk in chunks {
            for k in 0..8 {
                (low[k], high[k]) = (lower(low[k], chunk[k]), higher(high[k], chunk[k]));
            }
        }
        for &x in rest {
            (low[0], high[0]) = (lower(low[0], x), higher(high[0], x));
        }
        (low.into_iter().fold(self.first, lower), high.into_iter().fold(self.first, higher))
    }
}

/// The remainder with the sign of the divisor, as Python's `%`.
fn modulo(x: f64, width: f64) -> f64 {
    let rest = x % width;
    if rest < 0.0 { rest + width } else { rest }
}

impl Edges {
    /// Multiples of `width` from the one at or below `minimum`.
    fn by_width(minimum: f64, maximum: f64, width: f64) -> Result<Self, BinError> {
        let low = minimum - modulo(minimum, width);
        let high = maximum + 2.0 * width;
        let count = ((high - low) / width).ceil();
        if count > MOST_BINS as f64 {
            return Err(BinError::TooMany { bins: count });
        }
        if count <= 1.0 {
            return Ok(Self::Listed(vec![low - 0.5, low + 0.5]));
        }
        Ok(Self::Regular { low, step: (low + width) - low, count: count as usize })
    }

    /// `count` bins of equal width from `minimum` to `maximum`, the last wide enough to hold `maximum`.
    fn by_count(minimum: f64, maximum: f64, count: usize, single: bool) -> Result<Self, BinError> {
        if count >= MOST_BINS {
            return Err(BinError::TooMany { bins: count as f64 });
        }
        let rounded = |x: f64| if single { f64::from(x as f32) } else { x };
        let (start, stop) =
            if minimum == maximum { (rounded(minimum - 0.5), rounded(maximum + 0.5)) } else { (minimum, maximum) };
        let span = stop - start;
        let step = span / count as f64;
        let mut edges: Vec<f64> = (0..=count)
            .map(|i| {
                let i = i as f64;
                rounded(if step == 0.0 { i / count as f64 * span + start } else { i * step + start })
            })
            .collect();
        edges[count] = rounded(stop + 1.0);
        Ok(Self::Listed(edges))
    }

    fn count(&self) -> usize {
        match self {
            Self::Regular { count, .. } => *count,
            Self::Listed(edges) => edges.len(),
        }
    }

    /// The bin of each value.
    fn bins(&self, values: &[f64]) -> Vec<u32> {
        match *self {
            // Rounding moves no edge by more than a small part of a bin.
            Self::Regular { low, step, count } if (low.abs() + count as f64 * step) * 1e-12 < step => {
                simd::widest(RegularBins { values, low, step, outside: count as u32 })
            }
            _ => values.iter().map(|&x| self.bin(x)).collect(),
        }
    }

    /// How many edges are at or below `x`; what is not a number lies above all.
    #[inline]
    fn bin(&self, x: f64) -> u32 {
        match self {
            Self::Regular { low, step, count } => {
                if x.is_nan() {
                    return *count as u32;
                }
                let mut bin = ((x - low) / step) as usize;
                while bin + 1 < *count && low + (bin + 1) as f64 * step <= x {
                    bin += 1;
                }
                while bin > 0 && low + bin as f64 * step > x {
                    bin -= 1;
                }
                bin as u32 + 1
            }
            Self::Listed(edges) => {
                if x.is_nan() {
                    edges.len() as u32
                } else {
                    edges.partition_point(|&edge| edge <= x) as u32
                }
            }
        }
    }
}

/// Bins between the edges `low + i * step`, where a quotient misses its edge by one at most; all values lie in such bins
/// but those that are not a number, which belong `outside`.
struct RegularBins<'a> {
    values: &'a [f64],
    low: f64,
    step: f64,
    outside: u32,
}

impl Kernel for RegularBins<'_> {
    type Output = Vec<u32>;

    #[inline(always)]
    fn run(self) -> Vec<u32> {
        let Self { values, low, step, outside } = self;
        let edge = |i: i32| low + f64::from(i) * step;
        let mut bins = vec![0; values.len()];
        for (bin, &x) in bins.iter_mut().zip(values) {
            let i = ((x - low) / step) as i32;
            let corrected = i + i32::from(edge(i + 1) <= x) - i32::from(edge(i) > x);
            *bin = if x.is_nan() { outside } else { corrected as u32 + 1 };
        }
        bins
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bins(values: &[f64], settings: &Settings) -> Vec<u32> {
        let levels = Levels::new(values, false, settings).expect("finite values");
        levels.indices.iter().map(|&i| levels.numbers[i as usize]).collect()
    }

    #[test]
    fn bins_are_half_open_and_aligned_with_zero() {
        let settings = Settings::default();
        assert_eq!(bins(&[54.0, 75.0, 74.999, 166.0, 50.0], &settings), [1, 2, 1, 5, 1]);
        assert_eq!(bins(&[-1.0, 0.0, 25.0], &settings), [1, 2, 3]);
        assert_eq!(bins(&[25.0, 25.0], &settings), [1, 1]);
    }

    #[test]
    fn the_largest_value_falls_into_the_last_of_counted_bins() {
        let settings = Settings { bin_count: Some(4), ..Settings::default() };
        assert_eq!(bins(&[0.0, 1.0, 2.0, 3.9, 4.0], &settings), [1, 2, 3, 4, 4]);
        assert_eq!(bins(&[7.0, 7.0], &settings), [3, 3]);
    }

    #[test]
    fn absurd_widths_are_refused() {
        let settings = Settings { bin_width: 1e-9, ..Settings::default() };
        assert!(matches!(Levels::new(&[0.0, 1.0], false, &settings), Err(BinError::TooMany { .. })));
        assert_eq!(Levels::new(&[f64::INFINITY], false, &settings), Err(BinError::NotFinite));
    }
}
