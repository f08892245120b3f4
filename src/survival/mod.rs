//! Survival analysis, with R's definitions.

pub mod cox;
pub mod data;
pub mod spline;

pub use data::{DataError, Survival};
