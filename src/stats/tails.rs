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
/// Bisection finds a short bracket, regula falsi with the Illinois rule finishes.
fn invert_decreasing(target: f64, function: impl Fn(f64) -> f64) -> f64 {
    if target.is_nan() {
        return f64::NAN;
    }
    let (mut low, mut high) = (-1.0, 1.0);
    while function(low) < target {
        low *= 2.0;
        if low < -1400.0 {
            return f64::NAN;
        }
    }
    while function(high) > target {
        high *= 2.0;
        if high > 1400.0 {
            return f64::NAN;
        }
    }
    while high - low > 0.01 {
        let middle = 0.5 * (low + high);
        if function(middle) > target {
            low = middle;
        } else {
            high = middle;
        }
    }
    let (mut above, mut below) = (function(low) - target, function(high) - target);
    for _ in 0..100 {
        let width = high - low;
        if width <= 4.0 * f64::EPSILON * low.abs().max(high.abs()).max(1.0) || above == below {
            break;
        }
        let next = (low * below - high * above) / (below - above);
        let value = function(next) - target;
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
    0.5 * (low + high)
}

#[cfg(test)]
mod tests {
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
    const R_LOG_TAILS: [(char, f64, f64, f64, f64); 131] = [
        ('c', 1e-05, 1.0, 0.0, -2.52631676943640979e-03),
        ('c', 0.3, 1.0, 0.0, -5.38055650721700363e-01),
        ('c', 1.0, 1.0, 0.0, -1.14787446444931795e+00),
        ('c', 4.0, 1.0, 0.0, -3.09003715312208582e+00),
        ('c', 25.0, 1.0, 0.0, -1.43718512134287799e+01),
        ('c', 600.0, 1.0, 0.0, -3.03425915958903147e+02),
        ('c', 1380.0, 1.0, 0.0, -6.93841434071320805e+02),
        ('c', 3000.0, 1.0, 0.0, -1.50422930819248086e+03),
        ('c', 1e-05, 2.0, 0.0, -4.99999999999999956e-06),
        ('c', 0.3, 2.0, 0.0, -1.49999999999999994e-01),
        ('c', 1.0, 2.0, 0.0, -5.00000000000000000e-01),
        ('c', 4.0, 2.0, 0.0, -2.00000000000000000e+00),
        ('c', 25.0, 2.0, 0.0, -1.25000000000000000e+01),
        ('c', 600.0, 2.0, 0.0, -3.00000000000000000e+02),
        ('c', 1380.0, 2.0, 0.0, -6.90000000000000000e+02),
        ('c', 3000.0, 2.0, 0.0, -1.50000000000000000e+03),
        ('c', 1e-05, 3.0, 0.0, -8.41041654415455463e-09),
        ('c', 0.3, 3.0, 0.0, -4.07923279739806216e-02),
        ('c', 1.0, 3.0, 0.0, -2.21579828439848692e-01),
        ('c', 4.0, 3.0, 0.0, -1.34145817525256428e+00),
        ('c', 25.0, 3.0, 0.0, -1.10785167411486718e+01),
        ('c', 600.0, 3.0, 0.0, -2.97025664005125691e+02),
        ('c', 1380.0, 3.0, 0.0, -6.86610148111894091e+02),
        ('c', 3000.0, 3.0, 0.0, -1.49622227440199254e+03),
        ('c', 1e-05, 7.5, 0.0, -7.96872304039659806e-22),
        ('c', 0.3, 7.5, 0.0, -4.35830327394427818e-05),
        ('c', 1.0, 7.5, 0.0, -3.03551181946595978e-03),
        ('c', 4.0, 7.5, 0.0, -1.96534133408522466e-01),
        ('c', 25.0, 7.5, 0.0, -6.81582907798165838e+00),
        ('c', 600.0, 7.5, 0.0, -2.85792235748053713e+02),
        ('c', 1380.0, 7.5, 0.0, -6.73506926020132482e+02),
        ('c', 3000.0, 7.5, 0.0, -1.48137362572322627e+03),
        ('c', 1e-05, 40.0, 0.0, -3.91988568345813404e-125),
        ('c', 0.3, 40.0, 0.0, -1.18486427972687001e-35),
        ('c', 1.0, 40.0, 0.0, -2.43546542992530537e-25),
        ('c', 4.0, 40.0, 0.0, -6.44373139311231458e-14),
        ('c', 25.0, 40.0, 0.0, -3.10718991903944329e-02),
        ('c', 600.0, 40.0, 0.0, -2.30902828152955578e+02),
        ('c', 1380.0, 40.0, 0.0, -6.05114863442340948e+02),
        ('c', 3000.0, 40.0, 0.0, -1.40037595791030481e+03),
        ('c', 1e-05, 1000.0, 0.0, -0.00000000000000000e+00),
        ('c', 0.3, 1000.0, 0.0, -0.00000000000000000e+00),
        ('c', 1.0, 1000.0, 0.0, -0.00000000000000000e+00),
        ('c', 4.0, 1000.0, 0.0, -0.00000000000000000e+00),
        ('c', 25.0, 1000.0, 0.0, -0.00000000000000000e+00),
        ('c', 600.0, 1000.0, 0.0, -3.80742341628819883e-26),
        ('c', 1380.0, 1000.0, 0.0, -3.20354383942772003e+01),
        ('c', 3000.0, 1000.0, 0.0, -4.55414907993257941e+02),
        ('f', 1e-04, 1.0, 1.0, -6.38633482387836269e-03),
        ('f', 0.5, 1.0, 1.0, -4.97295161434057720e-01),
        ('f', 1.0, 1.0, 1.0, -6.93147180559944287e-01),
        ('f', 3.0, 1.0, 1.0, -1.09861228866811000e+00),
        ('f', 30.0, 1.0, 1.0, -2.16313521712367729e+00),
        ('f', 478.0, 1.0, 1.0, -3.53708479022812128e+00),
        ('f', 1e+06, 1.0, 1.0, -7.35933831760478085e+00),
        ('f', 1e-04, 1.0, 30.0, -7.94397742804790058e-03),
        ('f', 0.5, 1.0, 30.0, -7.23695116345763112e-01),
        ('f', 1.0, 1.0, 30.0, -1.12298096129765446e+00),
        ('f', 3.0, 1.0, 30.0, -2.36940386159216443e+00),
        ('f', 30.0, 1.0, 30.0, -1.20145970510621272e+01),
        ('f', 478.0, 1.0, 30.0, -4.43454999010473045e+01),
        ('f', 1e+06, 1.0, 30.0, -1.58149855411154817e+02),
        ('f', 1e-04, 3.0, 133.0, -1.38962572389267641e-06),
        ('f', 0.5, 3.0, 133.0, -3.81378712695920219e-01),
        ('f', 1.0, 3.0, 133.0, -9.28701445410040849e-01),
        ('f', 3.0, 3.0, 133.0, -3.41307197841284804e+00),
        ('f', 30.0, 3.0, 133.0, -3.25866188630422968e+01),
        ('f', 478.0, 3.0, 133.0, -1.61845513179660344e+02),
        ('f', 1e+06, 3.0, 133.0, -6.64358928011748162e+02),
        ('f', 1e-04, 39.0, 40.0, -3.01071578231638185e-68),
        ('f', 0.5, 39.0, 40.0, -1.63539803672265345e-02),
        ('f', 1.0, 39.0, 40.0, -6.94223115326612628e-01),
        ('f', 3.0, 39.0, 40.0, -7.84493594294646535e+00),
        ('f', 30.0, 39.0, 40.0, -4.41812714520466514e+01),
        ('f', 478.0, 39.0, 40.0, -9.83664160306365005e+01),
        ('f', 1e+06, 39.0, 40.0, -2.51203822155773935e+02),
        ('f', 1e-04, 2.0, 1e+05, -9.99999998999999727e-05),
        ('f', 0.5, 2.0, 1e+05, -4.99997500016666430e-01),
        ('f', 1.0, 2.0, 1e+05, -9.99990000133331502e-01),
        ('f', 3.0, 2.0, 1e+05, -2.99991000359983762e+00),
        ('f', 30.0, 2.0, 1e+05, -2.99910035983807788e+01),
        ('f', 478.0, 2.0, 1e+05, -4.75729618429273671e+02),
        ('f', 1e+06, 2.0, 1e+05, -1.52226121886171139e+05),
        ('f', 1e-04, 4.0, 2.7, -3.48032992278480214e-08),
        ('f', 0.5, 4.0, 2.7, -2.94402001708623795e-01),
        ('f', 1.0, 4.0, 2.7, -6.35857340866185061e-01),
        ('f', 3.0, 4.0, 2.7, -1.54479553292644067e+00),
        ('f', 30.0, 4.0, 2.7, -4.31056863868675944e+00),
        ('f', 478.0, 4.0, 2.7, -8.00788210084385632e+00),
        ('f', 1e+06, 4.0, 2.7, -1.83271327180591364e+01),
        ('f', 1e-04, 39.0, 5.3, -7.93256101855551268e-60),
        ('f', 0.5, 39.0, 5.3, -1.01564043992388719e-01),
        ('f', 1.0, 39.0, 5.3, -5.68072427615608500e-01),
        ('f', 3.0, 39.0, 5.3, -2.28509066743966871e+00),
        ('f', 30.0, 39.0, 5.3, -7.76500019284357634e+00),
        ('f', 478.0, 39.0, 5.3, -1.50333628162050275e+01),
        ('f', 1e+06, 39.0, 5.3, -3.52904288564883757e+01),
        ('t', 0.01, 1.0, 0.0, -6.99533515383823690e-01),
        ('t', 0.7, 1.0, 0.0, -1.18547858888294977e+00),
        ('t', 2.0, 1.0, 0.0, -1.91336036450401048e+00),
        ('t', 8.0, 1.0, 0.0, -3.22934483015542018e+00),
        ('t', 37.0, 1.0, 0.0, -4.75589120818656408e+00),
        ('t', 0.01, 2.3, 0.0, -7.00350658192161357e-01),
        ('t', 0.7, 2.3, 0.0, -1.29461399555559575e+00),
        ('t', 2.0, 2.3, 0.0, -2.48522522660002521e+00),
        ('t', 8.0, 2.3, 0.0, -5.29726957617917904e+00),
        ('t', 37.0, 2.3, 0.0, -8.78994588995995585e+00),
        ('t', 0.01, 10.0, 0.0, -7.00959643541135380e-01),
        ('t', 0.7, 10.0, 0.0, -1.38651924605884425e+00),
        ('t', 2.0, 10.0, 0.0, -3.30514155123245290e+00),
        ('t', 8.0, 10.0, 0.0, -1.20426839572606195e+01),
        ('t', 37.0, 10.0, 0.0, -2.67248027473430021e+01),
        ('t', 0.01, 226.0, 0.0, -7.01149000843426906e-01),
        ('t', 0.7, 226.0, 0.0, -1.41748119067028888e+00),
        ('t', 2.0, 226.0, 0.0, -3.75721772069263071e+00),
        ('t', 8.0, 226.0, 0.0, -3.10658374429033195e+01),
        ('t', 37.0, 226.0, 0.0, -2.24367262191140611e+02),
        ('t', 0.01, 1e+06, 0.0, -7.01157891433515146e-01),
        ('t', 0.7, 1e+06, 0.0, -1.41896742503394835e+00),
        ('t', 2.0, 1e+06, 0.0, -3.78317840065798272e+00),
        ('t', 8.0, 1e+06, 0.0, -3.50123814267725351e+01),
        ('t', 37.0, 1e+06, 0.0, -6.88561788726039822e+02),
        ('n', -3.0, 0.0, 0.0, -1.35080996474819378e-03),
        ('n', -0.1, 0.0, 0.0, -6.16505010115026231e-01),
        ('n', 0.0, 0.0, 0.0, -6.93147180559945286e-01),
        ('n', 1.96, 0.0, 0.0, -3.68896365172963847e+00),
        ('n', 6.0, 0.0, 0.0, -2.07367689499747065e+01),
        ('n', 9.99, 0.0, 0.0, -5.31303537456060155e+01),
        ('n', 10.01, 0.0, 0.0, -5.33323156108807268e+01),
        ('n', 37.0, 0.0, 0.0, -6.89030585576890644e+02),
        ('n', 1000.0, 0.0, 0.0, -5.00007826694812160e+05),
    ];

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
                    < 1e-13 * z.abs().max(1.0) * (0.5 * z * z).exp().max(1.0).min(10.0),
                "{z}"
            );
        }
    }
}
