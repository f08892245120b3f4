//! From the qform and sform of a NIfTI header to a grid in LPS, by the rules of ITK 5.4.
//!
//! ITK knows no shear, so it takes directions (normalised columns) and origin from one of the two
//! transforms and the spacing always from `pixdim`. Which one:
//! - neither code is set: axes along LPS, origin 0, no change of sign;
//! - sform, if it is orthogonal up to scale and either the qform is not set, or the sform is the
//!   scanner's (code 1), or both agree to 1e-4;
//! - else the qform.
//!
//! ITK compares the axes by singular vectors, whose signs and, for equal spacings, whose order are arbitrary: of two
//! forms that agree it may take the qform, whose directions differ by rounding to 32 bits (1e-7), and of two that
//! mirror each other along an axis the sform.

use std::path::Path;

use nalgebra::{Matrix3, Matrix4, SVD};

use super::header::Header;
use crate::read::ReadError;
use volume::Geometry;
use volume::IDENTITY;

/// The scanner's own coordinates.
const SCANNER: i32 = 1;

/// Where the first three dimensions of the image lie.
pub(super) fn geometry(path: &Path, header: &Header) -> Result<Geometry, ReadError> {
    let size = [header.size[0], header.size[1], header.size[2]];
    let scale = match header.units & 7 {
        1 => 1e3,
        3 => 1e-3,
        _ => 1.0,
    };
    let steps = steps(header);
    let mut spacing = steps.map(|s| s * scale);
    let Some(to_ras) = transform(path, header, &steps)? else {
        let mut direction = IDENTITY;
        (0..3).for_each(|axis| make_positive(axis, &mut spacing, &mut direction));
        return Ok(Geometry { size, spacing, origin: [0.0; 3], direction });
    };
    let sign = [-1.0, -1.0, 1.0];
    let origin = std::array::from_fn(|row| sign[row] * to_ras[(row, 3)] * scale);
    let mut direction = [[0.0; 3]; 3];
    for axis in 0..3 {
        let column = to_ras.fixed_view::<3, 1>(0, axis);
        let length = column.iter().map(|x| x * x).sum::<f64>().sqrt();
        for row in 0..3 {
            direction[row][axis] = sign[row] * column[row] / if length > 0.0 { length } else { 1.0 };
        }
        make_positive(axis, &mut spacing, &mut direction);
    }
    Ok(Geometry { size, spacing, origin, direction })
}

/// `pixdim` along x, y, z; 1 where it is 0, not a number, or of a dimension that the file does not have.
fn steps(header: &Header) -> [f64; 3] {
    std::array::from_fn(|axis| {
        let step = header.pixdim[axis + 1];
        if axis < header.dimensions && step != 0.0 && step.is_finite() { step } else { 1.0 }
    })
}

/// A negative spacing turns its axis around.
fn make_positive(axis: usize, spacing: &mut [f64; 3], direction: &mut [[f64; 3]; 3]) {
    if spacing[axis] < 0.0 {
        spacing[axis] = -spacing[axis];
        direction.iter_mut().for_each(|row| row[axis] = -row[axis]);
    }
}

/// The transform from voxel index to RAS that counts, `None` if the file has none.
fn transform(path: &Path, header: &Header, steps: &[f64; 3]) -> Result<Option<Matrix4<f64>>, ReadError> {
    let (has_q, has_s) = (header.qform_code > 0, header.sform_code > 0);
    let sform = Matrix4::from_fn(|row, column| match row {
        3 => f64::from(u8::from(column == 3)),
        _ => header.srow[row][column],
    });
    match (has_q, has_s) {
        (false, false) => Ok(None),
        (true, false) => Ok(Some(qform(header, steps))),
        (false, true) if is_orthogonal(&sform) => Ok(Some(sform)),
        (false, true) => Err(ReadError::unsupported(
            path,
            "its sform is sheared or singular and there is no qform",
            "resample it onto a grid with perpendicular axes",
        )),
        (true, true) => {
            let qform = qform(header, steps);
            let take_s = match is_orthogonal(&sform) {
                true => header.sform_code == SCANNER || agree(&sform, &qform),
                false => almost_equal(&sform, &qform),
            };
            Ok(Some(if take_s { sform } else { qform }))
        }
    }
}

/// The transform that the quaternion stands for (nifti1.h, method 2).
fn qform(header: &Header, steps: &[f64; 3]) -> Matrix4<f64> {
    let finite = |x: f64| if x.is_finite() { x } else { 0.0 };
    let [mut b, mut c, mut d] = header.quaternion.map(finite);
    let mut a = 1.0 - (b * b + c * c + d * d);
    if a < 1e-7 {
        let inverse = 1.0 / (b * b + c * c + d * d).sqrt();
        (b, c, d) = (b * inverse, c * inverse, d * inverse);
        a = 0.0;
    } else {
        a = a.sqrt();
    }
    let [x, y, mut z] = steps.map(|s| if s > 0.0 { s } else { 1.0 });
    if header.pixdim[0] < 0.0 {
        z = -z;
    }
    let [i, j, k] = header.offset.map(finite);
    let rows = [
        [(a * a + b * b - c * c - d * d) * x, 2.0 * (b * c - a * d) * y, 2.0 * (b * d + a * c) * z, i],
        [2.0 * (b * c + a * d) * x, (a * a + c * c - b * b - d * d) * y, 2.0 * (c * d - a * b) * z, j],
        [2.0 * (b * d - a * c) * x, 2.0 * (c * d + a * b) * y, (a * a + d * d - c * c - b * b) * z, k],
        [0.0, 0.0, 0.0, 1.0],
    ];
    // NIfTI-1 software keeps this matrix in floats of 32 bits.
    Matrix4::from_fn(|row, column| match header.single_precision {
        true => f64::from(rows[row][column] as f32),
        false => rows[row][column],
    })
}

/// True if the columns are perpendicular to 1e-4, whatever their lengths, and none is nothing.
fn is_orthogonal(transform: &Matrix4<f64>) -> bool {
    if transform.iter().any(|x| !x.is_finite()) {
        return false;
    }
    let singular = SVD::new(*transform, false, false).singular_values;
    if singular.min() <= f64::EPSILON * singular.max() {
        return false;
    }
    let mut rotation: Matrix3<f64> = rotation(transform);
    rotation.column_iter_mut().for_each(|mut column| {
        column.normalize_mut();
    });
    (rotation * rotation.transpose() - Matrix3::identity()).amax() <= 1e-4
}

/// True if the two have the same axes, spacings and offset to 1e-4.
fn agree(sform: &Matrix4<f64>, qform: &Matrix4<f64>) -> bool {
    let (s, q) = (rotation(sform), rotation(qform));
    let same_axis = |axis: usize| {
        let (s, q) = (s.column(axis), q.column(axis));
        (s.norm() - q.norm()).abs() <= 1e-4 && (s.normalize() - q.normalize()).amax() <= 1e-4
    };
    (0..3).all(same_axis) && (sform - qform).column(3).amax() <= 1e-4
}

/// True if no element differs by more than rounding to 32 bits explains.
fn almost_equal(sform: &Matrix4<f64>, qform: &Matrix4<f64>) -> bool {
    let difference = sform - qform;
    rotation(&difference).amax() <= 1e-5 && difference.column(3).lp_norm(1) <= 1e-7
}

fn rotation(transform: &Matrix4<f64>) -> Matrix3<f64> {
    transform.fixed_view::<3, 3>(0, 0).into_owned()
}
