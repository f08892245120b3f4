//! DICOM: image series, segmentations (SEG) and structure sets (RTSTRUCT).
//!
//! A folder stands for the one volume in or below it; the path of any one of its files for the volume that this file
//! belongs to, which is how one series of several is chosen.

mod attributes;
mod compressed;
mod files;
mod lengths;
mod pixels;
mod plane;
mod polygon;
mod rtstruct;
mod seg;
mod series;
mod stack;

use std::path::{Path, PathBuf};

use dicom_dictionary_std::{tags, uids};
use dicom_object::DefaultDicomObject;

pub(super) use files::looks_like;

use super::ReadError;
use super::convert::LabelMaker;
use super::masks::{Layers, MaskChoice};
use attributes::text;
use volume::Volume;

/// Reads a series of slices, or the frames of a multi-frame file, as one volume.
///
/// Slices are ordered by their position along the normal and rescaled as GDCM does it. Gaps, duplicates, tilted
/// gantries and several volumes at the same place are errors that name the slices.
///
/// # Errors
/// As [`crate::read_image`].
pub fn read_image(path: &Path) -> Result<Volume, ReadError> {
    stack::read(path, find(path)?)
}

/// Reads a segmentation object, a structure set, or a series of labels.
pub(super) fn read_layers(path: &Path, choice: &MaskChoice) -> Result<Layers, ReadError> {
    match mask_object(path)? {
        Some((file, true)) => seg::read(&file, choice),
        Some((file, false)) => rtstruct::read(&file, choice),
        None => {
            let Volume { geometry, voxels } = read_image(path)?;
            let labels = LabelMaker::all(path, &geometry, &voxels)?;
            Ok(Layers::unnamed(geometry, vec![labels]))
        }
    }
}

/// The files that the image or mask at `path` is made of.
pub(super) fn parts(path: &Path) -> Result<Vec<PathBuf>, ReadError> {
    if let Some((file, _)) = mask_object(path)? {
        return Ok(vec![file]);
    }
    let mut files: Vec<PathBuf> = find(path)?.planes.iter().map(|p| p.file.to_path_buf()).collect();
    files.sort();
    files.dedup();
    Ok(files)
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

/// The volume of a folder, or the one that a file belongs to.
fn find(path: &Path) -> Result<series::Stack, ReadError> {
    if path.is_dir() {
        let headers = files::headers(path)?;
        let stacks = series::stacks(headers.iter().map(|(p, h)| (p.as_path(), h)));
        return series::choose(path, stacks, None);
    }
    // The other slices are beside it. A multi-frame file is whole in itself.
    let own = files::header(path)?;
    let alone = attributes::count(&own, tags::NUMBER_OF_FRAMES).is_some_and(|n| n > 1);
    if alone {
        let stacks = series::stacks(std::iter::once((path, &own)));
        return series::choose(path, stacks, Some(path));
    }
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let series = text(&own, tags::SERIES_INSTANCE_UID);
    let beside = files::headers(folder)?;
    let same = |h: &DefaultDicomObject| text(h, tags::SERIES_INSTANCE_UID) == series;
    let path = beside.iter().map(|(p, _)| p).find(|p| p.file_name() == path.file_name()).cloned();
    let path = path.unwrap_or_default();
    let stacks = series::stacks(beside.iter().filter(|(_, h)| same(h)).map(|(p, h)| (p.as_path(), h)));
    series::choose(&path, stacks, Some(&path))
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
            let volumes = several.iter().map(|(p, _)| p.display().to_string()).collect();
            Err(ReadError::SeveralVolumes { path: path.to_owned(), volumes })
        }
    }
}

/// Label Map Segmentation Storage, added to the standard in 2024.
const LABEL_MAP_SEGMENTATION_STORAGE: &str = "1.2.840.10008.5.1.4.1.1.66.7";
