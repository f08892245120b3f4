//! Gray level co-occurrence: pairs of levels at a given offset (Haralick's features).

use std::cmp::Ordering;

use super::maximal_correlation::{Pair, maximal_correlation};
use super::{EPS, Named, mean_over};
use crate::radiomics::Settings;
use crate::radiomics::discretise::Levels;
use crate::radiomics::settings::WeightingNorm;
use crate::radiomics::texture::{Direction, LevelGrid};

/// For more levels than this, pairs are listed and sorted instead of counted in a square.
const MOST_DENSE_LEVELS: usize = 2048;

/// Features of the co-occurrence of `grid`'s levels in `directions`; `spacing` along x, y, z weights them where
/// `weightingNorm` is set.
///
/// Without weights each direction with pairs has its own matrix, and features are averaged over directions.
pub fn features(grid: &LevelGrid<'_>, directions: &[Direction], spacing: [f64; 3], settings: &Settings) -> Named {
    let symmetric = settings.symmetrical_glcm;
    let matrices: Vec<Joint> = match settings.weighting_norm {
        None => directions.iter().map(|&d| Joint::new(counts(grid, d, symmetric), symmetric)).collect(),
        Some(norm) => {
            let weighted = directions.iter().flat_map(|&direction| {
                let weight = weight(direction, spacing, norm);
                counts(grid, direction, symmetric).into_iter().map(move |pair| Pair { p: pair.p * weight, ..pair })
            });
            vec![Joint::new(merged(weighted.collect()), symmetric)]
        }
    };
    let alone = matrices.len() == 1;
    let filled: Vec<Named> = matrices
        .iter()
        .filter(|matrix| alone || !matrix.pairs.is_empty())
        .map(|matrix| matrix.features(grid.levels))
        .collect();
    if filled.is_empty() {
        let mcc = if grid.levels.len() < 2 { 1.0 } else { f64::NAN };
        return Joint::new(Vec::new(), symmetric)
            .features(grid.levels)
            .into_iter()
            .map(|(name, x)| (name, if name == "MCC" { mcc } else { x }))
            .collect();
    }
    mean_over(&filled)
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

/// How often level j lies at an offset of `direction` from level i, for the pairs that occur; if `symmetric` or the other
/// way round, and then only those with i <= j, which stand for (j, i) too.
pub(crate) fn counts(grid: &LevelGrid<'_>, direction: Direction, symmetric: bool) -> Vec<Pair> {
    let offset = grid.grid.offset(direction);
    let levels = grid.levels.len();
    if levels > MOST_DENSE_LEVELS {
        let pairs = grid.voxels().map(|(address, level)| (grid.beside(address, -offset), level as u16));
        let inside = pairs.filter(|&(i, _)| i > 0).map(|(i, j)| Pair { i: i - 1, j, p: 1.0 });
        let folded = inside.map(|Pair { i, j, p }| match (symmetric, i.cmp(&j)) {
            (true, Ordering::Equal) => Pair { i, j, p: 2.0 },
            (true, Ordering::Greater) => Pair { i: j, j: i, p },
            _ => Pair { i, j, p },
        });
        return merged(folded.collect());
    }
    // Row 0 takes the pairs with a voxel outside the region.
    let mut dense = vec![0_u32; (levels + 1) * levels];
    for (address, level) in grid.voxels() {
        dense[grid.beside(address, -offset) as usize * levels + level] += 1;
    }
    let dense = &dense[levels..];
    let mut pairs = Vec::with_capacity(4 * levels);
    for i in 0..levels {
        for j in if symmetric { i } else { 0 }..levels {
            let count = dense[i * levels + j] + if symmetric { dense[j * levels + i] } else { 0 };
            if count > 0 {
                pairs.push(Pair { i: i as u16, j: j as u16, p: f64::from(count) });
            }
        }
    }
    pairs
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

    fn features(&self, levels: &Levels) -> Named {
        let value = |index: u16| f64::from(levels.numbers[index as usize]);
        let highest = levels.highest() as usize;
        let (px, py) = self.marginals(levels.len());
        // Distributions of i + j (from 2) and |i - j| (from 0).
        let (mut sums, mut differences) = (vec![0.0; 2 * highest], vec![0.0; highest]);
        let [mut autocorrelation, mut energy, mut entropy, mut maximum, mut eps_shift] = [0.0; 5];
        for pair in &self.pairs {
            let (i, j) = (levels.numbers[pair.i as usize], levels.numbers[pair.j as usize]);
            let mass = pair.p * self.multiplicity(pair);
            sums[(i + j - 1) as usize] += mass;
            differences[i.abs_diff(j) as usize] += mass;
            autocorrelation += mass * f64::from(i) * f64::from(j);
            energy += mass * pair.p;
            entropy -= mass * (pair.p + EPS).log2();
            maximum = f64::max(maximum, pair.p);
            eps_shift += mass / (px[pair.i as usize] * py[pair.j as usize]);
        }
        if self.pairs.is_empty() {
            [autocorrelation, energy, entropy, maximum] = [f64::NAN; 4];
            sums.fill(f64::NAN);
            differences.fill(f64::NAN);
        }
        let mean = |p: &[f64]| p.iter().zip(0_u16..).map(|(p, i)| p * value(i)).sum::<f64>();
        let variance = |p: &[f64], mean: f64| p.iter().zip(0_u16..).map(|(p, i)| p * (value(i) - mean).powi(2)).sum();
        let (ux, uy) = (mean(&px), mean(&py));
        let (variance_x, variance_y): (f64, f64) = (variance(&px, ux), variance(&py, uy));

        let about = |power: i32| moment(&sums, 1.0, power, ux + uy);
        let tendency = about(2);
        let difference_average = moment(&differences, 0.0, 1, 0.0);
        let contrast = moment(&differences, 0.0, 2, 0.0);
        // Var(i + j) - Var(i - j) = 4 Cov(i, j), free of the cancellation in E(ij) - E(i) E(j).
        let covariance = (tendency - contrast + (ux - uy).powi(2)) / 4.0;
        let deviations = variance_x.sqrt() * variance_y.sqrt();
        let (imc1, imc2) = information(entropy, &px, &py, eps_shift);
        let ng = highest as f64;
        let over = |f: &dyn Fn(f64) -> f64| differences.iter().zip(0..).map(|(p, k)| p * f(f64::from(k))).sum::<f64>();

        let features = vec![
            ("Autocorrelation", autocorrelation),
            ("ClusterProminence", about(4)),
            ("ClusterShade", about(3)),
            ("ClusterTendency", tendency),
            ("Contrast", contrast),
            ("Correlation", if deviations == 0.0 { 1.0 } else { covariance / (deviations + EPS) }),
            ("DifferenceAverage", difference_average),
            ("DifferenceEntropy", self::entropy(&differences)),
            ("DifferenceVariance", moment(&differences, 0.0, 2, difference_average)),
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
            ("MCC", if levels.len() < 2 { 1.0 } else { maximal_correlation(&self.pairs, &px, &py, self.symmetric) }),
            ("MaximumProbability", maximum),
            ("SumAverage", moment(&sums, 1.0, 1, 0.0)),
            ("SumEntropy", self::entropy(&sums)),
            ("SumSquares", variance_x),
        ];
        if self.pairs.is_empty() {
            return features.into_iter().map(|(name, _)| (name, f64::NAN)).collect();
        }
        features
    }
}

/// Σ p_k (k + first - centre)^power over a distribution that begins at `first`.
fn moment(p: &[f64], first: f64, power: i32, centre: f64) -> f64 {
    let first = first - centre;
    p.iter().enumerate().filter(|&(_, &p)| p != 0.0).map(|(k, p)| p * (k as f64 + first).powi(power)).sum()
}

/// Entropy in bits.
fn entropy(p: &[f64]) -> f64 {
    -p.iter().filter(|&&p| p != 0.0).map(|p| p * (p + EPS).log2()).sum::<f64>()
}

/// Imc1 and Imc2 from the joint entropy HXY in bits, the marginals, and `eps_shift` = Σ p / (px py).
///
/// HXY1 = -Σ p log2(px py + eps) and HXY2 = -Σ px py log2(px py + eps) are both the sum of the marginal entropies, but for
/// eps; its effect is taken to first order, which is exact to 1e-20.
fn information(joint: f64, px: &[f64], py: &[f64], eps_shift: f64) -> (f64, f64) {
    let plain = |p: &[f64]| -p.iter().filter(|&&p| p > 0.0).map(|p| p * p.log2()).sum::<f64>();
    let filled = |p: &[f64]| p.iter().filter(|&&p| p > 0.0).count() as f64;
    let independent = plain(px) + plain(py);
    let of_eps = EPS / std::f64::consts::LN_2;
    let (hxy1, hxy2) = (independent - of_eps * eps_shift, independent - of_eps * filled(px) * filled(py));
    let divisor = f64::max(entropy(px), entropy(py));
    let imc1 = if divisor == 0.0 { 0.0 } else { (joint - hxy1) / divisor };
    let single = filled(px) * filled(py) == 1.0;
    let imc2 = if single { 0.0 } else { (1.0 - (-2.0 * (hxy2 - joint)).exp()).sqrt() };
    (imc1, imc2)
}
