//! Images derived from an image, value for value as PyRadiomics makes them.
//!
//! A filter sees the whole image but computes only what the region of interest needs, where that gives the same bits:
//! every derived image is already cropped to the region passed in.

mod band_pass;
mod derive;
mod gradient;
mod intensity;
mod lbp_2d;
mod lbp_3d;
mod log;
mod wavelet;
mod wavelet_filters;

pub use derive::derive;
pub use gradient::gradient_magnitude;
pub use intensity::{exponential, logarithm, square, square_root};
pub use lbp_2d::{Lbp2dSpec, local_binary_pattern_2d};
pub use lbp_3d::{Lbp3d, Lbp3dSpec, local_binary_patterns_3d};
pub use log::laplacian_of_gaussian;
pub use wavelet::{WaveletSpec, wavelet_bands};
pub use wavelet_filters::WaveletFilters;
