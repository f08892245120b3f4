//! Survival analysis, with R's definitions.

pub mod concordance;
pub mod cox;
pub mod coxnet;
pub mod cutpoint;
pub mod data;
pub mod fine_gray;
pub mod groups;
pub mod kaplan_meier;
pub mod logrank;
pub mod order;
pub mod spline;

pub use data::{DataError, Survival};
pub use groups::Groups;
