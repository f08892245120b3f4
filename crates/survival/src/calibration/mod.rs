//! How far predicted survival at a time agrees with what happened.
//!
//! Three views: groups of similar prediction against Kaplan-Meier ([`CheckedCalibration::grouped`]), a smooth curve with
//! the mean distance from it ([`CheckedCalibration::smooth`]: ICI, E50, E90, Emax), and one number each for spread and
//! level ([`CheckedCalibration::weak`]: slope and intercept); [`CheckedCalibration::fit`] gives all of them.
//! [`OptimismSpec`] says by the bootstrap how much of a model's performance is due to having been fitted on the same
//! data.

mod groups;
mod optimism;
mod smooth;
mod spec;
mod weak;

pub use groups::CalibrationGroup;
pub use optimism::{CheckedOptimism, Corrected, Optimism, OptimismSpec};
pub use smooth::SmoothCalibration;
pub use spec::{Calibration, CalibrationSpec, CheckedCalibration};
pub use weak::{CalibrationSlope, WeakCalibration, slope};

use super::Survival;
use super::concordance::ConcordanceError;
use super::cox::{CoxError, DesignError};
use super::kaplan_meier::KaplanMeierError;
use super::roc::RocError;
use super::spline::SplineError;
use watch::Cancelled;

/// Why calibration cannot be judged.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum CalibrationError {
    /// Predictions for another number of subjects.
    #[error("{found} predictions for {expected} subjects")]
    Length {
        /// Number of predictions.
        found: usize,
        /// Number of subjects.
        expected: usize,
    },
    /// Not a probability.
    #[error("row {row}: {value} is not a survival probability between 0 and 1")]
    Prediction {
        /// Row, from 0.
        row: usize,
        /// The value.
        value: f64,
    },
    /// Too few groups.
    #[error("{0} groups do not make a calibration: take 2 or more")]
    Groups(usize),
    /// A time that cannot be judged.
    #[error("{0} is not a time")]
    Time(f64),
    /// No bootstrap samples asked for.
    #[error("optimism needs at least one bootstrap sample")]
    NoBootstraps,
    /// Every bootstrap sample failed.
    #[error("the model could not be fitted to any of the {0} bootstrap samples")]
    AllFailed(usize),
    /// All predictions are equal.
    #[error("every subject has the same prediction: there is nothing to calibrate")]
    Constant,
    /// Kaplan-Meier.
    #[error(transparent)]
    KaplanMeier(#[from] KaplanMeierError),
    /// The recalibration model.
    #[error(transparent)]
    Cox(#[from] CoxError),
    /// Its design.
    #[error(transparent)]
    Design(#[from] DesignError),
    /// Its spline.
    #[error(transparent)]
    Spline(#[from] SplineError),
    /// The concordance.
    #[error(transparent)]
    Concordance(#[from] ConcordanceError),
    /// The Brier score.
    #[error(transparent)]
    Brier(#[from] RocError),
    /// Told to stop.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
}

fn check_time(time: f64) -> Result<(), CalibrationError> {
    if time.is_finite() && time >= 0.0 { Ok(()) } else { Err(CalibrationError::Time(time)) }
}

/// Checks predicted survival probabilities.
fn check(data: &Survival, survival: &[f64]) -> Result<(), CalibrationError> {
    if survival.len() != data.len() {
        return Err(CalibrationError::Length { found: survival.len(), expected: data.len() });
    }
    match survival.iter().position(|s| !(0.0..=1.0).contains(s)) {
        Some(row) => Err(CalibrationError::Prediction { row, value: survival[row] }),
        None => Ok(()),
    }
}

/// log(-log S), S kept away from 0 and 1 by 1e-10: the scale on which proportional hazards are a shift.
fn log_minus_log(survival: f64) -> f64 {
    (-survival.clamp(1e-10, 1.0 - 1e-10).ln()).ln()
}
