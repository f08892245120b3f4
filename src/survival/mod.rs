//! Survival analysis, with R's definitions.

pub mod data;

pub use data::{DataError, Survival};
