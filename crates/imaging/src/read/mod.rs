//! Readers: one per format, chosen by what the file holds, not by what it is called.

pub mod choice;
mod convert;
pub mod dicom;
mod error;
mod masks;
pub mod meta;
pub mod nifti;
pub mod nrrd;
mod pair;
pub(crate) mod stream;
mod whole;

use std::path::{Path, PathBuf};

pub use choice::{RegionChoice, VolumeChoice};
pub use error::ReadError;
pub use masks::{MaskChoice, Region, Segment, Segmentation};
pub use pair::{CaseChoice, Pair, Regions, read_pair, read_regions};
use stream::Source;

use volume::{Geometry, Mask, Volume};

/// The formats that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Nifti,
    Nrrd,
    Meta,
    Dicom,
}

/// An image and what its user should know of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Image {
    /// The image. Geometry is in LPS and values are of the type that SimpleITK would give.
    pub volume: Volume,
    /// The DICOM frame of reference that its positions belong to.
    pub frame_of_reference: Option<String>,
    /// What was found on the way that its user should know.
    pub notes: Vec<String>,
}

/// Reads a scalar image: NIfTI, NRRD, MetaImage, or a DICOM series by its folder or one of its files. Of several volumes,
/// `choice` says which.
///
/// # Errors
/// [`ReadError`]: a file that cannot be opened, of no known format, damaged, cut short or too large, or that uses what is not
/// read; several volumes or regions of which none is chosen.
pub fn read(path: &Path, choice: &VolumeChoice) -> Result<Image, ReadError> {
    match format(path)? {
        Format::Nifti => nifti::read_image(path, choice),
        Format::Nrrd => nrrd::read_image(path, choice),
        Format::Meta => meta::read_image(path, choice),
        Format::Dicom => dicom::read_image(path, choice),
    }
}

/// The same of a file or folder that holds one volume, without its notes.
///
/// # Errors
/// [`ReadError`]: a file that cannot be opened, of no known format, damaged, cut short or too large, or that uses what is not
/// read; several volumes or regions of which none is chosen.
pub fn read_image(path: &Path) -> Result<Volume, ReadError> {
    read(path, &VolumeChoice::default()).map(|image| image.volume)
}

/// Reads the layers and segments of a mask: a label image, a segmentation of 3D Slicer, a DICOM segmentation object,
/// structure set or series of labels.
///
/// # Errors
/// [`ReadError`]: a file that cannot be opened, of no known format, damaged, cut short or too large, or that uses what is not
/// read; several volumes or regions of which none is chosen.
pub fn read_segmentation(path: &Path, choice: &MaskChoice) -> Result<Segmentation, ReadError> {
    let read = match format(path)? {
        Format::Nifti => nifti::read_layers(path, choice.threshold),
        Format::Nrrd => nrrd::read_layers(path, choice.threshold),
        Format::Meta => meta::read_layers(path, choice.threshold),
        Format::Dicom => dicom::read_layers(path, choice),
    }?;
    Ok(Segmentation::new(path, read))
}

/// Reads one mask of a file: the layer that holds the region that `choice` means; of a region that it names, this alone.
///
/// # Errors
/// [`ReadError`]: a file that cannot be opened, of no known format, damaged, cut short or too large, or that uses what is not
/// read; several volumes or regions of which none is chosen.
pub fn read_mask(path: &Path, choice: &MaskChoice) -> Result<Mask, ReadError> {
    let (mut mask, label) = read_segmentation(path, choice)?.choose(choice, &mut Vec::new())?;
    if matches!(choice.region, RegionChoice::Named(_)) {
        mask.labels = mask.labels.map(|of| if of == label { of } else { 0 });
    }
    Ok(mask)
}

/// A note if the axes are not perpendicular: ITK and PyRadiomics measure such a grid as if they were.
fn sheared(geometry: &Geometry) -> Option<String> {
    const PERPENDICULAR: f64 = 1e-4;
    let axis = |d: usize| -> [f64; 3] { std::array::from_fn(|row| geometry.direction[row][d]) };
    let cosine = |a: [f64; 3], b: [f64; 3]| -> f64 { (0..3).map(|i| a[i] * b[i]).sum() };
    let (x, y, z) = (axis(0), axis(1), axis(2));
    let pairs = [("x and y", cosine(x, y)), ("x and z", cosine(x, z)), ("y and z", cosine(y, z))];
    let (which, worst) = pairs.into_iter().max_by(|a, b| a.1.abs().total_cmp(&b.1.abs()))?;
    (worst.abs() > PERPENDICULAR).then(|| {
        let [a, b, c] = [x, y, z];
        let volume = (a[0] * (b[1] * c[2] - b[2] * c[1]) - a[1] * (b[0] * c[2] - b[2] * c[0])
            + a[2] * (b[0] * c[1] - b[1] * c[0]))
            .abs();
        format!(
            "the axes {which} are not perpendicular ({:.2} degrees: sheared, as of a tilted gantry), but are measured as if \
             they were: true volumes are {:.2} % of those given",
            worst.acos().to_degrees(),
            100.0 * volume
        )
    })
}

/// The modality that the headers of the image at `path` name: `CT`. Formats other than DICOM name none.
///
/// # Errors
/// As [`read`], where the headers cannot be read.
pub fn modality(path: &Path, choice: &VolumeChoice) -> Result<Option<String>, ReadError> {
    match format(path)? {
        Format::Dicom => dicom::modality(path, choice),
        Format::Nifti | Format::Nrrd | Format::Meta => Ok(None),
    }
}

/// The files that the image or mask at `path` is made of.
pub(super) fn parts(path: &Path) -> Result<Vec<PathBuf>, ReadError> {
    match format(path)? {
        Format::Nifti => nifti::parts(path),
        Format::Nrrd => nrrd::parts(path),
        Format::Meta => meta::parts(path),
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
        bytes if meta::looks_like(bytes) => Ok(Format::Meta),
        bytes if dicom::looks_like(bytes) => Ok(Format::Dicom),
        bytes if nifti::looks_like(bytes) => Ok(Format::Nifti),
        // The data half of a pair has no magic word; a damaged file is better judged by its reader.
        _ if [".img", ".img.gz", ".nii", ".nii.gz", ".hdr"].iter().any(|e| name.ends_with(e)) => Ok(Format::Nifti),
        _ if [".nrrd", ".nhdr"].iter().any(|e| name.ends_with(e)) => Ok(Format::Nrrd),
        _ if [".mha", ".mhd"].iter().any(|e| name.ends_with(e)) => Ok(Format::Meta),
        _ => Err(ReadError::UnknownFormat { path: path.to_owned() }),
    }
}
