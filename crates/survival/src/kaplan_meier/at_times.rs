//! A curve read off at chosen times.

use super::Curve;

/// A curve at one time, as R's `summary(times =, extend = TRUE)`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AtTime {
    /// The time asked for.
    pub time: f64,
    /// At risk just before it; 0 beyond the last time.
    pub n_risk: f64,
    /// Events since the time asked for before it (or the start).
    pub n_event: f64,
    /// Censored since then.
    pub n_censor: f64,
    /// Probability of surviving it.
    pub surv: f64,
    /// Standard error of S itself, not of log S; NaN once S is 0.
    pub std_err: f64,
    /// Lower confidence limit.
    pub lower: f64,
    /// Upper confidence limit.
    pub upper: f64,
    /// Cumulative hazard.
    pub cumhaz: f64,
    /// Its standard error.
    pub std_chaz: f64,
}

impl Curve {
    /// The curve at `times`, in ascending order whatever their order; NaN is left out.
    pub fn at(&self, times: &[f64]) -> Vec<AtTime> {
        let mut times: Vec<f64> = times.iter().copied().filter(|t| !t.is_nan()).collect();
        times.sort_unstable_by(f64::total_cmp);
        let mut counted = 0;
        times
            .into_iter()
            .map(|time| {
                let rows = self.time.partition_point(|t| *t <= time);
                let since = counted..rows.max(counted);
                counted = since.end;
                let at_risk = self.time.partition_point(|t| *t < time);
                let start = AtTime {
                    time,
                    n_risk: self.n_risk.get(at_risk).copied().unwrap_or(0.0),
                    n_event: self.n_event[since.clone()].iter().sum(),
                    n_censor: self.n_censor[since].iter().sum(),
                    surv: 1.0,
                    std_err: 0.0,
                    lower: 1.0,
                    upper: 1.0,
                    cumhaz: 0.0,
                    std_chaz: 0.0,
                };
                let Some(row) = rows.checked_sub(1) else { return start };
                AtTime {
                    surv: self.surv[row],
                    std_err: self.surv[row] * self.std_err[row],
                    lower: self.lower[row],
                    upper: self.upper[row],
                    cumhaz: self.cumhaz[row],
                    std_chaz: self.std_chaz[row],
                    ..start
                }
            })
            .collect()
    }

    /// Numbers at risk just before each of `times`, in their order: the table under a plot.
    pub fn numbers_at_risk(&self, times: &[f64]) -> Vec<f64> {
        let at = |time: f64| self.n_risk.get(self.time.partition_point(|t| *t < time)).copied().unwrap_or(0.0);
        times.iter().map(|&time| at(time)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::KaplanMeierSpec;
    use crate::{Groups, Survival};

    #[test]
    fn events_are_counted_between_the_times() {
        let data = Survival::new(vec![1.0, 2.0, 2.0, 3.0, 5.0], vec![true, true, false, true, true]).expect("valid");
        let km = KaplanMeierSpec::default().check().expect("default");
        let curve = km.fit(&data, Groups::one()).expect("fits").remove(0);
        let at = curve.at(&[9.0, 2.0, 0.0, f64::NAN, 2.5]);
        assert_eq!(at.iter().map(|a| a.time).collect::<Vec<_>>(), [0.0, 2.0, 2.5, 9.0]);
        assert_eq!(at.iter().map(|a| a.n_event).collect::<Vec<_>>(), [0.0, 2.0, 0.0, 2.0]);
        assert_eq!(at.iter().map(|a| a.n_risk).collect::<Vec<_>>(), [5.0, 4.0, 2.0, 0.0]);
        assert_eq!((at[0].surv, at[1].surv, at[3].surv), (1.0, 0.8 * 0.75, 0.0));
        assert!(at[3].std_err.is_nan());
        assert_eq!(curve.numbers_at_risk(&[2.5, 0.0, 5.0, 6.0]), [2.0, 5.0, 1.0, 0.0]);
    }
}
