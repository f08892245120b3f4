//! Aalen and Johansen's cumulative incidences, as R's `survfit` for multi-state data.

use super::jackknife::{CauseVariance, Pass, Variances};
use super::{CompetingRisks, CompetingRisksError};
use crate::groups::Groups;
use crate::kaplan_meier::{Interval, RiskTable, Sorted};
use crate::stats::tails::normal_critical;

/// What to compute.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CumulativeIncidenceSpec {
    /// Scale of the confidence intervals.
    pub interval: Interval,
    /// Their confidence level.
    pub level: f64,
}

impl Default for CumulativeIncidenceSpec {
    fn default() -> Self {
        Self { interval: Interval::Log, level: 0.95 }
    }
}

/// A specification without contradictions.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CheckedCumulativeIncidence {
    spec: CumulativeIncidenceSpec,
}

/// The probability of being in one state, at the times of its [`Incidence`].
#[derive(Debug, Clone, PartialEq)]
pub struct StateCurve {
    /// The probability.
    pub estimate: Vec<f64>,
    /// Its standard error, by the infinitesimal jackknife.
    pub std_err: Vec<f64>,
    /// Lower confidence limit; NaN where its scale has none.
    pub lower: Vec<f64>,
    /// Upper confidence limit.
    pub upper: Vec<f64>,
}

/// The cumulative incidence of one cause.
#[derive(Debug, Clone, PartialEq)]
pub struct CauseCurve {
    /// The cause.
    pub cause: u32,
    /// Events of it, weighted.
    pub events: f64,
    /// Events of it at each time, weighted.
    pub n_event: Vec<f64>,
    /// The probability of having had it.
    pub curve: StateCurve,
}

/// Cumulative incidences of all causes in one group.
#[derive(Debug, Clone, PartialEq)]
pub struct Incidence {
    /// Subjects.
    pub n: usize,
    /// Distinct times, ascending, censored ones included.
    pub time: Vec<f64>,
    /// At risk just before each, weighted.
    pub n_risk: Vec<f64>,
    /// Censored at each, weighted.
    pub n_censor: Vec<f64>,
    /// The probability of having had no event.
    pub event_free: StateCurve,
    /// One for each cause of the data, ascending. At each time they and `event_free` add up to 1.
    pub causes: Vec<CauseCurve>,
}

/// One cause at one time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AtTime {
    /// The time.
    pub time: f64,
    /// The probability.
    pub estimate: f64,
    /// Its standard error.
    pub std_err: f64,
    /// Lower confidence limit.
    pub lower: f64,
    /// Upper confidence limit.
    pub upper: f64,
}

impl CumulativeIncidenceSpec {
    /// Refuses levels outside (0, 1).
    ///
    /// # Errors
    /// [`CompetingRisksError::Level`] for a level of confidence outside (0, 1).
    pub fn check(self) -> Result<CheckedCumulativeIncidence, CompetingRisksError> {
        if self.level > 0.0 && self.level < 1.0 {
            Ok(CheckedCumulativeIncidence { spec: self })
        } else {
            Err(CompetingRisksError::Level(self.level))
        }
    }
}

impl CheckedCumulativeIncidence {
    /// The incidences of each group, in the order of the codes.
    ///
    /// F_k(t) is the sum over event times up to t of S(u-) d_k / n, S the Kaplan-Meier of no event of any cause. Times that
    /// differ only by rounding are ties. O(n log n + n x causes).
    ///
    /// # Errors
    /// [`CompetingRisksError::Data`] where `groups` has another number of rows than `data`.
    pub fn fit(&self, data: &CompetingRisks, groups: Groups<'_>) -> Result<Vec<Incidence>, CompetingRisksError> {
        groups.check(data.any())?;
        let sorted = Sorted::new(data.any(), None)?;
        let tables = sorted.tables(data.any(), groups);
        let one = |(g, table): (usize, RiskTable)| {
            let pass = Pass::new(data, groups, g, &sorted, &table);
            let (n, found) = (pass.subjects(), pass.run());
            self.incidence(data.causes(), n, table, found)
        };
        Ok(tables.into_iter().enumerate().map(one).collect())
    }

    fn incidence(&self, causes: &[u32], n: usize, table: RiskTable, found: Variances) -> Incidence {
        let z = normal_critical(self.spec.level);
        let state = |estimate: Vec<f64>, variance: Vec<f64>| {
            let std_err: Vec<f64> = variance.iter().map(|v| v.sqrt()).collect();
            let limits = |(&p, &se): (&f64, &f64)| {
                let relative = if se == 0.0 { 0.0 } else { se / p };
                self.spec.interval.limits(p, relative, z)
            };
            let (lower, upper) = estimate.iter().zip(&std_err).map(limits).unzip();
            StateCurve { estimate, std_err, lower, upper }
        };
        let cause = |(k, cause): (usize, CauseVariance)| CauseCurve {
            cause: causes[k],
            events: cause.n_event.iter().sum(),
            n_event: cause.n_event,
            curve: state(cause.estimate, cause.variance),
        };
        Incidence {
            n,
            time: table.time,
            n_risk: table.n_risk,
            n_censor: table.n_censor,
            event_free: state(found.survival, found.survival_variance),
            causes: found.causes.into_iter().enumerate().map(cause).collect(),
        }
    }
}

