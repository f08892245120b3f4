//! The study: what the table and the images mean, and the cohort that follows from it.

mod spec;

pub use spec::*;
