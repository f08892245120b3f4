//! Grey level co-occurrence (LFYI): pairs of levels at a step of a direction.

use std::ops::Range;

use super::directional;
use super::layout::{DIRECTIONS, Layout, PLANAR};
use crate::discretise::Levels;
use crate::features::Named;
use crate::ibsi::family::{Aggregation, Family};

/// Counts of the unordered pairs of levels (indices i <= j), ascending: twice a pair of equal levels, so that the count
/// stands for each of the elements (i, j) and (j, i) of the symmetric matrix.
type Pairs = Vec<(u16, u16, u32)>;

/// Features of pairs at `distance` steps of each direction.
pub(super) fn features(layout: &Layout<'_>, ways: &[Aggregation], distance: usize) -> Vec<(Aggregation, Named)> {
    let offsets: Vec<isize> = DIRECTIONS.iter().map(|&direction| layout.offset(direction, distance)).collect();
    let wants_planar = ways.iter().any(|way| !way.is_3d());
    let planar: Vec<Vec<Pairs>> = if wants_planar {
        let slice = |part: &Range<usize>| offsets[..PLANAR].iter().map(|&o| pairs(layout, part.clone(), o)).collect();
        layout.slices.iter().map(slice).collect()
    } else {
        Vec::new()
    };
    let spatial: Vec<Pairs> = if ways.iter().any(|way| way.is_3d()) {
        offsets.iter().map(|&offset| pairs(layout, layout.all(), offset)).collect()
    } else {
        Vec::new()
    };
    let levels = layout.levels.levels;
    directional(&planar, &spatial, ways, Family::Glcm, |each| merged(each), |pairs| of_matrix(pairs, levels))
}

/// For so many levels a square of counts is at hand.
const MOST_SQUARE_LEVELS: usize = 512;

/// The pairs of the voxels `part` at `offset`.
fn pairs(layout: &Layout<'_>, part: Range<usize>, offset: isize) -> Pairs {
    let n = layout.levels.levels.len();
    let found = layout.voxels(part.clone()).filter_map(|(address, level)| {
        let other = layout.levels.beside(address, offset);
        (other > 0).then(|| (level.min(other as usize - 1), level.max(other as usize - 1)))
    });
    if n > MOST_SQUARE_LEVELS || n * n > 16 * part.len() {
        let mut listed: Vec<(u16, u16)> = found.map(|(i, j)| (i as u16, j as u16)).collect();
        listed.sort_unstable();
        let count = |same: &[(u16, u16)]| {
            let (i, j) = same[0];
            (i, j, same.len() as u32 * if i == j { 2 } else { 1 })
        };
        return listed.chunk_by(|a, b| a == b).map(count).collect();
    }
    let mut square = vec![0_u32; n * n];
    for (i, j) in found {
        square[i * n + j] += 1;
    }
    let mut pairs = Vec::new();
    for i in 0..n {
        for j in i..n {
            let count = square[i * n + j];
            if count > 0 {
                pairs.push((i as u16, j as u16, count * if i == j { 2 } else { 1 }));
            }
        }
    }
    pairs
}

/// The sum of several matrices.
fn merged(each: &mut dyn Iterator<Item = &Pairs>) -> Pairs {
    let mut all: Pairs = each.flatten().copied().collect();
    all.sort_unstable_by_key(|&(i, j, _)| (i, j));
    all.dedup_by(|later, kept| {
        let same = (later.0, later.1) == (kept.0, kept.1);
        if same {
            kept.2 += later.2;
        }
        same
    });
    all
}

