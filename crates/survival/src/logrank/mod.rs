//! The log-rank family, as R's `survdiff`: G-rho weights, strata, trend, pairs.

mod pairwise;
mod trend;

pub use pairwise::Pair;
pub use trend::Trend;

use super::data::{DataError, Survival};
use super::groups::{Groups, Marks};
use super::order::TimeOrder;
use crate::Matrix;
use crate::stats::linalg::{Ldl, PIVOT_TOLERANCE, dot, submatrix};
use crate::stats::tails::{chi_square_upper, ln_chi_square_upper, normal_critical, normal_upper};
use nalgebra::DMatrix;

/// Weights of the event times.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct LogRankSpec {
    /// Each event time weighs S(t-)^rho, S the Kaplan-Meier of all groups of its stratum: 0 is the log-rank test, 1 Peto
    /// and Peto's modification of the Gehan-Wilcoxon test.
    pub rho: f64,
}

/// A specification without contradictions.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CheckedLogRank {
    spec: LogRankSpec,
}

/// Why groups cannot be compared.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum LogRankError {
    /// A rho that is not a finite number.
    #[error("rho {0} is not a number")]
    Rho(f64),
    /// Fewer than two groups with subjects.
    #[error("{found} group with subjects: there is nothing to compare; choose another grouping")]
    Groups {
        /// Groups found.
        found: usize,
    },
    /// Case weights.
    #[error("the log-rank test has no case weights; use a Cox model with robust variance instead")]
    Weights,
    /// Two groups are never at risk together.
    #[error("the variance is singular: some groups are never at risk at the same event time")]
    Singular,
    /// Scores for a trend of the wrong number, not finite, or all equal.
    #[error("a trend over {groups} groups needs as many finite scores, not all equal")]
    Scores {
        /// Number of groups.
        groups: usize,
    },
    /// Data that do not fit together.
    #[error(transparent)]
    Data(#[from] DataError),
}

/// The comparison of groups.
#[derive(Debug, Clone, PartialEq)]
pub struct LogRank {
    /// Subjects of each group.
    pub n: Vec<usize>,
    /// Observed events of each group, weighted by S^rho, all strata together.
    pub observed: Vec<f64>,
    /// Expected events likewise.
    pub expected: Vec<f64>,
    /// Observed events by stratum (outer) and group.
    pub observed_by_stratum: Vec<Vec<f64>>,
    /// Expected events by stratum (outer) and group.
    pub expected_by_stratum: Vec<Vec<f64>>,
    /// Covariance of observed - expected.
    pub variance: Matrix,
    /// (O - E)' V^-1 (O - E) over the groups with expected events but one; 0 where fewer than two have any.
    pub statistic: f64,
    /// Degrees of freedom: groups with expected events less one.
    pub df: usize,
    /// Upper tail of the chi-square distribution; 1 where one group alone has expected events, NaN where none has.
    pub p: f64,
    /// Its logarithm, for tails below 1e-300.
    pub ln_p: f64,
}

/// Hazard ratio of one group against the other, from observed and expected events.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PetoHazardRatio {
    /// exp((O - E) / V).
    pub hr: f64,
    /// Lower confidence limit.
    pub lower: f64,
    /// Upper confidence limit.
    pub upper: f64,
    /// Two-sided p-value, that of the log-rank test.
    pub p: f64,
}

impl LogRankSpec {
    /// Refuses weights that are no numbers.
    ///
    /// # Errors
    /// [`LogRankError::Rho`] for a rho that is not finite.
    pub fn check(self) -> Result<CheckedLogRank, LogRankError> {
        if self.rho.is_finite() { Ok(CheckedLogRank { spec: self }) } else { Err(LogRankError::Rho(self.rho)) }
    }
}

impl CheckedLogRank {
    /// Compares `groups` within `strata`.
    ///
    /// At each event time of a stratum, D events among n at risk: O_j counts group j's, E_j = D n_j / n and
    /// V = D (n - D) / (n - 1) (diag(n_j / n) - n_j n_k / n^2), nothing where n = 1. Subjects with delayed entry count as
    /// at risk from then on. O(n log n + event times x groups^2).
    ///
    /// # Errors
    /// Groups or strata of another number of rows than `data`; fewer than two groups with subjects; case weights; groups that are
    /// never at risk together.
    pub fn fit(&self, data: &Survival, groups: Groups<'_>, strata: Groups<'_>) -> Result<LogRank, LogRankError> {
        groups.check(data)?;
        strata.check(data)?;
        if data.weights().is_some_and(|weights| weights.iter().any(|w| *w != 1.0)) {
            return Err(LogRankError::Weights);
        }
        let k = groups.count();
        let mut n = vec![0; k];
        (0..data.len()).for_each(|row| n[groups.of(row)] += 1);
        let found = n.iter().filter(|n| **n > 0).count();
        if found < 2 {
            return Err(LogRankError::Groups { found });
        }
        let mut sums = Sums::new(k, strata.count());
        let marks = Marks::new(data, groups);
        for (stratum, order) in stratified_order(data, strata)?.iter().enumerate() {
            sums.add_stratum(stratum, order, &marks, self.spec.rho);
        }
        sums.compare(n)
    }
}

