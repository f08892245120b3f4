//! Ellipsoids: volume, area, and the smallest around points.

use std::f64::consts::PI;

/// An ellipsoid by its semi-axes in mm.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ellipsoid {
    /// Descending.
    pub semi_axes: [f64; 3],
}

/// Degree of the last Legendre polynomial of the series for the area, as the manual says.
const DEGREE: usize = 20;

impl Ellipsoid {
    pub fn volume(&self) -> f64 {
        4.0 / 3.0 * PI * self.semi_axes.iter().product::<f64>()
    }

    /// 4 π a b Σ (α β)^n / (1 - 4 n²) P_n((α² + β²) / (2 α β)), with α² = 1 - (b/a)² and β² = 1 - (c/a)², as the
    /// manual and the consensus values have it (the area itself would need c/a and c/b).
    ///
    /// The factors (α β)^n are taken into the recursion of the polynomials, so that nothing is divided by α β, which is 0
    /// for a spheroid.
    pub fn area(&self) -> f64 {
        let [a, b, c] = self.semi_axes;
        let (alpha2, beta2) = (1.0 - (b / a).powi(2), 1.0 - (c / a).powi(2));
        let (half_sum, product) = (0.5 * (alpha2 + beta2), alpha2 * beta2);
        let (mut before, mut now) = (1.0, half_sum);
        let mut series = 1.0;
        for n in 1..=DEGREE {
            let degree = n as f64;
            series += now / (1.0 - 4.0 * degree * degree);
            let next = ((2.0 * degree + 1.0) * half_sum * now - degree * product * before) / (degree + 1.0);
            (before, now) = (now, next);
        }
        4.0 * PI * a * b * series
    }

    /// The ellipsoid of least volume around `points`, which do not lie in a plane, by Khachiyan's algorithm with steps
    /// away from points (Todd and Yildirim), until its volume is known to 1e-6.
    pub fn enclosing(points: &[[f64; 3]]) -> Self {
        let n = points.len();
        let lifted: Vec<nalgebra::Vector4<f64>> =
            points.iter().map(|p| nalgebra::Vector4::new(p[0], p[1], p[2], 1.0)).collect();
        let mut weights = vec![1.0 / n as f64; n];
        const D: f64 = 3.0;
        for _ in 0..100_000 {
            let moments = lifted
                .iter()
                .zip(&weights)
                .fold(nalgebra::Matrix4::zeros(), |sum, (q, &w)| sum + q * q.transpose() * w);
            let Some(inverse) = moments.try_inverse() else { break };
            let distances: Vec<f64> = lifted.iter().map(|q| (q.transpose() * inverse * q)[0]).collect();
            let farthest = (0..n).max_by(|&a, &b| distances[a].total_cmp(&distances[b])).unwrap_or(0);
            let held = (0..n).filter(|&i| weights[i] > 0.0);
            let nearest = held.min_by(|&a, &b| distances[a].total_cmp(&distances[b])).unwrap_or(0);
            let (excess, lack) = (distances[farthest] / (D + 1.0) - 1.0, 1.0 - distances[nearest] / (D + 1.0));
            if excess.max(lack) < 1e-7 {
                break;
            }
            let (point, towards) = if excess > lack { (farthest, true) } else { (nearest, false) };
            let distance = distances[point];
            let mut step = (distance - (D + 1.0)) / ((D + 1.0) * (distance - 1.0));
            if !towards {
                // No weight may fall below 0.
                let all = -weights[point] / (1.0 - weights[point]);
                step = if distance > 1.0 { step.max(all) } else { all };
            }
            weights.iter_mut().for_each(|w| *w *= 1.0 - step);
            weights[point] += step;
            weights[point] = weights[point].max(0.0);
        }
        let weighted = |f: &dyn Fn(&[f64; 3]) -> f64| points.iter().zip(&weights).map(|(p, w)| w * f(p)).sum::<f64>();
        let centre: [f64; 3] = std::array::from_fn(|d| weighted(&|p| p[d]));
        let covariance = nalgebra::Matrix3::from_fn(|i, j| weighted(&|p| (p[i] - centre[i]) * (p[j] - centre[j])));
        let mut semi_axes: [f64; 3] = covariance.symmetric_eigenvalues().map(|e| (D * e.max(0.0)).sqrt()).into();
        semi_axes.sort_by(|a, b| b.total_cmp(a));
        Self { semi_axes }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn areas_of_spheres_and_spheroids() {
        let area = |semi_axes| Ellipsoid { semi_axes }.area();
        assert!((area([2.0; 3]) - 16.0 * PI).abs() < 1e-12);
        // With b = c the argument of the polynomials is 1, and so are they.
        let terms = (0..=DEGREE).map(|n| 0.75_f64.powi(n as i32) / (1.0 - 4.0 * (n * n) as f64));
        let spheroid = 8.0 * PI * terms.sum::<f64>();
        assert!((area([2.0, 1.0, 1.0]) - spheroid).abs() < 1e-12 * spheroid);
    }

    #[test]
    fn the_ellipsoid_around_a_box_touches_its_corners() {
        let corner = |i: usize| [(i & 1) as f64 * 2.0, (i >> 1 & 1) as f64 * 4.0, (i >> 2) as f64 * 6.0];
        let corners: Vec<[f64; 3]> = (0..8).map(corner).collect();
        let found = Ellipsoid::enclosing(&corners).semi_axes;
        for (found, half) in found.into_iter().zip([3.0, 2.0, 1.0]) {
            assert!((found - half * 3.0_f64.sqrt()).abs() < 1e-5, "{found}");
        }
    }
}
