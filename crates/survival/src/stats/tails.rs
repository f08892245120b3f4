//! Upper tails of the reference distributions and their inverses, right to 1e-300 and beyond on the log scale.
//!
//! A p-value is never taken as one minus a lower tail.

use super::special::{ln_beta_lower, ln_gamma_upper};
use std::f64::consts::{FRAC_1_SQRT_2, LN_2, PI, SQRT_2};

/// P(Z > z), Z standard normal.
pub fn normal_upper(z: f64) -> f64 {
    0.5 * libm::erfc(z * FRAC_1_SQRT_2)
}

/// ln P(Z > z), finite for every finite z.
pub fn ln_normal_upper(z: f64) -> f64 {
    if z < 0.0 {
        return (-normal_upper(-z)).ln_1p();
    }
    if z < 10.0 {
        return normal_upper(z).ln();
    }
    // Mills' ratio as Laplace's continued fraction, from its far end.
    let ratio = (1..=60).rev().fold(z, |tail, k| z + f64::from(k) / tail);
    -0.5 * z * z - 0.5 * (2.0 * PI).ln() - ratio.ln()
}

/// Density of the standard normal distribution.
pub fn normal_density(z: f64) -> f64 {
    (-0.5 * z * z).exp() / (2.0 * PI).sqrt()
}

/// z with P(Z <= z) = p; infinite at 0 and 1, NaN outside.
pub fn normal_quantile(p: f64) -> f64 {
    if !(0.0..=1.0).contains(&p) {
        return f64::NAN;
    }
    -SQRT_2 * statrs::function::erf::erfc_inv(2.0 * p)
}

/// The normal quantile for a two-sided interval of confidence `level`: 1.959963984540054 for 0.95.
pub fn normal_critical(level: f64) -> f64 {
    normal_quantile(1.0 - (1.0 - level) / 2.0)
}

/// P(X > x), X chi-square with `df` degrees of freedom.
pub fn chi_square_upper(x: f64, df: f64) -> f64 {
    ln_chi_square_upper(x, df).exp()
}

/// ln P(X > x), X chi-square with `df` degrees of freedom; NaN unless df > 0.
pub fn ln_chi_square_upper(x: f64, df: f64) -> f64 {
    if df > 0.0 { ln_gamma_upper(df / 2.0, x / 2.0) } else { f64::NAN }
}

/// P(|T| > |t|), T Student's t with `df` degrees of freedom.
pub fn t_two_sided(t: f64, df: f64) -> f64 {
    ln_t_two_sided(t, df).exp()
}

/// ln P(|T| > |t|), T Student's t with `df` degrees of freedom.
pub fn ln_t_two_sided(t: f64, df: f64) -> f64 {
    ln_f_upper(t * t, 1.0, df)
}

/// P(T > t), T Student's t with `df` degrees of freedom.
pub fn t_upper(t: f64, df: f64) -> f64 {
    let half = 0.5 * t_two_sided(t, df);
    if t < 0.0 { 1.0 - half } else { half }
}

/// P(F > f), F Fisher's with `df1` and `df2` degrees of freedom.
pub fn f_upper(f: f64, df1: f64, df2: f64) -> f64 {
    ln_f_upper(f, df1, df2).exp()
}

/// ln P(F > f), F Fisher's with `df1` and `df2` degrees of freedom.
pub fn ln_f_upper(f: f64, df1: f64, df2: f64) -> f64 {
    if f.is_nan() || df1.is_nan() || df2.is_nan() || df1 <= 0.0 || df2 <= 0.0 {
        return f64::NAN;
    }
    if f <= 0.0 {
        return 0.0;
    }
    if f.is_infinite() {
        return f64::NEG_INFINITY;
    }
    let (between, within) = (df1 * f, df2);
    let total = between + within;
    if total.is_infinite() {
        return ln_beta_lower(df2 / 2.0, df1 / 2.0, within / df1 / f, 1.0);
    }
    ln_beta_lower(df2 / 2.0, df1 / 2.0, within / total, between / total)
}

/// f with P(F > f) = p for 0 < p < 1, by bisection on ln f and the log of the tail.
pub fn f_upper_quantile(p: f64, df1: f64, df2: f64) -> f64 {
    invert_decreasing(p.ln(), |ln_f| ln_f_upper(ln_f.exp(), df1, df2)).exp()
}

/// t with P(T > t) = p for 0 < p < 1.
pub fn t_upper_quantile(p: f64, df: f64) -> f64 {
    if p > 0.5 {
        return -t_upper_quantile(1.0 - p, df);
    }
    if p == 0.5 {
        return 0.0;
    }
    invert_decreasing(p.ln(), |ln_t| ln_t_two_sided(ln_t.exp(), df) - LN_2).exp()
}

/// x with P(X > x) = p for 0 < p < 1, X chi-square with `df` degrees of freedom.
pub fn chi_square_upper_quantile(p: f64, df: f64) -> f64 {
    invert_decreasing(p.ln(), |ln_x| ln_chi_square_upper(ln_x.exp(), df)).exp()
}

