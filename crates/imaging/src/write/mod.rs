//! Writers: the same volume gives the same bytes, always and on every machine.

mod nifti;
mod nrrd;

use std::io;
use std::path::{Path, PathBuf};

use volume::{Mask, Volume, Voxels};
use whole::{Access, Partial};

/// Why a file was not written. The message names the file and the remedy.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The operating system refused.
    #[error("{}: {reason}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        reason: io::Error,
    },
    /// The name does not say which format.
    #[error("{}: unknown kind of image file; call it .nii, .nii.gz or .nrrd", path.display())]
    UnknownFormat {
        /// The file.
        path: PathBuf,
    },
    /// The format cannot hold the volume.
    #[error("{}: {what}; write .nrrd instead", path.display())]
    Unsupported {
        /// The file.
        path: PathBuf,
        /// What does not fit.
        what: String,
    },
}

/// Level of gzip: beyond it files shrink little and take far longer.
const GZIP_LEVEL: u32 = 6;

/// Writes an image as NIfTI-1 (`.nii`, `.nii.gz`) or NRRD (`.nrrd`, gzipped), replacing the file in one step.
///
/// # Errors
/// [`WriteError`]: a name of no known format, a volume that the format cannot hold, a file that cannot be written.
pub fn write_image(path: &Path, volume: &Volume) -> Result<(), WriteError> {
    let name = path.file_name().map(|n| n.to_string_lossy().to_lowercase()).unwrap_or_default();
    let ending = [".nii.gz", ".nii", ".nrrd"].into_iter().find(|ending| name.ends_with(ending));
    let Some(ending) = ending else { return Err(WriteError::UnknownFormat { path: path.to_owned() }) };
    let io = |reason: io::Error| WriteError::Io { path: path.to_owned(), reason };
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let mut partial = Partial::new(folder, ending, Access::Umask).map_err(io)?;
    match ending {
        ".nrrd" => nrrd::write(partial.file(), volume).map_err(io)?,
        _ => nifti::write(path, partial.path(), volume)?,
    }
    partial.persist(path).map_err(io)
}

/// Writes a mask in the same formats, in the smallest unsigned type that holds its labels.
///
/// # Errors
/// [`WriteError`]: a name of no known format, a volume that the format cannot hold, a file that cannot be written.
pub fn write_mask(path: &Path, mask: &Mask) -> Result<(), WriteError> {
    let labels = &mask.labels;
    let voxels = match labels.runs().iter().map(|run| run.label).max() {
        None | Some(0..=0xff) => Voxels::U8(labels.iter().map(|l| l as u8).collect()),
        Some(0x100..=0xffff) => Voxels::U16(labels.iter().map(|l| l as u16).collect()),
        Some(_) => Voxels::U32(labels.iter().collect()),
    };
    write_image(path, &Volume { geometry: mask.geometry.clone(), voxels })
}
