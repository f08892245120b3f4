//! Images and masks: values or labels on a grid.

use super::{Geometry, Labels, Voxels};

/// Values or labels of another number than their grid has voxels.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{found} values for a grid of {needed} voxels")]
pub struct LengthError {
    /// Values or labels.
    pub found: usize,
    /// Voxels of the grid.
    pub needed: usize,
}

fn check_length(geometry: &Geometry, found: usize) -> Result<(), LengthError> {
    let needed = geometry.len();
    if found == needed { Ok(()) } else { Err(LengthError { found, needed }) }
}

/// A scalar image.
#[derive(Debug, Clone, PartialEq)]
pub struct Volume {
    /// Where its voxels lie.
    pub geometry: Geometry,
    /// Its values; as many as `geometry.len()`.
    pub voxels: Voxels,
}

impl Volume {
    /// The image of `voxels` (x fastest, then y, then z) on the grid `geometry`.
    ///
    /// # Errors
    /// [`LengthError`] if there is not one value for each voxel of the grid.
    pub fn new(geometry: Geometry, voxels: impl Into<Voxels>) -> Result<Self, LengthError> {
        let voxels = voxels.into();
        check_length(&geometry, voxels.len())?;
        Ok(Self { geometry, voxels })
    }

    /// An image of doubles.
    pub fn from_f64(geometry: Geometry, values: Vec<f64>) -> Self {
        debug_assert_eq!(geometry.len(), values.len());
        Self { geometry, voxels: Voxels::F64(values) }
    }
}

/// A label image: 0 is background.
#[derive(Debug, Clone, PartialEq)]
pub struct Mask {
    /// Where its voxels lie.
    pub geometry: Geometry,
    /// The labels; as many as `geometry.len()`.
    pub labels: Labels,
}

impl Mask {
    /// The mask of `labels` (x fastest, then y, then z) on the grid `geometry`.
    ///
    /// # Errors
    /// [`LengthError`] if there is not one label for each voxel of the grid.
    pub fn new(geometry: Geometry, labels: impl Into<Labels>) -> Result<Self, LengthError> {
        let labels = labels.into();
        check_length(&geometry, labels.len())?;
        Ok(Self { geometry, labels })
    }

    /// The same grid with 1 where this mask is `label`, and 0 elsewhere.
    pub fn only(&self, label: u32) -> Self {
        Self { geometry: self.geometry.clone(), labels: self.labels.map(|l| u32::from(l == label)) }
    }
}