/// P(sup |B(u)| / sqrt(u (1 - u)) > b), a <= u <= c, for a Brownian bridge B: Miller and Siegmund (1982),
/// 4 phi(b) / b + phi(b) (b - 1/b) log(c (1 - a) / ((1 - c) a)). Not below 0; meant for b > 1.
pub fn standardized_bridge_exceeds(b: f64, a: f64, c: f64) -> f64 {
    let density = normal_density(b);
    (4.0 * density / b + density * (b - 1.0 / b) * (c * (1.0 - a) / ((1.0 - c) * a)).ln()).max(0.0)
}

/// The argument at which a decreasing function takes `target`, to the last digit; NaN where it never does.
///
/// Bisection finds a bracket over which a logarithm of a tail is nearly straight, regula falsi with the Illinois rule
/// finishes.
fn invert_decreasing(target: f64, function: impl Fn(f64) -> f64) -> f64 {
    if target.is_nan() {
        return f64::NAN;
    }
    let excess = |x: f64| function(x) - target;
    let (mut low, mut high) = (-1.0, 1.0);
    let (mut above, mut below) = (excess(low), excess(high));
    while above < 0.0 {
        (high, below) = (low, above);
        low *= 2.0;
        above = excess(low);
        if low < -1400.0 {
            return f64::NAN;
        }
    }
    while below > 0.0 {
        (low, above) = (high, below);
        high *= 2.0;
        below = excess(high);
        if high > 1400.0 {
            return f64::NAN;
        }
    }
    while high - low > 0.5 {
        let middle = 0.5 * (low + high);
        let value = excess(middle);
        if value > 0.0 {
            (low, above) = (middle, value);
        } else {
            (high, below) = (middle, value);
        }
    }
    for _ in 0..100 {
        let width = high - low;
        if width <= 4.0 * f64::EPSILON * low.abs().max(high.abs()).max(1.0) || above == below {
            break;
        }
        let straight = (low * below - high * above) / (below - above);
        // An infinite end has no straight line to it.
        let next = if straight > low && straight < high { straight } else { 0.5 * (low + high) };
        let value = excess(next);
        if value == 0.0 {
            return next;
        }
        if value > 0.0 {
            low = next;
            above = value;
            below *= 0.5;
        } else {
            high = next;
            below = value;
            above *= 0.5;
        }
    }
    // Where the tail ends in a jump, the argument sought is beyond the largest number.
    if below.is_infinite() { high } else { 0.5 * (low + high) }
}

#[cfg(test)]
mod r_values;

#[cfg(test)]
mod tests {
    use super::r_values::R_LOG_TAILS;
    use super::*;

    /// Values of R 4.2.2: pchisq, pf, pt, pnorm with lower.tail = FALSE, log.p = TRUE.
    #[test]
    fn log_tails_equal_r() {
        let close = |found: f64, expected: f64| {
            assert!((found - expected).abs() <= 2e-11 * expected.abs().max(1e-3), "{found:e} is not {expected:e}");
        };
        R_LOG_TAILS.iter().for_each(|(kind, a, b, c, expected)| match kind {
            'c' => close(ln_chi_square_upper(*a, *b), *expected),
            'f' => close(ln_f_upper(*a, *b, *c), *expected),
            't' => close(ln_t_two_sided(*a, *b) - LN_2, *expected),
            _ => close(ln_normal_upper(*a), *expected),
        });
    }
    #[test]
    fn quantiles_invert_the_tails() {
        assert!((normal_critical(0.95) - 1.959_963_984_540_054).abs() < 4e-16);
        for p in [1e-300, 1e-12, 0.025, 0.4, 0.975, 0.999_999] {
            for (df1, df2) in [(1.0, 1.0), (39.0, 40.0), (5.5, 0.7), (1e5, 30.0)] {
                let f = f_upper_quantile(p, df1, df2);
                if f.is_finite() {
                    assert!(
                        (ln_f_upper(f, df1, df2) - p.ln()).abs() < 1e-11 * p.ln().abs().max(1.0),
                        "{p} {df1} {df2}"
                    );
                }
                let x = chi_square_upper_quantile(p, df1);
                assert!((ln_chi_square_upper(x, df1) - p.ln()).abs() < 1e-11 * p.ln().abs().max(1.0), "{p} {df1}");
            }
            assert!((t_upper(t_upper_quantile(p, 7.3), 7.3) / p - 1.0).abs() < 1e-11, "{p}");
        }
    }

    #[test]
    fn normal_quantile_agrees_with_the_tail() {
        for z in [-8.0, -3.3, -0.2, 0.0, 0.7, 2.4] {
            assert!(
                (normal_quantile(normal_upper(-z)) - z).abs()
                    < 1e-13 * z.abs().max(1.0) * (0.5 * z * z).exp().clamp(1.0, 10.0),
                "{z}"
            );
        }
    }
}
