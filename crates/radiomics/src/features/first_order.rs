//! First-order statistics of the values of a region of interest.

use super::{EPS, Named};
use crate::discretise::Levels;
use crate::simd::{self, Kernel};

/// Statistics of `values`, whose bins are `levels`; `shift` is `voxelArrayShift`, `voxel_volume` in mm³.
///
/// Values that are not numbers are left out, as PyRadiomics' NaN-aware sums leave them out: they count as 0 in sums.
pub fn features(values: &[f64], levels: &Levels, shift: f64, voxel_volume: f64) -> Named {
    let n = values.iter().filter(|x| !x.is_nan()).count() as f64;
    let energy = sum(values, |x| (x + shift) * (x + shift));
    let mean = sum(values, |x| x) / n;
    let absolute_deviation = sum(values, |x| (x - mean).abs()) / n;
    let moment = CentralMoments::about(values, mean, n);
    let ranks = Ranks::of(values, levels);
    let (p10, p90) = (ranks.percentile(10.0), ranks.percentile(90.0));
    let flat = moment.second == 0.0;
    vec![
        ("10Percentile", p10),
        ("90Percentile", p90),
        ("Energy", energy),
        ("Entropy", entropy(&levels.counts)),
        ("InterquartileRange", ranks.percentile(75.0) - ranks.percentile(25.0)),
        ("Kurtosis", if flat { 0.0 } else { moment.fourth / (moment.second * moment.second) }),
        ("Maximum", ranks.maximum()),
        ("Mean", mean),
        ("MeanAbsoluteDeviation", absolute_deviation),
        ("Median", ranks.median()),
        ("Minimum", ranks.minimum()),
        ("Range", ranks.maximum() - ranks.minimum()),
        ("RobustMeanAbsoluteDeviation", robust_deviation(values, p10, p90)),
        ("RootMeanSquared", (energy / n).sqrt()),
        ("Skewness", if flat { 0.0 } else { moment.third / moment.second.powf(1.5) }),
        ("StandardDeviation", moment.second.sqrt()),
        ("TotalEnergy", energy * voxel_volume),
        ("Uniformity", uniformity(&levels.counts)),
        ("Variance", moment.second),
    ]
}

/// The sum of `f` over `values` that are numbers, in NumPy's order: eight interleaved parts for each block of up to 128,
/// blocks in pairs.
/// Rounding then is NumPy's too, which shows where all values are equal: their mean may differ from them by a bit.
fn sum(values: &[f64], f: impl Fn(f64) -> f64 + Copy) -> f64 {
    pairwise(values, |x| if x.is_nan() { 0.0 } else { f(x) })
}

fn pairwise(values: &[f64], f: impl Fn(f64) -> f64 + Copy) -> f64 {
    match values.len() {
        // NumPy begins a short sum with -0.
        n if n < 8 => values.iter().fold(-0.0, |sum, &x| sum + f(x)),
        n if n <= 128 => simd::widest(Block { values, f }),
        n => {
            let half = n / 2 - n / 2 % 8;
            let (low, high) = values.split_at(half);
            pairwise(low, f) + pairwise(high, f)
        }
    }
}

/// The sum of `f` over 8 to 128 values.
struct Block<'a, F> {
    values: &'a [f64],
    f: F,
}

impl<F: Fn(f64) -> f64> Kernel for Block<'_, F> {
    type Output = f64;

    #[inline(always)]
    fn run(self) -> f64 {
        let Self { values, f } = self;
        let (chunks, rest) = values.as_chunks::<8>();
        let mut parts = chunks[0].map(&f);
        for chunk in &chunks[1..] {
            for k in 0..8 {
                parts[k] += f(chunk[k]);
            }
        }
        let [a, b, c, d, e, g, h, i] = parts;
        let mut sum = ((a + b) + (c + d)) + ((e + g) + (h + i));
        for &x in rest {
            sum += f(x);
        }
        sum
    }
}

/// Central moments with n.
struct CentralMoments {
    second: f64,
    third: f64,
    fourth: f64,
}

impl CentralMoments {
    fn about(values: &[f64], mean: f64, n: f64) -> Self {
        let second = |x: f64| (x - mean) * (x - mean);
        let third = |x: f64| second(x) * (x - mean);
        let fourth = |x: f64| second(x) * second(x);
        Self { second: sum(values, second) / n, third: sum(values, third) / n, fourth: sum(values, fourth) / n }
    }
}

/// Mean distance from the mean of the values in the closed interval from `low` to `high`.
fn robust_deviation(values: &[f64], low: f64, high: f64) -> f64 {
    let kept: Vec<f64> = values.iter().map(|&x| if (x >= low) & (x <= high) { x } else { f64::NAN }).collect();
    let n = kept.iter().filter(|x| !x.is_nan()).count() as f64;
    let mean = sum(&kept, |x| x) / n;
    sum(&kept, |x| (x - mean).abs()) / n
}

/// Entropy in bits of the shares that `counts` are of their sum.
fn entropy(counts: &[u32]) -> f64 {
    let n: f64 = counts.iter().map(|&c| f64::from(c)).sum();
    -counts.iter().map(|&c| f64::from(c) / n).map(|p| p * (p + EPS).log2()).sum::<f64>()
}

fn uniformity(counts: &[u32]) -> f64 {
    let n: f64 = counts.iter().map(|&c| f64::from(c)).sum();
    counts.iter().map(|&c| (f64::from(c) / n).powi(2)).sum()
}

