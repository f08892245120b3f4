//! The largest of jointly normal statistics.
//!
//! The standardized sums at cuts m1 < m2 correlate as sqrt(m1 (n - m2) / ((n - m1) m2)): they are a Markov chain, so the
//! probability that all stay within [-b, b] is a product of one-dimensional integrals. The density of those that stayed
//! is kept on Gauss-Legendre panels.

use super::CutpointError;
use crate::stats::tails::{normal_density, normal_upper};

/// Cuts at most.
const MAX_CUTS: usize = 3000;
/// Nodes and weights of the 8-point Gauss-Legendre rule on [-1, 1], positive half.
const RULE: [(f64, f64); 4] = [
    (0.183_434_642_495_649_8, 0.362_683_783_378_362),
    (0.525_532_409_916_329, 0.313_706_645_877_887_3),
    (0.796_666_477_413_626_7, 0.222_381_034_453_374_48),
    (0.960_289_856_497_536_3, 0.101_228_536_290_376_26),
];
/// Beyond this many standard deviations a normal density adds nothing.
const REACH: f64 = 9.0;

/// P(max |Z| > `bound`) over the cuts with `n_low` of `n` subjects below.
pub(super) fn p_value(bound: f64, n: usize, n_low: &[usize]) -> Result<f64, CutpointError> {
    if n_low.len() > MAX_CUTS {
        return Err(CutpointError::TooManyCuts { cuts: n_low.len(), most: MAX_CUTS });
    }
    let n = n as f64;
    let correlation = |pair: &[usize]| {
        let (m1, m2) = (pair[0] as f64, pair[1] as f64);
        (m1 * (n - m2) / ((n - m1) * m2)).sqrt()
    };
    let correlations: Vec<f64> = n_low.windows(2).map(correlation).collect();
    let narrowest = correlations.iter().map(|r| (1.0 - r * r).sqrt()).fold(1.0, f64::min);
    let (nodes, weights) = panels(bound, narrowest);
    // What leaves at each cut is summed, not what stays: a small p keeps its digits.
    let mut leaves = 2.0 * normal_upper(bound);
    let mut stayed: Vec<f64> = nodes.iter().zip(&weights).map(|(z, w)| w * normal_density(*z)).collect();
    for r in correlations {
        let sd = (1.0 - r * r).sqrt();
        let gone =
            |(z, mass): (&f64, &f64)| mass * (normal_upper((bound - r * z) / sd) + normal_upper((bound + r * z) / sd));
        leaves += nodes.iter().zip(&stayed).map(gone).sum::<f64>();
        stayed = step(&nodes, &weights, &stayed, r, sd);
    }
    Ok(leaves.min(1.0))
}

/// Mass at each node after one transition of those that stay.
fn step(nodes: &[f64], weights: &[f64], stayed: &[f64], r: f64, sd: f64) -> Vec<f64> {
    let arrive = |(z, w): (&f64, &f64)| {
        let (low, high) = ((z - REACH * sd) / r, (z + REACH * sd) / r);
        let near = nodes.partition_point(|from| *from < low)..nodes.partition_point(|from| *from <= high);
        let density = |i: usize| stayed[i] * normal_density((z - r * nodes[i]) / sd) / sd;
        w * near.map(density).sum::<f64>()
    };
    nodes.iter().zip(weights).map(arrive).collect()
}

/// Nodes and weights on [-bound, bound], in panels no wider than twice the narrowest transition.
fn panels(bound: f64, narrowest: f64) -> (Vec<f64>, Vec<f64>) {
    let count = (bound / narrowest).ceil().max(8.0) as usize;
    let half = bound / count as f64;
    let on_panel = |panel: usize| {
        let centre = -bound + half * (2 * panel + 1) as f64;
        let below = RULE.iter().rev().map(move |(x, w)| (centre - half * x, half * w));
        below.chain(RULE.iter().map(move |(x, w)| (centre + half * x, half * w)))
    };
    (0..count).flat_map(on_panel).unzip()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_and_two_cuts() {
        assert_eq!(p_value(1.7, 50, &[20]).expect("one cut"), 2.0 * normal_upper(1.7));
        // R's integrate for a correlation of 1/3: 1 - P(|Z1|, |Z2| <= 2).
        let p = p_value(2.0, 40, &[10, 30]).expect("two cuts");
        assert!((p - 0.086307602661523).abs() < 1e-9, "{p}");
        assert!(p_value(2.0, 10_000, &(1..5000).collect::<Vec<_>>()).is_err());
    }
}
