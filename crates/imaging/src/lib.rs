#![doc = include_str!("../README.md")]
#![deny(missing_docs)]
#![warn(clippy::missing_errors_doc, clippy::missing_panics_doc)]

mod hash;
pub mod read;
pub mod write;

pub use hash::{content_hash, sources};
pub use read::dicom::is_dicom;
pub use read::{
    CaseChoice, Image, MaskChoice, Pair, ReadError, Region, RegionChoice, Regions, Segment, Segmentation, VolumeChoice,
    modality, read, read_image, read_mask, read_pair, read_regions, read_segmentation,
};
pub use write::{WriteError, write_image, write_mask};
