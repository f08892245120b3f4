//! Sorting follow-up times once, fast, with rounding differences made ties.

/// Fewer values than this are sorted by comparison.
const RADIX_FROM: usize = 2048;
/// A radix sort moves the leading bits of a time (sign, exponent and 21 bits of the fraction, which few of a million times
/// share) with its row in the bits that are left.
const ROW_BITS: u32 = 31;
/// Passes over the leading bits.
const PASSES: u32 = 3;
const DIGIT_BITS: u32 = (64 - ROW_BITS) / PASSES;

/// Rows in ascending order of a time, equal times in row order.
#[derive(Debug, Clone, PartialEq)]
pub struct TimeOrder {
    /// Times, ascending.
    pub time: Vec<f64>,
    /// The row of each.
    pub row: Vec<u32>,
}

impl TimeOrder {
    /// Orders `times`, none of them NaN; a radix sort of their bits from two thousand on, nothing where they are in order.
    pub fn new(times: &[f64]) -> Self {
        if times.is_sorted() {
            return Self { time: times.iter().map(|t| t + 0.0).collect(), row: (0..times.len() as u32).collect() };
        }
        if (RADIX_FROM..1 << ROW_BITS).contains(&times.len()) {
            return Self::by_radix(times);
        }
        let mut pairs: Vec<(u64, u32)> = times.iter().enumerate().map(|(row, t)| (to_key(*t), row as u32)).collect();
        pairs.sort_unstable();
        let (time, row) = pairs.into_iter().map(|(key, row)| (from_key(key), row)).unzip();
        Self { time, row }
    }

    fn by_radix(times: &[f64]) -> Self {
        let leading = |row: u32| to_key(times[row as usize]) >> ROW_BITS;
        let packed = radix_sort((0..times.len() as u32).map(|row| leading(row) << ROW_BITS | u64::from(row)).collect());
        let mut row: Vec<u32> = packed.into_iter().map(|packed| packed as u32 & ((1 << ROW_BITS) - 1)).collect();
        let mut time: Vec<f64> = row.iter().map(|&row| times[row as usize] + 0.0).collect();
        // Where times share their leading bits they stand in row order; comparison decides between them.
        let mut k = 1;
        while k < row.len() {
            if time[k - 1] > time[k] {
                let own = leading(row[k]);
                let start = (0..k).rev().take_while(|&k| leading(row[k]) == own).last().unwrap_or(k);
                k += row[k..].iter().take_while(|&&row| leading(row) == own).count();
                row[start..k].sort_unstable_by_key(|&row| (to_key(times[row as usize]), row));
                time[start..k].iter_mut().zip(&row[start..k]).for_each(|(t, &row)| *t = times[row as usize] + 0.0);
            }
            k += 1;
        }
        Self { time, row }
    }

    /// The same rows by stratum, each stratum's by time.
    pub fn by_stratum<K: Ord>(self, stratum: impl Fn(u32) -> K) -> Self {
        let mut pairs: Vec<(u32, f64)> = self.row.into_iter().zip(self.time).collect();
        pairs.sort_by_key(|&(row, _)| stratum(row));
        let (row, time) = pairs.into_iter().unzip();
        Self { time, row }
    }

    /// At equal times of a stratum events go first, then rows keep their order in the data.
    pub fn events_first<K: PartialEq>(&mut self, event: &[bool], stratum: impl Fn(u32) -> K) {
        let Self { time, row } = self;
        let mut start = 0;
        while start < row.len() {
            let own = stratum(row[start]);
            let same = |k: usize| time[k] == time[start] && stratum(row[k]) == own;
            let end = (start + 1..row.len()).find(|&k| !same(k)).unwrap_or(row.len());
            if end - start > 1 {
                row[start..end].sort_unstable_by_key(|&r| (!event[r as usize], r));
            }
            start = end;
        }
    }

