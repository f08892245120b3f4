//! The headers of NIfTI-1 (348 bytes) and NIfTI-2 (540 bytes), as one.

use std::path::Path;

use nifti::{Endianness, NiftiHeader};

use crate::read::ReadError;
use volume::PixelType;

/// What is needed of either header.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Header {
    /// Positions are floats of 32 bits (NIfTI-1) and have been computed with as such.
    pub single_precision: bool,
    pub big_endian: bool,
    /// Header and data are in one file.
    pub one_file: bool,
    /// Sizes along x, y, z, time and three more; 1 where there is no such dimension.
    pub size: [usize; 7],
    /// Number of dimensions, 1 to 7.
    pub dimensions: usize,
    pub datatype: i16,
    /// Sign of the third axis, then spacings along the seven dimensions.
    pub pixdim: [f64; 8],
    pub vox_offset: u64,
    pub slope: f64,
    pub intercept: f64,
    pub units: u8,
    pub qform_code: i32,
    pub sform_code: i32,
    pub quaternion: [f64; 3],
    pub offset: [f64; 3],
    pub srow: [[f64; 4]; 3],
}

/// Bytes of the NIfTI-1 header, and of what tells the two apart.
pub(super) const SIZE_1: usize = 348;
/// Bytes of the NIfTI-2 header.
pub(super) const SIZE_2: usize = 540;

const DAMAGED: &str = "the header is damaged or this is not NIfTI; export it again";

/// True if `bytes` begin with the size of a NIfTI header, in either byte order.
pub(in crate::read) fn looks_like(bytes: &[u8]) -> bool {
    size_of_header(bytes).is_some()
}

/// The header's size by its first field, and whether it is big-endian.
fn size_of_header(bytes: &[u8]) -> Option<(usize, bool)> {
    let first: [u8; 4] = bytes.get(..4)?.try_into().ok()?;
    [SIZE_1, SIZE_2].into_iter().find_map(|size| match (i32::from_le_bytes(first), i32::from_be_bytes(first)) {
        (little, _) if little == size as i32 => Some((size, false)),
        (_, big) if big == size as i32 => Some((size, true)),
        _ => None,
    })
}

impl Header {
    /// Reads the header at the start of `bytes`: at least [`SIZE_2`] of them unless the file is shorter.
    pub fn parse(path: &Path, bytes: &[u8]) -> Result<Self, ReadError> {
        let problem = |what: &str| ReadError::malformed(path, what, DAMAGED);
        let header = match size_of_header(bytes) {
            None => return Err(problem("it does not begin with the size of a NIfTI header")),
            Some((size, _)) if bytes.len() < size => return Err(problem("it ends inside its header")),
            Some((SIZE_1, _)) => Self::version_1(path, &bytes[..SIZE_1])?,
            Some((_, big_endian)) => Self::version_2(path, &bytes[..SIZE_2], big_endian)?,
        };
        Ok(header)
    }

    /// The value type of the file.
    pub fn pixel(&self, path: &Path) -> Result<PixelType, ReadError> {
        Ok(match self.datatype {
            2 => PixelType::U8,
            4 => PixelType::I16,
            8 => PixelType::I32,
            16 => PixelType::F32,
            64 => PixelType::F64,
            256 => PixelType::I8,
            512 => PixelType::U16,
            768 => PixelType::U32,
            1024 => PixelType::I64,
            1280 => PixelType::U64,
            1 | 32 | 128 | 1536 | 1792 | 2048 | 2304 => {
                let name = match self.datatype {
                    1 => "single bits",
                    128 | 2304 => "colours",
                    1536 => "floats of 128 bits",
                    _ => "complex numbers",
                };
                let what = format!("its voxels are {name} (data type {})", self.datatype);
                return Err(ReadError::unsupported(path, what, "convert it to integers or floats"));
            }
            other => return Err(ReadError::malformed(path, format!("unknown data type {other}"), DAMAGED)),
        })
    }

