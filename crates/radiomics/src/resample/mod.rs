//! Images and masks on another grid, value for value as PyRadiomics makes them with SimpleITK.

mod frame;
mod grid;
mod sample;
mod spline;
mod spline_rows;
mod svd;
mod taps;

pub use frame::Frame;
pub use grid::{MOST_VOXELS, check_inside, effective_spacing, grid, is_close};

use super::preprocess::Normalization;
use super::settings::Interpolator;
use volume::Region;
use volume::{Geometry, Mask, PixelType, Volume, Voxels, each_type};

/// What to resample to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ResampleSpec {
    /// New spacing along x, y, z in mm; 0 keeps the mask's.
    pub spacing: [f64; 3],
    /// How the image is interpolated (the mask is always taken from the nearest voxel).
    pub interpolator: Interpolator,
    /// New voxels kept around the region of interest.
    pub pad: usize,
    /// What becomes of the image's values beforehand.
    pub normalization: Option<Normalization>,
}

/// Why an image or mask cannot be taken to another grid.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ResampleError {
    /// The mask has no voxel of the label.
    #[error("label {label} is not in the mask{after}: choose one that is, or check that the mask belongs to the image")]
    NoLabel {
        /// The label asked for.
        label: u32,
        /// When it was missed.
        after: &'static str,
    },
    /// The region of interest reaches beyond the image.
    #[error(
        "the region of interest reaches beyond the image: along {axis} it spans {low:.2} to {high:.2} in voxels of the \
         image, which ends at -0.5 and {last:.1}; check that the mask belongs to this image"
    )]
    Outside {
        /// Axis of the image: x, y or z.
        axis: char,
        /// Where the region begins, as a continuous index of the image.
        low: f64,
        /// Where it ends.
        high: f64,
        /// Where the image ends.
        last: f64,
    },
    /// Direction or spacing cannot be inverted.
    #[error("direction and spacing of the image or the mask do not span space: the header is damaged")]
    Singular,
    /// The new spacing makes more voxels than a machine holds.
    #[error(
        "at a spacing of {} x {} x {} mm the region would have {} x {} x {} voxels, more than {MOST_VOXELS}: spacings \
         are in mm, choose a coarser one", spacing[0], spacing[1], spacing[2], size[0], size[1], size[2]
    )]
    TooLarge {
        /// The spacing asked for.
        spacing: [f64; 3],
        /// Voxels along each axis.
        size: [usize; 3],
    },
    /// The new spacing leaves no voxel.
    #[error("no voxel is left at a spacing of {} x {} x {} mm: choose a finer one", spacing[0], spacing[1], spacing[2])]
    Empty {
        /// The spacing asked for.
        spacing: [f64; 3],
    },
}

/// `image` sampled at the voxel centres of `target` as `spec` says, in its own pixel type (doubles if it is normalized):
/// integers are truncated toward zero and saturate. Voxels whose centre lies outside the image are 0.
///
/// # Errors
/// [`ResampleError`]: a grid that cannot be inverted.
pub fn image_onto(image: &Volume, target: &Geometry, spec: &ResampleSpec) -> Result<Volume, ResampleError> {
    let (source, voxels) = (&image.geometry, &image.voxels);
    let voxels = match (spec.interpolator, spec.normalization) {
        (Interpolator::NearestNeighbor, None) => {
            each_type!(voxels, v => Voxels::from(sample::nearest(|needed| needed.of(v, source.size), source, target)?))
        }
        (Interpolator::NearestNeighbor, Some(normalization)) => {
            let normalized = |needed: &Region| normalization.image(&image.cropped(needed)).voxels.to_f64();
            Voxels::F64(sample::nearest(normalized, source, target)?)
        }
        (interpolator, normalization) => {
            let values = each_type!(voxels, v => sample::sample(v, source, target, interpolator, normalization)?);
            Voxels::from_f64(values, normalization.map_or(voxels.pixel_type(), |_| PixelType::F64))
        }
    };
    Ok(Volume { geometry: target.clone(), voxels })
}

