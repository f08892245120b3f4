//! What tells one version of an image from another without reading its voxels.

use std::fs::{self, Metadata};
use std::path::Path;
use std::time::SystemTime;

use imaging::ReadError;

/// Files that changed less than this many seconds ago may change again without a sign.
const SETTLED: u64 = 2;

/// Name, size, place on the disk and times of every file that an image or mask is made of.
#[derive(Debug, Clone)]
pub struct Stamp {
    files: String,
    settled: bool,
}

impl PartialEq for Stamp {
    /// Whether it is the same version; that the file has become old enough meanwhile makes it no other.
    fn eq(&self, other: &Self) -> bool {
        self.files == other.files
    }
}

impl Stamp {
    /// That of the image or mask at `path`.
    pub fn of(path: &Path) -> Result<Self, ReadError> {
        let now = SystemTime::now();
        let mut stamp = Self { files: String::new(), settled: true };
        for file in imaging::sources(path)? {
            let io = |reason| ReadError::Io { path: file.clone(), reason };
            let meta = fs::metadata(&file).map_err(io)?;
            let changed = meta.modified().map_err(io)?;
            let name = fs::canonicalize(&file).map_err(io)?;
            let (rest, last) = on_disk(&meta, changed);
            let since = changed.duration_since(SystemTime::UNIX_EPOCH).map(|d| d.as_nanos()).unwrap_or_default();
            stamp.files += &format!("{}\n{} {since} {rest}\n", name.display(), meta.len());
            stamp.settled &= now.duration_since(last).is_ok_and(|age| age.as_secs() >= SETTLED);
        }
        Ok(stamp)
    }

    /// False while one of the files is so new that another change might carry the same times.
    pub fn is_settled(&self) -> bool {
        self.settled
    }

    /// The stamp in short.
    pub fn digest(&self) -> blake3::Hash {
        blake3::hash(self.files.as_bytes())
    }
}

/// Device, inode and time of change (which no program can set), and the latest of the times.
#[cfg(unix)]
fn on_disk(meta: &Metadata, modified: SystemTime) -> (String, SystemTime) {
    use std::os::unix::fs::MetadataExt;
    use std::time::Duration;
    let (seconds, nanoseconds) = (meta.ctime(), meta.ctime_nsec());
    let changed = SystemTime::UNIX_EPOCH + Duration::new(seconds.max(0) as u64, nanoseconds.max(0) as u32);
    (format!("{} {} {seconds}.{nanoseconds}", meta.dev(), meta.ino()), modified.max(changed))
}

#[cfg(not(unix))]
fn on_disk(_: &Metadata, modified: SystemTime) -> (String, SystemTime) {
    (String::new(), modified)
}
