#![doc = include_str!("../README.md")]
#![deny(missing_docs)]
#![warn(clippy::missing_errors_doc, clippy::missing_panics_doc)]

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::Path;

use tempfile::NamedTempFile;

/// How the names of files on their way begin; what follows is random, then [`MARK`], then the ending that was asked for.
/// No dot is among them: some writers of images take what follows one for an ending and write elsewhere.
const PREFIX: &str = ".riskset-";
const MARK: &str = "-part";

/// So often another name is tried when somebody clears a file away before it could be locked.
const TRIES: usize = 16;

/// Who may read a new file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Whom the umask lets, as with the user's other new files.
    Umask,
    /// The user alone.
    Private,
}

/// A file on its way. It is removed when it is dropped, and cleared by the next [`clear`] of its folder when the process
/// was killed.
#[derive(Debug)]
pub struct Partial(NamedTempFile);

impl Partial {
    /// A new, empty file in `folder`, which must be there, with a name that ends with `ending`.
    ///
    /// # Errors
    /// The folder is not there or cannot be written.
    pub fn new(folder: &Path, ending: &str, access: Access) -> io::Result<Self> {
        let suffix = format!("{MARK}{ending}");
        let mut builder = tempfile::Builder::new();
        builder.prefix(PREFIX).suffix(&suffix);
        #[cfg(unix)]
        if access == Access::Umask {
            builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        }
        for _ in 1..TRIES {
            let file = builder.tempfile_in(folder)?;
            if is_held(file.as_file())? {
                return Ok(Self(file));
            }
        }
        builder.tempfile_in(folder).map(Self)
    }

    /// Where it is while it is on its way.
    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// The open file.
    pub fn file(&mut self) -> &mut File {
        self.0.as_file_mut()
    }

    /// Gives it its name, in the place of what may be there; `path` must be on the same file system.
    ///
    /// # Errors
    /// The system refused; the file is gone then.
    pub fn persist(self, path: &Path) -> io::Result<()> {
        self.0.persist(path).map(drop).map_err(|error| error.error)
    }
}

/// Locks a new file, as far as there are locks. False if somebody who clears the folder was faster.
#[cfg(unix)]
fn is_held(file: &File) -> io::Result<bool> {
    match file.try_lock() {
        Ok(()) => Ok(std::os::unix::fs::MetadataExt::nlink(&file.metadata()?) > 0),
        Err(TryLockError::WouldBlock) => Ok(false),
        Err(TryLockError::Error(_)) => Ok(true),
    }
}

/// Elsewhere a lock would keep this process's other handles from writing.
#[cfg(not(unix))]
fn is_held(_: &File) -> io::Result<bool> {
    Ok(true)
}

/// Removes what writers that are no more have left in `folder`. What cannot be removed stays.
pub fn clear(folder: &Path) {
    if !cfg!(unix) {
        return;
    }
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let is_file = entry.file_type().is_ok_and(|kind| kind.is_file());
        if is_file && entry.file_name().to_str().is_some_and(is_partial) {
            // Opened for writing, as some network file systems lock nothing else.
            let opened = OpenOptions::new().write(true).open(entry.path());
            if opened.is_ok_and(|file| file.try_lock().is_ok()) {
                drop(fs::remove_file(entry.path()));
            }
        }
    }
}

/// Whether a name is one of a file on its way.
fn is_partial(name: &str) -> bool {
    let random = name.strip_prefix(PREFIX).and_then(|rest| rest.split_once(MARK)).map(|(random, _)| random);
    random.is_some_and(|random| !random.is_empty() && random.chars().all(|c| c.is_ascii_alphanumeric()))
}

#[cfg(all(test, unix))]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn remains_are_cleared_and_nothing_else() {
        let scratch = tempfile::tempdir().expect("a folder");
        let at = |name: &str| scratch.path().join(name);
        let others =
            [".riskset-new", ".riskset--part", ".riskset-a b-part", "riskset-abc-part", ".riskset-abc", ".tmpabc"];
        for name in others.iter().chain(&[".riskset-abcDEF-part", ".riskset-abc123-part.nii.gz"]) {
            fs::write(at(name), "x").expect("room");
        }
        fs::create_dir(at(".riskset-folder-part")).expect("room");
        let mut partial = Partial::new(scratch.path(), ".nii", Access::Umask).expect("room");
        clear(scratch.path());
        let mut left: Vec<String> = fs::read_dir(scratch.path())
            .expect("a folder")
            .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
            .collect();
        left.retain(|name| !partial.path().ends_with(name));
        left.sort();
        let mut expected: Vec<&str> = others.into_iter().chain([".riskset-folder-part"]).collect();
        expected.sort_unstable();
        assert_eq!(left, expected);
        partial.file().write_all(b"whole").expect("room");
        partial.persist(&at("out")).expect("room");
        clear(scratch.path());
        assert_eq!(fs::read(at("out")).expect("a file"), b"whole");
    }

    #[test]
    fn a_dropped_file_leaves_nothing() {
        let scratch = tempfile::tempdir().expect("a folder");
        drop(Partial::new(scratch.path(), "", Access::Private).expect("room"));
        assert_eq!(fs::read_dir(scratch.path()).expect("a folder").count(), 0);
    }
}
