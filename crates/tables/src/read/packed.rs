//! Packed files: gzip and Zstandard.

use std::fs::File;
use std::io::{IsTerminal, Read};
use std::path::Path;

use super::{ReadError, Told};

/// No table is unpacked beyond this: a few kilobytes can hold any number of zeros.
const LARGEST: u64 = 4 << 30;

/// So many bytes are read between two times that it is told how far the reading is.
const PIECE: u64 = 4 << 20;

/// The bytes of the file at `path`, unpacked where it is packed, whatever its name.
pub(super) fn bytes_of(path: &Path, shown: &Path) -> Result<Vec<u8>, ReadError> {
    bytes_telling(path, shown, &|_| {})
}

/// The same, telling which share of the file is read.
pub(super) fn bytes_telling(path: &Path, shown: &Path, told: Told<'_>) -> Result<Vec<u8>, ReadError> {
    let open = |error: std::io::Error| ReadError::Open { file: shown.to_owned(), reason: crate::plain_io(&error) };
    let mut file = File::open(path).map_err(open)?;
    if is_device(&file) {
        let reason = "this is a device, not a file with a table".to_owned();
        return Err(ReadError::Content { file: shown.to_owned(), reason });
    }
    let mut bytes = Vec::new();
    let size = file.metadata().map_or(0, |m| m.len());
    bytes.reserve(usize::try_from(size).unwrap_or_default());
    while (&mut file).take(PIECE).read_to_end(&mut bytes).map_err(open)? > 0 {
        told(bytes.len() as f64 / size.max(bytes.len() as u64) as f64);
    }
    match bytes.as_slice() {
        [0x1f, 0x8b, ..] => unpacked(flate2::read::MultiGzDecoder::new(bytes.as_slice()), shown, "gzip"),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => {
            let damaged = |error: std::io::Error| damaged(shown, "Zstandard", &error);
            unpacked(zstd::Decoder::new(bytes.as_slice()).map_err(damaged)?, shown, "Zstandard")
        }
        _ => Ok(bytes),
    }
}

/// A file is large from here on.
const LARGE: u64 = 4 << 20;
/// So much of a large file is its head.
const HEAD: u64 = 256 << 10;

/// The first bytes of a large file that is not packed.
pub(super) fn head_of(path: &Path) -> Option<Vec<u8>> {
    let file = File::open(path).ok()?;
    let is_large = file.metadata().is_ok_and(|meta| meta.is_file() && meta.len() > LARGE);
    let mut head = Vec::new();
    file.take(HEAD).read_to_end(&mut head).ok().filter(|_| is_large)?;
    Some(head)
}

/// Whether it is a device such as /dev/zero, which has no end; pipes and what is typed have one.
#[cfg(unix)]
fn is_device(file: &File) -> bool {
    use std::os::unix::fs::FileTypeExt;
    file.metadata().is_ok_and(|meta| meta.file_type().is_char_device()) && !file.is_terminal()
}

#[cfg(not(unix))]
fn is_device(file: &File) -> bool {
    file.is_terminal()
}

fn unpacked(reader: impl Read, shown: &Path, kind: &str) -> Result<Vec<u8>, ReadError> {
    let mut bytes = Vec::new();
    reader.take(LARGEST + 1).read_to_end(&mut bytes).map_err(|error| damaged(shown, kind, &error))?;
    if bytes.len() as u64 > LARGEST {
        let reason = format!("the {kind} file holds more than {} GB; unpack it by hand", LARGEST >> 30);
        return Err(ReadError::Content { file: shown.to_owned(), reason });
    }
    Ok(bytes)
}

fn damaged(shown: &Path, kind: &str, error: &std::io::Error) -> ReadError {
    ReadError::Content { file: shown.to_owned(), reason: format!("the {kind} file is damaged: {error}") }
}
