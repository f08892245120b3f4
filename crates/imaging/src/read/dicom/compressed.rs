//! Compressed pixels: RLE, JPEG in its baseline, extended and lossless processes, JPEG-LS and JPEG 2000.

use std::borrow::Cow;
use std::path::Path;

use dicom_dictionary_std::{tags, uids};
use dicom_object::DefaultDicomObject;
use dicom_transfer_syntax_registry::{TransferSyntaxIndex, TransferSyntaxRegistry};
use hayro_jpeg2000::{DecodeSettings, DecoderContext, Image};
use jpeg_decoder::{Decoder, PixelFormat};

use super::super::ReadError;
use super::jpeg_ls::{self, Picture};
use super::pixels::Format;

const REMEDY: &str = "decompress it first, for example with gdcmconv --raw";

/// From the compressed bytes of a frame to as many as are asked for, or what is wrong.
type Unpack = fn(&[u8], &Format, usize) -> Result<Vec<u8>, String>;

/// The frames of an object with encapsulated pixels, each of `size` bytes.
pub(super) fn frames<'a>(
    path: &Path,
    object: &'a DefaultDicomObject,
    number: usize,
    size: usize,
) -> Result<Vec<Cow<'a, [u8]>>, ReadError> {
    let syntax = object.meta().transfer_syntax().trim_end_matches('\0');
    let unpack: Unpack = match syntax {
        uids::RLE_LOSSLESS => rle,
        uids::JPEG_BASELINE8_BIT | uids::JPEG_EXTENDED12_BIT | uids::JPEG_LOSSLESS | uids::JPEG_LOSSLESS_SV1 => jpeg,
        uids::JPEGLS_LOSSLESS | uids::JPEGLS_NEAR_LOSSLESS => of_jpeg_ls,
        uids::JPEG2000_LOSSLESS | uids::JPEG2000 => jpeg_2000,
        _ => {
            let name = TransferSyntaxRegistry.get(syntax).map_or("unknown", |ts| ts.name());
            let what = format!("its pixels are compressed as {name} ({syntax}), which is not read here");
            return Err(ReadError::unsupported(path, what, REMEDY));
        }
    };
    let format = Format::of(object);
    let damaged = |problem: String| ReadError::malformed(path, problem, "copy or export it again");
    encapsulated(object, number)
        .ok_or_else(|| damaged("its fragments cannot be told apart into frames".to_owned()))?
        .iter()
        .map(|frame| unpack(frame, &format, size).map(Cow::Owned))
        .enumerate()
        .map(|(k, frame)| frame.map_err(|problem| damaged(format!("frame {}: {problem}", k + 1))))
        .collect()
}

/// The compressed frames, each joined of its fragments.
fn encapsulated(object: &DefaultDicomObject, number: usize) -> Option<Vec<Cow<'_, [u8]>>> {
    let element = object.get(tags::PIXEL_DATA)?;
    let (fragments, table) = (element.fragments()?, element.offset_table()?);
    if fragments.len() == number {
        return Some(fragments.iter().map(|f| Cow::Borrowed(&f[..])).collect());
    }
    if number == 1 {
        return Some(vec![Cow::Owned(fragments.concat())]);
    }
    if table.len() != number {
        return None;
    }
    // Offsets count from the first fragment's item header, eight bytes of which precede each fragment.
    let mut frames = vec![Vec::new(); number];
    let mut at = 0;
    for fragment in fragments {
        let frame = table.partition_point(|&offset| u64::from(offset) <= at).checked_sub(1)?;
        frames[frame].extend_from_slice(fragment);
        at += 8 + fragment.len() as u64;
    }
    Some(frames.into_iter().map(Cow::Owned).collect())
}

fn jpeg(data: &[u8], format: &Format, size: usize) -> Result<Vec<u8>, String> {
    let mut decoder = Decoder::new(data);
    decoder.read_info().map_err(|error| error.to_string())?;
    let pixels = decoder.info().map_or(0, |info| usize::from(info.width) * usize::from(info.height));
    if pixels.checked_mul(format.allocated / 8) != Some(size) {
        return Err(format!("JPEG of {pixels} pixels where {size} bytes are declared"));
    }
    let mut pixels = decoder.decode().map_err(|error| error.to_string())?;
    let kind = decoder.info().map(|info| info.pixel_format);
    let bits = match kind {
        Some(PixelFormat::L8) => 8,
        Some(PixelFormat::L16) => 16,
        _ => return Err("JPEG in colours".to_owned()),
    };
    if bits == 8 && format.allocated == 16 {
        pixels = pixels.into_iter().flat_map(|p| [p, 0]).collect();
    } else if bits != format.allocated {
        return Err(format!("JPEG of {bits} bits where {} are declared", format.allocated));
    } else if bits == 16 && cfg!(target_endian = "big") {
        pixels.chunks_exact_mut(2).for_each(|pair| pair.swap(0, 1));
    }
    match pixels.len() == size {
        true => Ok(pixels),
        false => Err(format!("{} of {size} bytes after decompression", pixels.len())),
    }
}

