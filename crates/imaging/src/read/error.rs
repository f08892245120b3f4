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
        "{}: not an image that can be read; give NIfTI (.nii, .nii.gz, .hdr/.img), NRRD (.nrrd, .nhdr), MetaImage (.mha, .mhd), or a DICOM file or folder",
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
    /// The data go on far beyond their declared end.
    #[error(
        "{}: holds far more than the {expected} bytes of image data that its header declares; its header does not belong to its data, export it again",
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
    /// Voxels of the region without a number.
    #[error(
        "{}: NaN or infinite in {count} voxels of the region, the first at ({}, {}, {}); replace them, or take them out of the mask",
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
    /// A folder or file that holds more than one volume, and which is meant is not said or not there.
    #[error("{}: {}it holds {}; choose one: {remedy}", path.display(), absent(wanted), numbered(volumes))]
    SeveralVolumes {
        /// The folder or file.
        path: PathBuf,
        /// What was asked for, if it is not there.
        wanted: Option<String>,
        /// What there is.
        volumes: Vec<String>,
        /// How one is chosen.
        remedy: String,
    },
    /// A folder that holds more than one segmentation or structure set.
    #[error("{}: it holds {} segmentations or structure sets: {}; give the path of one", path.display(), files.len(), files.join(", "))]
    SeveralMasks {
        /// The folder.
        path: PathBuf,
        /// They.
        files: Vec<String>,
    },
    /// The mask file has no such channel, label or region, or several of them.
    #[error("{}: {problem}; it holds {held}{remedy}", path.display())]
    Region {
        /// The file.
        path: PathBuf,
        /// What was asked for.
        problem: String,
        /// What there is.
        held: String,
        /// How one is chosen, behind a semicolon; may be empty.
        remedy: String,
    },
}

/// The problem of a mask of several regions of which none is chosen.
pub(super) const OPEN: &str = "question: which region is meant?";

fn absent(wanted: &Option<String>) -> String {
    wanted.as_ref().map_or_else(|| "question: which volume is meant? ".to_owned(), |wanted| format!("no {wanted}; "))
}

/// The volumes of a message: each with the number that chooses it, long lists cut.
fn numbered(volumes: &[String]) -> String {
    const MOST: usize = 40;
    let shown = volumes.iter().take(MOST).enumerate().map(|(i, volume)| format!("({}) {volume}", i + 1));
    let shown = shown.collect::<Vec<_>>().join("; ");
    let more = volumes.len().saturating_sub(MOST);
    let more = if more > 0 { format!("; and {more} more") } else { String::new() };
    let s = if volumes.len() == 1 { "" } else { "s" };
    format!("{} volume{s}: {shown}{more}", volumes.len())
}

impl ReadError {
    /// True if nothing is wrong but that a choice is open: which volume, which region.
    pub fn is_question(&self) -> bool {
        match self {
            Self::SeveralVolumes { wanted, .. } => wanted.is_none(),
            Self::Region { problem, .. } => problem == OPEN,
            _ => false,
        }
    }

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
            | Self::SeveralMasks { path, .. }
            | Self::Region { path, .. } => path,
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
