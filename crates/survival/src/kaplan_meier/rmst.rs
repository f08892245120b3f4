//! Restricted mean survival time.

use super::Curve;
use crate::stats::tails::{normal_critical, normal_upper};

/// Mean survival time up to a limit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RestrictedMean {
    /// The limit.
    pub tau: f64,
    /// Area under the curve from 0 to `tau`.
    pub mean: f64,
    /// Its standard error.
    pub std_err: f64,
}

/// Two restricted means compared.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RestrictedMeanContrast {
    /// Difference, or ratio.
    pub estimate: f64,
    /// Standard error: of the difference, or of the logarithm of the ratio.
    pub std_err: f64,
    /// Lower confidence limit.
    pub lower: f64,
    /// Upper confidence limit.
    pub upper: f64,
    /// Two-sided p-value, normal.
    pub p: f64,
}

/// The largest time over all curves, R's `common` limit; `None` without any time.
pub fn common_tau(curves: &[Curve]) -> Option<f64> {
    curves.iter().filter_map(|c| c.time.last().copied()).reduce(f64::max)
}

impl Curve {
    /// Area under the curve up to `tau`; beyond the last time the curve is carried flat.
    ///
    /// Variance: sum over event times of (area from there to `tau`)^2 d / (n (n - d)), a term being 0 when n = d.
    pub fn restricted_mean(&self, tau: f64) -> RestrictedMean {
        let rows = self.time.partition_point(|t| *t <= tau);
        let (mut area_after, mut variance) = (0.0, 0.0);
        let mut end = tau;
        for k in (0..rows).rev() {
            area_after += (end - self.time[k]) * self.surv[k];
            end = self.time[k];
            let (n, d) = (self.n_risk[k], self.n_event[k]);
            if d > 0.0 && n != d {
                variance += area_after * area_after * d / (n * (n - d));
            }
        }
        RestrictedMean { tau, mean: area_after + end, std_err: variance.sqrt() }
    }

    /// The mean restricted to the curve's own last time, R's `individual`.
    pub fn restricted_mean_individual(&self) -> RestrictedMean {
        self.restricted_mean(self.time.last().copied().unwrap_or(f64::NAN))
    }
}

impl RestrictedMean {
    /// This mean less `other`, with limits at `level`; independent groups.
    pub fn difference(&self, other: &Self, level: f64) -> RestrictedMeanContrast {
        let std_err = self.std_err.hypot(other.std_err);
        let estimate = self.mean - other.mean;
        let half = normal_critical(level) * std_err;
        let p = 2.0 * normal_upper((estimate / std_err).abs());
        RestrictedMeanContrast { estimate, std_err, lower: estimate - half, upper: estimate + half, p }
    }

    /// This mean over `other`, with limits at `level` from the logarithm (delta method); independent groups.
    pub fn ratio(&self, other: &Self, level: f64) -> RestrictedMeanContrast {
        let std_err = (self.std_err / self.mean).hypot(other.std_err / other.mean);
        let log_ratio = (self.mean / other.mean).ln();
        let half = normal_critical(level) * std_err;
        let p = 2.0 * normal_upper((log_ratio / std_err).abs());
        RestrictedMeanContrast {
            estimate: log_ratio.exp(),
            std_err,
            lower: (log_ratio - half).exp(),
            upper: (log_ratio + half).exp(),
            p,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::KaplanMeierSpec;
    use super::*;
    use crate::{Groups, Survival};

    #[test]
    fn without_censoring_it_is_the_mean() {
        let time = vec![1.0, 2.0, 4.0, 9.0];
        let data = Survival::new(time.clone(), vec![true; 4]).expect("valid");
        let km = KaplanMeierSpec::default().check().expect("default");
        let curve = km.fit(&data, Groups::one()).expect("fits").remove(0);
        let mean = curve.restricted_mean_individual();
        assert!((mean.mean - 4.0).abs() < 1e-14);
        // The variance of the mean with divisor n.
        let spread = time.iter().map(|t| (t - 4.0) * (t - 4.0)).sum::<f64>() / 16.0;
        assert!((mean.std_err * mean.std_err - spread).abs() < 1e-13);
        assert_eq!(curve.restricted_mean(0.5), RestrictedMean { tau: 0.5, mean: 0.5, std_err: 0.0 });
        assert_eq!(curve.restricted_mean(100.0).mean, mean.mean);
    }

    #[test]
    fn contrasts_are_antisymmetric() {
        let (a, b) = (
            RestrictedMean { tau: 5.0, mean: 4.0, std_err: 0.3 },
            RestrictedMean { tau: 5.0, mean: 3.0, std_err: 0.4 },
        );
        let (ab, ba) = (a.difference(&b, 0.95), b.difference(&a, 0.95));
        assert_eq!((ab.estimate, ab.std_err, ab.lower), (1.0, 0.5, -ba.upper));
        assert!((ab.p - 0.045_500_263_896_358_4).abs() < 1e-15);
        let (ab, ba) = (a.ratio(&b, 0.9), b.ratio(&a, 0.9));
        assert!((ab.estimate * ba.estimate - 1.0).abs() < 1e-15 && (ab.lower * ba.upper - 1.0).abs() < 1e-14);
    }
}
