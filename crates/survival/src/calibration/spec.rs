//! At which time calibration is judged, and how.

use super::{CalibrationError, CalibrationGroup, SmoothCalibration, WeakCalibration, check_time};
use crate::Survival;
use crate::kaplan_meier::KaplanMeierSpec;
use watch::Watch;

/// What to judge.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CalibrationSpec {
    /// The time, in the unit of the follow-up.
    pub time: f64,
    /// Groups of similar prediction, 2 or more.
    pub groups: usize,
    /// How limits are made, those of the groups and (their level) of the slope.
    pub km: KaplanMeierSpec,
}

/// A specification without contradictions.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CheckedCalibration(pub(super) CalibrationSpec);

/// All views of one model's calibration at one time.
#[derive(Debug, Clone, PartialEq)]
pub struct Calibration {
    /// Groups of similar prediction, those with the lowest predicted survival first.
    pub groups: Vec<CalibrationGroup>,
    /// Slope and intercept.
    pub weak: WeakCalibration,
    /// The smooth curve.
    pub smooth: SmoothCalibration,
}

impl CalibrationSpec {
    /// Five groups and R's 95 % limits at `time`.
    pub fn at(time: f64) -> Self {
        Self { time, groups: 5, km: KaplanMeierSpec::default() }
    }

    /// Checks what can be checked without data.
    ///
    /// # Errors
    /// [`CalibrationError::Time`], [`CalibrationError::Groups`], or a level of confidence outside (0, 1).
    pub fn check(self) -> Result<CheckedCalibration, CalibrationError> {
        check_time(self.time)?;
        if self.groups < 2 {
            return Err(CalibrationError::Groups(self.groups));
        }
        self.km.check()?;
        Ok(CheckedCalibration(self))
    }
}

impl CheckedCalibration {
    /// All views of the predicted `survival` (a probability for each subject of `data`, in row order).
    ///
    /// # Errors
    /// Predictions of another number or outside [0, 1]; predictions that are all equal; models that cannot be fitted;
    /// [`CalibrationError::Cancelled`].
    pub fn fit(&self, data: &Survival, survival: &[f64], watch: &dyn Watch) -> Result<Calibration, CalibrationError> {
        Ok(Calibration {
            groups: self.grouped(data, survival)?,
            weak: self.weak(data, survival, watch)?,
            smooth: self.smooth(data, survival, watch)?,
        })
    }
}
