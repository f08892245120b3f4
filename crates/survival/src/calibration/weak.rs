//! Calibration slope and intercept.

use super::{CalibrationError, CalibrationSpec, CheckedCalibration, check, log_minus_log};
use crate::cox::{CoxSpec, Design};
use crate::stats::tails::normal_critical;
use crate::{Groups, Survival};
use watch::Watch;

/// The coefficient of a model's linear predictor in new data: 1 is ideal, below 1 the predictions are too extreme.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CalibrationSlope {
    /// The slope.
    pub slope: f64,
    /// Its standard error.
    pub se: f64,
    /// Lower limit.
    pub lower: f64,
    /// Upper limit.
    pub upper: f64,
}

/// Slope and intercept of predicted survival at a time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WeakCalibration {
    /// The time.
    pub time: f64,
    /// Coefficient of log(-log S) in a Cox model.
    pub slope: CalibrationSlope,
    /// Log of the factor on everybody's predicted cumulative hazard that makes the mean predicted survival equal to
    /// Kaplan-Meier: 0 is ideal, above 0 the predicted risks are too low.
    pub intercept: f64,
    /// Its standard error, from that of Kaplan-Meier.
    pub intercept_se: f64,
    /// Mean predicted risk.
    pub expected: f64,
    /// Observed risk, one minus Kaplan-Meier.
    pub observed: f64,
}

/// The calibration slope of a linear predictor, with limits of confidence `level`.
///
/// # Errors
/// Predictions of another number than subjects, or that are not finite or all equal; a level outside (0, 1);
/// [`CalibrationError::Cancelled`].
pub fn slope(
    data: &Survival,
    linear_predictor: &[f64],
    level: f64,
    watch: &dyn Watch,
) -> Result<CalibrationSlope, CalibrationError> {
    if linear_predictor.len() != data.len() {
        return Err(CalibrationError::Length { found: linear_predictor.len(), expected: data.len() });
    }
    let design = Design::new(data.len()).linear("prediction", linear_predictor)?;
    let fit = CoxSpec { conf_level: level, ..CoxSpec::default() }.check()?.fit(data, &design, watch)?;
    let estimate = fit.coefficients[0].estimate.ok_or(CalibrationError::Constant)?;
    let half = normal_critical(level) * estimate.se;
    Ok(CalibrationSlope {
        slope: estimate.coef,
        se: estimate.se,
        lower: estimate.coef - half,
        upper: estimate.coef + half,
    })
}

impl CheckedCalibration {
    /// Slope and intercept of predicted `survival`.
    ///
    /// # Errors
    /// Predictions of another number than subjects, outside [0, 1] or all equal; a model that cannot be fitted;
    /// [`CalibrationError::Cancelled`].
    pub fn weak(
        &self,
        data: &Survival,
        survival: &[f64],
        watch: &dyn Watch,
    ) -> Result<WeakCalibration, CalibrationError> {
        let CalibrationSpec { time, km, .. } = self.0;
        check(data, survival)?;
        let x: Vec<f64> = survival.iter().map(|s| log_minus_log(*s)).collect();
        let slope = slope(data, &x, km.level, watch)?;
        let curves = km.check()?.fit(data, Groups::one())?;
        let at = &curves[0].at(&[time])[0];
        let weight: Vec<f64> = (0..data.len()).map(|i| data.weight(i)).collect();
        let total: f64 = weight.iter().sum();
        let (intercept, steepness) = intercept(&x, &weight, at.surv);
        Ok(WeakCalibration {
            time,
            slope,
            intercept,
            intercept_se: at.std_err / steepness.abs(),
            expected: survival.iter().zip(&weight).map(|(s, w)| w * (1.0 - s)).sum::<f64>() / total,
            observed: 1.0 - at.surv,
        })
    }
}

/// The shift a with mean of exp(-exp(x + a)) equal to `target`, and the mean's derivative there, by bisection and
/// Newton's method; infinite when nobody or everybody had the event.
fn intercept(x: &[f64], weight: &[f64], target: f64) -> (f64, f64) {
    if target >= 1.0 || target <= 0.0 {
        return (if target >= 1.0 { f64::NEG_INFINITY } else { f64::INFINITY }, f64::NAN);
    }
    let total: f64 = weight.iter().sum();
    let at = |shift: f64| {
        let (mut mean, mut derivative) = (0.0, 0.0);
        for (x, w) in x.iter().zip(weight) {
            let hazard = (x + shift).exp();
            let survival = (-hazard).exp();
            mean += w * survival / total;
            derivative -= w * hazard * survival / total;
        }
        (mean, derivative)
    };
    let (mut low, mut high) = (-60.0, 60.0);
    let mut shift = 0.0;
    for _ in 0..200 {
        let (mean, derivative) = at(shift);
        if mean > target {
            low = shift;
        } else {
            high = shift;
        }
        let newton = shift - (mean - target) / derivative;
        let next = if newton > low && newton < high { newton } else { 0.5 * (low + high) };
        if (next - shift).abs() <= 1e-14 * (1.0 + shift.abs()) {
            shift = next;
            break;
        }
        shift = next;
    }
    (shift, at(shift).1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use watch::Unwatched;

    #[test]
    fn the_intercept_makes_the_mean_right() {
        let x = [-1.0, 0.3, -2.0, 0.8];
        let (shift, _) = intercept(&x, &[1.0, 1.0, 2.0, 1.0], 0.4);
        let mean: f64 =
            x.iter().zip([1.0, 1.0, 2.0, 1.0]).map(|(x, w)| w * (-(x + shift).exp()).exp()).sum::<f64>() / 5.0;
        assert!((mean - 0.4).abs() < 1e-14);
    }

    #[test]
    fn equal_predictions_cannot_have_a_slope() {
        let data = Survival::new(vec![1.0, 2.0, 3.0], vec![true, true, false]).expect("valid");
        let judged = CalibrationSpec::at(2.0).check().expect("valid");
        assert!(matches!(judged.weak(&data, &[0.5; 3], &Unwatched), Err(CalibrationError::Constant)));
    }
}
