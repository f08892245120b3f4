//! A model taken away: one file that holds all that a prediction needs, and what comes of it for new patients.

pub mod document;
mod fitted;
mod imputed;
mod needed;
pub mod predict;
mod read;
mod schema;

pub use fitted::{Answer, Spec};
pub use read::ReadError;
pub use schema::*;
