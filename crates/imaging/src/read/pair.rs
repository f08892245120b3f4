//! An image together with its mask.

use std::path::Path;

use super::choice::{RegionChoice, VolumeChoice};
use super::masks::{MaskChoice, Segmentation};
use super::{Format, Image, ReadError, convert, format, read, read_segmentation};
use volume::{Mask, Volume};

/// What is wanted of an image and its mask.
#[derive(Debug, Clone, PartialEq)]
pub struct CaseChoice {
    /// Which volume of the image.
    pub volume: VolumeChoice,
    /// Which region of the mask.
    pub region: RegionChoice,
    /// Which channel or layer of the mask, from 0; the first that holds the region if not said.
    pub channel: Option<usize>,
    /// From which value on a mask of fractions is region.
    pub threshold: Option<f64>,
}

impl Default for CaseChoice {
    /// The only volume, and label 1 or the only region.
    fn default() -> Self {
        Self { volume: VolumeChoice::default(), region: RegionChoice::Assumed(1), channel: None, threshold: None }
    }
}

impl CaseChoice {
    /// The region of a label image that is numbered `label`.
    pub fn label(label: u32) -> Self {
        Self { region: RegionChoice::Number(label.into()), ..Self::default() }
    }
}

/// An image and the layer of its mask that holds the region.
#[derive(Debug, Clone, PartialEq)]
pub struct Pair {
    /// The image.
    pub image: Volume,
    /// The mask.
    pub mask: Mask,
    /// The region's label in it.
    pub label: u32,
    /// What was found on the way that users of the values should know.
    pub notes: Vec<String>,
}

/// An image and all regions of its mask.
#[derive(Debug, Clone, PartialEq)]
pub struct Regions {
    /// The image.
    pub image: Volume,
    /// The mask.
    pub masks: Segmentation,
    /// What was found on the way that users of the values should know.
    pub notes: Vec<String>,
}

/// Reads an image and the region of its mask that `choice` names. Voxels of the region must have numbers; others that
/// have none are noted.
///
/// # Errors
/// [`ReadError`]: a file that cannot be opened, of no known format, damaged, cut short or too large, or that uses what is not
/// read; several volumes or regions of which none is chosen.
pub fn read_pair(image: &Path, mask: &Path, choice: &CaseChoice) -> Result<Pair, ReadError> {
    let Regions { image: volume, masks, mut notes } = read_regions(image, mask, choice)?;
    let of_mask = MaskChoice { region: choice.region.clone(), channel: choice.channel, ..MaskChoice::default() };
    let (found, label) = masks.choose(&of_mask, &mut notes)?;
    check_numbers(image, &volume, &found, label, &mut notes)?;
    Ok(Pair { image: volume, mask: found, label, notes })
}

/// Reads an image and its mask. Of a structure set, only the region that `choice` names is drawn.
///
/// # Errors
/// [`ReadError`]: a file that cannot be opened, of no known format, damaged, cut short or too large, or that uses what is not
/// read; several volumes or regions of which none is chosen.
pub fn read_regions(image: &Path, mask: &Path, choice: &CaseChoice) -> Result<Regions, ReadError> {
    let of_mask = MaskChoice {
        region: choice.region.clone(),
        channel: choice.channel,
        threshold: choice.threshold,
        ..MaskChoice::default()
    };
    let (Image { volume, mut notes, .. }, mut masks) = match format(mask) {
        // A label image has a grid of its own and does not wait for the image.
        Ok(Format::Nifti | Format::Nrrd | Format::Meta) => {
            let (image, mask) = rayon::join(|| read(image, &choice.volume), || read_segmentation(mask, &of_mask));
            (image?, mask?)
        }
        _ => {
            let image = read(image, &choice.volume)?;
            let (grid, frame_of_reference) = (Some(&image.volume.geometry), image.frame_of_reference.as_deref());
            let masks = read_segmentation(mask, &MaskChoice { grid, frame_of_reference, ..of_mask })?;
            (image, masks)
        }
    };
    notes.append(&mut masks.notes);
    let mut seen = std::collections::BTreeSet::new();
    notes.retain(|note| seen.insert(note.clone()));
    Ok(Regions { image: volume, masks, notes })
}

/// Values that are not numbers: an error inside of the region, a note outside.
pub(super) fn check_numbers(
    path: &Path,
    image: &Volume,
    mask: &Mask,
    label: u32,
    notes: &mut Vec<String>,
) -> Result<(), ReadError> {
    let outside = convert::not_finite(&image.voxels);
    if outside == 0 {
        return Ok(());
    }
    // On another grid, extraction finds out what of the image is inside.
    if image.geometry.size == mask.geometry.size {
        let inside = mask.labels.of(label).flatten().filter(|&i| !image.voxels.get(i).is_finite());
        let inside: Vec<usize> = inside.collect();
        if let Some(first) = inside.first() {
            let [nx, ny, _] = image.geometry.size;
            let first = [first % nx, first / nx % ny, first / nx / ny];
            return Err(ReadError::NotFinite { path: path.to_owned(), count: inside.len(), first });
        }
    }
    notes.push(format!(
        "{outside} voxels of the image are NaN or infinite, outside of the region; filters and resampling may carry them \
         into it"
    ));
    Ok(())
}
