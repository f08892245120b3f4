//! Simultaneous confidence bands for a survival curve (Klein and Moeschberger 2003, section 4.4).

use super::{Curve, Interval, Variance};
use crate::stats::tails::standardized_bridge_exceeds;
use std::f64::consts::PI;

/// Which band.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BandKind {
    /// Hall and Wellner (1980): from the Brownian bridge.
    HallWellner,
    /// Nair (1984): proportional to the pointwise limits. The critical value is Miller and Siegmund's approximation, as in
    /// published tables.
    EqualPrecision,
}

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
            BandKind::HallWellner => decreasing_root(|k| 1.0 - bridge_stays_within(k, a.0, a.1), alpha),
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

/// P(|B(u)| <= k for a <= u <= c), B a Brownian bridge: the eigenfunctions of Brownian motion killed at -k and k,
/// (sqrt(2 pi) / k) sum over odd m of exp(-m^2 pi^2 (c - a) / (8 k^2)) A_m(a) A_m(1 - c), where A_m(s) is the integral of
/// the N(0, s) density times cos(m pi x / (2 k)) over [-k, k].
fn bridge_stays_within(k: f64, a: f64, c: f64) -> f64 {
    let mut sum = 0.0;
    for m in (1..20_000).step_by(2) {
        let frequency = f64::from(m) * PI / (2.0 * k);
        let decay = (-0.5 * frequency * frequency * (c - a)).exp();
        let term = decay * cosine_moment(frequency, a, k) * cosine_moment(frequency, 1.0 - c, k);
        sum += term;
        if decay < 1e-15 || (m > 5 && term.abs() < 1e-16) {
            break;
        }
    }
    ((2.0 * PI).sqrt() / k * sum).clamp(0.0, 1.0)
}

/// Integral of the N(0, s) density times cos(frequency x) over [-k, k], by Simpson's rule.
fn cosine_moment(frequency: f64, s: f64, k: f64) -> f64 {
    if s <= 0.0 {
        return 1.0;
    }
    let end = k.min(9.0 * s.sqrt());
    let steps = 200 + 2 * (8.0 * frequency * end).ceil() as usize;
    let width = end / steps as f64;
    let value = |i: usize| {
        let x = i as f64 * width;
        (-0.5 * x * x / s).exp() * (frequency * x).cos()
    };
    let inner: f64 = (1..steps).map(|i| value(i) * if i % 2 == 1 { 4.0 } else { 2.0 }).sum();
    2.0 * (value(0) + inner + value(steps)) * width / 3.0 / (2.0 * PI * s).sqrt()
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
    use crate::survival::{Groups, Survival};

    #[test]
    fn critical_values_are_those_of_the_tables() {
        // Klein and Moeschberger, tables C.3a and C.4a, for a range from 0.1 to 0.6.
        let c = decreasing_root(|c| standardized_bridge_exceeds(c, 0.1, 0.6), 0.05);
        assert!((c - 2.8826).abs() < 1e-4, "{c}");
        let k = decreasing_root(|k| 1.0 - bridge_stays_within(k, 0.1, 0.6), 0.05);
        assert!((k - 1.3211).abs() < 2e-4, "{k}");
        // Kolmogorov's distribution over the whole range.
        let k = decreasing_root(|k| 1.0 - bridge_stays_within(k, 0.0, 1.0), 0.05);
        assert!((k - 1.358_098_638).abs() < 1e-8, "{k}");
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
