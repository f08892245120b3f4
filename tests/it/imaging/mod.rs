//! Image and mask files: what is read, and what is said about files that cannot be.

mod damaged;
mod dicom;
pub mod files;
mod reference_images;
mod round_trip;
mod simpleitk;
mod variants;
