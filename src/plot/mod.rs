//! The figures of the analyses, one function each: from plain numbers to a [`Figure`](figures::Figure).
//!
//! They decide what a reader of the field expects to see: which way an axis runs, what is compared with which line,
//! what is named. Sizes, colours and characters are no matter here.

mod calibration;
mod competing_risks;
mod cut_point;
mod decision_curve;
mod distribution;
mod kaplan_meier;
mod lasso;
mod predicted;
mod residuals;
mod roc;
mod screen;

pub use calibration::{CalibrationSeries, calibration};
pub use competing_risks::{CauseCurve, cumulative_incidence, stacked_incidence};
pub use cut_point::cut_point;
pub use decision_curve::{NetBenefit, decision_curve};
pub use distribution::{Group, bars, boxes, histogram};
pub use kaplan_meier::{Curve, Risk, kaplan_meier};
pub use lasso::{Penalties, coefficient_paths, cross_validation};
pub use predicted::{PredictedCurve, log_hazard_ratio, predicted_survival};
pub use residuals::{case_residuals, scaled_residuals};
pub use roc::{RocSeries, TimeSeries, roc, statistic_over_time};
pub use screen::volcano;

/// The numbers of a band that goes with a line.
fn band(lower: &[f64], upper: &[f64]) -> Option<figures::Band> {
    (!lower.is_empty()).then(|| figures::Band { lower: lower.to_vec(), upper: upper.to_vec() })
}
