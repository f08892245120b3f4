#![doc = include_str!("../README.md")]
#![deny(missing_docs)]
#![warn(clippy::missing_errors_doc, clippy::missing_panics_doc)]

mod distance;
mod geometry;
pub mod grid;
mod labels;
mod morphology;
mod region;
mod volume;
mod voxels;

pub use distance::squared_distances;
pub use geometry::{Geometry, IDENTITY};
pub use grid::GridMismatch;
pub use labels::{LabelCount, Labels, Run};
pub use region::Region;
pub use volume::{LengthError, Mask, Volume};
pub use voxels::{PixelType, Voxels};