/// Rows of one stratum by exit, and by entry where it is delayed; times fixed over all strata.
struct StratumOrder {
    exit: TimeOrder,
    entry: TimeOrder,
}

fn stratified_order(data: &Survival, strata: Groups<'_>) -> Result<Vec<StratumOrder>, DataError> {
    let sorted = super::kaplan_meier::Sorted::new(data, None)?;
    let nobody = || vec![TimeOrder { time: Vec::new(), row: Vec::new() }; strata.count()];
    let split = |order: TimeOrder| {
        if strata.count() == 1 {
            return vec![order];
        }
        let mut parts = nobody();
        for (time, row) in order.time.into_iter().zip(order.row) {
            let part = &mut parts[strata.of(row as usize)];
            part.time.push(time);
            part.row.push(row);
        }
        parts
    };
    let entries = sorted.entry.map_or_else(nobody, split);
    let exits = split(sorted.exit);
    Ok(exits.into_iter().zip(entries).map(|(exit, entry)| StratumOrder { exit, entry }).collect())
}

/// Observed and expected events and their covariance, as they add up.
struct Sums {
    observed: Vec<Vec<f64>>,
    expected: Vec<Vec<f64>>,
    /// Lower triangle with diagonal, row by row.
    variance: Vec<f64>,
}

impl Sums {
    fn new(k: usize, strata: usize) -> Self {
        Self {
            observed: vec![vec![0.0; k]; strata],
            expected: vec![vec![0.0; k]; strata],
            variance: vec![0.0; k * (k + 1) / 2],
        }
    }

    /// One pass over a stratum in ascending time.
    fn add_stratum(&mut self, stratum: usize, order: &StratumOrder, marks: &Marks<'_>, rho: f64) {
        let k = self.observed[stratum].len();
        let (observed, expected) = (&mut self.observed[stratum], &mut self.expected[stratum]);
        let mut at_risk = vec![0.0; k];
        let mut events = vec![0.0; k];
        let mut leaving = vec![0.0; k];
        let mut total = 0.0;
        if order.entry.row.is_empty() {
            order.exit.row.iter().for_each(|&row| at_risk[marks.of(row as usize).0] += 1.0);
            total = order.exit.row.len() as f64;
        }
        let mut entries = order.entry.time.iter().zip(&order.entry.row).peekable();
        let mut survival = 1.0_f64;
        let mut start = 0;
        while start < order.exit.time.len() {
            let time = order.exit.time[start];
            while let Some((_, &row)) = entries.next_if(|entry| *entry.0 < time) {
                at_risk[marks.of(row as usize).0] += 1.0;
                total += 1.0;
            }
            let mut deaths = 0.0;
            let mut end = start;
            while order.exit.time.get(end) == Some(&time) {
                let (group, event) = marks.of(order.exit.row[end] as usize);
                leaving[group] += 1.0;
                if event {
                    events[group] += 1.0;
                    deaths += 1.0;
                }
                end += 1;
            }
            if deaths > 0.0 {
                let weight = if rho == 0.0 { 1.0 } else { survival.powf(rho) };
                let share = weight * deaths / total;
                for j in 0..k {
                    observed[j] += weight * events[j];
                    expected[j] += share * at_risk[j];
                    events[j] = 0.0;
                }
                if total > 1.0 {
                    let scale = weight * weight * deaths * (total - deaths) / (total * (total - 1.0));
                    let mut cell = 0;
                    for i in 0..k {
                        let factor = scale * at_risk[i] / total;
                        for at_risk in &at_risk[..i] {
                            self.variance[cell] -= factor * at_risk;
                            cell += 1;
                        }
                        self.variance[cell] += factor * (total - at_risk[i]);
                        cell += 1;
                    }
                }
                survival *= (total - deaths) / total;
            }
            for j in 0..k {
                at_risk[j] -= leaving[j];
                leaving[j] = 0.0;
            }
            total -= (end - start) as f64;
            start = end;
        }
    }

