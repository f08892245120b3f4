#![doc = include_str!("../README.md")]
#![deny(missing_docs)]
#![warn(clippy::missing_errors_doc, clippy::missing_panics_doc)]

pub mod brier;
pub mod calibration;
mod choice;
pub mod competing_risks;
pub mod concordance;
pub mod cox;
pub mod coxnet;
pub mod cutpoint;
pub mod data;
pub mod decision_curve;
mod exp;
pub mod feature_selection;
pub mod fine_gray;
pub mod groups;
pub mod harmonize;
pub mod impute;
pub mod ipcw;
pub mod kaplan_meier;
mod log_product;
pub mod logrank;
mod matrix;
pub mod nomogram;
pub mod order;
pub mod pooling;
pub mod reclassification;
pub mod roc;
pub mod samplesize;
pub mod score;
pub mod spline;
pub mod stats;
pub mod validation;
mod widest;

pub use choice::UnknownChoice;
pub use data::{DataError, Survival};
pub use groups::Groups;
pub use matrix::Matrix;
pub use watch::{Cancelled, Unwatched, Watch};
