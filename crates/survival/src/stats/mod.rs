//! Statistics that know nothing of survival times or images.

pub mod anova;
pub mod baseline;
pub mod chi_square;
pub mod cluster;
pub mod components;
pub mod cross_table;
pub mod describe;
pub mod effect_size;
pub mod fisher;
pub mod icc;
pub mod kappa;
pub(crate) mod linalg;
pub mod mann_whitney;
pub mod p_adjust;
pub mod ranks;
pub mod rate;
pub mod rng;
pub mod shapiro;
pub mod special;
pub mod t_test;
pub mod tails;
pub mod test_result;

pub use linalg::dot;
pub use test_result::{Df, TestError, TestName, TestNote, TestResult};
