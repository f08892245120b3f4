//! What images are made of, and fingerprints of it, as keys of a cache.

use std::fs::File;
use std::path::{Path, PathBuf};

use super::read::{self, ReadError};

/// Every file that the image or mask at `path` may be made of, without reading more of them than their first bytes: a
/// change of what [`content_hash`] hashes is a change of one of these, or of their names. Of a DICOM series these are all
/// DICOM files in and below its folder.
///
/// # Errors
/// The header, or the folder, cannot be read.
pub fn sources(path: &Path) -> Result<Vec<PathBuf>, ReadError> {
    read::sources(path)
}

/// BLAKE3 over the content of all files that an image or mask at `path` is made of: the file itself, its other half
/// (`.hdr`/`.img`, detached NRRD data), or the slices of a DICOM series: the hash of their hashes, 32 bytes. Names and
/// places do not count.
///
/// # Errors
/// [`ReadError`]: a file or part of it that cannot be read, or of no known format.
pub fn content_hash(path: &Path) -> Result<[u8; 32], ReadError> {
    let mut all = blake3::Hasher::new();
    for file in read::parts(path)? {
        let mut one = blake3::Hasher::new();
        let read = File::open(&file).and_then(|f| one.update_reader(f).map(drop));
        read.map_err(|reason| ReadError::Io { path: file.clone(), reason })?;
        all.update(one.finalize().as_bytes());
    }
    Ok(*all.finalize().as_bytes())
}
