//! Spherical harmonics at the vertices of the sphere, in SciPy's arithmetic.

use std::f64::consts::PI;

use super::sphere::Vertex;

/// A complex number: real and imaginary part.
pub(super) type Complex = [f64; 2];

/// The harmonics of degree `n` at every vertex, orders -n to n.
///
/// PyRadiomics exchanges the angles: what it passes as azimuth is arccos(z / R), and as polar angle atan2(y, x).
pub(super) fn harmonics(n: usize, vertices: &[Vertex], radius: f64) -> Vec<Vec<Complex>> {
    let degree = n as i64;
    let at = |v: &Vertex| {
        let (azimuth, polar) = ((v[2] / radius).acos(), v[1].atan2(v[0]));
        (-degree..=degree).map(|m| harmonic(m, degree, azimuth, polar)).collect()
    };
    vertices.iter().map(at).collect()
}

/// Y of order m and degree n: √((2n + 1)/4π · (n - m)!/(n + m)!) P(cos polar) e^{i m azimuth}.
fn harmonic(m: i64, n: i64, azimuth: f64, polar: f64) -> Complex {
    let order = m.abs();
    let mut value = legendre(order, n, polar.cos());
    if m < 0 {
        let sign = if order % 2 == 0 { 1.0 } else { -1.0 };
        value *= sign * rising(n + order + 1, -2 * order);
    }
    value *= ((2 * n + 1) as f64 / 4.0 / PI).sqrt();
    value *= rising(n + m + 1, -2 * m).sqrt();
    let angle = m as f64 * azimuth;
    [value * angle.cos(), value * angle.sin()]
}

/// The rising factorial a (a + 1) … (a + m - 1), or for negative m 1/((a + m) … (a - 1)); a + m must be positive.
fn rising(a: i64, m: i64) -> f64 {
    if m >= 0 {
        (0..m).rev().fold(1.0, |product, k| product * (a + k) as f64)
    } else {
        (m..0).fold(1.0, |product, k| product / (a + k) as f64)
    }
}

/// The associated Legendre function of order m and degree n (with the Condon-Shortley phase).
fn legendre(m: i64, n: i64, x: f64) -> f64 {
    if n <= 2 || n <= m {
        return legendre_series(m, n, x);
    }
    let (mut before, mut value) = (legendre_series(m, m, x), legendre_series(m, m + 1, x));
    for j in m + 2..=n {
        let next = ((2 * j - 1) as f64 * x * value - (j - 1 + m) as f64 * before) / (j - m) as f64;
        (before, value) = (value, next);
    }
    value
}

/// The same by the finite series in (1 + x)/2 (DLMF 14.3.4 with 14.7.17).
fn legendre_series(m: i64, n: i64, x: f64) -> f64 {
    let mut scale = 1.0;
    if m != 0 {
        let mut ratio = (n * (n + m)) as f64;
        for j in 1..m {
            ratio *= (n * n - j * j) as f64;
        }
        let root = (1.0 - x * x).sqrt();
        scale = (1..=m).fold(1.0, |product, j| 0.5 * product * root / j as f64) * ratio;
    }
    let (mut sum, mut term) = (1.0, 1.0);
    for k in 1..=n - m {
        term = 0.5 * term * (m - n + k - 1) as f64 * (n + m + k) as f64 / (k * (k + m)) as f64 * (1.0 + x);
        sum += term;
    }
    let sign = if n % 2 == 0 { 1.0 } else { -1.0 };
    sign * scale * sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn low_degrees_in_closed_form() {
        let (azimuth, polar) = (0.7, 1.1);
        let close = |found: Complex, expected: Complex| {
            assert!((0..2).all(|i| (found[i] - expected[i]).abs() < 1e-15), "{found:?} {expected:?}");
        };
        close(harmonic(0, 0, azimuth, polar), [0.5 / PI.sqrt(), 0.0]);
        close(harmonic(0, 1, azimuth, polar), [(3.0 / (4.0 * PI)).sqrt() * polar.cos(), 0.0]);
        let size = (3.0 / (8.0 * PI)).sqrt() * polar.sin();
        close(harmonic(1, 1, azimuth, polar), [-size * azimuth.cos(), -size * azimuth.sin()]);
        close(harmonic(-1, 1, azimuth, polar), [size * azimuth.cos(), -size * azimuth.sin()]);
    }

    #[test]
    fn addition_theorem() {
        for n in 0..7 {
            let sum: f64 = (-n..=n).map(|m| harmonic(m, n, 0.3, 2.0)).map(|[re, im]| re * re + im * im).sum();
            assert!((sum - (2 * n + 1) as f64 / (4.0 * PI)).abs() < 1e-13, "{n}");
        }
    }
}
