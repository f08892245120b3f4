//! Whether image and mask lie on the same grid, in millimetres.

use super::Geometry;

/// PyRadiomics' and ITK's default `geometryTolerance`.
pub const TOLERANCE: f64 = 1e-6;

/// How two grids differ, by more than the tolerance in at least one respect.
#[derive(Debug, Clone, PartialEq)]
pub struct GridMismatch {
    /// Sizes of the image and of the mask in voxels, where they differ.
    pub size: Option<([usize; 3], [usize; 3])>,
    /// Origin of the mask less that of the image in mm, where they differ.
    pub origin: Option<[f64; 3]>,
    /// Spacings of the image and of the mask in mm, where they differ.
    pub spacing: Option<([f64; 3], [f64; 3])>,
    /// Angles between the axes x, y, z of the two in degrees, where they differ.
    pub axes: Option<[f64; 3]>,
    /// The farthest that a corner voxel of the image is from the same voxel of the mask's grid, in mm.
    pub farthest: f64,
    /// The `geometryTolerance` from which the two would count as equal, if their sizes are.
    pub needed_tolerance: f64,
}

impl std::error::Error for GridMismatch {}

/// Compares the grid of a mask with that of its image.
///
/// As in ITK, origin and spacing may differ by `tolerance` times the image's first spacing, each direction cosine by
/// `tolerance`, sizes not at all. A component that is not a number differs.
///
/// # Errors
/// [`GridMismatch`] if the grids differ in any respect.
pub fn compare(image: &Geometry, mask: &Geometry, tolerance: f64) -> Result<(), Box<GridMismatch>> {
    let coordinate = (tolerance * image.spacing[0]).abs();
    let shift: [f64; 3] = std::array::from_fn(|i| mask.origin[i] - image.origin[i]);
    let origin = largest(shift);
    let spacing = largest((0..3).map(|i| mask.spacing[i] - image.spacing[i]));
    let cosines = image.direction.as_flattened().iter().zip(mask.direction.as_flattened());
    let direction = largest(cosines.map(|(a, b)| a - b));
    let mismatch = GridMismatch {
        size: (image.size != mask.size).then_some((image.size, mask.size)),
        origin: (origin > coordinate).then_some(shift),
        spacing: (spacing > coordinate).then_some((image.spacing, mask.spacing)),
        axes: (direction > tolerance).then(|| std::array::from_fn(|axis| angle(image, mask, axis))),
        farthest: farthest(image, mask),
        needed_tolerance: (origin / image.spacing[0]).max(spacing / image.spacing[0]).max(direction),
    };
    match mismatch {
        GridMismatch { size: None, origin: None, spacing: None, axes: None, .. } => Ok(()),
        mismatch => Err(Box::new(mismatch)),
    }
}

/// The size of the largest component; NaN counts as infinitely large.
fn largest(v: impl IntoIterator<Item = f64>) -> f64 {
    v.into_iter().map(|x| if x.is_nan() { f64::INFINITY } else { x.abs() }).fold(0.0, f64::max)
}

/// Degrees between the same axis of two grids.
fn angle(a: &Geometry, b: &Geometry, axis: usize) -> f64 {
    let cosine: f64 = (0..3).map(|row| a.direction[row][axis] * b.direction[row][axis]).sum();
    let chord: f64 = (0..3).map(|row| (a.direction[row][axis] - b.direction[row][axis]).powi(2)).sum();
    // The arc cosine loses small angles.
    if cosine > 0.9 {
        (2.0 * (0.5 * chord.sqrt()).asin()).to_degrees()
    } else {
        cosine.clamp(-1.0, 1.0).acos().to_degrees()
    }
}

/// The largest distance between equal corner indices of the two grids (those of the image).
fn farthest(image: &Geometry, mask: &Geometry) -> f64 {
    let corner = |n: usize| -> [f64; 3] {
        std::array::from_fn(|axis| if n >> axis & 1 == 1 { image.size[axis].saturating_sub(1) as f64 } else { 0.0 })
    };
    let distance = |n: usize| {
        let (a, b) = (image.position(corner(n)), mask.position(corner(n)));
        (0..3).map(|i| (a[i] - b[i]).powi(2)).sum::<f64>().sqrt()
    };
    (0..8).map(distance).fold(0.0, f64::max)
}

