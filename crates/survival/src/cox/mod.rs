//! Cox's proportional hazards model, with the definitions of R's `survival::coxph`.
//!
//! [`CoxSpec`] (choices) -> [`CheckedCox`] (without contradictions) -> [`CoxFit`] (coefficients, tests, notes; residuals,
//! baseline hazard, predicted survival and tests of proportionality as methods). The covariates come as a [`Design`]:
//! columns grouped into terms.
//!
//! Follow-up is sorted once (`risk_sets`); the likelihood, its derivatives, residuals and tests are passes over it.

mod baseline;
pub(crate) mod columns;
mod concordance;
mod covariate_sums;
mod design;
mod error;
pub(crate) mod estimate;
mod event_means;
mod exact;
mod factor;
mod firth;
mod fit;
pub(crate) mod gram;
mod hazard;
mod jump;
mod likelihood;
pub(crate) mod newton;
mod note;
mod prepared;
mod residuals;
pub(crate) mod risk_sets;
mod robust;
mod running;
mod schoenfeld;
mod screen;
mod screen_lanes;
mod select;
mod spec;
mod tabulated;
mod univariate;
mod vif;
mod zph;
mod zph_plot;

pub use baseline::{Baseline, PredictedSurvival, Reference};
pub use design::{Coding, Design, DesignError, Term, Value};
pub use error::CoxError;
pub use estimate::{ChiSquare, Coefficient, Estimate};
pub use factor::{Factor, FactorError};
pub use fit::CoxFit;
pub use hazard::Ties;
pub use note::CoxNote;
pub use prepared::{PreparedCox, Refit};
pub use schoenfeld::Schoenfeld;
pub use screen::Screened;
pub use select::{Change, Criterion, Direction, Selection, SelectionStep};
pub use spec::{CheckedCox, CoxSpec};
pub use tabulated::{SurvivalAt, Tabulated};
pub use univariate::{Univariate, entering};
pub use zph::{TimeTransform, Zph};
pub use zph_plot::{ZphPlot, ZphSmooth};
