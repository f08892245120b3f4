//! Gray level co-occurrence: pairs of levels at a given offset (Haralick's features).

use std::cmp::Ordering;

use super::maximal_correlation::{Pair, maximal_correlation};
use super::{EPS, Named, mean_over};
use crate::discretise::Levels;
use crate::settings::{FeatureClass, WeightingNorm};
use crate::texture::{Direction, LevelGrid};
use crate::{Settings, catalogue};

/// For more levels than this, pairs are listed and sorted instead of counted in a square.
const MOST_DENSE_LEVELS: usize = 2048;

/// For more levels than this, the squares of several directions no longer fit into the nearest cache together.
const MOST_LEVELS_SIDE_BY_SIDE: usize = 64;

/// Features of the co-occurrence of `grid`'s levels in `directions`; `spacing` along x, y, z weights them where
/// `weightingNorm` is set.
///
/// Without weights each direction with pairs has its own matrix, and features are averaged over directions.
pub fn features(grid: &LevelGrid<'_>, directions: &[Direction], spacing: [f64; 3], settings: &Settings) -> Named {
    let matrices = by_matrix(grid, directions, spacing, settings);
    let without_directions = matrices.len() > 1 && matrices.iter().all(Option::is_none);
    let alone_and_empty = matches!(matrices.as_slice(), [None]);
    let mut features = mean(matrices);
    if without_directions && grid.levels.in_region < 2 {
        // Without any matrix the rule for a single level is all that is left.
        features.iter_mut().filter(|(name, _)| *name == "MCC").for_each(|(_, x)| *x = 1.0);
    }
    if alone_and_empty && grid.levels.highest == 1 {
        // A sum over no differences at all.
        features.iter_mut().filter(|(name, _)| *name == "InverseVariance").for_each(|(_, x)| *x = 0.0);
    }
    features
}

/// The mean over the matrices that have pairs; not numbers if none has.
pub(crate) fn mean(matrices: Vec<Option<Named>>) -> Named {
    let filled: Vec<Named> = matrices.into_iter().flatten().collect();
    if filled.is_empty() {
        return catalogue::features(FeatureClass::Glcm).iter().map(|feature| (feature.name, f64::NAN)).collect();
    }
    mean_over(&filled)
}

/// Features of each matrix: one for each direction, or with weights one for all; `None` without pairs.
pub(crate) fn by_matrix(
    grid: &LevelGrid<'_>,
    directions: &[Direction],
    spacing: [f64; 3],
    settings: &Settings,
) -> Vec<Option<Named>> {
    let symmetric = settings.symmetrical_glcm;
    let features = |pairs: Vec<Pair>| {
        let filled = pairs.iter().any(|pair| pair.p > 0.0);
        filled.then(|| Joint::new(pairs, symmetric).features(grid.levels))
    };
    match settings.weighting_norm {
        None => counts(grid, directions, symmetric).into_iter().map(features).collect(),
        Some(norm) => {
            let weighted =
                directions.iter().zip(counts(grid, directions, symmetric)).flat_map(|(&direction, pairs)| {
                    let weight = weight(direction, spacing, norm);
                    pairs.into_iter().map(move |pair| Pair { p: pair.p * weight, ..pair })
                });
            // A weight may be too small for a number.
            vec![features(merged(weighted.filter(|pair| pair.p > 0.0).collect()))]
        }
    }
}

/// exp(-d²) for the length d of `direction` in mm.
fn weight(direction: Direction, spacing: [f64; 3], norm: WeightingNorm) -> f64 {
    let lengths: [f64; 3] = std::array::from_fn(|axis| f64::from(direction[axis].abs()) * spacing[axis]);
    match norm {
        WeightingNorm::Infinity => (-lengths.into_iter().fold(0.0, f64::max).powi(2)).exp(),
        WeightingNorm::Euclidean => (-lengths.iter().map(|d| d * d).sum::<f64>()).exp(),
        WeightingNorm::Manhattan => (-lengths.iter().sum::<f64>().powi(2)).exp(),
        WeightingNorm::NoWeighting => 1.0,
    }
}

