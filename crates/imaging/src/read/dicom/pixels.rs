//! Stored pixels into values: unpacking, sign, rescaling.

use std::borrow::Cow;
use std::path::Path;

use dicom_core::value::Value;
use dicom_dictionary_std::tags;
use dicom_object::{DefaultDicomObject, InMemDicomObject};

use super::super::ReadError;
use super::attributes::{count, text};
use super::compressed;
use super::plane::Plane;
use volume::PixelType;

/// How the pixels of a file are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Format {
    pub allocated: usize,
    pub stored: usize,
    pub signed: bool,
    pub samples: usize,
    /// White is the least value (MONOCHROME1); ITK turns such images over.
    pub inverted: bool,
    /// Pixels are floats of 32 or 64 bits.
    pub float: bool,
}

impl Format {
    pub fn of(header: &InMemDicomObject) -> Self {
        let allocated = count(header, tags::BITS_ALLOCATED).unwrap_or(16);
        let stored = count(header, tags::BITS_STORED).filter(|s| (1..=allocated).contains(s)).unwrap_or(allocated);
        let photometric = text(header, tags::PHOTOMETRIC_INTERPRETATION).unwrap_or_default();
        Self {
            allocated,
            stored,
            signed: count(header, tags::PIXEL_REPRESENTATION) == Some(1),
            samples: match photometric.as_str() {
                "PALETTE COLOR" => 3,
                _ => count(header, tags::SAMPLES_PER_PIXEL).unwrap_or(1),
            },
            inverted: photometric == "MONOCHROME1",
            // Floats have neither sign nor unused bits to tell of.
            float: matches!(allocated, 32 | 64)
                && [tags::PIXEL_REPRESENTATION, tags::BITS_STORED].iter().all(|tag| header.get(*tag).is_none()),
        }
    }

    /// One value for each pixel.
    pub fn is_grey(&self) -> bool {
        self.samples == 1
    }

    /// The least and the largest value in `bits`.
    fn range(&self, bits: usize) -> (i64, i64) {
        let bits = bits.clamp(1, 32) as u32;
        match self.signed {
            true => (-(1 << (bits - 1)), (1 << (bits - 1)) - 1),
            false => (0, (1 << bits) - 1),
        }
    }
}

/// A type that values are brought to.
pub(super) trait Target: Copy + Send {
    /// The value of `stored`, which is within the range of the type where that is one of integers.
    fn of(stored: i64, slope: f64, intercept: f64) -> Self;

    /// The same of a number that is stored as a float.
    fn of_float(stored: f64, slope: f64, intercept: f64) -> Self;
}

macro_rules! targets {
    ($($t:ty),*) => {
        $(impl Target for $t {
            fn of(stored: i64, slope: f64, intercept: f64) -> Self {
                (slope * stored as f64 + intercept) as Self
            }

            fn of_float(stored: f64, slope: f64, intercept: f64) -> Self {
                (slope * stored + intercept) as Self
            }
        })*
    };
}
targets!(u8, i8, u16, i16, u32, i32, i64, f32, f64);

/// The type that holds the values of all planes. As in GDCM: that of the file where nothing is rescaled; the
/// smallest integer of up to 32 bits that holds all that `stored` bits can give where slope and intercept are whole;
/// else `f64`.
pub(super) fn common_type(planes: &[Plane]) -> PixelType {
    if planes.iter().any(|p| p.format.float) {
        let single = |p: &Plane| p.format.float && p.format.allocated == 32 && (p.slope, p.intercept) == (1.0, 0.0);
        return if planes.iter().all(single) { PixelType::F32 } else { PixelType::F64 };
    }
    let (mut low, mut high) = (i64::MAX, i64::MIN);
    for Plane { format, slope, intercept, .. } in planes {
        let (a, b) = match (*slope, *intercept) {
            (1.0, 0.0) => format.range(format.allocated),
            (slope, intercept) if slope.fract() == 0.0 && intercept.fract() == 0.0 => {
                let (a, b) = format.range(format.stored);
                let (a, b) = (slope * a as f64 + intercept, slope * b as f64 + intercept);
                (a.min(b) as i64, a.max(b) as i64)
            }
            _ => return PixelType::F64,
        };
        (low, high) = (low.min(a), high.max(b));
    }
    let bits = |value: i64| i64::BITS - value.leading_zeros();
    let needed = if low >= 0 { bits(high) } else { 1 + bits(high.max(0)).max(bits(!low)) };
    match (needed, low >= 0) {
        (0..=8, true) => PixelType::U8,
        (0..=8, false) => PixelType::I8,
        (9..=16, true) => PixelType::U16,
        (9..=16, false) => PixelType::I16,
        (17..=32, true) => PixelType::U32,
        (17..=32, false) => PixelType::I32,
        _ => PixelType::F64,
    }
}

/// The pixels of a file by frame.
pub(super) struct Frames<'a> {
    path: &'a Path,
    bytes: Vec<Cow<'a, [u8]>>,
}

