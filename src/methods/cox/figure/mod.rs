//! Figures of Cox models: predictions and residuals.

mod predicted;
mod residuals;

pub use predicted::{PredictedCurve, log_hazard_ratio, predicted_survival};
pub use residuals::{case_residuals, scaled_residuals};