fn of_jpeg_ls(data: &[u8], format: &Format, size: usize) -> Result<Vec<u8>, String> {
    let bytes = format.allocated / 8;
    let Picture { width, height, bits, samples } = jpeg_ls::decode(data, size)?;
    if width * height * bytes != size || bits as usize > format.allocated {
        return Err(format!("JPEG-LS of {width} x {height} samples with {bits} bits where {size} bytes are declared"));
    }
    match bytes {
        1 => Ok(samples.into_iter().map(|sample| sample as u8).collect()),
        2 => Ok(samples.into_iter().flat_map(u16::to_le_bytes).collect()),
        other => Err(format!("JPEG-LS in pixels of {} bits", 8 * other)),
    }
}

/// Samples come as `f32`, which holds 16 bits exactly; those of signed images are shifted to begin at 0.
fn jpeg_2000(data: &[u8], format: &Format, size: usize) -> Result<Vec<u8>, String> {
    let image = Image::new(data, &DecodeSettings::default()).map_err(|error| error.to_string())?;
    let (pixels, bits) = (image.width() as usize * image.height() as usize, image.original_bit_depth());
    if bits > 16 || pixels.checked_mul(format.allocated / 8) != Some(size) {
        return Err(format!("JPEG 2000 of {pixels} pixels with {bits} bits where {size} bytes are declared"));
    }
    let mut context = DecoderContext::default();
    let decoded = image.decode(&mut context).map_err(|error| error.to_string())?;
    let [grey] = decoded.components() else { return Err("JPEG 2000 in colours".to_owned()) };
    let first = if format.signed { 1_i32 << (bits - 1) } else { 0 };
    let value = |sample: &f32| (sample.round() as i32 - first) as u16;
    let values = grey.samples().iter().map(value);
    match format.allocated {
        8 => Ok(values.map(|v| v as u8).collect()),
        16 => Ok(values.flat_map(u16::to_le_bytes).collect()),
        other => Err(format!("JPEG 2000 in pixels of {other} bits")),
    }
}

/// PackBits in segments: one a byte of the sample, the highest byte first (PS3.5 annex G).
fn rle(data: &[u8], format: &Format, size: usize) -> Result<Vec<u8>, String> {
    let word = |i: usize| data.get(4 * i..4 * i + 4).map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]) as usize);
    let planes = format.allocated / 8 * format.samples;
    if planes == 0 || planes > 15 || word(0) != Some(planes) {
        return Err(format!("{:?} RLE segments where {planes} are needed", word(0)));
    }
    // Two bytes can stand for no more than 128.
    if size / 64 > data.len() {
        return Err(format!("{} bytes of RLE cannot give {size}", data.len()));
    }
    let mut pixels = vec![0; size];
    for plane in 0..planes {
        let start = word(1 + plane).unwrap_or(usize::MAX);
        let end = if plane + 1 < planes { word(2 + plane).unwrap_or(0) } else { data.len() };
        let segment = data.get(start..end).ok_or("an RLE segment lies outside of its frame")?;
        let width = format.allocated / 8;
        // Little-endian: the first segment fills the last byte of each sample.
        let at = plane / width * width + (width - 1 - plane % width);
        unpack_bits(segment, pixels[at..].iter_mut().step_by(planes))?;
    }
    Ok(pixels)
}

fn unpack_bits<'a>(mut segment: &[u8], mut to: impl Iterator<Item = &'a mut u8>) -> Result<(), String> {
    let short = || "an RLE segment ends early".to_owned();
    let mut next = to.next();
    while let Some(place) = next.take() {
        let (&control, rest) = segment.split_first().ok_or_else(short)?;
        let control = control as i8;
        segment = rest;
        if control == i8::MIN {
            next = Some(place);
            continue;
        }
        let count = usize::from(control.unsigned_abs()) + 1;
        let (used, repeats) = if control >= 0 { (count, false) } else { (1, true) };
        let bytes = segment.get(..used).ok_or_else(short)?;
        *place = bytes[0];
        for i in 1..count {
            match to.next() {
                Some(place) => *place = bytes[if repeats { 0 } else { i }],
                None => return Ok(()),
            }
        }
        segment = &segment[used..];
        next = to.next();
    }
    Ok(())
}
