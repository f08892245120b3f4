//! What a single DICOM file is, told by its header.

use std::path::Path;

use dicom_dictionary_std::{tags, uids};

use super::super::ReadError;
use super::attributes::{count, items, text};
use super::{LABEL_MAP_SEGMENTATION_STORAGE, files};

/// A DICOM file in a few words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contents {
    /// CT, MR, RTSTRUCT; empty if it does not say.
    pub modality: String,
    /// Description of its series; empty if there is none.
    pub description: String,
    /// What it holds.
    pub kind: ContentKind,
}

/// What a DICOM file holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ContentKind {
    /// A slice or volume.
    Image,
    /// Regions of these names: a structure set or segmentation.
    Regions(Vec<String>),
    /// Something else.
    Other,
}

/// What the DICOM file at `path` is.
///
/// # Errors
/// [`ReadError`]: a file that cannot be opened, of no known format, damaged, cut short or too large, or that uses what is not
/// read; several volumes or regions of which none is chosen.
pub fn contents(path: &Path) -> Result<Contents, ReadError> {
    let header = files::header(path)?;
    let named = |sequence, name| items(&header, sequence).iter().filter_map(|item| text(item, name)).collect();
    let kind = match text(&header, tags::SOP_CLASS_UID).as_deref() {
        Some(uids::RT_STRUCTURE_SET_STORAGE) => {
            ContentKind::Regions(named(tags::STRUCTURE_SET_ROI_SEQUENCE, tags::ROI_NAME))
        }
        Some(uids::SEGMENTATION_STORAGE | LABEL_MAP_SEGMENTATION_STORAGE) => {
            ContentKind::Regions(named(tags::SEGMENT_SEQUENCE, tags::SEGMENT_LABEL))
        }
        _ if count(&header, tags::ROWS).is_some() => ContentKind::Image,
        _ => ContentKind::Other,
    };
    let word = |tag| text(&header, tag).unwrap_or_default();
    Ok(Contents { modality: word(tags::MODALITY), description: word(tags::SERIES_DESCRIPTION), kind })
}
