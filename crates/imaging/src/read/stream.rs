//! Bytes from files, plain or gzipped, into typed voxels; never more than the header declares.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek};
use std::path::Path;

use bytemuck::Pod;
use flate2::read::{MultiGzDecoder, ZlibDecoder};

use super::{ReadError, whole};
use volume::{PixelType, Voxels};

/// The most bytes that the data of one volume may take: 4 GiB, a 1024 x 1024 x 2048 image of 16 bits.
pub(crate) const MOST_BYTES: u64 = 1 << 32;

/// Deflate cannot expand a byte to more than this many.
const DEFLATE_EXPANSION: u64 = 1032;

/// So much behind the data is no padding.
const MOST_REST: u64 = 1 << 24;

/// Values of a mask that are read and turned into labels at a time.
pub(crate) const PIECE: usize = 1 << 15;

/// How much is read at a time, while it is in the cache.
const CHUNK: usize = 1 << 18;

/// A file opened for reading from its start, unpacked on the way where it is gzipped.
pub(crate) struct Source<'a> {
    pub path: &'a Path,
    bytes: Bytes<'a>,
    /// Upper bound of the bytes that can still come.
    left: u64,
}

/// Where the bytes of a source come from.
enum Bytes<'a> {
    Stream(Box<dyn Read + 'a>),
    /// A gzip stream of no more than `packed` bytes of which nothing is unpacked yet, and how much of what it holds is to be
    /// passed over.
    Gzip {
        stream: Box<dyn Read + 'a>,
        packed: u64,
        skip: u64,
    },
}

impl<'a> Bytes<'a> {
    /// The bytes piece by piece, from the first; nothing is passed over yet.
    fn unpacked(self) -> Box<dyn Read + 'a> {
        match self {
            Self::Stream(reader) => reader,
            Self::Gzip { stream, .. } => Box::new(MultiGzDecoder::new(stream)),
        }
    }
}

impl<'a> Source<'a> {
    /// Opens `path`; a gzip file is known by its first two bytes.
    pub fn open(path: &'a Path) -> Result<Self, ReadError> {
        let mut file = File::open(path).map_err(|e| ReadError::io(path, e))?;
        let length = file.metadata().map_err(|e| ReadError::io(path, e))?.len();
        let mut magic = [0; 2];
        let gzipped = length >= 2 && file.read_exact(&mut magic).is_ok() && magic == [0x1f, 0x8b];
        file.rewind().map_err(|e| ReadError::io(path, e))?;
        let plain = Self::of(path, Box::new(BufReader::with_capacity(1 << 16, file)), length);
        Ok(if gzipped { plain.gunzip() } else { plain })
    }

    /// The bytes of `reader`, which hold no more than `left`.
    pub fn of(path: &'a Path, reader: Box<dyn Read + 'a>, left: u64) -> Self {
        Self { path, bytes: Bytes::Stream(reader), left }
    }

    /// Upper bound of the bytes that can still come.
    pub fn left(&self) -> u64 {
        self.left
    }

    /// What follows is a gzip stream.
    pub fn gunzip(self) -> Self {
        let Self { path, bytes, left } = self;
        let bytes = Bytes::Gzip { stream: bytes.unpacked(), packed: left, skip: 0 };
        Self { path, bytes, left: left.saturating_mul(DEFLATE_EXPANSION) }
    }

    /// The bytes one after the other, from where they are to be read.
    fn reader(&mut self) -> Result<&mut (dyn Read + 'a), ReadError> {
        if let Bytes::Gzip { skip, .. } = self.bytes {
            let packed = std::mem::replace(&mut self.bytes, Bytes::Stream(Box::new(io::empty())));
            let mut reader = packed.unpacked();
            pass_over(&mut reader, skip, self.path)?;
            self.bytes = Bytes::Stream(reader);
        }
        match &mut self.bytes {
            Bytes::Stream(reader) => Ok(reader),
            Bytes::Gzip { .. } => unreachable!("a stream was made of it"),
        }
    }

    /// Up to `most` bytes, fewer where the file ends.
    pub fn take(&mut self, most: usize) -> Result<Vec<u8>, ReadError> {
        let (path, mut bytes) = (self.path, Vec::new());
        let mut limited = self.reader()?.take(most as u64);
        limited.read_to_end(&mut bytes).map_err(|e| damaged(path, e))?;
        self.left = self.left.saturating_sub(bytes.len() as u64);
        Ok(bytes)
    }

    /// Passes over `count` bytes.
    pub fn skip(&mut self, count: u64) -> Result<(), ReadError> {
        match &mut self.bytes {
            Bytes::Gzip { skip, .. } => *skip += count,
            Bytes::Stream(reader) => pass_over(reader, count, self.path)?,
        }
        self.left = self.left.saturating_sub(count);
        Ok(())
    }