/// `mask` at the voxel centres of `target`: the label of the nearest voxel, halves rounding up; 0 outside.
///
/// # Errors
/// [`ResampleError`]: a grid that cannot be inverted.
pub fn mask_onto(mask: &Mask, target: &Geometry) -> Result<Mask, ResampleError> {
    if mask.geometry == *target {
        return Ok(mask.clone());
    }
    let (source, labels) = (&mask.geometry, &mask.labels);
    let needed = |needed: &Region| needed.rows(source.size).flat_map(|row| labels.part(row)).collect();
    let labels = sample::nearest(needed, source, target)?;
    Ok(Mask { geometry: target.clone(), labels: labels.into() })
}

/// `mask`, whose grid differs from that of `image`, on the image's grid (PyRadiomics' `correctMask`); its region of
/// `label` must lie within the image.
///
/// # Errors
/// [`ResampleError`]: no voxel of the label, a region that reaches beyond the image, a grid that cannot be inverted.
pub fn correct_mask(image: &Geometry, mask: &Mask, label: u32) -> Result<Mask, ResampleError> {
    let roi = Region::of_label(mask, label).ok_or(ResampleError::NoLabel { label, after: "" })?;
    check_inside(image, &mask.geometry, &roi)?;
    mask_onto(mask, image)
}

/// Image and mask, both on one grid, cropped to the box `roi` and `pad` voxels around it (PyRadiomics' `preCrop`).
pub fn crop(image: &Volume, mask: &Mask, roi: &Region, pad: usize) -> (Volume, Mask) {
    let region = roi.padded(pad, mask.geometry.size);
    (image.cropped(&region), mask.cropped(&region))
}

/// Image and mask on the grid that the spec asks for, cropped to the region of `label` and its padding.
///
/// The grid comes from the mask; the image may lie on another. Where the image already has the new spacing nothing is
/// interpolated: the mask is taken to the image's grid and both are cropped.
///
/// # Errors
/// [`ResampleError`]: no voxel of the label, a region that reaches beyond the image, a spacing that leaves no voxel, a grid that
/// cannot be inverted.
pub fn resample(image: &Volume, mask: &Mask, label: u32, spec: &ResampleSpec) -> Result<(Volume, Mask), ResampleError> {
    let roi = Region::of_label(mask, label).ok_or(ResampleError::NoLabel { label, after: "" })?;
    check_inside(&image.geometry, &mask.geometry, &roi)?;
    let spacing = effective_spacing(spec.spacing, &mask.geometry, &roi);
    if is_close(image.geometry.spacing, spacing) {
        let mask = mask_onto(mask, &image.geometry)?;
        let after = " once it is on the image's grid";
        let roi = Region::of_label(&mask, label).ok_or(ResampleError::NoLabel { label, after })?;
        let (image, mask) = crop(image, &mask, &roi, spec.pad);
        let normalized = spec.normalization.map(|normalization| normalization.image(&image));
        return Ok((normalized.unwrap_or(image), mask));
    }
    let target = grid(&mask.geometry, &roi, spacing, spec.pad)?;
    Ok((image_onto(image, &target, spec)?, mask_onto(mask, &target)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Labels, Settings};

    #[test]
    fn normalizing_what_is_sampled_is_normalizing_the_image() {
        let geometry = Geometry { spacing: [0.75, 1.0, 2.5], ..Geometry::unit([17, 14, 9]) };
        let values: Vec<i16> = (0..geometry.len() as i32).map(|i| (i * i % 613 - 200) as i16).collect();
        let inside = (0..geometry.len()).filter(|i| i % 17 > 2 && i / 17 % 14 < 9 && (3..6).contains(&(i / 17 / 14)));
        let labels = Labels::of_voxels(geometry.len(), inside.map(|voxel| (voxel, 1)));
        let mask = Mask { geometry: geometry.clone(), labels };
        let image = Volume { geometry, voxels: values.into() };
        let settings = Settings { normalize_scale: 100.0, remove_outliers: Some(1.5), ..Settings::default() };
        let normalization = Normalization::of(&image, &settings).expect("values differ");
        for interpolator in
            [Interpolator::BSpline, Interpolator::Linear, Interpolator::Gaussian, Interpolator::NearestNeighbor]
        {
            for spacing in [[1.0; 3], [0.0; 3]] {
                let spec = ResampleSpec { spacing, interpolator, pad: 2, normalization: None };
                let expected = resample(&normalization.image(&image), &mask, 1, &spec);
                let found = resample(&image, &mask, 1, &ResampleSpec { normalization: Some(normalization), ..spec });
                assert_eq!(found, expected, "{interpolator:?} {spacing:?}");
            }
        }
    }
}