    fn compare(self, n: Vec<usize>) -> Result<LogRank, LogRankError> {
        let k = n.len();
        let over_strata = |by: &[Vec<f64>]| -> Vec<f64> { (0..k).map(|j| by.iter().map(|s| s[j]).sum()).collect() };
        let (observed, expected) = (over_strata(&self.observed), over_strata(&self.expected));
        let cell = |i: usize, j: usize| self.variance[i.max(j) * (i.max(j) + 1) / 2 + i.min(j)];
        let variance = DMatrix::from_fn(k, k, cell);
        let compared: Vec<usize> = (0..k).filter(|&j| expected[j] > 0.0).collect();
        let df = compared.len().saturating_sub(1);
        let mut statistic = 0.0;
        if df > 0 {
            let free = &compared[1..];
            let ldl = Ldl::new(&submatrix(&variance, free), PIVOT_TOLERANCE);
            if ldl.rank() < df {
                return Err(LogRankError::Singular);
            }
            let difference: Vec<f64> = free.iter().map(|&j| observed[j] - expected[j]).collect();
            let mut solution = difference.clone();
            ldl.solve(&mut solution);
            statistic = dot(&difference, &solution);
        }
        let (p, ln_p) = match compared.len() {
            0 => (f64::NAN, f64::NAN),
            1 => (1.0, 0.0),
            _ => (chi_square_upper(statistic, df as f64), ln_chi_square_upper(statistic, df as f64)),
        };
        Ok(LogRank {
            n,
            observed,
            expected,
            observed_by_stratum: self.observed,
            expected_by_stratum: self.expected,
            variance: Matrix::of(variance),
            statistic,
            df,
            p,
            ln_p,
        })
    }
}

impl LogRank {
    /// Peto's one-step hazard ratio of group `group` against all others together, with limits at `level`;
    /// `None` without variance.
    pub fn peto_hazard_ratio(&self, group: usize, level: f64) -> Option<PetoHazardRatio> {
        let variance = self.variance.get(group, group).filter(|v| *v > 0.0)?;
        let difference = self.observed[group] - self.expected[group];
        let (log_hr, se) = (difference / variance, 1.0 / variance.sqrt());
        let half = normal_critical(level) * se;
        Some(PetoHazardRatio {
            hr: log_hr.exp(),
            lower: (log_hr - half).exp(),
            upper: (log_hr + half).exp(),
            p: 2.0 * normal_upper((log_hr / se).abs()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn test() -> CheckedLogRank {
        LogRankSpec::default().check().expect("default")
    }

    #[test]
    fn what_cannot_be_compared_is_refused() {
        let data = Survival::new(vec![1.0, 2.0], vec![true, true]).expect("valid");
        let groups = Groups::new(&[1, 1], 2).expect("codes");
        assert_eq!(test().fit(&data, groups, Groups::one()).expect_err("one group"), LogRankError::Groups { found: 1 });
        let apart = Groups::new(&[0, 1], 2).expect("codes");
        assert!(test().fit(&data, apart, Groups::one()).is_ok());
        // In two strata no event time has both groups at risk.
        assert_eq!(test().fit(&data, apart, apart).expect_err("never together"), LogRankError::Singular);
        let weighted = data.with_weights(vec![1.0, 2.0]).expect("weights");
        assert_eq!(test().fit(&weighted, apart, Groups::one()).expect_err("weights"), LogRankError::Weights);
        assert!(LogRankSpec { rho: f64::NAN }.check().is_err());
    }

    #[test]
    fn without_events_there_is_no_p() {
        let data = Survival::new(vec![1.0, 2.0, 3.0], vec![false; 3]).expect("valid");
        let result = test().fit(&data, Groups::new(&[0, 1, 1], 2).expect("codes"), Groups::one()).expect("compares");
        assert_eq!((result.statistic, result.df), (0.0, 0));
        assert!(result.p.is_nan() && result.peto_hazard_ratio(0, 0.95).is_none());
    }

    #[test]
    fn two_groups_mirror_each_other() {
        let data = Survival::new((1..=9).map(f64::from).collect(), vec![true; 9]).expect("valid");
        let groups = Groups::new(&[0, 0, 1, 0, 0, 1, 1, 1, 0], 2).expect("codes");
        let result = test().fit(&data, groups, Groups::one()).expect("compares");
        let (a, b) = (result.peto_hazard_ratio(0, 0.95), result.peto_hazard_ratio(1, 0.95));
        let (a, b) = (a.expect("variance"), b.expect("variance"));
        assert!((a.hr * b.hr - 1.0).abs() < 1e-14 && (a.p / result.p - 1.0).abs() < 1e-12);
    }
}