/// For each of `directions`, how often level j lies at an offset of it from level i, for the pairs that occur; if
/// `symmetric` or the other way round, and then only those with i <= j, which stand for (j, i) too.
pub(crate) fn counts(grid: &LevelGrid<'_>, directions: &[Direction], symmetric: bool) -> Vec<Vec<Pair>> {
    let offsets: Vec<isize> = directions.iter().map(|&d| grid.grid.offset(d)).collect();
    if grid.levels.len() > MOST_DENSE_LEVELS {
        return offsets.into_iter().map(|offset| listed(grid, offset, symmetric)).collect();
    }
    let (fours, rest) =
        if grid.levels.len() > MOST_LEVELS_SIDE_BY_SIDE { (&[][..], &offsets[..]) } else { offsets.as_chunks() };
    let fours = fours.iter().flat_map(|&offsets| tallied::<4>(grid, offsets, symmetric));
    let rest = rest.iter().flat_map(|&offset| tallied(grid, [offset], symmetric));
    fours.chain(rest).collect()
}

/// The pairs at `offset`, listed and sorted.
fn listed(grid: &LevelGrid<'_>, offset: isize, symmetric: bool) -> Vec<Pair> {
    let pairs = grid.voxels().map(|(address, level)| (grid.beside(address, -offset), level as u16));
    let inside = pairs.filter(|&(i, _)| i > 0).map(|(i, j)| Pair { i: i - 1, j, p: 1.0 });
    let folded = inside.map(|Pair { i, j, p }| match (symmetric, i.cmp(&j)) {
        (true, Ordering::Equal) => Pair { i, j, p: 2.0 },
        (true, Ordering::Greater) => Pair { i: j, j: i, p },
        _ => Pair { i, j, p },
    });
    merged(folded.collect())
}

/// The pairs at each of `offsets`, counted in squares in one sweep over the voxels.
fn tallied<const N: usize>(grid: &LevelGrid<'_>, offsets: [isize; N], symmetric: bool) -> [Vec<Pair>; N] {
    let levels = grid.levels.len();
    // A row for each level j; its first element takes the neighbours outside the region.
    let width = levels + 1;
    let mut squares = vec![0_u32; N * levels * width];
    for (address, level) in grid.voxels() {
        for (k, offset) in offsets.iter().enumerate() {
            squares[(k * levels + level) * width + grid.beside(address, -offset) as usize] += 1;
        }
    }
    std::array::from_fn(|k| {
        let count = |i: usize, j: usize| squares[(k * levels + j) * width + i + 1];
        let mut pairs = Vec::with_capacity((levels * (levels + 1)).min(grid.voxels().len()));
        for i in 0..levels {
            for j in if symmetric { i } else { 0 }..levels {
                let count = count(i, j) + if symmetric { count(j, i) } else { 0 };
                if count > 0 {
                    pairs.push(Pair { i: i as u16, j: j as u16, p: f64::from(count) });
                }
            }
        }
        pairs
    })
}

/// `pairs` sorted, those of equal levels added up.
fn merged(mut pairs: Vec<Pair>) -> Vec<Pair> {
    pairs.sort_by_key(|pair| (pair.i, pair.j));
    pairs.dedup_by(|later, kept| {
        let same = (later.i, later.j) == (kept.i, kept.j);
        if same {
            kept.p += later.p;
        }
        same
    });
    pairs
}

/// The joint distribution of two levels.
struct Joint {
    /// Elements that are not zero; where symmetric, those with i <= j, which stand for (j, i) too.
    pairs: Vec<Pair>,
    symmetric: bool,
}

