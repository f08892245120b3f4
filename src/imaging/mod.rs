//! Medical images and masks from files, into the radiomics engine's volumes, and back into files.
//!
//! Everything is brought to ITK's terms: axes x, y, z, millimetres, LPS.

pub mod read;

pub use read::{MaskChoice, ReadError, Segment, Segmentation, read_image, read_mask, read_segmentation};
