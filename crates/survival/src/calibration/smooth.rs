//! A smooth calibration curve.

use super::{CalibrationError, CheckedCalibration, check, log_minus_log};
use crate::Survival;
use crate::cox::{CoxSpec, Design, Reference};
use crate::spline::RestrictedCubicSpline;
use crate::stats::describe::{mean, quantile};
use watch::Watch;

/// Predicted risks against those that a flexible model finds at the same predictions.
///
/// Austin, Harrell and van Klaveren, Stat Med 39:2714, 2020: a Cox model on a restricted cubic spline with three knots
/// of log(-log S) gives the observed risk at each prediction.
#[derive(Debug, Clone, PartialEq)]
pub struct SmoothCalibration {
    /// The time.
    pub time: f64,
    /// Knots of the spline, on the scale log(-log S); empty where ties left too few and a straight line was taken.
    pub knots: Vec<f64>,
    /// Predicted risk of each subject.
    pub predicted: Vec<f64>,
    /// Observed risk at each subject's prediction.
    pub observed: Vec<f64>,
    /// Mean distance (integrated calibration index).
    pub ici: f64,
    /// Median distance.
    pub e50: f64,
    /// 90th percentile of the distance.
    pub e90: f64,
    /// Largest distance.
    pub emax: f64,
}

impl CheckedCalibration {
    /// The smooth curve of predicted `survival`.
    ///
    /// # Errors
    /// Predictions of another number than subjects, outside [0, 1] or all equal; a model that cannot be fitted;
    /// [`CalibrationError::Cancelled`].
    pub fn smooth(
        &self,
        data: &Survival,
        survival: &[f64],
        watch: &dyn Watch,
    ) -> Result<SmoothCalibration, CalibrationError> {
        let time = self.0.time;
        check(data, survival)?;
        let x: Vec<f64> = survival.iter().map(|s| log_minus_log(*s)).collect();
        if x.iter().all(|v| *v == x[0]) {
            return Err(CalibrationError::Constant);
        }
        let design = Design::new(data.len());
        let (knots, design) = match RestrictedCubicSpline::from_quantiles(&x, 3) {
            Ok(spline) => (spline.knots().to_vec(), design.spline("prediction", &x, spline)?),
            Err(_) => (Vec::new(), design.linear("prediction", &x)?),
        };
        let fit = CoxSpec::default().check()?.fit(data, &design, watch)?;
        let baseline = &fit.baseline(Reference::Means)[0];
        let hazard = baseline.time.partition_point(|t| *t <= time).checked_sub(1).map_or(0.0, |k| baseline.cumhaz[k]);
        let observed: Vec<f64> =
            fit.linear_predictor(Reference::Means).iter().map(|lp| -(-hazard * lp.exp()).exp_m1()).collect();
        let predicted: Vec<f64> = survival.iter().map(|s| 1.0 - s).collect();
        let distance: Vec<f64> = observed.iter().zip(&predicted).map(|(o, p)| (o - p).abs()).collect();
        Ok(SmoothCalibration {
            time,
            knots,
            ici: mean(&distance),
            e50: quantile(&distance, 0.5),
            e90: quantile(&distance, 0.9),
            emax: distance.iter().copied().fold(0.0, f64::max),
            predicted,
            observed,
        })
    }
}
