//! Predicted against observed survival in groups of similar prediction.

use super::{CalibrationError, CheckedCalibration, check};
use crate::stats::describe::{mean, quantile_sorted};
use crate::{Groups, Survival};

/// A group of subjects with similar predictions.
#[derive(Debug, Clone, PartialEq)]
pub struct CalibrationGroup {
    /// Its number of subjects.
    pub n: usize,
    /// Mean predicted survival.
    pub predicted: f64,
    /// Kaplan-Meier survival at the time, carried flat where the group's follow-up ends before.
    pub observed: f64,
    /// Its standard error (Greenwood).
    pub std_err: f64,
    /// Lower limit.
    pub lower: f64,
    /// Upper limit.
    pub upper: f64,
}

impl CheckedCalibration {
    /// Cuts predicted `survival` at its quantiles (type 7, groups closed on the right, the lowest value included) into the
    /// groups asked for, fewer where quantiles coincide, and compares each group's mean with its Kaplan-Meier survival at
    /// the time; lowest predicted survival first.
    ///
    /// # Errors
    /// Predictions of another number than subjects, or outside [0, 1].
    pub fn grouped(&self, data: &Survival, survival: &[f64]) -> Result<Vec<CalibrationGroup>, CalibrationError> {
        let spec = &self.0;
        check(data, survival)?;
        let km = spec.km.check()?;
        let mut sorted = survival.to_vec();
        sorted.sort_by(f64::total_cmp);
        let mut cuts: Vec<f64> =
            (1..spec.groups).map(|k| quantile_sorted(&sorted, k as f64 / spec.groups as f64)).collect();
        cuts.dedup();
        // Quantiles that coincide with the lowest value bound no group: it belongs to the one above.
        cuts.retain(|cut| *cut > sorted[0]);
        let group = |s: f64| cuts.partition_point(|cut| *cut < s);
        (0..=cuts.len())
            .map(|g| (0..survival.len()).filter(|&i| group(survival[i]) == g).collect::<Vec<usize>>())
            .filter(|rows| !rows.is_empty())
            .map(|rows| {
                let curves = km.fit(&data.select(&rows), Groups::one())?;
                let at = curves[0].at(&[spec.time]);
                let predicted: Vec<f64> = rows.iter().map(|&i| survival[i]).collect();
                Ok(CalibrationGroup {
                    n: rows.len(),
                    predicted: mean(&predicted),
                    observed: at[0].surv,
                    std_err: at[0].std_err,
                    lower: at[0].lower,
                    upper: at[0].upper,
                })
            })
            .collect()
    }
}
