//! The pipeline on outcomes in random order: what it finds where there is nothing to find.

use super::{Pipeline, Predictor, Sample, ValidationError, work};
use crate::Survival;
use crate::concordance::harrell;
use crate::stats::rng::Rng;
use watch::Watch;

/// How often, from which seed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PermutationSpec {
    /// Number of orders; order b is stream b of the seed.
    pub count: usize,
    /// Fixes the orders.
    pub seed: u64,
}

/// A number of orders that is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CheckedPermutation(PermutationSpec);

/// What came of it, by model.
#[derive(Debug, Clone, PartialEq)]
pub struct Permutation {
    /// Names of the models.
    pub models: Vec<String>,
    /// Apparent C with the outcomes as they are.
    pub apparent: Vec<f64>,
    /// Apparent C of the pipeline refitted to each order of the outcomes; NaN where it could not be.
    pub permuted: Vec<Vec<f64>>,
    /// (1 + orders whose C is not below the apparent one) / (1 + orders) (Phipson and Smyth, Stat Appl Genet Mol Biol
    /// 9:39, 2010).
    pub p: Vec<f64>,
    /// Orders that could not be fitted.
    pub failed: usize,
    /// Why the first of these could not.
    pub first_failure: Option<String>,
}

impl PermutationSpec {
    /// Order `number` of `n` outcomes: subject i gets outcome `order[i]`.
    pub fn order(&self, number: usize, n: usize) -> Vec<usize> {
        Rng::stream(self.seed, number as u64).permutation(n)
    }

    /// Checks the number of orders.
    ///
    /// # Errors
    /// [`ValidationError::NoSamples`]: a `count` of 0.
    pub fn check(self) -> Result<CheckedPermutation, ValidationError> {
        if self.count == 0 { Err(ValidationError::NoSamples) } else { Ok(CheckedPermutation(self)) }
    }
}

impl CheckedPermutation {
    /// Refits `pipeline` to the outcomes of `data` in random orders, each outcome (time, event, entry, weight) as a whole.
    ///
    /// # Errors
    /// A pipeline that cannot be fitted to the outcomes as they are or to no order, cancellation.
    pub fn fit<P: Pipeline>(
        &self,
        pipeline: &P,
        data: &Survival,
        watch: &dyn Watch,
    ) -> Result<Permutation, ValidationError> {
        let everybody: Vec<usize> = (0..data.len()).collect();
        let concordances = |fitted: &P::Fitted, data: &Survival| {
            let c = |score: &[f64]| harrell(data, score).map_or(f64::NAN, |c| c.c);
            fitted.predict(&everybody, &[]).iter().map(|p| c(&p.score)).collect::<Vec<f64>>()
        };
        let apparent = concordances(&work::fit_all(pipeline, data, watch)?, data);
        let one = |b: usize, watch: &dyn Watch| {
            let survival = data.select(&self.0.order(b, data.len()));
            let sample = Sample { rows: &everybody, survival: &survival };
            let fitted = pipeline.fit(&sample, watch).map_err(|error| error.to_string())?;
            Ok(concordances(&fitted, &survival))
        };
        let (used, failed, first_failure) = work::used(work::each(self.0.count, watch, one)?)?;
        let permuted: Vec<Vec<f64>> =
            (0..apparent.len()).map(|m| used.iter().map(|c| c[m]).collect::<Vec<f64>>()).collect();
        let p = apparent.iter().zip(&permuted).map(|(apparent, permuted)| {
            // Orders of equal outcomes give equal C but for rounding.
            let reached = permuted.iter().filter(|c| **c >= apparent - 1e-12).count();
            (1 + reached) as f64 / (1 + permuted.len()) as f64
        });
        Ok(Permutation { models: pipeline.models(), p: p.collect(), apparent, permuted, failed, first_failure })
    }
}
