//! Cut-offs of a continuous variable: by the largest log-rank statistic, by quantile, or by hand.
//!
//! The largest of many statistics is no chi-square: [`MaximallySelected`] carries the whole profile, and its p-values
//! ([`PValueMethod`]) account for the search. A p-value of the two groups at the chosen cut does not.

mod gauss;
mod hothorn_lausen;
mod lausen;
mod permutation;
mod scores;
mod split;

pub use split::{Side, Split, at_quantile, split};

use super::data::{DataError, Survival};
use watch::{Cancelled, Watch};

/// How the search for the largest statistic is accounted for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum PValueMethod {
    /// Lausen and Schumacher (1992): the asymptotic distribution over the range of cuts. Conservative with few cuts.
    #[default]
    Lau92,
    /// Lausen, Sauerbrei and Schumacher (1994): improved Bonferroni bound over the cuts there are.
    Lau94,
    /// The joint normal distribution of the statistics at the cuts there are, by integration cut after cut.
    ExactGauss,
    /// Hothorn and Lausen (2003): a bound from the exact conditional distribution, of small samples.
    HothornLausen,
    /// The conditional distribution by random permutations.
    Permutation {
        /// Permutations drawn.
        draws: usize,
        /// Seed of the random numbers.
        seed: u64,
    },
}

impl PValueMethod {
    /// The name in files and scripts, that of R's `maxstat`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Lau92 => "Lau92",
            Self::Lau94 => "Lau94",
            Self::ExactGauss => "exactGauss",
            Self::HothornLausen => "HL",
            Self::Permutation { .. } => "condMC",
        }
    }
}

/// Which cuts are tried.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CutpointSpec {
    /// The lower group holds at least this share of the subjects.
    pub minprop: f64,
    /// The lower group holds at most this share.
    pub maxprop: f64,
}

impl Default for CutpointSpec {
    fn default() -> Self {
        Self { minprop: 0.1, maxprop: 0.9 }
    }
}

/// A specification without contradictions.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CheckedCutpoint {
    spec: CutpointSpec,
}

/// Why there is no cut-off, or no p-value for it.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum CutpointError {
    /// Shares that leave no room for a cut.
    #[error("cuts between shares {minprop} and {maxprop}: they need 0 < minprop < maxprop < 1")]
    Shares {
        /// Smallest share of the lower group.
        minprop: f64,
        /// Largest share of the lower group.
        maxprop: f64,
    },
    /// No distinct value splits the subjects within the allowed shares.
    #[error(
        "no cut of {distinct} distinct values leaves between {minprop} and {maxprop} of {n} subjects below it; widen the range"
    )]
    NoCut {
        /// Distinct values.
        distinct: usize,
        /// Subjects with a value.
        n: usize,
        /// Smallest share of the lower group.
        minprop: f64,
        /// Largest share of the lower group.
        maxprop: f64,
    },
    /// Log-rank scores do not differ.
    #[error("{events} events among {n} subjects: all log-rank scores are equal, no cut is better than another")]
    NoVariation {
        /// Events.
        events: usize,
        /// Subjects with a value.
        n: usize,
    },
    /// Delayed entry or case weights.
    #[error("a cut-off by the largest log-rank statistic knows neither delayed entry nor case weights")]
    EntryOrWeights,
    /// The exact bound needs too large a table.
    #[error("{n} subjects: the Hothorn-Lausen bound is for up to {most}; use Lau94 or permutations")]
    TooLarge {
        /// Subjects with a value.
        n: usize,
        /// Subjects at most.
        most: usize,
    },
    /// Too many cuts for the integration.
    #[error("{cuts} cuts: the joint normal distribution is integrated over up to {most}; use Lau92")]
    TooManyCuts {
        /// Cuts tried.
        cuts: usize,
        /// Cuts at most.
        most: usize,
    },
    /// Data that do not fit together.
    #[error(transparent)]
    Data(#[from] DataError),
    /// Stopped.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
}

impl CutpointSpec {
    /// Refuses shares that leave no room.
    ///
    /// # Errors
    /// [`CutpointError`] for shares that leave no room for a cut.
    pub fn check(self) -> Result<CheckedCutpoint, CutpointError> {
        let Self { minprop, maxprop } = self;
        if minprop > 0.0 && minprop < maxprop && maxprop < 1.0 {
            Ok(CheckedCutpoint { spec: self })
        } else {
            Err(CutpointError::Shares { minprop, maxprop })
        }
    }
}

