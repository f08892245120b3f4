//! Filters with their parameters: each entry gives one response map.

use crate::ibsi::boundary::Boundary;

/// One image that features are computed on.
#[derive(Debug, Clone, PartialEq)]
pub struct Image {
    /// The first part of its columns' names.
    pub name: String,
    /// How it comes about.
    pub filter: Filter,
    /// How the image continues outside itself.
    pub boundary: Boundary,
}

impl Image {
    /// The prepared image itself.
    pub fn original() -> Self {
        Self { name: "original".to_owned(), filter: Filter::Original, boundary: Boundary::Mirror }
    }
}

/// What the responses of a rotated kernel become, voxel by voxel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pooling {
    /// Their largest.
    Max,
    /// Their mean.
    Average,
    /// Their smallest.
    Min,
}

/// Which part of the complex response of a Gabor filter is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum GaborResponse {
    Modulus,
    Real,
    Imaginary,
    Angle,
}

/// The mean absolute response around a voxel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LawsEnergy {
    /// Voxels on each side.
    pub delta: usize,
}

/// The filter that a Riesz transform follows.
#[derive(Debug, Clone, PartialEq)]
pub enum RieszOf {
    /// Laplacian of Gaussian: `sigma` in mm, cut at `truncate` sigma.
    LoG {
        /// Standard deviation in mm.
        sigma: f64,
        /// Where the kernel ends, in standard deviations.
        truncate: f64,
    },
    /// Simoncelli's wavelet of this level.
    Simoncelli {
        /// From 1, the highest frequencies.
        level: usize,
    },
}

/// A filter of the initiative's second chapter.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs)]
pub enum Filter {
    /// No filter.
    Original,
    /// Mean over `support` voxels along each axis.
    Mean { support: usize },
    /// Laplacian of Gaussian.
    LoG { sigma: f64, truncate: f64 },
    /// Laws' kernels along x, y (and z), as `L5E5E5` names them.
    Laws { kernels: Vec<String>, rotations: Option<Pooling>, energy: Option<LawsEnergy> },
    /// Gabor filters at the angles `thetas` (degrees), in the axial plane or in all three.
    Gabor {
        sigma: f64,
        lambda: f64,
        gamma: f64,
        thetas: Vec<f64>,
        response: GaborResponse,
        three_planes: bool,
        pooling: Pooling,
    },
    /// Separable undecimated wavelet: low- or high-pass (`true`) along x, y (and z).
    Wavelet { wavelet: String, high: Vec<bool>, level: usize, rotations: Option<Pooling> },
    /// Simoncelli's non-separable wavelet.
    Simoncelli { level: usize },
    /// Riesz transform of another filter, with the orders along x, y, z.
    Riesz { of: RieszOf, order: [usize; 3] },
}

impl Filter {
    /// Its name in parameter files.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Original => "Original",
            Self::Mean { .. } => "Mean",
            Self::LoG { .. } => "LoG",
            Self::Laws { .. } => "Laws",
            Self::Gabor { .. } => "Gabor",
            Self::Wavelet { .. } => "Wavelet",
            Self::Simoncelli { .. } => "Simoncelli",
            Self::Riesz { .. } => "Riesz",
        }
    }

    /// True if its kernel is measured in voxels, so that it means the same along each axis of cubic voxels alone.
    pub fn is_in_voxels(&self) -> bool {
        !matches!(self, Self::Original)
    }
}
