//! Images on a grid in patient space: the one type that readers produce and filters consume.

use std::fmt;

use super::Labels;

/// Where a grid of voxels lies in the patient, in ITK's terms.
///
/// Axes are ordered x, y, z; positions are millimetres in LPS (left, posterior, superior).
#[derive(Debug, Clone, PartialEq)]
pub struct Geometry {
    /// Number of voxels along x, y, z.
    pub size: [usize; 3],
    /// Distance between voxel centres along x, y, z, in mm.
    pub spacing: [f64; 3],
    /// Position of the centre of voxel (0, 0, 0), in mm.
    pub origin: [f64; 3],
    /// Direction cosines, row by row: column `d` is the direction of axis `d`.
    pub direction: [[f64; 3]; 3],
}

/// The identity direction matrix.
pub const IDENTITY: [[f64; 3]; 3] = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];

impl Geometry {
    /// A grid of `size` voxels of 1 mm at the origin.
    pub fn unit(size: [usize; 3]) -> Self {
        Self { size, spacing: [1.0; 3], origin: [0.0; 3], direction: IDENTITY }
    }

    /// Number of voxels.
    pub fn len(&self) -> usize {
        self.size.iter().product()
    }

    /// True if any dimension is zero.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Linear position of voxel (x, y, z): x runs fastest.
    #[inline]
    pub fn at(&self, x: usize, y: usize, z: usize) -> usize {
        x + self.size[0] * (y + self.size[1] * z)
    }

    /// Volume of one voxel in mm³.
    pub fn voxel_volume(&self) -> f64 {
        self.spacing.iter().product()
    }
}

/// The pixel type that the values had in the file, or that a filter gives them.
///
/// It decides arithmetic that follows: ITK truncates interpolated integers, keeps `f32` after some
/// filters, and NumPy makes `f32` bin edges for `f32` images.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum PixelType {
    U8,
    I8,
    U16,
    I16,
    U32,
    I32,
    U64,
    I64,
    F32,
    F64,
}

/// Voxel values in their own type, x fastest, then y, then z.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs)]
pub enum Voxels {
    U8(Vec<u8>),
    I8(Vec<i8>),
    U16(Vec<u16>),
    I16(Vec<i16>),
    U32(Vec<u32>),
    I32(Vec<i32>),
    U64(Vec<u64>),
    I64(Vec<i64>),
    F32(Vec<f32>),
    F64(Vec<f64>),
}

/// Runs `$body` with `$v` bound to the typed vector inside `$voxels`, whatever its type.
///
/// ```
/// use radiomics::{Voxels, each_type};
///
/// let voxels = Voxels::from(vec![1_i16, 2, 3]);
/// let largest = each_type!(&voxels, v => f64::from(v.iter().copied().max().unwrap_or_default() as f32));
/// assert_eq!(largest, 3.0);
/// ```
#[macro_export]
macro_rules! each_type {
    ($voxels:expr, $v:ident => $body:expr) => {
        match $voxels {
            $crate::Voxels::U8($v) => $body,
            $crate::Voxels::I8($v) => $body,
            $crate::Voxels::U16($v) => $body,
            $crate::Voxels::I16($v) => $body,
            $crate::Voxels::U32($v) => $body,
            $crate::Voxels::I32($v) => $body,
            $crate::Voxels::U64($v) => $body,
            $crate::Voxels::I64($v) => $body,
            $crate::Voxels::F32($v) => $body,
            $crate::Voxels::F64($v) => $body,
        }
    };
}
pub use each_type;

macro_rules! from_vector {
    ($($variant:ident: $t:ty),*) => {
        $(impl From<Vec<$t>> for Voxels {
            fn from(values: Vec<$t>) -> Self {
                Self::$variant(values)
            }
        })*
    };
}
from_vector!(U8: u8, I8: i8, U16: u16, I16: i16, U32: u32, I32: i32, U64: u64, I64: i64, F32: f32, F64: f64);

impl Voxels {
    /// Number of values.
    pub fn len(&self) -> usize {
        each_type!(self, v => v.len())
    }

    /// True without values.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The type of the values.
    pub fn pixel_type(&self) -> PixelType {
        match self {
            Self::U8(_) => PixelType::U8,
            Self::I8(_) => PixelType::I8,
            Self::U16(_) => PixelType::U16,
            Self::I16(_) => PixelType::I16,
            Self::U32(_) => PixelType::U32,
            Self::I32(_) => PixelType::I32,
            Self::U64(_) => PixelType::U64,
            Self::I64(_) => PixelType::I64,
            Self::F32(_) => PixelType::F32,
            Self::F64(_) => PixelType::F64,
        }
    }

    /// The value at linear position `i` as a double (64-bit integers beyond 2^53 are rounded).
    #[inline]
    #[allow(clippy::unnecessary_cast)] // needless for one of the ten types
    pub fn get(&self, i: usize) -> f64 {
        each_type!(self, v => v[i] as f64)
    }

    /// All values as doubles.
    #[allow(clippy::unnecessary_cast)] // needless for one of the ten types
    pub fn to_f64(&self) -> Vec<f64> {
        each_type!(self, v => v.iter().map(|&x| x as f64).collect())
    }

    /// `values` stored as `pixel`: integers are truncated toward zero and saturate, as Rust's `as`.
    pub fn from_f64(values: Vec<f64>, pixel: PixelType) -> Self {
        macro_rules! cast {
            ($variant:ident, $t:ty) => {
                Self::$variant(values.iter().map(|&x| x as $t).collect())
            };
        }
        match pixel {
            PixelType::U8 => cast!(U8, u8),
            PixelType::I8 => cast!(I8, i8),
            PixelType::U16 => cast!(U16, u16),
            PixelType::I16 => cast!(I16, i16),
            PixelType::U32 => cast!(U32, u32),
            PixelType::I32 => cast!(I32, i32),
            PixelType::U64 => cast!(U64, u64),
            PixelType::I64 => cast!(I64, i64),
            PixelType::F32 => cast!(F32, f32),
            PixelType::F64 => Self::F64(values),
        }
    }
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

impl fmt::Display for Geometry {
    /// `120 x 120 x 40 voxels of 0.75 x 0.75 x 2.5 mm`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [nx, ny, nz] = self.size;
        let [sx, sy, sz] = self.spacing;
        write!(f, "{nx} x {ny} x {nz} voxels of {sx} x {sy} x {sz} mm")
    }
}
