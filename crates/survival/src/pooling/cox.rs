//! A Cox model of several imputed data sets, as one.
//!
//! Coefficients and their covariance follow Rubin's rules, and so does the baseline: the cumulative hazard at one profile is
//! its mean over the sets (van Buuren, *Flexible Imputation of Missing Data*, 2018, section 5.1).

use nalgebra::{DMatrix, DVector};

use super::{PoolError, PoolSpec, Pooled, pool};
use crate::Matrix;
use crate::cox::{Baseline, CoxFit, Reference, Tabulated};
use crate::stats::linalg::{dot, quadratic_form, submatrix};

/// The fits of one model to imputed data sets, put together.
#[derive(Debug, Clone)]
pub struct PooledCox {
    /// Number of rows of each set.
    pub n: usize,
    /// Rows with an event.
    pub n_events: usize,
    /// One for every column of the design; none where there is no coefficient.
    pub terms: Vec<Option<Pooled>>,
    /// Means of the columns over the sets, 0 for columns of -1, 0 and 1.
    pub means: Vec<f64>,
    fits: Vec<CoxFit>,
    coef: Vec<f64>,
    covariance: Matrix,
    kept: Vec<usize>,
}

impl PooledCox {
    /// Pools the fits of one model to the imputed sets of the same subjects, each in the same order.
    ///
    /// A coefficient's degrees of freedom without missing values are events less coefficients, at least 1, as mice's `pool`
    /// has them for `coxph`.
    ///
    /// # Errors
    /// Fewer than two fits; fits of other columns, subjects or strata; a coefficient that is estimated in some sets alone.
    pub fn new(fits: Vec<CoxFit>, level: f64) -> Result<Self, PoolError> {
        let first = fits.first().ok_or(PoolError::Few(0))?;
        let (kept, p) = (first.kept.clone(), first.means.len());
        let times: Vec<f64> = first.baseline(Reference::Means).into_iter().flat_map(|b| b.time).collect();
        let differs = |fit: &CoxFit| {
            let baseline = fit.baseline(Reference::Means);
            fit.kept != kept || fit.means.len() != p || baseline.len() != 1 || baseline[0].time != times
        };
        if let Some(set) = fits.iter().position(differs) {
            return Err(PoolError::Differ(set + 1));
        }
        let spec = PoolSpec { complete_df: (first.n_events as f64 - kept.len() as f64).max(1.0), level };
        let coefs: Vec<Vec<f64>> = fits.iter().map(CoxFit::coef_or_zero).collect();
        let term = |j: usize| {
            let estimates: Vec<f64> = coefs.iter().map(|coef| coef[j]).collect();
            let variances: Vec<f64> = fits.iter().map(|fit| fit.variance()[(j, j)]).collect();
            kept.contains(&j).then(|| pool(&estimates, &variances, spec)).transpose()
        };
        let terms = (0..p).map(term).collect::<Result<Vec<_>, _>>()?;
        if fits.len() < 2 {
            return Err(PoolError::Few(fits.len()));
        }
        let m = fits.len() as f64;
        let mean = |of: &dyn Fn(usize) -> f64| (0..fits.len()).map(of).sum::<f64>() / m;
        let coef: Vec<f64> = terms.iter().map(|term| term.map_or(0.0, |t| t.estimate)).collect();
        let covariance = Matrix::of(DMatrix::from_fn(p, p, |i, j| {
            let within = mean(&|k| fits[k].variance()[(i, j)]);
            within + (1.0 + 1.0 / m) * between(&coefs, |c| c[i] - coef[i], |c| c[j] - coef[j])
        }));
        let means = (0..p).map(|j| mean(&|k| fits[k].means[j])).collect();
        Ok(Self { n: first.n, n_events: first.n_events, terms, means, coef, covariance, kept, fits })
    }

    /// Number of imputed sets.
    pub fn sets(&self) -> usize {
        self.fits.len()
    }

    /// The fit of each set.
    pub fn fits(&self) -> &[CoxFit] {
        &self.fits
    }

    /// The coefficients, zero where there is none.
    pub fn coef_or_zero(&self) -> &[f64] {
        &self.coef
    }

    /// Total covariance of the coefficients: the mean of those within the sets, and (1 + 1/m) of that between them.
    pub fn variance(&self) -> &Matrix {
        &self.covariance
    }

