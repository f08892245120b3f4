//! Finding and opening DICOM files.

use std::fs::{self, File};
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

use dicom_dictionary_std::tags;
use dicom_object::file::ReadPreamble;
use dicom_object::{DefaultDicomObject, FileMetaTable, OpenFileOptions};
use rayon::prelude::*;

use super::super::ReadError;
use super::lengths;

/// Folders are searched to this depth: patient, study, series, and some more.
const DEPTH: usize = 8;

/// A meta group is not longer.
const LONGEST_META: u64 = 1 << 16;

/// What stands behind the preamble.
const MAGIC: &[u8; 4] = b"DICM";

/// True if `start`, the first 132 bytes of a file, are those of DICOM.
pub(in crate::read) fn looks_like(start: &[u8]) -> bool {
    start.get(128..132) == Some(MAGIC)
}

/// The header of a file: all before its pixels.
pub(super) fn header(path: &Path) -> Result<DefaultDicomObject, ReadError> {
    // The first of the attributes that hold pixels is that of floats.
    open(path, OpenFileOptions::new().read_until(tags::FLOAT_PIXEL_DATA))
}

/// A file with its pixels.
pub(super) fn whole(path: &Path) -> Result<DefaultDicomObject, ReadError> {
    open(path, OpenFileOptions::new())
}

fn open(path: &Path, options: OpenFileOptions) -> Result<DefaultDicomObject, ReadError> {
    lengths::check(path)?;
    options.read_preamble(ReadPreamble::Always).open_file(path).map_err(|error| {
        let mut cause: &dyn std::error::Error = &error;
        while let Some(deeper) = cause.source() {
            cause = deeper;
        }
        ReadError::malformed(
            path,
            format!("it cannot be read as DICOM ({error}: {cause})"),
            "it may be cut off or damaged: copy or export it again",
        )
    })
}

/// The headers of all DICOM files in and below `folder`, in the order of their paths. Other files are passed over.
pub(super) fn headers(folder: &Path) -> Result<Vec<(PathBuf, DefaultDicomObject)>, ReadError> {
    let mut paths = Vec::new();
    list(folder, DEPTH, &mut paths)?;
    paths.sort();
    let read = |path: PathBuf| match is_dicom(&path) {
        false => None,
        true => Some(header(&path).map(|header| (path, header))),
    };
    paths.into_par_iter().filter_map(read).collect()
}

/// The DICOM files in and below `folder`, in the order of their paths.
pub(super) fn dicom_files(folder: &Path) -> Result<Vec<PathBuf>, ReadError> {
    let mut paths = Vec::new();
    list(folder, DEPTH, &mut paths)?;
    paths.sort();
    paths.retain(|path| is_dicom(path));
    Ok(paths)
}

/// The class of the object in a file, as its meta group tells it; none if that cannot be read.
pub(super) fn class(path: &Path) -> Option<String> {
    lengths::check_meta(path).ok()?;
    let mut file = BufReader::new(File::open(path).ok()?.take(LONGEST_META));
    std::io::copy(&mut (&mut file).take(128), &mut std::io::sink()).ok()?;
    let meta = FileMetaTable::from_reader(file).ok()?;
    Some(meta.media_storage_sop_class_uid().trim_end_matches(['\0', ' ']).to_owned())
}

fn list(folder: &Path, depth: usize, paths: &mut Vec<PathBuf>) -> Result<(), ReadError> {
    let io = |e| ReadError::io(folder, e);
    for entry in fs::read_dir(folder).map_err(io)? {
        let entry = entry.map_err(io)?;
        let path = entry.path();
        let hidden = entry.file_name().as_encoded_bytes().starts_with(b".");
        match fs::metadata(&path) {
            Ok(kind) if kind.is_dir() && depth > 0 && !hidden => list(&path, depth - 1, paths)?,
            Ok(kind) if kind.is_file() && !hidden => paths.push(path),
            _ => {}
        }
    }
    Ok(())
}

/// True if the file at `path` begins as DICOM files do.
pub fn is_dicom(path: &Path) -> bool {
    let mut start = [0; 132];
    File::open(path).and_then(|mut file| file.read_exact(&mut start)).is_ok() && looks_like(&start)
}