    /// Makes neighbouring times that differ only by rounding one time, the smallest of their run.
    ///
    /// The rule is that of [`Survival::timefix`](super::Survival::timefix), in one pass over sorted times.
    pub fn timefix(&mut self) {
        let (mut sum, mut distinct, mut last) = (0.0, 0.0, f64::NAN);
        let mut smallest_gap = f64::INFINITY;
        for &t in &self.time {
            if t != last {
                sum += t;
                distinct += 1.0;
                // The first comparison is with NaN and changes nothing.
                smallest_gap = smallest_gap.min(t - last);
                last = t;
            }
        }
        let mean = sum / distinct;
        let same = |gap: f64| gap <= super::data::TIMEFIX_TOLERANCE || gap / mean <= super::data::TIMEFIX_TOLERANCE;
        if !same(smallest_gap) {
            return;
        }
        let (mut start, mut before) = (f64::NEG_INFINITY, f64::NEG_INFINITY);
        for t in &mut self.time {
            if *t != before && !same(*t - before) {
                start = *t;
            }
            before = *t;
            *t = start;
        }
    }
}

/// Bits that sort as the number does, negative ones included; -0.0 is 0.0.
fn to_key(time: f64) -> u64 {
    let bits = (time + 0.0).to_bits();
    if bits >> 63 == 0 { bits | 1 << 63 } else { !bits }
}

fn from_key(key: u64) -> f64 {
    f64::from_bits(if key >> 63 == 0 { !key } else { key & !(1 << 63) })
}

/// Sorts by what stands above the row, least significant digit first; what all keys agree in costs nothing.
fn radix_sort(mut packed: Vec<u64>) -> Vec<u64> {
    let differ = packed.iter().fold(0, |differ, key| differ | (key ^ packed[0])) >> ROW_BITS;
    // Narrow digits have fewer places to write to at a time.
    let width = (u64::BITS - differ.leading_zeros()).div_ceil(PASSES).min(DIGIT_BITS);
    let digit = |key: u64, pass: u32| (key >> (ROW_BITS + pass * width)) as usize & ((1 << width) - 1);
    let mut counts = vec![vec![0_u32; 1 << width]; PASSES as usize];
    for &key in &packed {
        (0..PASSES).zip(&mut counts).for_each(|(pass, counts)| counts[digit(key, pass)] += 1);
    }
    let n = packed.len() as u32;
    let mut other = vec![0; packed.len()];
    for (pass, places) in (0..PASSES).zip(&mut counts) {
        if places.contains(&n) {
            continue;
        }
        let mut start = 0;
        for place in places.iter_mut() {
            start += std::mem::replace(place, start);
        }
        for &key in &packed {
            let place = &mut places[digit(key, pass)];
            other[*place as usize] = key;
            *place += 1;
        }
        std::mem::swap(&mut packed, &mut other);
    }
    packed
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::rng::Rng;

    #[test]
    fn radix_and_comparison_agree() {
        let mut rng = Rng::new(4);
        for scale in [1.0, 1e-300, 365.0] {
            let times: Vec<f64> = (0..5000)
                .map(|i| match i % 7 {
                    0 => -0.0,
                    1 => (rng.uniform() * 20.0).floor(),
                    2 => -rng.uniform() * scale,
                    // These share the bits that the passes look at.
                    3 => scale * (1.0 + 1e-9 * rng.uniform()),
                    _ => rng.uniform() * scale,
                })
                .collect();
            let order = TimeOrder::new(&times);
            let mut slow: Vec<usize> = (0..times.len()).collect();
            slow.sort_by(|&a, &b| (times[a] + 0.0).total_cmp(&(times[b] + 0.0)));
            assert_eq!(order.row.iter().map(|r| *r as usize).collect::<Vec<_>>(), slow);
            assert!(order.time.is_sorted());
        }
    }

    #[test]
    fn rounding_differences_become_ties() {
        let times = vec![3.0, 1.0 + 1e-10, 1.0, 3.000_001, 1.0 + 2e-10, 0.0];
        let mut order = TimeOrder::new(&times);
        order.timefix();
        assert_eq!(order.time, [0.0, 1.0, 1.0, 1.0, 3.0, 3.000_001]);
        let data = super::super::Survival::new(times, vec![true; 6]).expect("times").timefix();
        let mut fixed = data.time().to_vec();
        fixed.sort_unstable_by(f64::total_cmp);
        assert_eq!(fixed, order.time);
    }
}
