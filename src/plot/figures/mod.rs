//! The figures of the analyses, one function each: from plain numbers to a [`Figure`](super::Figure).

mod kaplan_meier;

pub use kaplan_meier::{Curve, Risk, kaplan_meier};