impl StateCurve {
    fn at(&self, row: usize, time: f64) -> AtTime {
        AtTime {
            time,
            estimate: self.estimate[row],
            std_err: self.std_err[row],
            lower: self.lower[row],
            upper: self.upper[row],
        }
    }
}

impl Incidence {
    /// The incidence of the cause with index `cause` at `time`: 0 before the first time, its last value beyond the last.
    pub fn at(&self, cause: usize, time: f64) -> Option<AtTime> {
        let curve = &self.causes.get(cause)?.curve;
        let none = AtTime { time, estimate: 0.0, std_err: 0.0, lower: 0.0, upper: 0.0 };
        let row = self.time.partition_point(|t| *t <= time).checked_sub(1);
        Some(row.map_or(none, |row| curve.at(row, time)))
    }

    /// The probability of no event at `time`.
    pub fn event_free_at(&self, time: f64) -> AtTime {
        let all = AtTime { time, estimate: 1.0, std_err: 0.0, lower: 1.0, upper: 1.0 };
        let row = self.time.partition_point(|t| *t <= time).checked_sub(1);
        row.map_or(all, |row| self.event_free.at(row, time))
    }

    /// Numbers at risk just before each of `times`.
    pub fn numbers_at_risk(&self, times: &[f64]) -> Vec<f64> {
        let at = |time: f64| self.n_risk.get(self.time.partition_point(|t| *t < time)).copied().unwrap_or(0.0);
        times.iter().map(|&time| at(time)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::CompetingRisks;
    use super::*;
    use crate::kaplan_meier::{KaplanMeierSpec, Variance};

    #[test]
    fn without_censoring_it_is_the_share() {
        let data = CompetingRisks::new(vec![1.0, 2.0, 3.0, 4.0, 5.0], vec![1, 2, 1, 2, 2]).expect("valid");
        let spec = CumulativeIncidenceSpec::default().check().expect("default");
        let found = spec.fit(&data, Groups::one()).expect("fits").remove(0);
        let close = |a: f64, b: f64| (a - b).abs() < 1e-15;
        let (first, second) = (found.at(0, 3.5).expect("a cause"), found.at(1, 9.0).expect("a cause"));
        assert!(close(first.estimate, 0.4) && close(second.estimate, 0.6));
        assert!(close(first.std_err, (0.4_f64 * 0.6 / 5.0).sqrt()) && close(second.std_err, (0.24_f64 / 5.0).sqrt()));
        assert_eq!(found.at(0, 0.5).expect("a cause").estimate, 0.0);
        assert_eq!(found.event_free_at(0.5).estimate, 1.0);
        assert!(found.at(2, 1.0).is_none());
        assert_eq!(found.numbers_at_risk(&[3.0, 6.0]), [3.0, 0.0]);
    }

    #[test]
    fn with_one_cause_it_is_one_minus_kaplan_meier() {
        let mut rng = crate::stats::rng::Rng::new(8);
        let n = 60;
        let entry: Vec<f64> = (0..n).map(|_| rng.uniform() * 3.0).collect();
        let time: Vec<f64> = entry.iter().map(|e| (e + rng.exponential() * 5.0 + 0.5).ceil()).collect();
        let weights: Vec<f64> = (0..n).map(|i| [1.0, 0.5, 2.0, 0.0][i % 4]).collect();
        let cause: Vec<u32> = (0..n).map(|_| u32::from(rng.uniform() < 0.7)).collect();
        let data = CompetingRisks::new(time, cause)
            .and_then(|d| d.with_entry(entry))
            .and_then(|d| d.with_weights(weights))
            .expect("valid");
        let found = CumulativeIncidenceSpec::default().check().and_then(|s| s.fit(&data, Groups::one()));
        let found = found.expect("fits").remove(0);
        let km = KaplanMeierSpec { variance: Variance::Robust, ..Default::default() }.check().expect("valid");
        let curve = km.fit(data.any(), Groups::one()).expect("fits").remove(0);
        for k in 0..curve.time.len() {
            assert!((found.causes[0].curve.estimate[k] - (1.0 - curve.surv[k])).abs() < 1e-13);
            assert!((found.causes[0].curve.std_err[k] - curve.surv[k] * curve.std_err[k]).abs() < 1e-12, "{k}");
            assert!((found.event_free.std_err[k] - curve.surv[k] * curve.std_err[k]).abs() < 1e-12);
        }
    }
}
