//! Whether a mask fits its image and holds a region of interest that features can be computed on.

use volume::grid::{GridMismatch, TOLERANCE, compare};

use super::{Geometry, Mask, Region, Settings};

/// Why a mask cannot be used.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum MaskError {
    /// No voxel of the label.
    #[error("label {label} is not in the mask, which holds {}", labels(present))]
    NoLabel {
        /// The label asked for.
        label: u32,
        /// Those that are there, background left out.
        present: Vec<u32>,
    },
    /// Another grid than that of the image, beyond `geometryTolerance`.
    #[error(transparent)]
    Grid(#[from] Box<GridMismatch>),
    /// None of the voxels is left.
    #[error("the region of interest has no voxel")]
    NoVoxel,
    /// A single voxel.
    #[error("the region of interest is a single voxel")]
    SingleVoxel,
    /// A line or a plane where more is asked for.
    #[error(
        "the region of interest spans more than one voxel in {found} of three dimensions, minimumROIDimensions is \
         {wanted}"
    )]
    TooFlat {
        /// In how many dimensions it spans several voxels.
        found: usize,
        /// In how many it must.
        wanted: usize,
    },
    /// Too few voxels.
    #[error("the region of interest has {found} voxels, minimumROISize asks for more than {limit}")]
    TooSmall {
        /// Its voxels.
        found: usize,
        /// It must have more.
        limit: usize,
    },
    /// Resegmentation left nothing to compute on.
    #[error("resegmentRange left {kept} of {of} voxels: widen it")]
    NothingLeft {
        /// Voxels kept.
        kept: usize,
        /// Voxels before.
        of: usize,
    },
}

fn labels(present: &[u32]) -> String {
    match present {
        [] => "no label at all".to_owned(),
        some if some.len() > 20 => format!("{} others", some.len()),
        some => some.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
    }
}

/// The box of the label in `mask`, which must be there.
///
/// # Errors
/// [`MaskError::NoLabel`], which names the labels that are there.
pub fn labelled_region(mask: &Mask, label: u32) -> Result<Region, MaskError> {
    Region::of_label(mask, label).ok_or_else(|| {
        let present = mask.labels.counts().iter().map(|count| count.label).collect();
        MaskError::NoLabel { label, present }
    })
}

/// That image and mask lie on one grid, within `geometryTolerance`: by [`volume::grid::compare`].
///
/// # Errors
/// [`MaskError::Grid`], which says in what respects they differ and by how much.
pub fn same_grid(image: &Geometry, mask: &Geometry, settings: &Settings) -> Result<(), MaskError> {
    Ok(compare(image, mask, settings.geometry_tolerance.unwrap_or(TOLERANCE))?)
}

/// The box of the region of interest, if it is large enough in every respect that `settings` name.
///
/// # Errors
/// [`MaskError`] that says what the region lacks.
pub fn checked_region(mask: &Mask, settings: &Settings) -> Result<Region, MaskError> {
    let region = labelled_region(mask, settings.label)?;
    let wanted = settings.minimum_roi_dimensions;
    match region.size.iter().filter(|&&n| n > 1).count() {
        0 => return Err(MaskError::SingleVoxel),
        found if found < wanted => return Err(MaskError::TooFlat { found, wanted }),
        _ => {}
    }
    if let Some(limit) = settings.minimum_roi_size {
        let found: usize = mask.labels.of(settings.label).map(|run| run.len()).sum();
        if found <= limit {
            return Err(MaskError::TooSmall { found, limit });
        }
    }
    Ok(region)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Labels;

    fn mask(size: [usize; 3], voxels: &[usize]) -> Mask {
        let geometry = Geometry::unit(size);
        let labels = Labels::of_voxels(geometry.len(), voxels.iter().map(|&voxel| (voxel, 2)));
        Mask { geometry, labels }
    }

    #[test]
    fn what_a_region_must_have() {
        let settings = Settings { label: 2, ..Settings::default() };
        assert_eq!(checked_region(&mask([3, 3, 3], &[4]), &settings), Err(MaskError::SingleVoxel));
        assert_eq!(
            checked_region(&mask([3, 3, 3], &[3, 4]), &settings),
            Err(MaskError::TooFlat { found: 1, wanted: 2 })
        );
        assert!(checked_region(&mask([3, 3, 3], &[0, 4]), &settings).is_ok());
        let three = Settings { minimum_roi_size: Some(2), ..settings };
        assert_eq!(checked_region(&mask([3, 3, 3], &[0, 4]), &three), Err(MaskError::TooSmall { found: 2, limit: 2 }));
        let missing = labelled_region(&mask([3, 3, 3], &[0, 4]), 1);
        assert_eq!(missing.map_err(|e| e.to_string()), Err("label 1 is not in the mask, which holds 2".to_owned()));
    }

    #[test]
    fn grids_differ_by_more_than_the_tolerance() {
        let settings = Settings::default();
        let (image, mut mask) = (Geometry::unit([3, 3, 3]), Geometry::unit([3, 3, 3]));
        mask.origin[1] = 0.9e-6;
        assert_eq!(same_grid(&image, &mask, &settings), Ok(()));
        mask.origin[1] = 0.25;
        let error = same_grid(&image, &mask, &settings).expect_err("a quarter of a voxel");
        assert!(error.to_string().contains("origin shifted by (0, 0.250, 0) mm"), "{error}");
        assert_eq!(same_grid(&image, &mask, &Settings { geometry_tolerance: Some(0.3), ..settings }), Ok(()));
    }
}