impl<'a> Frames<'a> {
    /// Finds the frames of an object, unpacked where they are compressed.
    pub fn of(path: &'a Path, object: &'a DefaultDicomObject) -> Result<Self, ReadError> {
        let format = Format::of(object);
        let rows = count(object, tags::ROWS).unwrap_or(0);
        let pixels = rows * count(object, tags::COLUMNS).unwrap_or(0);
        let number = count(object, tags::NUMBER_OF_FRAMES).unwrap_or(1).max(1);
        let again = "it may be cut off or damaged: copy or export it again";
        let pixel_tags = [tags::PIXEL_DATA, tags::FLOAT_PIXEL_DATA, tags::DOUBLE_FLOAT_PIXEL_DATA];
        let element = pixel_tags.iter().find_map(|tag| object.get(*tag));
        let element = element.ok_or_else(|| ReadError::malformed(path, "it has no pixels", again))?;
        let bits = pixels.saturating_mul(format.allocated).saturating_mul(format.samples);
        let bytes = match element.value() {
            Value::PixelSequence(_) => compressed::frames(path, object, number, bits.div_ceil(8))?,
            value => {
                let all =
                    value.to_bytes().map_err(|_| ReadError::malformed(path, "its pixels are not bytes", again))?;
                // Frames of single bits are packed without a gap; others begin at whole bytes.
                let expected = bits.saturating_mul(number).div_ceil(8);
                if all.len() < expected {
                    let (expected, found) = (expected as u64, all.len() as u64);
                    return Err(ReadError::Truncated { path: path.to_owned(), expected, found });
                }
                if format.allocated == 1 { vec![all] } else { by_frame(&all, bits / 8, number) }
            }
        };
        Ok(Self { path, bytes })
    }

    /// The values of one plane, rescaled.
    pub fn values<T: Target>(&self, plane: &Plane) -> Result<Vec<T>, ReadError> {
        let Plane { format, frame, slope, intercept, .. } = plane;
        let bytes = self.bytes.get(*frame).ok_or_else(|| {
            let problem = format!("frame {} of it is missing", frame + 1);
            ReadError::malformed(self.path, problem, "copy or export it again")
        })?;
        let value = |stored: i64| T::of(meant(stored, format), *slope, *intercept);
        let float = |stored: f64| T::of_float(stored, *slope, *intercept);
        let pixels = plane.rows * plane.columns;
        let values: Vec<T> = match format.allocated {
            32 if format.float => {
                let single = |b: &[u8]| f64::from(f32::from_le_bytes([b[0], b[1], b[2], b[3]]));
                bytes.chunks_exact(4).take(pixels).map(|b| float(single(b))).collect()
            }
            64 if format.float => {
                let double = |b: &[u8]| f64::from_le_bytes([b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7]]);
                bytes.chunks_exact(8).take(pixels).map(|b| float(double(b))).collect()
            }
            8 => bytes.iter().take(pixels).map(|&b| value(i64::from(b))).collect(),
            16 => {
                bytes.chunks_exact(2).take(pixels).map(|b| value(i64::from(u16::from_le_bytes([b[0], b[1]])))).collect()
            }
            32 => {
                let word = |b: &[u8]| i64::from(u32::from_le_bytes([b[0], b[1], b[2], b[3]]));
                bytes.chunks_exact(4).take(pixels).map(|b| value(word(b))).collect()
            }
            other => {
                let what = format!("its pixels take {other} bits");
                return Err(ReadError::unsupported(self.path, what, "export it with 8, 16 or 32 bits"));
            }
        };
        match values.len() == pixels {
            true => Ok(values),
            false => {
                let problem = format!("frame {} has {} of {pixels} pixels", frame + 1, values.len());
                Err(ReadError::malformed(self.path, problem, "copy or export it again"))
            }
        }
    }

    /// Bit `i` of frames packed in single bits.
    pub fn bit(&self, i: usize) -> bool {
        self.bytes[0][i / 8] >> (i % 8) & 1 == 1
    }

    /// The bytes of a frame.
    pub fn frame(&self, frame: usize) -> Option<&[u8]> {
        self.bytes.get(frame).map(|b| &**b)
    }
}

fn by_frame<'a>(all: &Cow<'a, [u8]>, size: usize, number: usize) -> Vec<Cow<'a, [u8]>> {
    match all {
        Cow::Borrowed(all) => (0..number).map(|f| Cow::Borrowed(&all[f * size..(f + 1) * size])).collect(),
        Cow::Owned(all) => (0..number).map(|f| Cow::Owned(all[f * size..(f + 1) * size].to_vec())).collect(),
    }
}

/// The number that the stored bits stand for: those beyond `stored` do not count, the highest is the sign.
fn meant(raw: i64, format: &Format) -> i64 {
    let unused = 64 - format.stored.clamp(1, 32) as u32;
    let value = match format.signed {
        true => raw << unused >> unused,
        false => ((raw as u64) << unused >> unused) as i64,
    };
    if !format.inverted {
        return value;
    }
    let (low, high) = format.range(format.stored);
    low + high - value
}