    /// `count` values of type `pixel`; checked against what the file can hold before memory is taken.
    pub fn voxels(&mut self, count: usize, pixel: PixelType, big_endian: bool) -> Result<Voxels, ReadError> {
        Ok(match pixel {
            PixelType::U8 => Voxels::U8(self.typed(count, big_endian)?),
            PixelType::I8 => Voxels::I8(self.typed(count, big_endian)?),
            PixelType::U16 => Voxels::U16(self.typed(count, big_endian)?),
            PixelType::I16 => Voxels::I16(self.typed(count, big_endian)?),
            PixelType::U32 => Voxels::U32(self.typed(count, big_endian)?),
            PixelType::I32 => Voxels::I32(self.typed(count, big_endian)?),
            PixelType::U64 => Voxels::U64(self.typed(count, big_endian)?),
            PixelType::I64 => Voxels::I64(self.typed(count, big_endian)?),
            PixelType::F32 => Voxels::F32(self.typed(count, big_endian)?),
            PixelType::F64 => Voxels::F64(self.typed(count, big_endian)?),
        })
    }

    /// `count` values as [`voxels`](Self::voxels) gives them, but handed to `each` in pieces of `most`.
    pub fn pieces(
        &mut self,
        count: usize,
        pixel: PixelType,
        big_endian: bool,
        most: usize,
        each: &mut dyn FnMut(Voxels),
    ) -> Result<(), ReadError> {
        let bytes = bytes_of(pixel);
        self.expect(count, bytes)?;
        for start in (0..count).step_by(most) {
            let piece = self.voxels(most.min(count - start), pixel, big_endian).map_err(|error| match error {
                ReadError::Truncated { path, found, .. } => {
                    let [expected, before] = [count, start].map(|values| (values * bytes) as u64);
                    ReadError::Truncated { path, expected, found: before + found }
                }
                other => other,
            })?;
            each(piece);
        }
        Ok(())
    }

    /// The size of `count` values of `bytes` each, if the file can hold them.
    fn expect(&self, count: usize, bytes: usize) -> Result<u64, ReadError> {
        let expected = check_size(self.path, &[count], bytes)?;
        if expected > self.left {
            return Err(ReadError::Truncated { path: self.path.to_owned(), expected, found: self.left });
        }
        Ok(expected)
    }

    fn typed<T: Pod>(&mut self, count: usize, big_endian: bool) -> Result<Vec<T>, ReadError> {
        let expected = self.expect(count, size_of::<T>())?;
        let mut values = match self.whole(count, expected)? {
            Some(values) => values,
            None => self.piece_by_piece(count, expected)?,
        };
        if big_endian != cfg!(target_endian = "big") {
            swap_bytes(&mut values);
        }
        self.left -= expected;
        Ok(values)
    }

    /// The values where they are all that is left of a gzip stream.
    fn whole<T: Pod>(&mut self, count: usize, expected: u64) -> Result<Option<Vec<T>>, ReadError> {
        let Bytes::Gzip { stream, packed, skip } = &mut self.bytes else { return Ok(None) };
        if !whole::is_fit(expected, *packed) {
            return Ok(None);
        }
        let mut bytes = Vec::with_capacity(*packed as usize);
        stream.read_to_end(&mut bytes).map_err(|e| ReadError::io(self.path, e))?;
        let values = whole::gunzip(&bytes, *skip, count);
        match values {
            Some(_) => self.bytes = Bytes::Stream(Box::new(io::empty())),
            None => *stream = Box::new(io::Cursor::new(bytes)),
        }
        Ok(values)
    }

    fn piece_by_piece<T: Pod>(&mut self, count: usize, expected: u64) -> Result<Vec<T>, ReadError> {
        let path = self.path;
        let reader = self.reader()?;
        let mut values: Vec<T> = Vec::new();
        values.try_reserve_exact(count).map_err(|_| ReadError::TooLarge {
            path: path.to_owned(),
            declared: u128::from(expected),
            most: MOST_BYTES,
        })?;
        while values.len() < count {
            let start = values.len();
            values.resize(count.min(start + CHUNK / size_of::<T>()), T::zeroed());
            let chunk = bytemuck::cast_slice_mut(&mut values[start..]);
            let got = fill(reader, chunk).map_err(|e| damaged(path, e))?;
            if got < chunk.len() {
                let found = (start * size_of::<T>() + got) as u64;
                return Err(ReadError::Truncated { path: path.to_owned(), expected, found });
            }
        }
        Ok(values)
    }

