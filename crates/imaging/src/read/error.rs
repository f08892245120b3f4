//! What can be wrong with an image or mask file.

use std::io;
use std::path::{Path, PathBuf};

/// Why a file could not be read as an image or a mask. Each message names the file and the remedy.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The operating system refused.
    #[error("{}: {reason}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        reason: io::Error,
    },
    /// Neither name nor content is of a known format.
    #[error(
        "{}: not an image that can be read; give NIfTI (.nii, .nii.gz, .hdr/.img), NRRD (.nrrd, .nhdr), or a DICOM file or folder",
        path.display()
    )]
    UnknownFormat {
        /// The file.
        path: PathBuf,
    },
    /// The content contradicts its format or itself.
    #[error("{}: {problem}; {remedy}", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What is wrong, with the place inside the file.
        problem: String,
        /// What to do about it.
        remedy: &'static str,
    },
    /// A legal file that uses something which is not read here.
    #[error("{}: {what}; {remedy}", path.display())]
    Unsupported {
        /// The file.
        path: PathBuf,
        /// What it uses.
        what: String,
        /// What to do about it.
        remedy: &'static str,
    },
    /// The data end early.
    #[error(
        "{}: truncated, {found} of the {expected} bytes of image data that its header declares are there; copy or export it again",
        path.display()
    )]
    Truncated {
        /// The file.
        path: PathBuf,
        /// Bytes that the header declares.
        expected: u64,
        /// Bytes that are there (for compressed data: at most).
        found: u64,
    },
    /// The data go on after their declared end.
    #[error(
        "{}: holds more than the {expected} bytes of image data that its header declares; its header does not belong to its data, export it again",
        path.display()
    )]
    Excess {
        /// The file.
        path: PathBuf,
        /// Bytes that the header declares.
        expected: u64,
    },
    /// The declared size is beyond what one volume may take.
    #[error(
        "{}: declares {declared} bytes of image data, more than the {most} that one volume may have; crop it or check its header",
        path.display()
    )]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// Bytes that the header declares.
        declared: u128,
        /// The bound.
        most: u64,
    },
    /// Voxels without a number.
    #[error(
        "{}: NaN or infinite in {count} of its voxels, the first at ({}, {}, {}); replace them (for example by the background value) before extraction",
        path.display(), first[0], first[1], first[2]
    )]
    NotFinite {
        /// The file.
        path: PathBuf,
        /// How many.
        count: usize,
        /// Index (x, y, z) of the first.
        first: [usize; 3],
    },
    /// A folder or file that holds more than one volume or mask object.
    #[error("{}: holds {} volumes; give the path of any one file of the one that is meant: {}", path.display(), volumes.len(), volumes.join("; "))]
    SeveralVolumes {
        /// The folder or file.
        path: PathBuf,
        /// What there is, each with one of its files.
        volumes: Vec<String>,
    },
    /// The mask file has no such channel, label or segment.
    #[error("{}: no {wanted}; it holds {held}", path.display())]
    NoSuchRegion {
        /// The file.
        path: PathBuf,
        /// What was asked for.
        wanted: String,
        /// What there is.
        held: String,
    },
}

impl ReadError {
    /// The file that the error is about.
    pub fn path(&self) -> &Path {
        match self {
            Self::Io { path, .. }
            | Self::UnknownFormat { path }
            | Self::Malformed { path, .. }
            | Self::Unsupported { path, .. }
            | Self::Truncated { path, .. }
            | Self::Excess { path, .. }
            | Self::TooLarge { path, .. }
            | Self::NotFinite { path, .. }
            | Self::SeveralVolumes { path, .. }
            | Self::NoSuchRegion { path, .. } => path,
        }
    }

    pub(super) fn io(path: &Path, reason: io::Error) -> Self {
        Self::Io { path: path.to_owned(), reason }
    }

    pub(super) fn malformed(path: &Path, problem: impl Into<String>, remedy: &'static str) -> Self {
        Self::Malformed { path: path.to_owned(), problem: problem.into(), remedy }
    }

    pub(super) fn unsupported(path: &Path, what: impl Into<String>, remedy: &'static str) -> Self {
        Self::Unsupported { path: path.to_owned(), what: what.into(), remedy }
    }
}
