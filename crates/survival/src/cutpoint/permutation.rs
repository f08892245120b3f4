//! The conditional distribution of the largest statistic by random permutations of the scores.

use super::scores::{first_maximum, standardized};
use crate::stats::rng::Rng;
use rayon::prelude::*;
use watch::{Cancelled, Watch};

/// Permutations drawn from one stream of random numbers.
const BLOCK: usize = 64;

/// What is permuted.
pub(super) struct Permutation<'a> {
    pub(super) scores: &'a [f64],
    pub(super) n_low: &'a [usize],
    pub(super) draws: usize,
    pub(super) seed: u64,
}

impl Permutation<'_> {
    /// (1 + permutations at least as large) / (1 + draws), the same on any number of threads.
    pub(super) fn p_value(&self, statistic: f64, watch: &dyn Watch) -> Result<f64, Cancelled> {
        let limit = statistic * (1.0 - 1e-9);
        let blocks = self.draws.div_ceil(BLOCK);
        let in_block = |block: usize| {
            watch.step(block, blocks)?;
            let mut rng = Rng::stream(self.seed, block as u64);
            let mut scores = self.scores.to_vec();
            let drawn = BLOCK.min(self.draws - block * BLOCK);
            let reaches = |_: &usize| {
                rng.shuffle(&mut scores);
                let statistics = standardized(&scores, self.n_low).unwrap_or_default();
                statistics.get(first_maximum(&statistics)).is_some_and(|most| *most >= limit)
            };
            Ok((0..drawn).filter(reaches).count())
        };
        let reached: usize =
            (0..blocks).into_par_iter().map(in_block).collect::<Result<Vec<_>, _>>()?.into_iter().sum();
        Ok((1 + reached) as f64 / (1 + self.draws) as f64)
    }
}
