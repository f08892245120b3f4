//! NIfTI-1 in one file, with the same transform as qform and sform.

use std::path::Path;

use bytemuck::Pod;
use flate2::Compression;
use nalgebra::{Matrix3, Rotation3, UnitQuaternion};
use ndarray::{ArrayView3, ShapeBuilder};
use nifti::writer::WriterOptions;
use nifti::{DataElement, Endianness, NiftiError, NiftiHeader};

use super::{GZIP_LEVEL, WriteError};
use volume::each_type;
use volume::{Geometry, Volume};

/// NIfTI-1 keeps sizes in 16 bits with sign.
const LONGEST: usize = i16::MAX as usize;

/// Bytes before the data.
const DATA_AT: u64 = 352;

/// Writes to the existing file `to`, whose name says whether to compress; `path` is for messages.
pub(super) fn write(path: &Path, to: &Path, volume: &Volume) -> Result<(), WriteError> {
    let geometry = &volume.geometry;
    if geometry.size.iter().any(|&n| n == 0 || n > LONGEST) {
        let what = format!("NIfTI cannot hold {:?} voxels", geometry.size);
        return Err(WriteError::Unsupported { path: path.to_owned(), what });
    }
    let header = header(geometry);
    each_type!(&volume.voxels, v => write_values(path, to, geometry, &header, v))
}

fn write_values<T: DataElement + Pod>(
    path: &Path,
    to: &Path,
    geometry: &Geometry,
    header: &NiftiHeader,
    values: &[T],
) -> Result<(), WriteError> {
    let io = |reason| WriteError::Io { path: path.to_owned(), reason };
    let [x, y, z] = geometry.size;
    let array = ArrayView3::from_shape((x, y, z).f(), values).map_err(|_| WriteError::Unsupported {
        path: path.to_owned(),
        what: format!("{} values do not fill {x} x {y} x {z} voxels", values.len()),
    })?;
    let options = WriterOptions::new(to).reference_header(header);
    let compressed = to.extension().is_some_and(|e| e == "gz");
    let options = if compressed { options.compression_level(Compression::new(GZIP_LEVEL)) } else { options };
    options.write_nifti(&array).map_err(|error| match error {
        NiftiError::Io(source) => io(source),
        other => io(std::io::Error::other(other.to_string())),
    })?;
    // The library buffers plain files and does not tell of a full disk when it lets go of them.
    let expected = DATA_AT + size_of_val(values) as u64;
    if !compressed && std::fs::metadata(to).map_err(io)?.len() != expected {
        return Err(io(std::io::Error::from(std::io::ErrorKind::WriteZero)));
    }
    Ok(())
}

/// Spacing, orientation and origin, in RAS.
fn header(geometry: &Geometry) -> NiftiHeader {
    let sign = [-1.0, -1.0, 1.0];
    let rows: [[f64; 4]; 3] = std::array::from_fn(|row| {
        let step = |axis: usize| sign[row] * geometry.direction[row][axis] * geometry.spacing[axis];
        [step(0), step(1), step(2), sign[row] * geometry.origin[row]]
    });
    let rows = rows.map(|row| row.map(|x| x as f32));
    let axes = Matrix3::from_fn(|row, axis| sign[row] * geometry.direction[row][axis]);
    // A mirrored third axis is told by the sign of the first spacing.
    let handedness = if axes.determinant() < 0.0 { -1.0 } else { 1.0 };
    let rotation = Matrix3::from_fn(|row, axis| axes[(row, axis)] * if axis == 2 { handedness } else { 1.0 });
    let mut turn = UnitQuaternion::from_rotation_matrix(&Rotation3::from_matrix_unchecked(rotation)).into_inner();
    if turn.w < 0.0 {
        turn = -turn;
    }
    let [sx, sy, sz] = geometry.spacing.map(|s| s as f32);
    NiftiHeader {
        pixdim: [handedness as f32, sx, sy, sz, 0.0, 0.0, 0.0, 0.0],
        xyzt_units: 2, // mm
        regular: b'r',
        qform_code: 1,
        sform_code: 1,
        quatern_b: turn.i as f32,
        quatern_c: turn.j as f32,
        quatern_d: turn.k as f32,
        quatern_x: rows[0][3],
        quatern_y: rows[1][3],
        quatern_z: rows[2][3],
        srow_x: rows[0],
        srow_y: rows[1],
        srow_z: rows[2],
        endianness: Endianness::Little,
        ..NiftiHeader::default()
    }
}
