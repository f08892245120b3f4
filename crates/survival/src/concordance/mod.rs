//! Concordance of a score with follow-up: Harrell's C, Uno's C and their relatives.
//!
//! Higher scores mean higher risk. A pair is comparable when i has the event at t_i and j is at risk then and beyond:
//! t_j > t_i, or t_j = t_i with j censored. It is concordant when i has the higher score; equal scores count one half.
//! C = (1 + (con - dis) / (con + dis + tied)) / 2, each pair weighted by the event time's weight ([`TimeWeight`]) and
//! by both subjects' case weights. The variance is the infinitesimal jackknife's: subject i moves Somers' d by
//! w_i ((con_i - dis_i) - d n_i) / M, where con_i and n_i count the pairs that i is in and M all comparable pairs;
//! Var(C) is a quarter of the sum of squares. Definitions as in R's survival 3.5, `concordance(reverse = TRUE)`;
//! Uno et al., Stat Med 30:1105, 2011, for the weight 1/G^2.
//!
//! Nearly equal times are merged first, as everywhere in survival. Cost: n log n.

use std::ops::Range;

use crate::choice::choices;

pub(crate) mod alone;
mod comparison;
pub(crate) mod ordered;
mod pairs;
mod tally;
mod time_weight;

pub use comparison::{ConcordanceDifference, compare};
pub use time_weight::TimeWeight;

use super::order::TimeOrder;
use super::{DataError, Groups, Survival};
use crate::stats::tails::normal_critical;
use ordered::Ordered;
use pairs::Pairs;

/// Why a concordance cannot be computed.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ConcordanceError {
    /// Scores or strata of another length.
    #[error("{what} has {found} values for {expected} subjects")]
    Length {
        /// The offending vector.
        what: &'static str,
        /// Its length.
        found: usize,
        /// The number of subjects.
        expected: usize,
    },
    /// A score that is not a number.
    #[error("row {row}: the score is not a number; drop subjects without a score first")]
    Score {
        /// Row, from 0.
        row: usize,
    },
    /// Weights by the censoring distribution need follow-up from zero.
    #[error("weights by the censoring distribution are not defined with delayed entry: use the weight n, S or I")]
    DelayedEntry,
    /// A level of confidence outside 0 to 1.
    #[error("{0} is not a level of confidence between 0 and 1")]
    Level(f64),
    /// Strata that do not fit the data.
    #[error(transparent)]
    Data(#[from] DataError),
    /// A limit that is not a time.
    #[error("the limit {0} is not a time")]
    Tau(f64),
    /// Two results that do not stand on the same subjects.
    #[error("the two scores were judged on {first} and on {second} subjects: use the same ones")]
    Subjects {
        /// Subjects of the first.
        first: usize,
        /// Subjects of the second.
        second: usize,
    },
}

/// What becomes of comparable pairs with equal scores.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TiedScores {
    /// They count one half (Harrell, Uno, R's default).
    #[default]
    Half,
    /// They are left out (Hmisc's `outx`; (gamma + 1) / 2).
    LeftOut,
}

choices!(TiedScores, "way with tied scores": Half = "half", LeftOut = "left-out");

/// What to compute.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ConcordanceSpec {
    /// Weight of an event time.
    pub weight: TimeWeight,
    /// Events later than this do not count.
    pub tau: Option<f64>,
    /// Pairs with equal scores.
    pub tied_scores: TiedScores,
    /// Confidence of the limits.
    pub level: f64,
    /// Whether times that differ by rounding only are made equal.
    pub timefix: bool,
}

impl Default for ConcordanceSpec {
    fn default() -> Self {
        Self { weight: TimeWeight::N, tau: None, tied_scores: TiedScores::Half, level: 0.95, timefix: true }
    }
}

