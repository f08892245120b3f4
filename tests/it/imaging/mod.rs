//! Image and mask files: what is read, and what is said about files that cannot be.

mod damaged;
mod dicom;
mod dicom_kinds;
pub mod files;
mod meta;
mod published_masks;
mod reference_images;
mod regions;
mod round_trip;
mod simpleitk;
mod variants;