    /// The cumulative hazard with the columns at [`Self::means`], at every time of the subjects: its mean over the sets.
    pub fn baseline(&self) -> Baseline {
        let factors: Vec<f64> = self.fits.iter().map(|fit| self.relative(fit)).collect();
        let of_sets: Vec<Baseline> = self.fits.iter().flat_map(|fit| fit.baseline(Reference::Means)).collect();
        let mean = |k: usize| {
            let all = of_sets.iter().zip(&factors).map(|(of, factor)| factor * of.cumhaz[k]);
            all.sum::<f64>() / factors.len() as f64
        };
        let time = of_sets[0].time.clone();
        Baseline { stratum: 0, cumhaz: (0..time.len()).map(mean).collect(), time }
    }

    /// The hazard up to each of `times` with what its standard error needs, as [`CoxFit::tabulate`] has it for one fit.
    ///
    /// By Rubin's rules the variance of a hazard H(x) is its mean within the sets and (1 + 1/m) of the variance of H(x) between
    /// them. Between sets both hazard and coefficients differ; to first order in these differences the sum of both parts is
    /// again a constant and a quadratic form of the pooled covariance, and these are given. At the means it is exact.
    pub fn tabulate(&self, times: &[f64]) -> Vec<Tabulated> {
        let of_sets: Vec<Vec<Tabulated>> = self.fits.iter().map(|fit| self.at_means(fit, times)).collect();
        (0..times.len()).map(|t| self.pooled_at(&of_sets.iter().map(|of| &of[t]).collect::<Vec<_>>())).collect()
    }

    /// Hazard of a set at the pooled means over that at its own.
    fn relative(&self, fit: &CoxFit) -> f64 {
        dot(&fit.coef_or_zero(), &self.from(fit)).exp()
    }

    /// The pooled means less those of a set.
    fn from(&self, fit: &CoxFit) -> Vec<f64> {
        self.means.iter().zip(&fit.means).map(|(all, own)| all - own).collect()
    }

    /// The table of a set with the columns at the pooled means.
    fn at_means(&self, fit: &CoxFit, times: &[f64]) -> Vec<Tabulated> {
        let (factor, from) = (self.relative(fit), self.from(fit));
        let moved = |at: Tabulated| Tabulated {
            time: at.time,
            cumhaz: factor * at.cumhaz,
            variance: factor * factor * at.variance,
            drift: at.drift.iter().zip(&from).map(|(d, from)| factor * (d - from * at.cumhaz)).collect(),
        };
        fit.tabulate(times).into_iter().map(moved).collect()
    }

    /// One time of all sets.
    fn pooled_at(&self, of: &[&Tabulated]) -> Tabulated {
        let (m, p) = (of.len() as f64, self.coef.len());
        let cumhaz = of.iter().map(|at| at.cumhaz).sum::<f64>() / m;
        // With y = (x - means) H the variance of H(x) exp(-lp) is constant - 2 y'linear + y'Ty.
        let (mut constant, mut linear) = (0.0, vec![0.0; p]);
        for (at, fit) in of.iter().zip(&self.fits) {
            let v = fit.variance().inner();
            constant += (at.variance + quadratic_form(v, &at.drift)) / m;
            let part = v * DVector::from_column_slice(&at.drift);
            let weight = if cumhaz > 0.0 { at.cumhaz / cumhaz / m } else { 0.0 };
            linear.iter_mut().zip(part.iter()).for_each(|(sum, x)| *sum += weight * x);
        }
        let rise = 1.0 + 1.0 / m;
        let pairs: Vec<(f64, Vec<f64>)> =
            of.iter().zip(&self.fits).map(|(at, f)| (at.cumhaz, f.coef_or_zero())).collect();
        constant += rise * between(&pairs, |(h, _)| h - cumhaz, |(h, _)| h - cumhaz);
        for (j, linear) in linear.iter_mut().enumerate() {
            *linear -= rise * between(&pairs, |(h, _)| h - cumhaz, |(_, b)| b[j] - self.coef[j]);
        }
        let drift = self.solved(&linear);
        let variance = constant - quadratic_form(self.covariance.inner(), &drift);
        Tabulated { time: of[0].time, cumhaz, variance: variance.max(0.0), drift }
    }

    /// The inverse of the covariance times `y`, 0 where there is no coefficient.
    fn solved(&self, y: &[f64]) -> Vec<f64> {
        let right = DVector::from_iterator(self.kept.len(), self.kept.iter().map(|&j| y[j]));
        let mut x = vec![0.0; y.len()];
        if let Some(factor) = submatrix(self.covariance.inner(), &self.kept).cholesky() {
            self.kept.iter().zip(factor.solve(&right).iter()).for_each(|(&j, solved)| x[j] = *solved);
        }
        x
    }
}

