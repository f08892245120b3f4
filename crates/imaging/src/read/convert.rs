//! Between value types.

use std::path::Path;

use super::ReadError;
use volume::each_type;
use volume::{Geometry, Labels, Voxels};

/// All values as floats of 32 bits.
#[allow(clippy::unnecessary_cast)] // needless for one of the ten types
pub(super) fn to_f32(voxels: Voxels) -> Vec<f32> {
    match voxels {
        Voxels::F32(v) => v,
        other => each_type!(other, v => v.into_iter().map(|x| x as f32).collect()),
    }
}

/// Labels made of values that come piece by piece.
#[derive(Default)]
pub(super) struct LabelMaker {
    labels: Labels,
    not_finite: NotFinite,
}

impl LabelMaker {
    /// The labels of all `voxels` at once.
    pub fn all(path: &Path, geometry: &Geometry, voxels: &Voxels) -> Result<Labels, ReadError> {
        let mut maker = Self::default();
        maker.add(voxels);
        maker.finish(path, geometry)
    }

    /// Adds the next values by the cast of ITK to 32 unsigned bits: fractions are cut off, negative integers wrap.
    #[allow(clippy::unnecessary_cast)] // needless for one of the ten types
    pub fn add(&mut self, voxels: &Voxels) {
        self.not_finite.look_at(self.labels.len(), voxels);
        match voxels {
            Voxels::F32(v) => self.labels.extend_with(v, |x| x as i64 as u32),
            Voxels::F64(v) => self.labels.extend_with(v, |x| x as i64 as u32),
            other => each_type!(other, v => self.labels.extend_with(v, |x| x as u32)),
        }
    }

    /// The labels, if all values were numbers.
    pub fn finish(self, path: &Path, geometry: &Geometry) -> Result<Labels, ReadError> {
        self.not_finite.check(path, geometry)?;
        Ok(self.labels)
    }
}

/// An error that counts the values which are not numbers, if there are any.
pub(super) fn check_finite(path: &Path, geometry: &Geometry, voxels: &Voxels) -> Result<(), ReadError> {
    let mut found = NotFinite::default();
    found.look_at(0, voxels);
    found.check(path, geometry)
}

/// Values that are not numbers: how many, and where the first is.
#[derive(Default)]
struct NotFinite {
    count: usize,
    first: usize,
}

impl NotFinite {
    /// Counts those among `voxels`, which begin at position `start` of the grid.
    fn look_at(&mut self, start: usize, voxels: &Voxels) {
        match voxels {
            Voxels::F32(v) => self.count(start, v.iter().map(|x| x.is_finite())),
            Voxels::F64(v) => self.count(start, v.iter().map(|x| x.is_finite())),
            _ => {}
        }
    }

    fn count(&mut self, start: usize, finite: impl Iterator<Item = bool>) {
        for (i, _) in finite.enumerate().filter(|(_, finite)| !finite) {
            if self.count == 0 {
                self.first = start + i;
            }
            self.count += 1;
        }
    }

    fn check(&self, path: &Path, geometry: &Geometry) -> Result<(), ReadError> {
        if self.count == 0 {
            return Ok(());
        }
        let [nx, ny, _] = geometry.size;
        let first = [self.first % nx, self.first / nx % ny, self.first / nx / ny];
        Err(ReadError::NotFinite { path: path.to_owned(), count: self.count, first })
    }
}
