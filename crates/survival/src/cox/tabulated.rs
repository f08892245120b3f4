//! What a fitted model needs to predict survival at some times elsewhere, without the subjects that it was fitted to.

use super::baseline::Reference;
use super::event_means::EventMeans;
use super::fit::CoxFit;
use crate::stats::linalg::dot;
use crate::stats::tails::normal_critical;

/// The hazard of the first stratum up to a time, with the covariates at [`CoxFit::means`], and the two sums that its
/// standard error needs.
#[derive(Debug, Clone, PartialEq)]
pub struct Tabulated {
    /// The time.
    pub time: f64,
    /// Cumulative hazard.
    pub cumhaz: f64,
    /// Variance of the cumulative hazard were the coefficients known: the sum of w / D^2.
    pub variance: f64,
    /// The integral of (xbar - means) dH, one of each column of the design.
    pub drift: Vec<f64>,
}

/// Survival at a time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SurvivalAt {
    /// exp(-cumulative hazard).
    pub surv: f64,
    /// Standard error of the cumulative hazard, that is, of log S.
    pub std_err: f64,
    /// Lower limit of S, symmetric on the log scale.
    pub lower: f64,
    /// Upper limit of S, at most 1.
    pub upper: f64,
}

impl CoxFit {
    /// The hazard up to each of `times`; carried flat beyond the last time of the fit.
    ///
    /// A model is taken elsewhere by these at few times only: at every event time they would tell the covariates of whoever
    /// left the risk set between two of them.
    pub fn tabulate(&self, times: &[f64]) -> Vec<Tabulated> {
        let Some(baseline) = self.baseline(Reference::Means).into_iter().next() else { return Vec::new() };
        let stratum = &self.sets.strata[0];
        let factor = (dot(&self.coef_or_zero(), &self.less_centre()) + self.mean_offset() - self.hazard.shift[0]).exp();
        let means = EventMeans::new(&self.sets, &self.x, &self.hazard);
        let (centred, jumps) = (self.less_centre(), self.hazard.jumps(&self.sets));
        let row = |time: &f64| {
            let (mut own, mut cumulative, mut drift) = (0.0, 0.0, vec![0.0; self.x.p]);
            for k in stratum.events.clone().take_while(|k| self.sets.time[self.sets.events[*k].first] <= *time) {
                let jump = &jumps[k];
                own += jump.square;
                cumulative += jump.hazard;
                for (j, drift) in drift.iter_mut().enumerate() {
                    *drift += means.drift[means.at(j, k)] / self.x.scale[j];
                }
            }
            let drift = drift.iter().zip(&centred).map(|(d, c)| factor * (d - c * cumulative)).collect();
            let at = baseline.time.partition_point(|t| t <= time).checked_sub(1);
            let cumhaz = at.map_or(0.0, |k| baseline.cumhaz[k]);
            Tabulated { time: *time, cumhaz, variance: factor * factor * own, drift }
        };
        times.iter().map(row).collect()
    }

    /// The means less what the columns were centred at.
    fn less_centre(&self) -> Vec<f64> {
        self.means.iter().zip(&self.x.centre).map(|(mean, centre)| mean - centre).collect()
    }

    fn mean_offset(&self) -> f64 {
        let (offset, weight) = (&self.sets.offset, &self.sets.weight);
        if offset.is_empty() { 0.0 } else { dot(offset, weight) / weight.iter().sum::<f64>() }
    }
}

impl Tabulated {
    /// Survival of a subject whose columns of the design differ from the means by `difference`, which `coef` makes the linear
    /// predictor of; `covariance` is that of the coefficients, row by row. `level` is the confidence of the limits.
    pub fn predict(&self, coef: &[f64], covariance: &[Vec<f64>], difference: &[f64], level: f64) -> SurvivalAt {
        let lp = dot(coef, difference);
        let q: Vec<f64> = difference.iter().zip(&self.drift).map(|(d, drift)| d * self.cumhaz - drift).collect();
        let form: f64 = covariance.iter().zip(&q).map(|(row, own)| own * dot(row, &q)).sum();
        let hazard = self.cumhaz * lp.exp();
        let std_err = lp.exp() * (self.variance + form).max(0.0).sqrt();
        let half = normal_critical(level) * std_err;
        SurvivalAt {
            surv: (-hazard).exp(),
            std_err,
            lower: (-hazard - half).exp(),
            upper: (-hazard + half).exp().min(1.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::cox::{CoxSpec, Design, Factor, Ties};
    use crate::{Survival, Unwatched};

    #[test]
    fn tables_predict_what_the_fit_predicts() {
        let time: Vec<f64> = (0..24).map(|i| f64::from(1 + (i * 7) % 11)).collect();
        let event: Vec<bool> = (0..24).map(|i| i % 3 != 0).collect();
        let age: Vec<f64> = (0..24).map(|i| 40.0 + f64::from((i * 5) % 17)).collect();
        let stage: Vec<&str> = (0..24).map(|i| ["I", "II", "III"][(i * 11 % 7) % 3]).collect();
        let survival = Survival::new(time, event).expect("follow-up");
        let design = Design::new(24).linear("age", &age).and_then(|d| d.factor("stage", &Factor::from_labels(&stage)));
        let design = design.expect("a design");
        for ties in [Ties::Efron, Ties::Breslow] {
            let fit = CoxSpec::with_ties(ties).check().and_then(|spec| spec.fit(&survival, &design, &Unwatched));
            let fit = fit.expect("a fit");
            let (coef, p) = (fit.coef_or_zero(), design.n_columns());
            let covariance: Vec<Vec<f64>> =
                (0..p).map(|i| (0..p).map(|j| fit.variance().inner()[(i, j)]).collect()).collect();
            let row = [61.0, 0.0, 1.0];
            let whole = fit.predict_survival(&row, 0, 0.95).expect("a prediction");
            let difference: Vec<f64> = row.iter().zip(&fit.means).map(|(x, m)| x - m).collect();
            for at in fit.tabulate(&[0.5, 3.0, 7.5, 40.0]) {
                let found = at.predict(&coef, &covariance, &difference, 0.95);
                let (surv, se, lower, upper) = match whole.position(at.time) {
                    None => (1.0, 0.0, 1.0, 1.0),
                    Some(k) => (whole.surv[k], whole.std_err[k], whole.lower[k], whole.upper[k]),
                };
                let pairs = [(found.surv, surv), (found.std_err, se), (found.lower, lower), (found.upper, upper)];
                assert!(pairs.iter().all(|(a, b)| (a - b).abs() < 1e-12), "{at:?}: {pairs:?}");
            }
        }
    }
}
