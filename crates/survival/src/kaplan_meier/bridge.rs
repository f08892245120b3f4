//! How far a Brownian bridge strays: the critical value of Hall and Wellner's band.

use std::f64::consts::PI;

use crate::stats::tails::{normal_density, normal_upper};

/// The k with P(|B(u)| <= k for a <= u <= c) = `level`, B a Brownian bridge and 0 < a <= c < 1.
pub(super) fn critical(level: f64, a: f64, c: f64) -> f64 {
    // The largest standard deviation of B in the range: below half of it the bridge hardly ever stays.
    let widest = if c < 0.5 { c } else { a.max(0.5) };
    let sd = (widest * (1.0 - widest)).sqrt();
    let (mut low, mut high) = (0.5 * sd, sd);
    while stays_within(high, a, c) < level {
        low = high;
        high *= 2.0;
    }
    for _ in 0..60 {
        let middle = 0.5 * (low + high);
        if stays_within(middle, a, c) < level {
            low = middle;
        } else {
            high = middle;
        }
    }
    0.5 * (low + high)
}

/// P(|B(u)| <= k for a <= u <= c).
fn stays_within(k: f64, a: f64, c: f64) -> f64 {
    let between = c / (1.0 - c) - a / (1.0 - a);
    // So far from an edge the bridge still meets it within the range.
    let reach = between.sqrt() * (1.0 - a);
    let stays = if 8.0 * reach <= k { one_edge_at_a_time(k, a, between, reach) } else { eigenfunctions(k, a, c) };
    stays.clamp(0.0, 1.0)
}

/// For short ranges, in which the bridge meets one of the edges only. Given B(a) = x, (1 + t) B(t / (1 + t)) is Brownian
/// motion in t, and below a straight line over a stretch `between` with probability
/// Phi((p + q s) / root s) - exp(-2 p q) Phi((q s - p) / root s), p = (k - x) / (1 - a), q = k, s = `between`.
fn one_edge_at_a_time(k: f64, a: f64, between: f64, reach: f64) -> f64 {
    let sd = (a * (1.0 - a)).sqrt();
    // Up to here no edge is met.
    let safe = (k - 10.0 * reach).max(0.0);
    let untouched = 0.5 - normal_upper(safe / sd);
    if reach == 0.0 {
        return 2.0 * untouched;
    }
    let root = between.sqrt();
    let stays = |x: f64| {
        let p = (k - x) / (1.0 - a);
        let below = normal_upper(-(p + k * between) / root);
        below - (-2.0 * p * k).exp() * normal_upper((p - k * between) / root)
    };
    let near = simpson(safe, k, 800, |x| normal_density(x / sd) / sd * stays(x));
    2.0 * (untouched + near)
}

/// By the eigenfunctions of Brownian motion killed at -k and k: (root (2 pi) / k) times the sum over odd m of
/// exp(-m^2 pi^2 (c - a) / (8 k^2)) A_m(a) A_m(1 - c), where A_m(s) is the integral of the N(0, s) density times
/// cos(m pi x / (2 k)) over [-k, k].
fn eigenfunctions(k: f64, a: f64, c: f64) -> f64 {
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
    (2.0 * PI).sqrt() / k * sum
}

/// Integral of the N(0, s) density times cos(frequency x) over [-k, k].
fn cosine_moment(frequency: f64, s: f64, k: f64) -> f64 {
    if s <= 0.0 {
        return 1.0;
    }
    let end = k.min(9.0 * s.sqrt());
    let steps = 200 + 2 * (8.0 * frequency * end).ceil() as usize;
    let half = simpson(0.0, end, steps, |x| (-0.5 * x * x / s).exp() * (frequency * x).cos());
    2.0 * half / (2.0 * PI * s).sqrt()
}

/// Simpson's rule with an even number of steps.
fn simpson(from: f64, to: f64, steps: usize, value: impl Fn(f64) -> f64) -> f64 {
    let width = (to - from) / steps as f64;
    let at = |i: usize| value(from + i as f64 * width);
    let inner: f64 = (1..steps).map(|i| at(i) * if i % 2 == 1 { 4.0 } else { 2.0 }).sum();
    (at(0) + inner + at(steps)) * width / 3.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn critical_values_are_those_of_the_tables() {
        // Klein and Moeschberger, table C.4a, for a range from 0.1 to 0.6.
        let k = critical(0.95, 0.1, 0.6);
        assert!((k - 1.3211).abs() < 2e-4, "{k}");
        // Kolmogorov's distribution over the whole range.
        assert!((stays_within(1.358_098_638, 1e-12, 1.0 - 1e-12) - 0.95).abs() < 1e-8);
    }

    #[test]
    fn both_ways_agree_where_both_hold() {
        for (a, c) in [(0.3, 0.31), (0.05, 0.0505), (0.9, 0.901), (0.5, 0.5005)] {
            let k = critical(0.95, a, c);
            let between = c / (1.0 - c) - a / (1.0 - a);
            let reach = between.sqrt() * (1.0 - a);
            assert!(8.0 * reach <= k, "{a} {c}");
            let (one, other) = (one_edge_at_a_time(k, a, between, reach), eigenfunctions(k, a, c));
            assert!((one - other).abs() < 1e-9, "{a} {c}: {one} {other}");
        }
    }

    #[test]
    fn at_a_single_time_it_is_the_normal_quantile() {
        for a in [1e-4, 0.02, 0.5, 0.97] {
            let k = critical(0.95, a, a);
            assert!((k / (a * (1.0 - a)).sqrt() - 1.959_963_984_540_054).abs() < 1e-9, "{a}: {k}");
        }
    }

    #[test]
    fn early_ranges_have_small_critical_values() {
        // Few events in many patients: the bridge has not gone far.
        let k = critical(0.95, 1e-5, 0.004);
        assert!((0.12..0.16).contains(&k), "{k}");
    }
}