    fn version_1(path: &Path, bytes: &[u8]) -> Result<Self, ReadError> {
        let h = NiftiHeader::from_reader(bytes).map_err(|_| {
            ReadError::malformed(
                path,
                "it has the size of a NIfTI header but not its magic word (an Analyze 7.5 file says nothing of orientation)",
                "convert it to NIfTI",
            )
        })?;
        let (size, dimensions) = sizes(path, h.dim.map(|n| i64::from(n as i16)))?;
        Ok(Self {
            single_precision: true,
            big_endian: h.endianness == Endianness::Big,
            one_file: h.magic[1] == b'+',
            size,
            dimensions,
            datatype: h.datatype,
            pixdim: h.pixdim.map(f64::from),
            vox_offset: (f64::from(h.vox_offset) as u64).max(if h.magic[1] == b'+' { SIZE_1 as u64 } else { 0 }),
            slope: f64::from(h.scl_slope),
            intercept: f64::from(h.scl_inter),
            units: h.xyzt_units,
            qform_code: i32::from(h.qform_code),
            sform_code: i32::from(h.sform_code),
            quaternion: [h.quatern_b, h.quatern_c, h.quatern_d].map(f64::from),
            offset: [h.quatern_x, h.quatern_y, h.quatern_z].map(f64::from),
            srow: [h.srow_x, h.srow_y, h.srow_z].map(|row| row.map(f64::from)),
        })
    }

    fn version_2(path: &Path, bytes: &[u8], big_endian: bool) -> Result<Self, ReadError> {
        let f = Fields { bytes, big_endian };
        let one_file = match &bytes[4..12] {
            b"n+2\0\r\n\x1a\n" => true,
            b"ni2\0\r\n\x1a\n" => false,
            _ => return Err(ReadError::malformed(path, "its NIfTI-2 magic word is damaged", DAMAGED)),
        };
        let (size, dimensions) = sizes(path, std::array::from_fn(|i| f.i64(16 + 8 * i)))?;
        let vox_offset = u64::try_from(f.i64(168)).unwrap_or(0);
        Ok(Self {
            single_precision: false,
            big_endian,
            one_file,
            size,
            dimensions,
            datatype: f.i16(12),
            pixdim: std::array::from_fn(|i| f.f64(104 + 8 * i)),
            vox_offset: vox_offset.max(if one_file { SIZE_2 as u64 } else { 0 }),
            slope: f.f64(176),
            intercept: f.f64(184),
            units: f.i32(500) as u8,
            qform_code: f.i32(344),
            sform_code: f.i32(348),
            quaternion: std::array::from_fn(|i| f.f64(352 + 8 * i)),
            offset: std::array::from_fn(|i| f.f64(376 + 8 * i)),
            srow: std::array::from_fn(|row| std::array::from_fn(|i| f.f64(400 + 32 * row + 8 * i))),
        })
    }
}

/// Sizes beyond the first that are not positive count as 1, as in ITK.
fn sizes(path: &Path, dim: [i64; 8]) -> Result<([usize; 7], usize), ReadError> {
    let dimensions = match dim[0] {
        n @ 1..=7 => n as usize,
        n => return Err(ReadError::malformed(path, format!("it declares {n} dimensions"), DAMAGED)),
    };
    if dim[1] <= 0 {
        return Err(ReadError::malformed(path, format!("it declares {} voxels along x", dim[1]), DAMAGED));
    }
    let mut size = [1; 7];
    for (size, &n) in size.iter_mut().zip(&dim[1..=dimensions]) {
        *size = usize::try_from(n.max(1)).unwrap_or(usize::MAX);
    }
    Ok((size, dimensions))
}

/// Numbers at byte positions of a header.
struct Fields<'a> {
    bytes: &'a [u8],
    big_endian: bool,
}

impl Fields<'_> {
    fn array<const N: usize>(&self, at: usize) -> [u8; N] {
        let mut bytes = [0; N];
        bytes.copy_from_slice(&self.bytes[at..at + N]);
        if self.big_endian {
            bytes.reverse();
        }
        bytes
    }

    fn i16(&self, at: usize) -> i16 {
        i16::from_le_bytes(self.array(at))
    }

    fn i32(&self, at: usize) -> i32 {
        i32::from_le_bytes(self.array(at))
    }

    fn i64(&self, at: usize) -> i64 {
        i64::from_le_bytes(self.array(at))
    }

    fn f64(&self, at: usize) -> f64 {
        f64::from_le_bytes(self.array(at))
    }
}