    /// The data, `expected` bytes, end here; a gzip stream's checksum is verified. What follows is passed over, as in ITK,
    /// and noted.
    pub fn end(mut self, expected: u64, notes: &mut Vec<String>) -> Result<(), ReadError> {
        let path = self.path;
        let mut rest = self.reader()?.take(MOST_REST);
        let passed = io::copy(&mut rest, &mut io::sink()).map_err(|e| damaged(path, e))?;
        if passed == MOST_REST {
            return Err(ReadError::Excess { path: self.path.to_owned(), expected });
        }
        if passed > 0 {
            notes.push(format!(
                "{}: {passed} bytes follow the image data and are passed over; if that is more than padding, the header does \
                 not belong to the data",
                self.path.display()
            ));
        }
        Ok(())
    }

    /// What follows is a zlib stream.
    pub fn inflate(self) -> Self {
        let left = self.left.saturating_mul(DEFLATE_EXPANSION);
        Self::of(self.path, Box::new(ZlibDecoder::new(self.bytes.unpacked())), left)
    }
}

/// Passes over `count` bytes of the file at `path`.
fn pass_over(reader: &mut dyn Read, count: u64, path: &Path) -> Result<(), ReadError> {
    let passed = io::copy(&mut reader.take(count), &mut io::sink()).map_err(|e| damaged(path, e))?;
    match passed < count {
        true => Err(ReadError::Truncated { path: path.to_owned(), expected: count, found: passed }),
        false => Ok(()),
    }
}

/// The values of `part` behind those of `all`, which are of the same type.
pub(crate) fn append(all: &mut Voxels, part: Voxels) {
    match (all, part) {
        (Voxels::U8(a), Voxels::U8(b)) => a.extend(b),
        (Voxels::I8(a), Voxels::I8(b)) => a.extend(b),
        (Voxels::U16(a), Voxels::U16(b)) => a.extend(b),
        (Voxels::I16(a), Voxels::I16(b)) => a.extend(b),
        (Voxels::U32(a), Voxels::U32(b)) => a.extend(b),
        (Voxels::I32(a), Voxels::I32(b)) => a.extend(b),
        (Voxels::U64(a), Voxels::U64(b)) => a.extend(b),
        (Voxels::I64(a), Voxels::I64(b)) => a.extend(b),
        (Voxels::F32(a), Voxels::F32(b)) => a.extend(b),
        (Voxels::F64(a), Voxels::F64(b)) => a.extend(b),
        _ => unreachable!("all parts are read with the one type of their header"),
    }
}

/// The bytes of a grid of `size` values of `bytes` each, if one volume may have so many.
pub(crate) fn check_size(path: &Path, size: &[usize], bytes: usize) -> Result<u64, ReadError> {
    let declared = size.iter().fold(bytes as u128, |product, &n| product.saturating_mul(n as u128));
    if declared > u128::from(MOST_BYTES) {
        return Err(ReadError::TooLarge { path: path.to_owned(), declared, most: MOST_BYTES });
    }
    Ok(declared as u64)
}

/// Fills `buffer` as far as the reader goes; how far that was.
fn fill(reader: &mut dyn Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match reader.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(n) => filled += n,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) if e.kind() == io::ErrorKind::UnexpectedEof => break,
            Err(e) => return Err(e),
        }
    }
    Ok(filled)
}

/// An error of the decoder tells of damaged content, any other of the system.
pub(crate) fn damaged(path: &Path, error: io::Error) -> ReadError {
    use io::ErrorKind::{InvalidData, InvalidInput, UnexpectedEof};
    match error.kind() {
        InvalidData | InvalidInput | UnexpectedEof => {
            ReadError::malformed(path, format!("its compressed data are damaged ({error})"), "copy or export it again")
        }
        _ => ReadError::io(path, error),
    }
}

/// Reverses the bytes of each value.
pub(crate) fn swap_bytes<T: Pod>(values: &mut [T]) {
    match size_of::<T>() {
        2 => bytemuck::cast_slice_mut::<T, u16>(values).iter_mut().for_each(|v| *v = v.swap_bytes()),
        4 => bytemuck::cast_slice_mut::<T, u32>(values).iter_mut().for_each(|v| *v = v.swap_bytes()),
        8 => bytemuck::cast_slice_mut::<T, u64>(values).iter_mut().for_each(|v| *v = v.swap_bytes()),
        _ => {}
    }
}

/// Bytes of one value of `pixel`.
pub(crate) fn bytes_of(pixel: PixelType) -> usize {
    match pixel {
        PixelType::U8 | PixelType::I8 => 1,
        PixelType::U16 | PixelType::I16 => 2,
        PixelType::U32 | PixelType::I32 | PixelType::F32 => 4,
        PixelType::U64 | PixelType::I64 | PixelType::F64 => 8,
    }
}
