//! Fingerprints of files, as keys of the cache.

use std::fs::File;
use std::path::Path;

use super::read::{self, ReadError};

/// BLAKE3 over the content of all files that an image or mask at `path` is made of: the file itself, its other half
/// (`.hdr`/`.img`, detached NRRD data), or the slices of a DICOM series. Names and places do not count.
pub fn content_hash(path: &Path) -> Result<blake3::Hash, ReadError> {
    let mut all = blake3::Hasher::new();
    for file in read::parts(path)? {
        let mut one = blake3::Hasher::new();
        let read = File::open(&file).and_then(|f| one.update_reader(f).map(drop));
        read.map_err(|reason| ReadError::Io { path: file.clone(), reason })?;
        all.update(one.finalize().as_bytes());
    }
    Ok(all.finalize())
}
