//! Values of voxels in their own type.

/// The pixel type that the values had in the file, or that a filter gives them.
///
/// It decides arithmetic that follows: ITK truncates interpolated integers, keeps `f32` after some
/// filters, and NumPy makes `f32` bin edges for `f32` images.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PixelType {
    /// Unsigned integers of 8 bits.
    U8,
    /// Integers of 8 bits with sign.
    I8,
    /// Unsigned integers of 16 bits.
    U16,
    /// Integers of 16 bits with sign.
    I16,
    /// Unsigned integers of 32 bits.
    U32,
    /// Integers of 32 bits with sign.
    I32,
    /// Unsigned integers of 64 bits.
    U64,
    /// Integers of 64 bits with sign.
    I64,
    /// Floating-point numbers of single precision.
    F32,
    /// Floating-point numbers of double precision.
    F64,
}

/// Voxel values in their own type, x fastest, then y, then z.
#[derive(Debug, Clone, PartialEq)]
pub enum Voxels {
    /// Unsigned integers of 8 bits.
    U8(Vec<u8>),
    /// Integers of 8 bits with sign.
    I8(Vec<i8>),
    /// Unsigned integers of 16 bits.
    U16(Vec<u16>),
    /// Integers of 16 bits with sign.
    I16(Vec<i16>),
    /// Unsigned integers of 32 bits.
    U32(Vec<u32>),
    /// Integers of 32 bits with sign.
    I32(Vec<i32>),
    /// Unsigned integers of 64 bits.
    U64(Vec<u64>),
    /// Integers of 64 bits with sign.
    I64(Vec<i64>),
    /// Floating-point numbers of single precision.
    F32(Vec<f32>),
    /// Floating-point numbers of double precision.
    F64(Vec<f64>),
}

/// Runs `$body` with `$v` bound to the typed vector inside `$voxels`, whatever its type.
///
/// ```
/// use volume::{Voxels, each_type};
///
/// let voxels = Voxels::from(vec![1_i16, 2, 3]);
/// let bytes = each_type!(&voxels, v => size_of_val(v.as_slice()));
/// assert_eq!(bytes, 6);
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
