//! One Kaplan-Meier curve.

use super::robust::Jackknife;
use super::{Interval, KaplanMeierSpec, RiskTable, Variance};

/// A survival curve with a row for every distinct time, censored ones included.
#[derive(Debug, Clone, PartialEq)]
pub struct Curve {
    /// Rows of data behind the curve.
    pub n: usize,
    /// Events, weighted.
    pub events: f64,
    /// Distinct times, ascending.
    pub time: Vec<f64>,
    /// At risk just before each time, weighted.
    pub n_risk: Vec<f64>,
    /// Events at each time, weighted.
    pub n_event: Vec<f64>,
    /// Censored at each time, weighted.
    pub n_censor: Vec<f64>,
    /// Probability of surviving each time.
    pub surv: Vec<f64>,
    /// Standard error of log S, infinite once S is 0 (with the robust variance: 0, as R).
    pub std_err: Vec<f64>,
    /// Nelson and Aalen's cumulative hazard.
    pub cumhaz: Vec<f64>,
    /// Its standard error.
    pub std_chaz: Vec<f64>,
    /// Lower confidence limit of S; NaN where its scale has none.
    pub lower: Vec<f64>,
    /// Upper confidence limit of S.
    pub upper: Vec<f64>,
    /// Scale of the limits.
    pub interval: Interval,
    /// Confidence level of the limits.
    pub level: f64,
    /// Estimator of the variance.
    pub variance: Variance,
    /// The normal quantile of the level.
    pub(super) z: f64,
}

impl Curve {
    pub(super) fn new(
        n: usize,
        table: RiskTable,
        spec: KaplanMeierSpec,
        z: f64,
        jackknife: Option<&Jackknife>,
    ) -> Self {
        let rows = table.time.len();
        let mut curve = Self {
            n,
            events: table.n_event.iter().sum(),
            time: table.time,
            n_risk: table.n_risk,
            n_event: table.n_event,
            n_censor: table.n_censor,
            surv: Vec::with_capacity(rows),
            std_err: Vec::with_capacity(rows),
            cumhaz: Vec::with_capacity(rows),
            std_chaz: Vec::with_capacity(rows),
            lower: Vec::new(),
            upper: Vec::new(),
            interval: spec.interval,
            level: spec.level,
            variance: spec.variance,
            z,
        };
        curve.product_limit();
        if let Some(jackknife) = jackknife {
            curve.std_err = jackknife.log_surv.iter().map(|v| v.sqrt()).collect();
            curve.std_chaz = jackknife.cumhaz.iter().map(|v| v.sqrt()).collect();
        }
        curve.limits();
        curve
    }

    fn product_limit(&mut self) {
        let (mut surv, mut greenwood) = (1.0, 0.0);
        let (mut hazard, mut hazard_variance) = (0.0, 0.0);
        let (mut std_err, mut std_chaz): (f64, f64) = (0.0, 0.0);
        for (&n, &d) in self.n_risk.iter().zip(&self.n_event) {
            if d > 0.0 {
                surv *= (n - d) / n;
                greenwood += d / (n * (n - d));
                hazard += d / n;
                hazard_variance += d / (n * n);
                (std_err, std_chaz) = (greenwood.sqrt(), hazard_variance.sqrt());
            }
            self.surv.push(surv);
            self.std_err.push(std_err);
            self.cumhaz.push(hazard);
            self.std_chaz.push(std_chaz);
        }
    }

    /// Limits change only where the curve does.
    fn limits(&mut self) {
        let rows = self.time.len();
        (self.lower, self.upper) = (Vec::with_capacity(rows), Vec::with_capacity(rows));
        let mut last = self.interval.limits(1.0, 0.0, self.z);
        let mut before = (1.0, 0.0);
        for (&s, &se) in self.surv.iter().zip(&self.std_err) {
            if (s, se) != before {
                before = (s, se);
                last = self.interval.limits(s, se, self.z);
            }
            self.lower.push(last.0);
            self.upper.push(last.1);
        }
    }

    /// Index of the last row at or before `time`, `None` before the first.
    pub(super) fn row_at(&self, time: f64) -> Option<usize> {
        self.time.partition_point(|t| *t <= time).checked_sub(1)
    }

    /// S(`time`), 1 before the first row.
    pub fn survival_at(&self, time: f64) -> f64 {
        self.row_at(time).map_or(1.0, |row| self.surv[row])
    }
}
