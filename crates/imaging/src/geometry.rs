//! Whether image and mask lie on the same grid, in millimetres.

use radiomics::Geometry;

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
/// `tolerance`, sizes not at all.
pub fn compare(image: &Geometry, mask: &Geometry, tolerance: f64) -> Result<(), Box<GridMismatch>> {
    let coordinate = tolerance * image.spacing[0];
    let shift: [f64; 3] = std::array::from_fn(|i| mask.origin[i] - image.origin[i]);
    let origin = largest(shift);
    let spacing = largest(std::array::from_fn(|i| mask.spacing[i] - image.spacing[i]));
    let cosines = image.direction.as_flattened().iter().zip(mask.direction.as_flattened());
    let direction = cosines.map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
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

/// The position in mm of the voxel at a (possibly fractional) index.
pub fn position(grid: &Geometry, index: [f64; 3]) -> [f64; 3] {
    std::array::from_fn(|row| {
        let along = |axis: usize| grid.direction[row][axis] * grid.spacing[axis] * index[axis];
        grid.origin[row] + along(0) + along(1) + along(2)
    })
}

/// The (fractional) index of a position in mm: the inverse of [`position`].
pub fn index(grid: &Geometry, position: [f64; 3]) -> [f64; 3] {
    let away: [f64; 3] = std::array::from_fn(|row| position[row] - grid.origin[row]);
    let d = &grid.direction;
    let minor = |r: usize, c: usize| {
        let (r1, r2, c1, c2) = ((r + 1) % 3, (r + 2) % 3, (c + 1) % 3, (c + 2) % 3);
        d[r1][c1] * d[r2][c2] - d[r1][c2] * d[r2][c1]
    };
    let determinant: f64 = (0..3).map(|c| d[0][c] * minor(0, c)).sum();
    std::array::from_fn(|axis| {
        let along: f64 = (0..3).map(|row| minor(row, axis) * away[row]).sum();
        along / determinant / grid.spacing[axis]
    })
}

/// The size of the largest component; NaN counts as infinitely large.
fn largest(v: [f64; 3]) -> f64 {
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
        let (a, b) = (position(image, corner(n)), position(mask, corner(n)));
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
            parts.push(format!("spacing {} mm in the mask, {} mm in the image", times(mask), times(image)));
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
    let power = 10_f64.powf(x.log10().floor());
    format!("{:e}", (x / power).floor() + 1.0).replace("e0", "") + &format!("e{}", power.log10().round())
}

#[cfg(test)]
mod tests {
    use super::*;

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

    #[test]
    fn positions_follow_the_axes() {
        let turned = Geometry { direction: [[0.0, 0.0, 1.0], [1.0, 0.0, 0.0], [0.0, -1.0, 0.0]], ..grid() };
        assert_eq!(position(&turned, [2.0, 4.0, 1.5]), [3.0, 1.0, -2.0]);
        assert_eq!(index(&turned, [3.0, 1.0, -2.0]), [2.0, 4.0, 1.5]);
    }
}