impl std::fmt::Display for GridMismatch {
    /// `mask and image lie on different grids: size 64 x 64 x 30 in the mask, 64 x 64 x 32 in the image; ...`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut parts = Vec::new();
        if let Some((image, mask)) = self.size {
            parts.push(format!("size {} in the mask, {} in the image", times(mask), times(image)));
        }
        if let Some(shift) = self.origin {
            parts.push(format!("origin shifted by ({}) mm", shift.map(short).join(", ")));
        }
        if let Some((image, mask)) = self.spacing {
            // Rounding in the last place is of no use to anybody.
            let plain = |v: [f64; 3]| times(v.map(|x| (x * 1e9).round() / 1e9));
            parts.push(format!("spacing {} mm in the mask, {} mm in the image", plain(mask), plain(image)));
        }
        if let Some(degrees) = self.axes {
            parts.push(format!("axes x, y, z turned by {} degrees", degrees.map(short).join(", ")));
        }
        write!(f, "mask and image lie on different grids: {}", parts.join("; "))?;
        write!(f, "; voxels up to {} mm apart; use correctMask to resample the mask", short(self.farthest))?;
        match self.size {
            None if self.needed_tolerance < 1e-2 => {
                write!(f, ", or geometryTolerance {} to let it pass", round_up(self.needed_tolerance))
            }
            _ => Ok(()),
        }
    }
}

fn times<T: std::fmt::Display>(v: [T; 3]) -> String {
    v.map(|x| x.to_string()).join(" x ")
}

/// Three significant digits.
fn short(x: f64) -> String {
    match x.abs() {
        0.0 => "0".to_owned(),
        size if (1e-3..1e4).contains(&size) => {
            let decimals = (2 - size.log10().floor() as i32).max(0) as usize;
            format!("{x:.decimals$}")
        }
        _ => format!("{x:.2e}"),
    }
}

/// The next larger number with one significant digit.
fn round_up(x: f64) -> String {
    let exponent = x.log10().floor() as i32;
    match (x / 10_f64.powi(exponent)).floor() as i32 + 1 {
        10.. => format!("1e{}", exponent + 1),
        digit => format!("{digit}e{exponent}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tolerances_are_rounded_up_to_one_digit() {
        for (x, said) in [(1.2e-6, "2e-6"), (9.5e-3, "1e-2"), (2e-3, "3e-3")] {
            assert_eq!(round_up(x), said);
        }
    }

    fn grid() -> Geometry {
        Geometry { spacing: [0.5, 0.5, 2.0], ..Geometry::unit([64, 64, 32]) }
    }

    #[test]
    fn tolerance_scales_with_the_first_spacing() {
        let image = grid();
        let shifted = |by: f64| Geometry { origin: [0.0, by, 0.0], ..grid() };
        assert!(compare(&image, &shifted(4e-7), TOLERANCE).is_ok());
        let mismatch = compare(&image, &shifted(6e-7), TOLERANCE).expect_err("beyond 0.5e-6 mm");
        assert_eq!(mismatch.origin, Some([0.0, 6e-7, 0.0]));
        assert!(mismatch.spacing.is_none() && mismatch.axes.is_none() && mismatch.size.is_none());
        assert!(mismatch.to_string().ends_with("or geometryTolerance 2e-6 to let it pass"), "{mismatch}");
    }

    #[test]
    fn the_message_says_by_how_much() {
        let mask = Geometry { size: [64, 64, 30], spacing: [0.5, 0.5, 2.5], origin: [0.0, 0.0, -3.25], ..grid() };
        let message = compare(&grid(), &mask, TOLERANCE).expect_err("differs").to_string();
        for part in ["64 x 64 x 30 in the mask, 64 x 64 x 32 in", "(0, 0, -3.25) mm", "0.5 x 0.5 x 2.5 mm in the mask"]
        {
            assert!(message.contains(part), "{message}");
        }
        let (sine, cosine) = 1.5_f64.to_radians().sin_cos();
        let turned = Geometry { direction: [[cosine, -sine, 0.0], [sine, cosine, 0.0], [0.0, 0.0, 1.0]], ..grid() };
        let message = compare(&grid(), &turned, TOLERANCE).expect_err("differs").to_string();
        assert!(message.contains("turned by 1.50, 1.50, 0 degrees"), "{message}");
    }
}
