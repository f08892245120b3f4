//! Simultaneous confidence bands for a survival curve (Klein and Moeschberger 2003, section 4.4).

use super::{Curve, Interval, Variance, bridge};
use crate::choice::choices;
use crate::stats::tails::{normal_critical, standardized_bridge_exceeds};

/// Which band.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BandKind {
    /// Hall and Wellner (1980): from the Brownian bridge.
    HallWellner,
    /// Nair (1984): proportional to the pointwise limits. The critical value is Miller and Siegmund's approximation, as in
    /// published tables.
    EqualPrecision,
}

choices!(BandKind, "band": EqualPrecision = "equal-precision", HallWellner = "hall-wellner");

/// A band over a range of times.
#[derive(Debug, Clone, PartialEq)]
pub struct Band {
    /// The times of the curve in the range.
    pub time: Vec<f64>,
    /// Lower edge.
    pub lower: Vec<f64>,
    /// Upper edge.
    pub upper: Vec<f64>,
    /// The critical value in place of the normal quantile.
    pub critical: f64,
    /// The range on the scale of the transformed time, n s^2 / (1 + n s^2) at either end.
    pub a: (f64, f64),
}

/// Why a band cannot be drawn.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum BandError {
    /// The range holds no time with 0 < S < 1.
    #[error("no event between {from} and {to} after which some survive: a band needs a range with events")]
    Range {
        /// Start of the range.
        from: f64,
        /// End of the range.
        to: f64,
    },
    /// The theory of the bands is for Greenwood's variance.
    #[error("confidence bands need Greenwood's variance, not the robust one")]
    Variance,
    /// A confidence level outside (0, 1).
    #[error("confidence level {0} is not between 0 and 1")]
    Level(f64),
}

impl Curve {
    /// A band of confidence `level` for the curve between `from` and `to`, on the scale `interval`.
    ///
    /// The range is narrowed to the times from the first event on at which some survive.
    ///
    /// # Errors
    /// No time with 0 < S < 1 in the range; the robust variance; a level outside (0, 1).
    pub fn band(
        &self,
        kind: BandKind,
        interval: Interval,
        level: f64,
        (from, to): (f64, f64),
    ) -> Result<Band, BandError> {
        if !(level > 0.0 && level < 1.0) {
            return Err(BandError::Level(level));
        }
        if self.variance == Variance::Robust {
            return Err(BandError::Variance);
        }
        let inside = |k: &usize| {
            let (t, s) = (self.time[*k], self.surv[*k]);
            t >= from && t <= to && s > 0.0 && s < 1.0
        };
        let rows: Vec<usize> = (0..self.time.len()).filter(inside).collect();
        let (Some(&first), Some(&last)) = (rows.first(), rows.last()) else {
            return Err(BandError::Range { from, to });
        };
        let n = self.n as f64;
        let transformed = |k: usize| {
            let v = n * self.std_err[k] * self.std_err[k];
            v / (1.0 + v)
        };
        let a = (transformed(first), transformed(last));
        let alpha = 1.0 - level;
        let critical = match kind {
            BandKind::HallWellner => bridge::critical(level, a.0, a.1),
            // At a single time there is nothing to approximate.
            BandKind::EqualPrecision if a.0 == a.1 => normal_critical(level),
            BandKind::EqualPrecision => decreasing_root(|c| standardized_bridge_exceeds(c, a.0, a.1), alpha),
        };
        let edges = |&k: &usize| {
            let se = self.std_err[k];
            let half_unit = match kind {
                BandKind::HallWellner => (1.0 + n * se * se) / n.sqrt(),
                BandKind::EqualPrecision => se,
            };
            interval.limits(self.surv[k], half_unit, critical)
        };
        let (lower, upper) = rows.iter().map(edges).unzip();
        Ok(Band { time: rows.iter().map(|&k| self.time[k]).collect(), lower, upper, critical, a })
    }
}

/// The argument above 0.2 at which a decreasing probability is `target`.
fn decreasing_root(function: impl Fn(f64) -> f64, target: f64) -> f64 {
    let (mut low, mut high) = (0.2, 1.0);
    while function(high) > target {
        low = high;
        high *= 2.0;
    }
    for _ in 0..60 {
        let middle = 0.5 * (low + high);
        if function(middle) > target {
            low = middle;
        } else {
            high = middle;
        }
    }
    0.5 * (low + high)
}

#[cfg(test)]
mod tests {
    use super::super::KaplanMeierSpec;
    use super::*;
    use crate::{Groups, Survival};

    #[test]
    fn the_critical_value_is_that_of_the_table() {
        // Klein and Moeschberger, table C.3a, for a range from 0.1 to 0.6.
        let c = decreasing_root(|c| standardized_bridge_exceeds(c, 0.1, 0.6), 0.05);
        assert!((c - 2.8826).abs() < 1e-4, "{c}");
    }

    #[test]
    fn one_event_is_enough_for_a_band() {
        let data = Survival::new(vec![1.0, 2.0, 3.0, 4.0, 5.0], vec![false, true, false, false, false]).expect("valid");
        let km = KaplanMeierSpec::default().check().expect("default");
        let curve = km.fit(&data, Groups::one()).expect("fits").remove(0);
        // Only one time counts, so the band is the pointwise interval.
        let (lower, upper) = Interval::Plain.limits(0.75, curve.std_err[1], 1.959_963_984_540_054);
        for kind in [BandKind::HallWellner, BandKind::EqualPrecision] {
            let band = curve.band(kind, Interval::Plain, 0.95, (0.0, 9.0)).expect("an event");
            assert!((band.lower[0] - lower).abs() < 1e-9 && (band.upper[0] - upper).abs() < 1e-9, "{band:?}");
        }
    }

    #[test]
    fn bands_are_wider_than_pointwise_limits() {
        let time = (1..=40).map(f64::from).collect();
        let data = Survival::new(time, (0..40).map(|i| i % 4 != 0).collect()).expect("valid");
        let km = KaplanMeierSpec::default().check().expect("default");
        let curve = km.fit(&data, Groups::one()).expect("fits").remove(0);
        for kind in [BandKind::HallWellner, BandKind::EqualPrecision] {
            let band = curve.band(kind, Interval::LogLog, 0.95, (5.0, 30.0)).expect("events");
            for (k, t) in band.time.iter().enumerate() {
                let row = curve.time.iter().position(|u| u == t).expect("a time of the curve");
                let (lower, upper) = Interval::LogLog.limits(curve.surv[row], curve.std_err[row], 1.959_964);
                assert!(band.lower[k] < lower && upper < band.upper[k], "{kind:?} at {t}");
            }
        }
        assert!(curve.band(BandKind::HallWellner, Interval::Plain, 0.95, (50.0, 60.0)).is_err());
    }
}
