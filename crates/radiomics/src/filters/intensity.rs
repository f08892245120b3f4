//! Filters of single intensities: square, square root, logarithm, exponential.
//!
//! Each is scaled by m, the largest absolute value of the whole image, and computed in double precision. An image of
//! zeros gives what the formula gives: values that are not numbers.

use super::super::lines::Scalar;
use volume::Region;
use volume::{Volume, each_type};

/// (x / √m)²: the sign is lost.
pub fn square(image: &Volume, region: &Region) -> Volume {
    let scale = 1.0 / largest(image).sqrt();
    map(image, region, |x| (scale * x) * (scale * x))
}

/// √(m x), with the sign of x.
pub fn square_root(image: &Volume, region: &Region) -> Volume {
    let m = largest(image);
    map(image, region, |x| signed(x, |magnitude| (magnitude * m).sqrt()))
}

/// ln(|x| + 1) with the sign of x, scaled so that its largest absolute value is m again.
pub fn logarithm(image: &Volume, region: &Region) -> Volume {
    let m = largest(image);
    let scale = m / (m + 1.0).ln();
    map(image, region, |x| signed(x, |magnitude| (magnitude + 1.0).ln()) * scale)
}

/// exp(x ln(m) / m).
pub fn exponential(image: &Volume, region: &Region) -> Volume {
    let m = largest(image);
    let scale = m.ln() / m;
    map(image, region, |x| (scale * x).exp())
}

/// `of(|x|)` with the sign of x; 0 stays as it is.
fn signed(x: f64, of: impl Fn(f64) -> f64) -> f64 {
    if x > 0.0 {
        of(x)
    } else if x < 0.0 {
        -of(-x)
    } else {
        x
    }
}

/// The largest absolute value of the image.
fn largest(image: &Volume) -> f64 {
    fn of<T: Scalar>(values: &[T]) -> f64 {
        let Some(&first) = values.first() else { return 0.0 };
        let (low, high) = values
            .iter()
            .fold((first, first), |(low, high), &x| (if x < low { x } else { low }, if x > high { x } else { high }));
        low.to_f64().abs().max(high.to_f64().abs())
    }
    each_type!(&image.voxels, values => of(values))
}

fn map(image: &Volume, region: &Region, of: impl Fn(f64) -> f64) -> Volume {
    let part = image.cropped(region);
    let values = each_type!(&part.voxels, values => values.iter().map(|&x| of(x.to_f64())).collect());
    Volume::from_f64(part.geometry, values)
}
