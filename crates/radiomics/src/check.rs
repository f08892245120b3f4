//! Whether a mask fits its image and holds a region of interest that features can be computed on.

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
    /// Another number of voxels than the image.
    #[error(
        "the mask has {} voxels and the image {}: take the mask of this image, resample both (resampledPixelSpacing), or \
         set correctMask",
        by_axis(*mask),
        by_axis(*image)
    )]
    Size {
        /// Voxels of the mask along x, y, z.
        mask: [usize; 3],
        /// Voxels of the image.
        image: [usize; 3],
    },
    /// Another place in space than the image.
    #[error(
        "the mask lies elsewhere than the image: {what} differ by {by:.3e} {unit}, allowed is {tolerance:.3e}; raise \
         geometryTolerance if that is small, set correctMask if the mask is right where it is"
    )]
    Place {
        /// Origin, spacing or direction.
        what: &'static str,
        /// By how much.
        by: f64,
        /// `mm`, or nothing.
        unit: &'static str,
        /// The limit.
        tolerance: f64,
    },
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

fn by_axis([x, y, z]: [usize; 3]) -> String {
    format!("{x} x {y} x {z}")
}

fn labels(present: &[u32]) -> String {
    match present {
        [] => "no label at all".to_owned(),
        some if some.len() > 20 => format!("{} others", some.len()),
        some => some.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
    }
}

/// The limit on differences of origin, spacing (relative to the first spacing) and direction: ITK's default.
const TOLERANCE: f64 = 1e-6;

/// The box of the label in `mask`, which must be there.
pub fn labelled_region(mask: &Mask, label: u32) -> Result<Region, MaskError> {
    Region::of_label(mask, label).ok_or_else(|| {
        let mut present: Vec<u32> = mask.labels.runs().iter().map(|run| run.label).collect();
        present.sort_unstable();
        present.dedup();
        MaskError::NoLabel { label, present }
    })
}

/// That image and mask lie on one grid, within the tolerance.
pub fn same_grid(image: &Geometry, mask: &Geometry, settings: &Settings) -> Result<(), MaskError> {
    if image.size != mask.size {
        return Err(MaskError::Size { mask: mask.size, image: image.size });
    }
    let tolerance = settings.geometry_tolerance.unwrap_or(TOLERANCE);
    let in_space = (tolerance * image.spacing[0]).abs();
    let largest = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
    let differences = [
        ("the origins", largest(&image.origin, &mask.origin), "mm", in_space),
        ("the spacings", largest(&image.spacing, &mask.spacing), "mm", in_space),
        ("the directions", largest(image.direction.as_flattened(), mask.direction.as_flattened()), "", tolerance),
    ];
    match differences.into_iter().find(|&(_, by, _, limit)| by > limit || by.is_nan()) {
        Some((what, by, unit, tolerance)) => Err(MaskError::Place { what, by, unit, tolerance }),
        None => Ok(()),
    }
}

/// The box of the region of interest, if it is large enough in every respect that `settings` name.
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
        assert!(matches!(same_grid(&image, &mask, &settings), Err(MaskError::Place { what: "the origins", .. })));
        assert_eq!(same_grid(&image, &mask, &Settings { geometry_tolerance: Some(0.3), ..settings }), Ok(()));
    }
}
