//! Radiomic features of an image inside a mask, value for value those of PyRadiomics 3.0.1.

pub mod region;
pub mod volume;

pub use region::Region;
pub use volume::{Geometry, Mask, PixelType, Volume, Voxels};