/// The cut with the largest standardized log-rank statistic, and all others tried.
#[derive(Debug, Clone, PartialEq)]
pub struct MaximallySelected {
    /// Subjects with a value.
    pub n: usize,
    /// Subjects left out because their value is missing.
    pub dropped: usize,
    /// The chosen cut: the lower group has values up to and including it. The first of equally good ones.
    pub cut: f64,
    /// Its statistic: the largest absolute standardized sum of scores.
    pub statistic: f64,
    /// The two groups it makes.
    pub split: Split,
    /// Every cut tried, ascending.
    pub cuts: Vec<f64>,
    /// The absolute standardized statistic at each.
    pub statistics: Vec<f64>,
    /// How many subjects are at or below each.
    pub n_low: Vec<usize>,
    spec: CutpointSpec,
    /// Log-rank scores in ascending order of the variable.
    scores: Vec<f64>,
    /// The row of each.
    order: Vec<usize>,
}

impl CheckedCutpoint {
    /// Tries every distinct value of `x` that leaves an allowed share below it (R's `maxstat.test`, log-rank scores).
    ///
    /// Subjects whose `x` is NaN are left out. The statistic at a cut with m subjects below is
    /// |sum of their scores - m/N sum of all| / sqrt(V), V the permutation variance. O(n log n).
    ///
    /// # Errors
    /// Values of another number than subjects; no distinct value within the allowed shares; scores that do not differ; delayed
    /// entry or case weights.
    pub fn fit(&self, data: &Survival, x: &[f64]) -> Result<MaximallySelected, CutpointError> {
        if x.len() != data.len() {
            return Err(DataError::Length { what: "variable", found: x.len(), expected: data.len() }.into());
        }
        if data.entry().is_some() || data.weights().is_some_and(|w| w.iter().any(|w| *w != 1.0)) {
            return Err(CutpointError::EntryOrWeights);
        }
        let mut order: Vec<usize> = (0..x.len()).filter(|&i| !x[i].is_nan()).collect();
        order.sort_by(|&a, &b| x[a].total_cmp(&x[b]));
        let n = order.len();
        let CutpointSpec { minprop, maxprop } = self.spec;
        let least = (n as f64 * minprop).floor().max(1.0) as usize;
        let most = (n as f64 * maxprop).floor() as usize;
        let ends: Vec<usize> = (1..n).filter(|&m| x[order[m - 1]] != x[order[m]]).collect();
        let n_low: Vec<usize> = ends.iter().copied().filter(|m| (least..=most).contains(m)).collect();
        if n_low.is_empty() {
            return Err(CutpointError::NoCut { distinct: ends.len() + usize::from(n > 0), n, minprop, maxprop });
        }
        let scores = scores::log_rank_scores(data, &order);
        let statistics = scores::standardized(&scores, &n_low).ok_or_else(|| CutpointError::NoVariation {
            events: order.iter().filter(|&&i| data.event()[i]).count(),
            n,
        })?;
        let cuts: Vec<f64> = n_low.iter().map(|&m| x[order[m - 1]]).collect();
        let best = scores::first_maximum(&statistics);
        Ok(MaximallySelected {
            n,
            dropped: x.len() - n,
            cut: cuts[best],
            statistic: statistics[best],
            split: split(data, x, cuts[best])?,
            cuts,
            statistics,
            n_low,
            spec: self.spec,
            scores,
            order,
        })
    }
}

impl MaximallySelected {
    /// The p-value of the largest statistic; only permutations take long enough to report to `watch`.
    ///
    /// # Errors
    /// More cuts or subjects than the method can take; [`CutpointError::Cancelled`].
    pub fn p_value(&self, method: PValueMethod, watch: &dyn Watch) -> Result<f64, CutpointError> {
        match method {
            PValueMethod::Lau92 => Ok(lausen::lau92(self.statistic, self.spec)),
            PValueMethod::Lau94 => Ok(lausen::lau94(self.statistic, self.n, &self.n_low)),
            PValueMethod::ExactGauss => gauss::p_value(self.statistic, self.n, &self.n_low),
            PValueMethod::HothornLausen => Ok(self.hothorn_lausen()?.p),
            PValueMethod::Permutation { draws, seed } => {
                let permuted = permutation::Permutation { scores: &self.scores, n_low: &self.n_low, draws, seed };
                Ok(permuted.p_value(self.statistic, watch)?)
            }
        }
    }

