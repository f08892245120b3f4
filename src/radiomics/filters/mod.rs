//! Images derived from an image, value for value as PyRadiomics makes them.
//!
//! A filter sees the whole image but computes only what the region of interest needs, where that gives the same bits:
//! every derived image is already cropped to the region passed in.

mod band_pass;
mod log;
mod wavelet;
mod wavelet_filters;

pub use log::laplacian_of_gaussian;
pub use wavelet::{WaveletSpec, wavelet_bands};
pub use wavelet_filters::WaveletFilters;
