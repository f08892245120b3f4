#![doc = include_str!("../README.md")]
//!
//! ## The order of work
//!
//! [`extract()`]: mask checks; normalization; resampling or cropping, which gives the working grid; resegmentation; shape;
//! then, for each image type, the filter and the intensity classes. A filter sees the whole working image but hands out its
//! images on the box of the region of interest alone, one at a time.

#![deny(missing_docs)]
#![warn(clippy::missing_errors_doc)]

pub mod catalogue;
pub mod check;
pub mod diagnostics;
pub mod discretise;
pub mod extract;
pub mod features;
pub mod filters;
pub mod ibsi;
mod intensity;
mod lines;
mod preprocess;
pub mod preview;
pub mod resample;
pub mod roi;
pub mod settings;
mod simd;
pub mod texture;
mod voxel;

pub use extract::{ExtractError, Features, derived_images, extract};
pub use roi::Roi;
pub use settings::{Dialect, Settings};
pub use volume::{Geometry, Labels, Mask, PixelType, Region, Volume, Voxels};
pub use voxel::feature_maps;
pub use watch::{Cancelled, Unwatched, Watch};
