//! Statistics that know nothing of survival times or images.

pub mod linalg;