    /// The bound of Hothorn and Lausen, with its own statistic and cut: scores are first made whole numbers.
    ///
    /// # Errors
    /// More subjects than a table can be made for.
    pub fn hothorn_lausen(&self) -> Result<WholeScores, CutpointError> {
        let (statistic, best, p) = hothorn_lausen::bound(&self.scores, &self.n_low)?;
        Ok(WholeScores { statistic, cut: self.cuts[best], p })
    }

    /// The log-rank scores in row order; NaN for the subjects left out.
    pub fn scores(&self) -> Vec<f64> {
        let mut by_row = vec![f64::NAN; self.n + self.dropped];
        self.order.iter().zip(&self.scores).for_each(|(&row, score)| by_row[row] = *score);
        by_row
    }
}

/// The largest statistic of scores rounded to whole numbers between 0 and n.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WholeScores {
    /// The statistic, a little off that of the scores themselves.
    pub statistic: f64,
    /// Where it is reached.
    pub cut: f64,
    /// Upper bound of its conditional p-value.
    pub p: f64,
}

#[cfg(test)]
mod tests {
    use super::*;
    use watch::Unwatched;

    fn sample(n: usize) -> (Survival, Vec<f64>) {
        let mut rng = crate::stats::rng::Rng::new(11);
        let x: Vec<f64> = (0..n).map(|_| rng.normal()).collect();
        let time = x.iter().map(|x| rng.exponential() * (-0.5 * x).exp()).collect();
        let event = (0..n).map(|_| rng.uniform() < 0.8).collect();
        (Survival::new(time, event).expect("valid"), x)
    }

    #[test]
    fn what_has_no_cut_is_refused() {
        let data = Survival::new(vec![1.0, 2.0, 3.0, 4.0], vec![true, true, false, true]).expect("valid");
        let search = CutpointSpec::default().check().expect("default");
        assert!(matches!(search.fit(&data, &[2.0; 4]), Err(CutpointError::NoCut { distinct: 1, n: 4, .. })));
        assert!(matches!(search.fit(&data, &[f64::NAN; 4]), Err(CutpointError::NoCut { distinct: 0, n: 0, .. })));
        assert!(search.fit(&data, &[2.0]).is_err());
        let censored = Survival::new(vec![1.0, 2.0, 3.0], vec![false; 3]).expect("valid");
        let none = search.fit(&censored, &[1.0, 2.0, 3.0]).expect_err("no events");
        assert_eq!(none, CutpointError::NoVariation { events: 0, n: 3 });
        assert!(CutpointSpec { minprop: 0.6, maxprop: 0.4 }.check().is_err());
        let weighted = data.with_weights(vec![1.0, 2.0, 1.0, 1.0]).expect("weights");
        assert_eq!(search.fit(&weighted, &[1.0, 2.0, 3.0, 4.0]).expect_err("weights"), CutpointError::EntryOrWeights);
    }

    #[test]
    fn p_values_agree_on_their_order() {
        let (data, x) = sample(80);
        let search = CutpointSpec::default().check().expect("default");
        let found = search.fit(&data, &x).expect("cuts");
        let p = |method| found.p_value(method, &Unwatched).expect("a p-value");
        let gauss = p(PValueMethod::ExactGauss);
        let permuted = p(PValueMethod::Permutation { draws: 4000, seed: 3 });
        assert!((gauss - permuted).abs() < 0.05, "{gauss} {permuted}");
        assert!(p(PValueMethod::Lau94) >= gauss * 0.99 && p(PValueMethod::HothornLausen) >= permuted * 0.8);
        assert_eq!(permuted, p(PValueMethod::Permutation { draws: 4000, seed: 3 }));
    }

    #[test]
    fn only_the_order_of_the_variable_matters() {
        let (data, x) = sample(60);
        let search = CutpointSpec::default().check().expect("default");
        let found = search.fit(&data, &x).expect("cuts");
        let cubed: Vec<f64> = x.iter().map(|x| x * x * x).collect();
        let again = search.fit(&data, &cubed).expect("cuts");
        assert_eq!(again.statistics, found.statistics);
        assert_eq!(again.cut, found.cut * found.cut * found.cut);
        assert_eq!(again.split.low, found.split.low);
    }
}
