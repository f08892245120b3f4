//! DICOM: image series, segmentations (SEG) and structure sets (RTSTRUCT).
//!
//! A folder stands for the one volume in or below it; the path of any one of its files for the volume that this file
//! belongs to, which is how one series of several is chosen.

pub mod acquisition;
mod attributes;
mod compressed;
mod contents;
mod contours;
mod files;
mod jpeg_ls;
mod lengths;
mod pixels;
mod plane;
mod polygon;
mod rtstruct;
mod seg;
mod series;
mod stack;
mod traits;

use std::path::{Path, PathBuf};

use dicom_dictionary_std::{tags, uids};
use dicom_object::DefaultDicomObject;

pub use contents::{ContentKind, Contents, contents};
pub use files::is_dicom;
pub(super) use files::looks_like;

use super::convert::LabelMaker;
use super::masks::{Layers, MaskChoice};
use super::{Image, ReadError, VolumeChoice};
use attributes::text;

/// Reads a series of slices, or the frames of a multi-frame file, as one volume.
///
/// Slices are ordered by their position along the normal and rescaled as GDCM does it. Gaps, duplicates, tilted
/// gantries and several volumes at the same place are errors that name the slices.
pub(super) fn read_image(path: &Path, choice: &VolumeChoice) -> Result<Image, ReadError> {
    stack::read(path, find(path, choice)?)
}

/// Reads a segmentation object, a structure set, or a series of labels.
pub(super) fn read_layers(path: &Path, choice: &MaskChoice) -> Result<Layers, ReadError> {
    match mask_object(path)? {
        Some((file, true)) => seg::read(&file, choice),
        Some((file, false)) => rtstruct::read(&file, choice),
        None => {
            let Image { volume, notes, .. } = read_image(path, &VolumeChoice::default())?;
            let labels = LabelMaker::all(&volume.voxels, choice.threshold);
            Ok(Layers::unnamed(volume.geometry, vec![labels], notes))
        }
    }
}

/// The files that the image or mask at `path` is made of; those of all its volumes where there are several.
pub(super) fn parts(path: &Path) -> Result<Vec<PathBuf>, ReadError> {
    if let Some((file, _)) = mask_object(path)? {
        return Ok(vec![file]);
    }
    let stacks = match volumes(path)? {
        Volumes { stacks, chosen: None } => stacks,
        Volumes { stacks, chosen } => {
            match series::choose(path, stacks.clone(), chosen.as_deref(), &VolumeChoice::default()) {
                Ok(stack) => vec![stack],
                Err(_) => stacks,
            }
        }
    };
    let mut files: Vec<PathBuf> = stacks.iter().flat_map(|s| &s.planes).map(|p| p.file.to_path_buf()).collect();
    files.sort();
    files.dedup();
    match files.is_empty() {
        true => find(path, &VolumeChoice::default()).map(|_| files),
        false => Ok(files),
    }
}

/// The files that the image or mask at `path` may be made of. A segmentation or structure set is one file; a slice may be
/// of a series with any DICOM file in or below its folder.
pub(super) fn sources(path: &Path) -> Result<Vec<PathBuf>, ReadError> {
    if path.is_dir() {
        return files::dicom_files(path);
    }
    match files::class(path).as_deref() {
        Some(uids::SEGMENTATION_STORAGE | LABEL_MAP_SEGMENTATION_STORAGE | uids::RT_STRUCTURE_SET_STORAGE) => {
            Ok(vec![path.to_owned()])
        }
        _ => files::dicom_files(path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."))),
    }
}

/// The modality that the headers of the image at `path` name: `CT`.
pub(super) fn modality(path: &Path, choice: &VolumeChoice) -> Result<Option<String>, ReadError> {
    let stack = find(path, choice)?;
    let Some(plane) = stack.planes.first() else { return Ok(None) };
    let header = files::header(&plane.file)?;
    Ok(text(&header, tags::MODALITY))
}

/// The volume of a folder, or the one that a file belongs to.
fn find(path: &Path, choice: &VolumeChoice) -> Result<series::Stack, ReadError> {
    let Volumes { stacks, chosen } = volumes(path)?;
    series::choose(path, stacks, chosen.as_deref(), choice)
}

/// All volumes that may be meant.
struct Volumes {
    stacks: Vec<series::Stack>,
    /// The file that was named, by the path that its planes have.
    chosen: Option<PathBuf>,
}

/// The volumes in and below a folder, or of the series that a file belongs to.
fn volumes(path: &Path) -> Result<Volumes, ReadError> {
    if path.is_dir() {
        let headers = files::headers(path)?;
        let stacks = series::stacks(headers.iter().map(|(p, h)| (p.as_path(), h)));
        return Ok(Volumes { stacks, chosen: None });
    }
    // The other slices are beside it. A multi-frame file is whole in itself.
    let own = files::header(path)?;
    let alone = attributes::count(&own, tags::NUMBER_OF_FRAMES).is_some_and(|n| n > 1);
    if alone {
        let stacks = series::stacks(std::iter::once((path, &own)));
        return Ok(Volumes { stacks, chosen: Some(path.to_owned()) });
    }
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let series = text(&own, tags::SERIES_INSTANCE_UID);
    let beside = files::headers(folder)?;
    let same = |h: &DefaultDicomObject| text(h, tags::SERIES_INSTANCE_UID) == series;
    let path = beside.iter().map(|(p, _)| p).find(|p| p.file_name() == path.file_name()).cloned();
    let stacks = series::stacks(beside.iter().filter(|(_, h)| same(h)).map(|(p, h)| (p.as_path(), h)));
    Ok(Volumes { stacks, chosen: Some(path.unwrap_or_default()) })
}

/// The file of a segmentation (`true`) or structure set (`false`), if that is what `path` is or its folder holds.
fn mask_object(path: &Path) -> Result<Option<(PathBuf, bool)>, ReadError> {
    let kind = |header: &DefaultDicomObject| match text(header, tags::SOP_CLASS_UID).as_deref() {
        Some(uids::SEGMENTATION_STORAGE | LABEL_MAP_SEGMENTATION_STORAGE) => Some(true),
        Some(uids::RT_STRUCTURE_SET_STORAGE) => Some(false),
        _ => None,
    };
    if !path.is_dir() {
        return Ok(kind(&files::header(path)?).map(|is_seg| (path.to_owned(), is_seg)));
    }
    let headers = files::headers(path)?;
    let objects: Vec<_> = headers.iter().filter_map(|(p, h)| Some((p, kind(h)?))).collect();
    match objects.as_slice() {
        [] => Ok(None),
        [(file, is_seg)] => Ok(Some(((*file).clone(), *is_seg))),
        several => {
            let files = several.iter().map(|(p, _)| p.display().to_string()).collect();
            Err(ReadError::SeveralMasks { path: path.to_owned(), files })
        }
    }
}

/// Label Map Segmentation Storage, added to the standard in 2024.
const LABEL_MAP_SEGMENTATION_STORAGE: &str = "1.2.840.10008.5.1.4.1.1.66.7";
