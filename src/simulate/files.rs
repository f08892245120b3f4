//! The files of a synthetic study.

use std::fs;
use std::io;
use std::path::Path;

use super::SimulateError;
use super::lesion::{Lesion, Reading};
use super::patient::Patient;
use imaging::{write_image, write_mask};

/// Makes `out` and its folders; it must be new or empty.
pub(super) fn new_folders(out: &Path) -> Result<(), SimulateError> {
    let at = |path: &Path, source: io::Error| SimulateError::Io { path: path.to_owned(), source };
    if out.exists() && fs::read_dir(out).map_err(|e| at(out, e))?.next().is_some() {
        return Err(SimulateError::NotEmpty(out.to_owned()));
    }
    for folder in ["images", "masks", "repeats"] {
        let folder = out.join(folder);
        fs::create_dir_all(&folder).map_err(|e| at(&folder, e))?;
    }
    Ok(())
}

/// Takes away what was written into a folder that was new or empty.
pub(super) fn clear(out: &Path) {
    for entry in fs::read_dir(out).into_iter().flatten().flatten() {
        let path = entry.path();
        // What cannot be removed stays; the error that led here is the one to be told.
        drop(if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) });
    }
    drop(fs::remove_dir(out));
}

/// Writes one file.
pub(super) fn write(path: &Path, bytes: &[u8]) -> Result<(), SimulateError> {
    fs::write(path, bytes).map_err(|source| SimulateError::Io { path: path.to_owned(), source })
}

/// Writes image, mask and, for some patients, the repeated masks.
pub(super) fn write_case(
    out: &Path,
    patient: &Patient,
    sequence: &str,
    lesion: &Lesion,
    repeated: bool,
) -> Result<(), SimulateError> {
    let name = format!("{}_{sequence}", patient.id);
    write_image(&out.join("images").join(format!("{name}.nii.gz")), &lesion.image())?;
    write_mask(&out.join("masks").join(format!("{name}.nii.gz")), &lesion.mask(Reading::First))?;
    if repeated {
        for (reading, who) in [(Reading::Second, "A_2"), (Reading::OtherReader, "B_1")] {
            write_mask(&out.join("repeats").join(format!("{name}_{who}.nii.gz")), &lesion.mask(reading))?;
        }
    }
    Ok(())
}
