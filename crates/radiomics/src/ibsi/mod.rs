//! Features by the definitions of the image biomarker standardisation initiative (IBSI).
//!
//! Chapter 1 (arXiv 1612.07003) defines the preparation of images and the features, chapter 2 (arXiv 2006.05470) the
//! filters; reference values of both were found by consensus of many teams. [`extract`] is the order of work: grid,
//! interpolation and rounding; the mask, which is the region for morphology; resegmentation, which leaves the region for
//! intensities; then, for each image, the filter and the families. PyRadiomics differs from this in grid, mask, rounding,
//! bins, kurtosis and axis lengths, and has neither the other families nor the other aggregations.

mod boundary;
pub mod consensus;
mod discretise;
mod extract;
mod family;
mod features;
mod field;
mod filters;
mod fourier;
mod grid;
mod histogram;
mod interpolate;
mod ivh;
mod local_intensity;
mod morphology;
mod names;
mod prepare;
mod preview;
pub mod settings;
mod statistics;
mod texture;

pub use boundary::Boundary;
pub use extract::{extract, response_maps};
pub use family::{Aggregation, Family};
pub use features::Feature;
pub use names::{Parts, coded};
pub(crate) use preview::preview;
pub use settings::Settings;
