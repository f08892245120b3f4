//! Readers: one per format, chosen by what the file holds, not by what it is called.

mod convert;
mod error;
mod masks;
pub mod nifti;
pub mod nrrd;
pub(crate) mod stream;

use std::path::{Path, PathBuf};

pub use error::ReadError;
pub use masks::{MaskChoice, Segment, Segmentation};
use stream::Source;

use crate::radiomics::{Mask, Volume};

/// The formats that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Nifti,
    Nrrd,
}

/// Reads a scalar image: NIfTI or NRRD.
///
/// Geometry is in LPS and values are of the type that SimpleITK would give. Every voxel of the result is finite.
pub fn read_image(path: &Path) -> Result<Volume, ReadError> {
    let volume = match format(path)? {
        Format::Nifti => nifti::read_image(path),
        Format::Nrrd => nrrd::read_image(path),
    }?;
    convert::check_finite(path, &volume.geometry, &volume.voxels)?;
    Ok(volume)
}

/// Reads all layers and segments of a mask.
pub fn read_segmentation(path: &Path) -> Result<Segmentation, ReadError> {
    let read = match format(path)? {
        Format::Nifti => nifti::read_layers(path),
        Format::Nrrd => nrrd::read_layers(path),
    }?;
    Segmentation::new(path, read)
}

/// Reads one mask of a file: the layer, segment or label that `choice` names.
pub fn read_mask(path: &Path, choice: &MaskChoice) -> Result<Mask, ReadError> {
    read_segmentation(path)?.choose(choice)
}

/// The files that the image or mask at `path` is made of.
pub(super) fn parts(path: &Path) -> Result<Vec<PathBuf>, ReadError> {
    match format(path)? {
        Format::Nifti => nifti::parts(path),
        Format::Nrrd => nrrd::parts(path),
    }
}

/// Tells the format by the first bytes.
fn format(path: &Path) -> Result<Format, ReadError> {
    let start = Source::open(path)?.take(132)?;
    if start.is_empty() {
        return Err(ReadError::malformed(path, "the file is empty", "copy or export it again"));
    }
    let name = path.to_string_lossy().to_lowercase();
    match start.as_slice() {
        [b'N', b'R', b'R', b'D', ..] => Ok(Format::Nrrd),
        bytes if nifti::looks_like(bytes) => Ok(Format::Nifti),
        // The data half of a pair has no magic word; a damaged file is better judged by its reader.
        _ if [".img", ".img.gz", ".nii", ".nii.gz", ".hdr"].iter().any(|e| name.ends_with(e)) => Ok(Format::Nifti),
        _ if [".nrrd", ".nhdr"].iter().any(|e| name.ends_with(e)) => Ok(Format::Nrrd),
        _ => Err(ReadError::UnknownFormat { path: path.to_owned() }),
    }
}
