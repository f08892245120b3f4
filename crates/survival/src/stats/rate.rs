//! Rates of events over time at risk.

use super::tails::chi_square_upper_quantile;

/// Events per unit of time at risk.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rate {
    /// Events over time at risk.
    pub rate: f64,
    /// The lower limit; 0 without events.
    pub lower: f64,
    /// The upper limit.
    pub upper: f64,
}

/// The rate of `events` in so much time at risk, with Garwood's exact limits of a Poisson count (R's `poisson.test`), in
/// the unit of the time. NaN where nobody is at risk.
///
/// ```
/// use survival::stats::rate::poisson_rate;
///
/// let rate = poisson_rate(10, 100.0, 0.95);
/// assert_eq!(rate.rate, 0.1);
/// // poisson.test(10, 100)$conf.int
/// assert!((rate.lower - 0.047953888).abs() < 1e-8 && (rate.upper - 0.183903558).abs() < 1e-8);
/// ```
pub fn poisson_rate(events: usize, time: f64, level: f64) -> Rate {
    if time.is_nan() || time <= 0.0 {
        return Rate { rate: f64::NAN, lower: f64::NAN, upper: f64::NAN };
    }
    let (n, outside) = (events as f64, (1.0 - level) / 2.0);
    let lower = if events == 0 { 0.0 } else { chi_square_upper_quantile(1.0 - outside, 2.0 * n) / 2.0 };
    let upper = chi_square_upper_quantile(outside, 2.0 * n + 2.0) / 2.0;
    Rate { rate: n / time, lower: lower / time, upper: upper / time }
}