impl Joint {
    /// The distribution of the counts `pairs`.
    fn new(pairs: Vec<Pair>, symmetric: bool) -> Self {
        let mut joint = Self { pairs, symmetric };
        let total: f64 = joint.pairs.iter().map(|pair| pair.p * joint.multiplicity(pair)).sum();
        joint.pairs.iter_mut().for_each(|pair| pair.p /= total);
        joint
    }

    /// How many elements `pair` stands for.
    fn multiplicity(&self, pair: &Pair) -> f64 {
        if self.symmetric && pair.i != pair.j { 2.0 } else { 1.0 }
    }

    /// The marginal distributions of the first and the second level.
    fn marginals(&self, levels: usize) -> (Vec<f64>, Vec<f64>) {
        let (mut px, mut py) = (vec![0.0; levels], vec![0.0; levels]);
        for pair in &self.pairs {
            px[pair.i as usize] += pair.p;
            py[pair.j as usize] += pair.p;
            if self.symmetric && pair.i != pair.j {
                px[pair.j as usize] += pair.p;
                py[pair.i as usize] += pair.p;
            }
        }
        (px, py)
    }

    /// The sums of p times each value of `f` over all elements.
    #[inline]
    fn sums_over<const N: usize>(&self, f: impl Fn(u16, u16) -> [f64; N]) -> [f64; N] {
        let mut sums = [-0.0; N];
        for &Pair { i, j, p } in &self.pairs {
            let (there, back) = (f(i, j), if self.symmetric && i != j { f(j, i) } else { [0.0; N] });
            for (sum, (there, back)) in sums.iter_mut().zip(there.into_iter().zip(back)) {
                *sum += there * p + back * p;
            }
        }
        sums
    }

    fn features(&self, levels: &Levels) -> Named {
        let values = levels.values();
        let value = |index: u16| values[index as usize];
        let highest = levels.highest as usize;
        let (px, py) = self.marginals(levels.len());
        // Distributions of i + j (from 2) and |i - j| (from 0).
        let (mut sums, mut differences) = (vec![0.0; 2 * highest], vec![0.0; highest]);
        let [mut autocorrelation, mut energy, mut entropy, mut maximum] = [0.0; 4];
        for pair in &self.pairs {
            let (i, j) = (levels.numbers[pair.i as usize], levels.numbers[pair.j as usize]);
            let mass = pair.p * self.multiplicity(pair);
            sums[(i + j - 1) as usize] += mass;
            differences[i.abs_diff(j) as usize] += mass;
            autocorrelation += mass * f64::from(i) * f64::from(j);
            energy += mass * pair.p;
            entropy -= mass * (pair.p + EPS).log2();
            maximum = f64::max(maximum, pair.p);
        }
        // Sums pair by pair, in the order of the elements: where the first level is always the same, NumPy's rounding of
        // its mean decides whether its deviation is 0, and with it the correlation.
        let [ux, uy] = self.sums_over(|i, j| [value(i), value(j)]);
        let [variance_x, variance_y, covariance] = self.sums_over(|i, j| {
            let (x, y) = (value(i) - ux, value(j) - uy);
            [x * x, y * y, x * y]
        });
        let deviations = variance_x.sqrt() * variance_y.sqrt();

        let centre = 1.0 - (ux + uy);
        let difference_average = moment(&differences, 0.0, |d| d);
        let (imc1, imc2) = self.information(entropy, &px, &py);
        let mcc = match levels.in_region {
            0 | 1 => 1.0,
            n => maximal_correlation(&self.pairs, &px, &py, self.symmetric, n),
        };
        let ng = highest as f64;
        let over = |f: &dyn Fn(f64) -> f64| differences.iter().zip(0..).map(|(p, k)| p * f(f64::from(k))).sum::<f64>();

        vec![
            ("Autocorrelation", autocorrelation),
            ("ClusterProminence", moment(&sums, centre, |d| (d * d) * (d * d))),
            ("ClusterShade", moment(&sums, centre, |d| d * d * d)),
            ("ClusterTendency", moment(&sums, centre, |d| d * d)),
            ("Contrast", moment(&differences, 0.0, |d| d * d)),
            ("Correlation", if deviations == 0.0 { 1.0 } else { covariance / (deviations + EPS) }),
            ("DifferenceAverage", difference_average),
            ("DifferenceEntropy", self::entropy(&differences)),
            ("DifferenceVariance", moment(&differences, -difference_average, |d| d * d)),
            ("Id", over(&|k| 1.0 / (1.0 + k))),
            ("Idm", over(&|k| 1.0 / (1.0 + k * k))),
            ("Idmn", over(&|k| 1.0 / (1.0 + k * k / (ng * ng)))),
            ("Idn", over(&|k| 1.0 / (1.0 + k / ng))),
            ("Imc1", imc1),
            ("Imc2", imc2),
            ("InverseVariance", over(&|k| if k == 0.0 { 0.0 } else { 1.0 / (k * k) })),
            ("JointAverage", ux),
            ("JointEnergy", energy),
            ("JointEntropy", entropy),
            ("MCC", mcc),
            ("MaximumProbability", maximum),
            ("SumAverage", moment(&sums, 1.0, |d| d)),
            ("SumEntropy", self::entropy(&sums)),
            ("SumSquares", variance_x),
        ]
    }

