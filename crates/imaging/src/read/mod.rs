//! Readers: one per format, chosen by what the file holds, not by what it is called.

mod convert;
pub mod dicom;
mod error;
mod masks;
pub mod nifti;
pub mod nrrd;
pub(crate) mod stream;

use std::path::{Path, PathBuf};

pub use error::ReadError;
pub use masks::{MaskChoice, Segment, Segmentation};
use stream::Source;

use volume::{Mask, Volume};

/// The formats that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Nifti,
    Nrrd,
    Dicom,
}

/// Reads a scalar image: NIfTI, NRRD, or a DICOM series by its folder or one of its files.
///
/// Geometry is in LPS and values are of the type that SimpleITK would give. Every voxel of the result is finite.
///
/// # Errors
/// [`ReadError`]: a file that cannot be opened, of no known format, damaged, cut short or too large, or that uses what is not
/// read; voxels that are not finite numbers; several volumes where one is asked for.
pub fn read_image(path: &Path) -> Result<Volume, ReadError> {
    let volume = match format(path)? {
        Format::Nifti => nifti::read_image(path),
        Format::Nrrd => nrrd::read_image(path),
        Format::Dicom => dicom::read_image(path),
    }?;
    convert::check_finite(path, &volume.geometry, &volume.voxels)?;
    Ok(volume)
}

/// Reads the layers and segments of a mask: a label image, a segmentation of 3D Slicer, a DICOM segmentation object,
/// structure set or series of labels. Of `choice` only the grid is needed, but for a structure set the rest saves work.
///
/// # Errors
/// [`ReadError`]: a file that cannot be opened, of no known format, damaged, cut short or too large, or that uses what is not
/// read; voxels that are not finite numbers; several volumes where one is asked for.
pub fn read_segmentation(path: &Path, choice: &MaskChoice) -> Result<Segmentation, ReadError> {
    let read = match format(path)? {
        Format::Nifti => nifti::read_layers(path),
        Format::Nrrd => nrrd::read_layers(path),
        Format::Dicom => dicom::read_layers(path, choice),
    }?;
    Ok(Segmentation::new(path, read))
}

/// Reads one mask of a file: the layer, segment or label that `choice` names.
///
/// # Errors
/// As [`read_segmentation`]; [`ReadError::NoSuchRegion`] where the file has no such layer, segment or label.
pub fn read_mask(path: &Path, choice: &MaskChoice) -> Result<Mask, ReadError> {
    read_segmentation(path, choice)?.choose(choice)
}

/// Reads an image and one layer of its mask: that of `channel` if it is not the first, else the one that holds `label`.
///
/// # Errors
/// As [`read_image`] and [`read_mask`].
pub fn read_pair(image: &Path, mask: &Path, label: Option<u32>, channel: usize) -> Result<(Volume, Mask), ReadError> {
    let channel = (channel > 0).then_some(channel);
    let choice = MaskChoice { channel, label, ..MaskChoice::default() };
    if !matches!(format(mask), Ok(Format::Nifti | Format::Nrrd)) {
        let image = read_image(image)?;
        let mask = read_mask(mask, &MaskChoice { grid: Some(&image.geometry), ..choice })?;
        return Ok((image, mask));
    }
    // A label image has a grid of its own and does not wait for the image.
    let (image, mask) = rayon::join(|| read_image(image), || read_mask(mask, &choice));
    Ok((image?, mask?))
}

/// The files that the image or mask at `path` is made of.
pub(super) fn parts(path: &Path) -> Result<Vec<PathBuf>, ReadError> {
    match format(path)? {
        Format::Nifti => nifti::parts(path),
        Format::Nrrd => nrrd::parts(path),
        Format::Dicom => dicom::parts(path),
    }
}

/// The files that it may be made of: a DICOM series is not told apart from what lies beside it.
pub(super) fn sources(path: &Path) -> Result<Vec<PathBuf>, ReadError> {
    match format(path)? {
        Format::Dicom => dicom::sources(path),
        _ => parts(path),
    }
}

/// Tells the format by the first bytes.
fn format(path: &Path) -> Result<Format, ReadError> {
    if path.is_dir() {
        return Ok(Format::Dicom);
    }
    let start = Source::open(path)?.take(132)?;
    if start.is_empty() {
        return Err(ReadError::malformed(path, "the file is empty", "copy or export it again"));
    }
    let name = path.to_string_lossy().to_lowercase();
    match start.as_slice() {
        [b'N', b'R', b'R', b'D', ..] => Ok(Format::Nrrd),
        bytes if dicom::looks_like(bytes) => Ok(Format::Dicom),
        bytes if nifti::looks_like(bytes) => Ok(Format::Nifti),
        // The data half of a pair has no magic word; a damaged file is better judged by its reader.
        _ if [".img", ".img.gz", ".nii", ".nii.gz", ".hdr"].iter().any(|e| name.ends_with(e)) => Ok(Format::Nifti),
        _ if [".nrrd", ".nhdr"].iter().any(|e| name.ends_with(e)) => Ok(Format::Nrrd),
        _ => Err(ReadError::UnknownFormat { path: path.to_owned() }),
    }
}
