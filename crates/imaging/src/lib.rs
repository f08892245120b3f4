//! Medical images and masks from files, into the radiomics engine's volumes, and back into files.
//!
//! Everything is brought to ITK's terms: axes x, y, z, millimetres, LPS.

mod hash;
pub mod read;
pub mod write;

pub use hash::{content_hash, sources};
pub use read::{MaskChoice, ReadError, Segment, Segmentation, read_image, read_mask, read_pair, read_segmentation};
pub use write::{WriteError, write_image, write_mask};