    /// Imc1 and Imc2 from the joint entropy HXY in bits and the marginals.
    ///
    /// HXY1 = -Σ p log2(px py + eps) and HXY2 = -Σ px py log2(px py + eps) are both the sum of the marginal entropies, but
    /// for eps; where that is small its effect is taken to first order.
    fn information(&self, joint: f64, px: &[f64], py: &[f64]) -> (f64, f64) {
        let filled = |p: &[f64]| p.iter().copied().filter(|&p| p > 0.0).collect::<Vec<f64>>();
        let least = |p: &[f64]| p.iter().copied().fold(f64::INFINITY, f64::min);
        let (x, y) = (filled(px), filled(py));
        let product = |pair: &Pair| px[pair.i as usize] * py[pair.j as usize];
        let over_pairs =
            |f: &dyn Fn(f64) -> f64| self.pairs.iter().map(|p| p.p * self.multiplicity(p) * f(product(p))).sum::<f64>();
        let (hxy1, hxy2) = if EPS < SMALL_EPS * least(&x) * least(&y) {
            let plain = |p: &[f64]| -p.iter().map(|p| p * p.log2()).sum::<f64>();
            let independent = plain(&x) + plain(&y);
            let of_eps = EPS / std::f64::consts::LN_2;
            (independent - of_eps * over_pairs(&|q| 1.0 / q), independent - of_eps * (x.len() * y.len()) as f64)
        } else {
            let products = x.iter().flat_map(|px| y.iter().map(move |py| px * py));
            (-over_pairs(&|q| (q + EPS).log2()), -products.map(|q| q * (q + EPS).log2()).sum::<f64>())
        };
        let divisor = f64::max(entropy(px), entropy(py));
        let imc1 = if divisor == 0.0 { 0.0 } else { (joint - hxy1) / divisor };
        let shared = hxy2 - joint;
        // Independent levels share nothing but rounding.
        let imc2 = if shared.abs() < 1e-14 { 0.0 } else { (1.0 - (-2.0 * shared).exp()).sqrt() };
        (imc1, imc2)
    }
}

/// Beside a product of probabilities, eps up to this share of it has no effect of second order.
const SMALL_EPS: f64 = 1e-4;

/// Σ p_k f(k + first) over a distribution.
fn moment(p: &[f64], first: f64, f: impl Fn(f64) -> f64) -> f64 {
    p.iter().enumerate().filter(|&(_, &p)| p != 0.0).map(|(k, p)| p * f(k as f64 + first)).sum()
}

/// Entropy in bits.
fn entropy(p: &[f64]) -> f64 {
    -p.iter().filter(|&&p| p != 0.0).map(|p| p * (p + EPS).log2()).sum::<f64>()
}
