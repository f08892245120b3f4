//! Between value types.

use std::path::Path;

use super::ReadError;
use crate::radiomics::volume::each_type;
use crate::radiomics::{Geometry, Voxels};

/// All values as floats of 32 bits.
#[allow(clippy::unnecessary_cast)] // needless for one of the ten types
pub(super) fn to_f32(voxels: Voxels) -> Vec<f32> {
    match voxels {
        Voxels::F32(v) => v,
        other => each_type!(other, v => v.into_iter().map(|x| x as f32).collect()),
    }
}

/// All values as labels: the cast of ITK to 32 unsigned bits (fractions are cut off, negative integers wrap).
#[allow(clippy::unnecessary_cast)] // needless for one of the ten types
pub(super) fn to_labels(voxels: &Voxels) -> Vec<u32> {
    match voxels {
        Voxels::U32(v) => v.clone(),
        Voxels::F32(v) => v.iter().map(|&x| x as i64 as u32).collect(),
        Voxels::F64(v) => v.iter().map(|&x| x as i64 as u32).collect(),
        other => each_type!(other, v => v.iter().map(|&x| x as u32).collect()),
    }
}

/// An error that counts the values which are not numbers, if there are any.
pub(super) fn check_finite(path: &Path, geometry: &Geometry, voxels: &Voxels) -> Result<(), ReadError> {
    let (count, first) = match voxels {
        Voxels::F32(v) => not_finite(v.iter().map(|x| x.is_finite())),
        Voxels::F64(v) => not_finite(v.iter().map(|x| x.is_finite())),
        _ => return Ok(()),
    };
    if count == 0 {
        return Ok(());
    }
    let [nx, ny, _] = geometry.size;
    let first = [first % nx, first / nx % ny, first / nx / ny];
    Err(ReadError::NotFinite { path: path.to_owned(), count, first })
}

fn not_finite(finite: impl Iterator<Item = bool>) -> (usize, usize) {
    let mut bad = finite.enumerate().filter(|(_, finite)| !finite).map(|(i, _)| i);
    match bad.next() {
        Some(first) => (1 + bad.count(), first),
        None => (0, 0),
    }
}
