//! Fingerprints: of pixels, as diagnostics print them, and of files, as keys of the cache.

use std::fs::File;
use std::path::Path;

use sha1::{Digest, Sha1};

use super::read::{self, ReadError};
use crate::radiomics::volume::each_type;
use crate::radiomics::{Mask, Volume};

/// SHA-1 of the values of an image in its own type, little-endian: what `SimpleITK.Hash` prints.
pub fn pixel_hash(volume: &Volume) -> String {
    each_type!(&volume.voxels, v => sha1_hex(bytemuck::cast_slice(v)))
}

/// SHA-1 of the labels of a mask as 32-bit integers, as PyRadiomics prints it.
pub fn mask_hash(mask: &Mask) -> String {
    sha1_hex(bytemuck::cast_slice(&mask.labels))
}

fn sha1_hex(bytes: &[u8]) -> String {
    Sha1::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

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