/// Covariance of two deviations between the sets, divisor m - 1.
fn between<T>(sets: &[T], a: impl Fn(&T) -> f64, b: impl Fn(&T) -> f64) -> f64 {
    sets.iter().map(|set| a(set) * b(set)).sum::<f64>() / (sets.len() as f64 - 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cox::{CoxSpec, Design};
    use crate::stats::rng::Rng;
    use crate::{Survival, Unwatched};

    /// A model of two numbers in 60 subjects, the second of them `shift`ed in a third.
    fn fit(shift: f64) -> CoxFit {
        let mut rng = Rng::stream(5, 0);
        let (mut time, mut a, mut b) = (Vec::new(), Vec::new(), Vec::new());
        for i in 0..60 {
            let (x, y) = (rng.normal(), rng.normal());
            time.push((10.0 * rng.exponential() / (0.6 * x - 0.4 * y).exp()).ceil());
            a.push(x);
            b.push(y + if i % 3 == 0 { shift } else { 0.0 });
        }
        let survival = Survival::new(time, (0..60).map(|i| i % 4 != 1).collect()).expect("follow-up");
        let design = Design::new(60).linear("a", &a).and_then(|d| d.linear("b", &b)).expect("a design");
        CoxSpec::default().check().and_then(|spec| spec.fit(&survival, &design, &Unwatched)).expect("a fit")
    }

    fn rows(of: &Matrix) -> Vec<Vec<f64>> {
        (0..of.rows()).map(|i| of.row(i)).collect()
    }

    #[test]
    fn equal_sets_are_one_fit() {
        let one = fit(0.0);
        let pooled = PooledCox::new(vec![one.clone(); 3], 0.95).expect("pools");
        let (coef, own) = (pooled.coef_or_zero(), one.coef_or_zero());
        assert!(coef.iter().zip(&own).all(|(a, b)| (a - b).abs() < 1e-14));
        for (mine, theirs) in pooled.tabulate(&[0.5, 4.0, 12.0]).iter().zip(one.tabulate(&[0.5, 4.0, 12.0])) {
            let (v, w) = (rows(pooled.variance()), rows(one.variance()));
            for difference in [[0.0, 0.0], [1.3, -0.4]] {
                let (a, b) = (mine.predict(coef, &v, &difference, 0.95), theirs.predict(&own, &w, &difference, 0.95));
                assert!((a.surv - b.surv).abs() < 1e-13 && (a.std_err - b.std_err).abs() < 1e-12, "{a:?} {b:?}");
            }
        }
    }

    #[test]
    fn hazards_are_pooled_by_rubins_rules() {
        let shifts = [-0.5, -0.2, 0.1, 0.3];
        let fits: Vec<CoxFit> = shifts.iter().map(|shift| fit(*shift)).collect();
        let pooled = PooledCox::new(fits.clone(), 0.95).expect("pools");
        let at = &pooled.tabulate(&[8.0])[0];
        let v = rows(pooled.variance());
        for (difference, tolerance) in [([0.0, 0.0], 1e-12), ([0.5, -0.5], 0.02), ([-1.0, 0.8], 0.03)] {
            let x: Vec<f64> = pooled.means.iter().zip(difference).map(|(mean, d)| mean + d).collect();
            let (mut hazards, mut within) = (Vec::new(), 0.0);
            for fit in &fits {
                let of = fit.predict_survival(&x, 0, 0.95).expect("a prediction");
                let k = of.position(8.0).expect("a time");
                hazards.push(of.cumhaz[k]);
                within += of.std_err[k].powi(2) / 4.0;
            }
            let mean = hazards.iter().sum::<f64>() / 4.0;
            let direct = (within + 1.25 * between(&hazards, |h| h - mean, |h| h - mean)).sqrt();
            let found = at.predict(pooled.coef_or_zero(), &v, &difference, 0.95).std_err;
            assert!((found / direct - 1.0).abs() < tolerance, "{difference:?}: {found} {direct}");
        }
        let baseline = pooled.baseline();
        let k = baseline.time.partition_point(|t| *t <= 8.0) - 1;
        assert!((baseline.cumhaz[k] - at.cumhaz).abs() < 1e-14);
    }

    #[test]
    fn what_is_no_imputation_of_one_data_set_is_refused() {
        assert!(matches!(PooledCox::new(vec![fit(0.0)], 0.95), Err(PoolError::Few(1))));
        let design = Design::new(3).linear("a", &[1.0, 2.0, 0.0]).expect("a design");
        let survival = Survival::new(vec![1.0, 2.0, 3.0], vec![true; 3]).expect("follow-up");
        let other =
            CoxSpec::default().check().and_then(|spec| spec.fit(&survival, &design, &Unwatched)).expect("a fit");
        assert!(matches!(PooledCox::new(vec![fit(0.0), other], 0.95), Err(PoolError::Differ(2))));
    }
}