/// A concordance with its standard error and what it was counted from.
#[derive(Debug, Clone, PartialEq)]
pub struct Concordance {
    /// Number of subjects.
    pub n: usize,
    /// Number of events (rows, those beyond `tau` included).
    pub events: usize,
    /// The estimate; NaN without a comparable pair.
    pub c: f64,
    /// Its standard error by the infinitesimal jackknife.
    pub se: f64,
    /// Lower limit, c - z se.
    pub lower: f64,
    /// Upper limit, c + z se.
    pub upper: f64,
    /// Variance of c if the score had no bearing on the events, from the ranks, as in a Cox model's score test. R's
    /// `cvar`: event weights enter it once, so it is a variance with [`TimeWeight::N`] only.
    pub null_variance: f64,
    /// Weight of concordant pairs; counts with unit weights.
    pub concordant: f64,
    /// Weight of discordant pairs.
    pub discordant: f64,
    /// Comparable pairs with equal scores.
    pub tied_score: f64,
    /// Pairs of events at one time with different scores.
    pub tied_time: f64,
    /// Pairs of events at one time with equal scores.
    pub tied_both: f64,
    /// Each subject's influence on c, in row order: the variance is the sum of its squares.
    pub influence: Vec<f64>,
}

/// A specification without contradictions.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CheckedConcordance(ConcordanceSpec);

impl ConcordanceSpec {
    /// Checks what can be checked without data.
    ///
    /// # Errors
    /// [`ConcordanceError::Level`] for a level of confidence outside (0, 1), [`ConcordanceError::Tau`] for a limit that is
    /// no number.
    pub fn check(self) -> Result<CheckedConcordance, ConcordanceError> {
        if !(self.level > 0.0 && self.level < 1.0) {
            return Err(ConcordanceError::Level(self.level));
        }
        match self.tau {
            Some(tau) if tau.is_nan() => Err(ConcordanceError::Tau(tau)),
            _ => Ok(CheckedConcordance(self)),
        }
    }
}

impl CheckedConcordance {
    /// The concordance of `score` (higher means higher risk; one for each subject of `data` in row order) with the follow-up;
    /// pairs are formed within `strata`.
    ///
    /// # Errors
    /// Scores or strata of another number than subjects; a score that is not a number; weights by the censoring
    /// distribution on delayed entry.
    pub fn fit(&self, data: &Survival, score: &[f64], strata: Groups<'_>) -> Result<Concordance, ConcordanceError> {
        self.check_data(data, score, strata)?;
        let spec = &self.0;
        // With delayed entry rounding differences between entries and ends count too.
        let fixed = (spec.timefix && data.entry().is_some()).then(|| data.clone().timefix());
        let data = fixed.as_ref().unwrap_or(data);
        let mut order = TimeOrder::new(data.time());
        if spec.timefix && fixed.is_none() {
            order.timefix();
        }
        let stratum = |row: u32| strata.of(row as usize);
        if strata.count() > 1 {
            order = order.by_stratum(stratum);
        }
        order.events_first(data.event(), stratum);
        let pick = |values: &[f64]| order.row.iter().map(|&row| values[row as usize]).collect::<Vec<_>>();
        let event: Vec<bool> = order.row.iter().map(|&row| data.event()[row as usize]).collect();
        let (score, weight, entry) = (pick(score), data.weights().map(pick), data.entry().map(pick));
        let ordered = Ordered {
            time: &order.time,
            event: &event,
            score: &score,
            weight: weight.as_deref().filter(|weight| weight.iter().any(|w| *w != 1.0)),
            entry: entry.as_deref(),
        };
        let mut until = 0;
        let strata = order.row.chunk_by(|&a, &b| stratum(a) == stratum(b)).map(|rows| {
            until += rows.len();
            until - rows.len()..until
        });
        Ok(self.judge(&ordered, strata, &order.row))
    }

    /// The concordance of what is in order already, pairs being formed within each of `strata`; `row` is everybody's place
    /// in the data.
    pub(crate) fn judge(
        &self,
        ordered: &Ordered<'_>,
        strata: impl Iterator<Item = Range<usize>>,
        row: &[u32],
    ) -> Concordance {
        let mut pairs = Pairs { subjects: Vec::with_capacity(ordered.len()), ..Pairs::default() };
        strata.for_each(|places| pairs.count(ordered.part(places), &self.0));
        self.0.summarize(ordered, row, pairs)
    }

    fn check_data(&self, data: &Survival, score: &[f64], strata: Groups<'_>) -> Result<(), ConcordanceError> {
        let n = data.len();
        if score.len() != n {
            return Err(ConcordanceError::Length { what: "the score", found: score.len(), expected: n });
        }
        strata.check(data)?;
        if let Some(row) = score.iter().position(|s| s.is_nan()) {
            return Err(ConcordanceError::Score { row });
        }
        if data.entry().is_some() && self.0.weight.needs_censoring() {
            return Err(ConcordanceError::DelayedEntry);
        }
        Ok(())
    }
}