/// The values that sorting would put at the ranks that the features ask for.
struct Ranks {
    /// How many values there are.
    n: usize,
    /// Ranks and values.
    known: Vec<(usize, f64)>,
}

impl Ranks {
    /// The percentiles that features are or lie between.
    const PERCENTILES: [f64; 4] = [10.0, 25.0, 75.0, 90.0];

    fn of(values: &[f64], levels: &Levels) -> Self {
        let n = values.iter().filter(|x| !x.is_nan()).count();
        let around = |p: f64| [below(n, p), below(n, p) + 1];
        let mut ranks: Vec<usize> = Self::PERCENTILES.into_iter().flat_map(around).collect();
        ranks.extend([0, (n / 2).saturating_sub(1), n / 2, n.saturating_sub(1)]);
        ranks.retain(|&rank| rank < n);
        ranks.sort_unstable();
        ranks.dedup();
        // Bins are in order: where every value is a number, it is known which bin holds a rank.
        let parts = if n == values.len() {
            parts_with(&ranks, values, levels)
        } else {
            vec![(0, values.iter().copied().filter(|x| !x.is_nan()).collect())]
        };
        let mut known = Vec::with_capacity(ranks.len());
        for (first, mut part) in parts {
            let inside: Vec<usize> =
                ranks.iter().copied().filter(|rank| (first..first + part.len()).contains(rank)).collect();
            put_in_place(&mut part, first, &inside);
            known.extend(inside.iter().map(|&rank| (rank, part[rank - first])));
        }
        Self { n, known }
    }

    fn at(&self, rank: usize) -> f64 {
        self.known.iter().find(|&&(known, _)| known == rank).map_or(f64::NAN, |&(_, x)| x)
    }

    fn minimum(&self) -> f64 {
        self.at(0)
    }

    fn maximum(&self) -> f64 {
        self.at(self.n.wrapping_sub(1))
    }

    fn median(&self) -> f64 {
        let n = self.n;
        if n == 0 || n % 2 == 1 { self.at(n / 2) } else { (self.at(n / 2 - 1) + self.at(n / 2)) / 2.0 }
    }

    /// Linear interpolation at rank (n - 1) p / 100, in NumPy's arithmetic: it decides whether a value that ties with a
    /// percentile lies inside the robust range.
    fn percentile(&self, p: f64) -> f64 {
        if self.n == 0 {
            return f64::NAN;
        }
        let last = self.n - 1;
        let below = below(self.n, p);
        let (a, b) = (self.at(below), self.at((below + 1).min(last)));
        let (t, step) = (last as f64 * (p / 100.0) - below as f64, b - a);
        if t >= 0.5 { b - step * (1.0 - t) } else { a + step * t }
    }
}

/// The rank at or below the percentile `p` of `n` values.
fn below(n: usize, p: f64) -> usize {
    (n.saturating_sub(1) as f64 * (p / 100.0)) as usize
}

/// The values of each level that holds one of `ranks`, and the rank of the lowest of them.
fn parts_with(ranks: &[usize], values: &[f64], levels: &Levels) -> Vec<(usize, Vec<f64>)> {
    let mut next = 0;
    let part = |&count: &u32| {
        let (first, end) = (next, next + count as usize);
        next = end;
        ranks.iter().any(|rank| (first..end).contains(rank)).then(|| (first, Vec::with_capacity(count as usize)))
    };
    let mut parts: Vec<Option<(usize, Vec<f64>)>> = levels.counts.iter().map(part).collect();
    for (&level, &x) in levels.indices.iter().zip(values) {
        if let Some((_, part)) = &mut parts[level as usize] {
            part.push(x);
        }
    }
    parts.into_iter().flatten().collect()
}

/// Moves to each of the ascending `ranks` the value that sorting would put there; `values` begin at the rank `first`.
fn put_in_place(values: &mut [f64], first: usize, ranks: &[usize]) {
    let middle = ranks.len() / 2;
    let Some(&rank) = ranks.get(middle) else { return };
    let (lower, _, upper) = values.select_nth_unstable_by(rank - first, f64::total_cmp);
    put_in_place(lower, first, &ranks[..middle]);
    put_in_place(upper, rank + 1, &ranks[middle + 1..]);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Settings;

    #[test]
    fn a_flat_region_has_no_skewness() {
        let values = [3.0; 5];
        let levels = Levels::new(&values, false, &Settings::default()).expect("finite");
        let features = features(&values, &levels, 1.0, 2.0);
        let get = |name| features.iter().find(|f| f.0 == name).expect("a feature").1;
        assert_eq!((get("Skewness"), get("Kurtosis"), get("Uniformity")), (0.0, 0.0, 1.0));
        assert_eq!((get("Energy"), get("TotalEnergy"), get("RootMeanSquared")), (80.0, 160.0, 4.0));
    }

    #[test]
    fn percentiles_interpolate() {
        let values = [4.0, 1.0, 3.0, 2.0];
        let levels = |width: f64| {
            let settings = Settings { bin_width: width, ..Settings::default() };
            Levels::new(&values, false, &settings).expect("finite")
        };
        for ranks in [0.5, 2.0, 25.0].map(|width| Ranks::of(&values, &levels(width))) {
            assert_eq!((ranks.percentile(25.0), ranks.median(), ranks.percentile(90.0)), (1.75, 2.5, 3.7));
        }
    }
}