/// The features of one matrix; `None` without pairs.
fn of_matrix(pairs: &Pairs, levels: &Levels) -> Option<Named> {
    let total: f64 = pairs.iter().map(|&(i, j, count)| f64::from(count) * if i == j { 1.0 } else { 2.0 }).sum();
    if total == 0.0 {
        return None;
    }
    let number = |index: u16| f64::from(levels.numbers[index as usize]);
    let highest = levels.highest as usize;
    let mut marginal = vec![0.0; levels.len()];
    // The distributions of i + j, from 0, and of |i - j|.
    let (mut sums, mut differences) = (vec![0.0; 2 * highest + 1], vec![0.0; highest]);
    let [mut maximum, mut product, mut squares, mut entropy] = [0.0_f64; 4];
    for &(i, j, count) in pairs {
        let p = f64::from(count) / total;
        let mass = if i == j { p } else { 2.0 * p };
        let (a, b) = (levels.numbers[i as usize] as usize, levels.numbers[j as usize] as usize);
        marginal[i as usize] += p;
        if i != j {
            marginal[j as usize] += p;
        }
        sums[a + b] += mass;
        differences[b - a] += mass;
        maximum = maximum.max(p);
        product += mass * (a * b) as f64;
        squares += mass * p;
        entropy -= mass * p.log2();
    }
    let mean: f64 = marginal.iter().zip(0..).map(|(p, i)| p * number(i)).sum();
    let variance: f64 = marginal.iter().zip(0..).map(|(p, i)| p * (number(i) - mean).powi(2)).sum();
    let over = |p: &[f64], f: &dyn Fn(f64) -> f64| -> f64 {
        p.iter().enumerate().filter(|(_, p)| **p > 0.0).map(|(k, p)| p * f(k as f64)).sum()
    };
    let entropy_of = |p: &[f64]| -p.iter().filter(|p| **p > 0.0).map(|p| p * p.log2()).sum::<f64>();
    let difference = over(&differences, &|k| k);
    let sum = over(&sums, &|k| k);
    let ng = f64::from(levels.highest);
    // The joint entropy of two independent levels is twice that of one.
    let single = entropy_of(&marginal);
    let shared = 2.0 * single - entropy;
    // Without two different levels side by side there is nothing to average.
    let unequal = &differences[1..];
    let any_unequal = unequal.iter().any(|&p| p > 0.0);
    let inverse_variance = if any_unequal { over(unequal, &|k| (k + 1.0).powi(-2)) } else { f64::NAN };
    let flat = marginal.iter().filter(|p| **p > 0.0).count() == 1;
    Some(vec![
        ("JointMaximum", maximum),
        ("JointAverage", mean),
        ("JointVariance", variance),
        ("JointEntropy", entropy),
        ("DifferenceAverage", difference),
        ("DifferenceVariance", over(&differences, &|k| (k - difference).powi(2))),
        ("DifferenceEntropy", entropy_of(&differences)),
        ("SumAverage", sum),
        ("SumVariance", over(&sums, &|k| (k - sum).powi(2))),
        ("SumEntropy", entropy_of(&sums)),
        ("AngularSecondMoment", squares),
        ("Contrast", over(&differences, &|k| k * k)),
        ("Dissimilarity", difference),
        ("InverseDifference", over(&differences, &|k| 1.0 / (1.0 + k))),
        ("InverseDifferenceNormalised", over(&differences, &|k| 1.0 / (1.0 + k / ng))),
        ("InverseDifferenceMoment", over(&differences, &|k| 1.0 / (1.0 + k * k))),
        ("InverseDifferenceMomentNormalised", over(&differences, &|k| 1.0 / (1.0 + k * k / (ng * ng)))),
        ("InverseVariance", inverse_variance),
        ("Correlation", if flat { 1.0 } else { (product - mean * mean) / variance }),
        ("Autocorrelation", product),
        ("ClusterTendency", over(&sums, &|k| (k - 2.0 * mean).powi(2))),
        ("ClusterShade", over(&sums, &|k| (k - 2.0 * mean).powi(3))),
        ("ClusterProminence", over(&sums, &|k| (k - 2.0 * mean).powi(4))),
        ("InformationCorrelation1", if flat { 1.0 } else { -shared / single }),
        ("InformationCorrelation2", if shared > 0.0 { (1.0 - (-2.0 * shared).exp()).sqrt() } else { 0.0 }),
    ])
}
