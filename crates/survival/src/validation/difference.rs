//! Two models of one pipeline held against each other on the same subjects.

use super::measures::Judged;
use crate::concordance::{Concordance, ConcordanceSpec, compare};
use crate::stats::tails::normal_upper;
use crate::{Groups, Survival};

/// The corrected C of one model less that of another: what a further sequence, region or score adds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ModelDifference {
    /// The model whose C is taken off.
    pub first: usize,
    /// The model that it is taken off from.
    pub second: usize,
    /// C of the second less C of the first; the standard error is that of both predictions on the same subjects.
    pub c: Judged,
    /// Two-sided p of no difference.
    pub p: f64,
}

impl ModelDifference {
    fn new(first: usize, second: usize, value: f64, se: f64) -> Self {
        let c = Judged::new(value, se);
        // Two predictions that order everybody alike do not differ.
        let p = if se == 0.0 && value == 0.0 { 1.0 } else { 2.0 * normal_upper((value / se).abs()) };
        Self { first, second, c, p }
    }
}

/// Concordance of scores that models without the subjects give them, compared within `strata` when given.
pub(super) fn concordance(data: &Survival, score: &[f64], strata: Option<&[usize]>) -> Option<Concordance> {
    let within = match strata {
        Some(labels) => Groups::new(labels, labels.iter().max().map_or(1, |largest| largest + 1)).ok()?,
        None => Groups::one(),
    };
    ConcordanceSpec::default().check().ok()?.fit(data, score, within).ok()
}

/// Every two of the models: `value` of each, and the concordances that say how far chance goes, deal by deal.
pub(super) fn of_all_pairs(value: &[f64], deals: &[Vec<Option<Concordance>>]) -> Vec<ModelDifference> {
    let se = |first: usize, second: usize| {
        let of_deal = |deal: &Vec<Option<Concordance>>| {
            Some(compare(deal[second].as_ref()?, deal[first].as_ref()?, 0.95).ok()?.se)
        };
        let found: Vec<f64> = deals.iter().filter_map(of_deal).filter(|se| se.is_finite()).collect();
        found.iter().sum::<f64>() / found.len() as f64
    };
    let pair = |first: usize, second: usize| {
        ModelDifference::new(first, second, value[second] - value[first], se(first, second))
    };
    (0..value.len()).flat_map(|a| (a + 1..value.len()).map(move |b| (a, b))).map(|(a, b)| pair(a, b)).collect()
}
