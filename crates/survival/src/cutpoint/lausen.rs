//! Asymptotic p-values of the largest statistic.

use super::CutpointSpec;
use crate::stats::tails::{normal_upper, standardized_bridge_exceeds};
use std::f64::consts::PI;

/// Lausen and Schumacher (1992): the largest absolute value of a standardized Brownian bridge between the two shares;
/// 1 for statistics under 1.
pub(super) fn lau92(statistic: f64, spec: CutpointSpec) -> f64 {
    if statistic < 1.0 {
        return 1.0;
    }
    standardized_bridge_exceeds(statistic, spec.minprop, spec.maxprop).min(1.0)
}

/// Lausen, Sauerbrei and Schumacher (1994): 2 P(Z > M) plus, for neighbouring cuts with m1 and m2 of n subjects below,
/// exp(-M^2 / 2) / pi (T - (M^2 / 4 - 1) T^3 / 6), T = sqrt(1 - m1 (n - m2) / ((n - m1) m2)).
///
/// The expansion turns negative for large statistics with few cuts (R then gives a negative p); the chance of one cut
/// alone is the least it can be. Being a bound it can also exceed 1, which is cut.
pub(super) fn lau94(statistic: f64, n: usize, n_low: &[usize]) -> f64 {
    let n = n as f64;
    let square = statistic * statistic;
    let term = |pair: &[usize]| {
        let (m1, m2) = (pair[0] as f64, pair[1] as f64);
        let t = (1.0 - m1 * (n - m2) / ((n - m1) * m2)).sqrt();
        t - (square / 4.0 - 1.0) * t * t * t / 6.0
    };
    let between = (-square / 2.0).exp() / PI * n_low.windows(2).map(term).sum::<f64>();
    (2.0 * normal_upper(statistic) + between.max(0.0)).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_cut_is_one_test() {
        assert_eq!(lau94(1.96, 100, &[40]), 2.0 * normal_upper(1.96));
        let spec = CutpointSpec::default();
        assert_eq!(lau92(0.7, spec), 1.0);
        assert_eq!(lau94(19.0, 2982, &[1400, 2043]), 2.0 * normal_upper(19.0));
        assert!(lau92(3.0, spec) > 2.0 * normal_upper(3.0));
    }
}
