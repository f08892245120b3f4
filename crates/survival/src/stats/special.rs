//! Incomplete gamma and beta functions on the log scale, exact far into their tails.
//!
//! The leading factors are written with the error of Stirling's formula and the deviance part of the binomial
//! and Poisson densities (Loader 2000, "Fast and accurate computation of binomial probabilities"), so that no
//! large logarithms are subtracted; the rest are continued fractions by Lentz's method.

use std::f64::consts::PI;

/// Smallest magnitude a Lentz denominator may take.
const TINY: f64 = 1e-300;
/// A continued fraction or series has converged when a factor differs from one by less than this.
const CONVERGED: f64 = 1e-16;
/// The fractions need about sqrt(parameter) terms; this covers parameters up to 1e10.
const MAX_TERMS: usize = 1_000_000;

/// ln Gamma(x) for x > 0.
pub fn ln_gamma(x: f64) -> f64 {
    libm::lgamma(x)
}

/// ln n! - (ln(2 pi n) / 2 + n ln n - n), the error of Stirling's formula, for n > 0.
fn stirling_error(n: f64) -> f64 {
    if n < 16.0 {
        return ln_gamma(n + 1.0) - (n + 0.5) * n.ln() + n - 0.5 * (2.0 * PI).ln();
    }
    // Bernoulli numbers over 2k(2k-1), k = 1..7.
    const SERIES: [f64; 7] =
        [1.0 / 12.0, -1.0 / 360.0, 1.0 / 1260.0, -1.0 / 1680.0, 1.0 / 1188.0, -691.0 / 360_360.0, 1.0 / 156.0];
    let inverse_square = 1.0 / (n * n);
    SERIES.iter().rev().fold(0.0, |sum, c| sum * inverse_square + c) / n
}

/// x ln(x / m) + m - x, without cancellation where x is near m.
fn deviance_part(x: f64, m: f64) -> f64 {
    if (x - m).abs() < 0.1 * (x + m) {
        let v = (x - m) / (x + m);
        let mut sum = (x - m) * v;
        let mut term = 2.0 * x * v;
        let square = v * v;
        for j in 1..1000 {
            term *= square;
            let next = sum + term / f64::from(2 * j + 1);
            if next == sum {
                return next;
            }
            sum = next;
        }
    }
    x * (x / m).ln() + m - x
}

/// ln of x^a e^-x / Gamma(a + 1).
fn ln_poisson(a: f64, x: f64) -> f64 {
    -stirling_error(a) - deviance_part(a, x) - 0.5 * (2.0 * PI * a).ln()
}

/// ln Q(a, x) of the regularized upper incomplete gamma function, a > 0.
pub fn ln_gamma_upper(a: f64, x: f64) -> f64 {
    if x.is_nan() || a.is_nan() {
        return f64::NAN;
    }
    if x <= 0.0 {
        return 0.0;
    }
    if x.is_infinite() {
        return f64::NEG_INFINITY;
    }
    if x < a + 1.0 {
        let (mut sum, mut term, mut n) = (1.0, 1.0, a);
        for _ in 0..MAX_TERMS {
            n += 1.0;
            term *= x / n;
            sum += term;
            if term < sum * CONVERGED {
                break;
            }
        }
        return (-(ln_poisson(a, x) + f64::ln(sum)).exp()).ln_1p();
    }
    let mut b = x + 1.0 - a;
    let mut c = 1.0 / TINY;
    let mut d = 1.0 / b;
    let mut h = d;
    for i in 1..MAX_TERMS {
        let i = i as f64;
        let numerator = -i * (i - a);
        b += 2.0;
        d = numerator * d + b;
        d = 1.0 / if d.abs() < TINY { TINY } else { d };
        c = b + numerator / c;
        c = if c.abs() < TINY { TINY } else { c };
        let factor = c * d;
        h *= factor;
        if (factor - 1.0).abs() < CONVERGED {
            break;
        }
    }
    ln_poisson(a, x) + a.ln() + h.ln()
}

/// ln I_x(a, b) of the regularized incomplete beta function; `y` must be 1 - x, given apart because it may be tiny.
pub fn ln_beta_lower(a: f64, b: f64, x: f64, y: f64) -> f64 {
    if x.is_nan() || y.is_nan() || a.is_nan() || b.is_nan() {
        return f64::NAN;
    }
    if x <= 0.0 {
        return f64::NEG_INFINITY;
    }
    if y <= 0.0 {
        return 0.0;
    }
    if x > (a + 1.0) / (a + b + 2.0) {
        return (-ln_beta_fraction(b, a, y, x).exp()).ln_1p();
    }
    ln_beta_fraction(a, b, x, y)
}

/// ln I_x(a, b) by the continued fraction, good for x below (a + 1) / (a + b + 2).
fn ln_beta_fraction(a: f64, b: f64, x: f64, y: f64) -> f64 {
    let n = a + b;
    // ln of x^a y^b / (a B(a, b)).
    let leading =
        stirling_error(n) - stirling_error(a) - stirling_error(b) - deviance_part(a, n * x) - deviance_part(b, n * y)
            + 0.5 * (b / (2.0 * PI * a * n)).ln();
    let mut c = 1.0;
    let mut d = 1.0 - n * x / (a + 1.0);
    d = 1.0 / if d.abs() < TINY { TINY } else { d };
    let mut h = d;
    for m in 1..MAX_TERMS {
        let m = m as f64;
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        let odd = -(a + m) * (n + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        let mut factor = 1.0;
        for numerator in [even, odd] {
            d = 1.0 + numerator * d;
            d = 1.0 / if d.abs() < TINY { TINY } else { d };
            c = 1.0 + numerator / c;
            c = if c.abs() < TINY { TINY } else { c };
            factor = c * d;
            h *= factor;
        }
        if (factor - 1.0).abs() < CONVERGED {
            break;
        }
    }
    leading + h.ln()
}
