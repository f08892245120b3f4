//! The values of a NRRD file in each of its encodings.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use super::header::{DataFiles, Encoding, Header, REMEDY};
use crate::read::ReadError;
use crate::read::stream::{MOST_BYTES, Source, append, bytes_of};
use volume::{PixelType, Voxels};

/// Hands all values of the file to `each` in their order: in pieces of `most`, or all together where they are spread over
/// several files or written as text. `attached` stands behind the header.
pub(super) fn read(
    path: &Path,
    header: &Header,
    attached: BufReader<File>,
    most: usize,
    notes: &mut Vec<String>,
    each: &mut dyn FnMut(Voxels),
) -> Result<(), ReadError> {
    let count = header.sizes.iter().product();
    if header.data == DataFiles::Attached {
        return Part { path, header, used: header.length, count }.read(path, attached, most, notes, each);
    }
    let files = files(path, header);
    if files.is_empty() || !count.is_multiple_of(files.len()) {
        let what = format!("{count} values cannot be shared evenly by its {} data files", files.len());
        return Err(ReadError::malformed(path, what, REMEDY));
    }
    let part = Part { path, header, used: 0, count: count / files.len() };
    let open = |file_path: &PathBuf| File::open(file_path).map(BufReader::new).map_err(|e| ReadError::io(file_path, e));
    if let [one] = files.as_slice() {
        return part.read(one, open(one)?, most, notes, each);
    }
    let mut all: Option<Voxels> = None;
    for file_path in &files {
        part.read(file_path, open(file_path)?, usize::MAX, notes, &mut |voxels| match &mut all {
            None => all = Some(voxels),
            Some(all) => append(all, voxels),
        })?;
    }
    all.into_iter().for_each(each);
    Ok(())
}

/// The files of a detached header, beside which relative names are looked for.
pub(super) fn files(path: &Path, header: &Header) -> Vec<PathBuf> {
    let folder = path.parent().unwrap_or(Path::new(""));
    match &header.data {
        DataFiles::Attached => Vec::new(),
        DataFiles::Detached(names) => names.iter().map(|name| folder.join(name)).collect(),
    }
}

/// What one file holds of the values.
struct Part<'a> {
    /// The header's file.
    path: &'a Path,
    header: &'a Header,
    /// Bytes that have been read already.
    used: u64,
    /// Number of values.
    count: usize,
}

impl Part<'_> {
    /// Hands the values in the file at `path` to `each`, in pieces of `most` unless they are text.
    fn read(
        &self,
        path: &Path,
        mut reader: BufReader<File>,
        most: usize,
        notes: &mut Vec<String>,
        each: &mut dyn FnMut(Voxels),
    ) -> Result<(), ReadError> {
        let Self { path: header_path, header, used, count } = *self;
        let io = |e| ReadError::io(path, e);
        let mut left = reader.get_ref().metadata().map_err(io)?.len().saturating_sub(used);
        for _ in 0..header.line_skip {
            left = left.saturating_sub(reader.skip_until(b'\n').map_err(io)? as u64);
        }
        let bytes = (count * bytes_of(header.pixel)) as u64;
        let mut source = Source::of(path, Box::new(reader), left);
        match header.encoding {
            Encoding::Gzip => source = source.gunzip(),
            Encoding::Raw | Encoding::Text | Encoding::Hex => {}
        }
        source.skip(header.byte_skip.unwrap_or(left.saturating_sub(bytes)))?;
        match header.encoding {
            Encoding::Raw | Encoding::Gzip => {
                source.pieces(count, header.pixel, header.big_endian, most, each)?;
                source.end(bytes, notes)?;
            }
            Encoding::Text => each(text(header_path, source, count, header.pixel)?),
            Encoding::Hex => each(hex(header_path, source, count, header, notes)?),
        }
        Ok(())
    }
}

/// Numbers in plain text, separated by blanks or commas.
pub(in crate::read) fn text(
    path: &Path,
    mut source: Source,
    count: usize,
    pixel: PixelType,
) -> Result<Voxels, ReadError> {
    let bytes = source.take(MOST_BYTES as usize)?;
    let text = String::from_utf8_lossy(&bytes);
    Ok(match pixel {
        PixelType::U8 => Voxels::U8(words(path, &text, count)?),
        PixelType::I8 => Voxels::I8(words(path, &text, count)?),
        PixelType::U16 => Voxels::U16(words(path, &text, count)?),
        PixelType::I16 => Voxels::I16(words(path, &text, count)?),
        PixelType::U32 => Voxels::U32(words(path, &text, count)?),
        PixelType::I32 => Voxels::I32(words(path, &text, count)?),
        PixelType::U64 => Voxels::U64(words(path, &text, count)?),
        PixelType::I64 => Voxels::I64(words(path, &text, count)?),
        PixelType::F32 => Voxels::F32(words(path, &text, count)?),
        PixelType::F64 => Voxels::F64(words(path, &text, count)?),
    })
}

fn words<T: FromStr>(path: &Path, text: &str, count: usize) -> Result<Vec<T>, ReadError> {
    let words = text.split(|c: char| c.is_whitespace() || c == ',').filter(|w| !w.is_empty());
    let values: Result<Vec<T>, ReadError> = words
        .map(|w| w.parse().map_err(|_| ReadError::malformed(path, format!("{w} is not a value of its type"), REMEDY)))
        .collect();
    let values = values?;
    if values.len() != count {
        let what = format!("it has {} values where its sizes ask for {count}", values.len());
        return Err(ReadError::malformed(path, what, REMEDY));
    }
    Ok(values)
}

/// Bytes as pairs of hexadecimal digits.
fn hex(
    path: &Path,
    mut source: Source,
    count: usize,
    header: &Header,
    notes: &mut Vec<String>,
) -> Result<Voxels, ReadError> {
    let digits: Option<Vec<u8>> = source
        .take(MOST_BYTES as usize)?
        .into_iter()
        .filter(|b| !b.is_ascii_whitespace())
        .map(|b| char::from(b).to_digit(16).map(|d| d as u8))
        .collect();
    let digits = digits.ok_or_else(|| ReadError::malformed(path, "its data are not hexadecimal", REMEDY))?;
    let bytes: Vec<u8> = digits.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect();
    let left = bytes.len() as u64;
    let mut source = Source::of(path, Box::new(std::io::Cursor::new(bytes)) as Box<dyn Read>, left);
    let voxels = source.voxels(count, header.pixel, header.big_endian)?;
    source.end((count * bytes_of(header.pixel)) as u64, notes)?;
    Ok(voxels)
}