impl ConcordanceSpec {
    fn summarize(&self, ordered: &Ordered<'_>, row: &[u32], pairs: Pairs) -> Concordance {
        let comparable = pairs.concordant + pairs.discordant + self.tied_scores.count() * pairs.tied_score;
        let somers = (pairs.concordant - pairs.discordant) / comparable;
        let mut influence = vec![0.0; ordered.len()];
        for (place, (subject, &row)) in pairs.subjects.iter().zip(row).enumerate() {
            let moved = subject.balance - somers * subject.comparable;
            influence[row as usize] = ordered.weight(place) * moved / comparable / 2.0;
        }
        let c = (somers + 1.0) / 2.0;
        let se = influence.iter().map(|d| d * d).sum::<f64>().sqrt();
        let z = normal_critical(self.level);
        Concordance {
            n: ordered.len(),
            events: ordered.event.iter().filter(|event| **event).count(),
            c,
            se,
            lower: c - z * se,
            upper: c + z * se,
            null_variance: pairs.null_variance / (comparable * comparable),
            concordant: pairs.concordant,
            discordant: pairs.discordant,
            tied_score: pairs.tied_score,
            tied_time: pairs.tied_time,
            tied_both: pairs.tied_both,
            influence,
        }
    }
}

impl Concordance {
    /// The same where rows of equal number in `cluster` belong together: their influences are added before they are
    /// squared, as with R's `cluster`. Limits of confidence `level`.
    pub fn clustered(self, cluster: &[usize], level: f64) -> Self {
        let mut sums = vec![0.0; cluster.iter().max().map_or(0, |last| last + 1)];
        cluster.iter().zip(&self.influence).for_each(|(&k, influence)| sums[k] += influence);
        let se = sums.iter().map(|d| d * d).sum::<f64>().sqrt();
        let z = normal_critical(level);
        Self { se, lower: self.c - z * se, upper: self.c + z * se, ..self }
    }
}

/// Harrell's C of `score` (higher means higher risk) with 95 % limits.
///
/// # Errors
/// Scores of another number than subjects, or that are not numbers.
pub fn harrell(data: &Survival, score: &[f64]) -> Result<Concordance, ConcordanceError> {
    ConcordanceSpec::default().check()?.fit(data, score, Groups::one())
}

/// Uno's C of `score` up to `tau`, weights 1/G^2, with 95 % limits.
///
/// # Errors
/// Scores of another number than subjects, or that are not numbers; a `tau` that is none; delayed entry.
pub fn uno(data: &Survival, score: &[f64], tau: Option<f64>) -> Result<Concordance, ConcordanceError> {
    ConcordanceSpec { weight: TimeWeight::NOverG2, tau, ..ConcordanceSpec::default() }.check()?.fit(
        data,
        score,
        Groups::one(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_a_small_example_by_hand() {
        // Events at 1 and 3; one censored at 3, one at 2.
        let data = Survival::new(vec![1.0, 2.0, 3.0, 3.0], vec![true, false, true, false]).expect("valid");
        let c = harrell(&data, &[2.0, 1.0, 2.0, 3.0]).expect("a concordance");
        // Event at 1: 2 > 1 concordant, 2 = 2 tied, 2 < 3 discordant. Event at 3: 2 < 3 discordant.
        assert_eq!((c.concordant, c.discordant, c.tied_score), (1.0, 2.0, 1.0));
        assert_eq!(c.c, 0.375);
    }

    #[test]
    fn without_events_there_is_no_estimate() {
        let data = Survival::new(vec![1.0, 2.0], vec![false, false]).expect("valid");
        let c = harrell(&data, &[2.0, 1.0]).expect("counts of zero");
        assert!(c.c.is_nan() && c.se.is_nan());
    }

    #[test]
    fn refuses_a_missing_score() {
        let data = Survival::new(vec![1.0, 2.0], vec![true, false]).expect("valid");
        assert_eq!(harrell(&data, &[1.0, f64::NAN]), Err(ConcordanceError::Score { row: 1 }));
    }
}
