//! The folder that a run writes: all of it, or none of it. What somebody else has put there stays.

use std::fs::{self, File as Handle, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use super::replace::{self, Listing};
use crate::writing;

/// A file of a run: its path inside the folder, and its bytes.
pub(super) struct File {
    pub path: String,
    pub bytes: Vec<u8>,
}

/// A folder that is to be written.
pub(super) struct Folder {
    path: PathBuf,
    /// Held as long as this run may write there.
    _lock: Option<Handle>,
}

impl Folder {
    /// The folder `path`; an error if something is there that may not be replaced, or another run is at work on it.
    /// Locks are kept below `state`.
    pub fn new(path: &Path, force: bool, state: &Path) -> anyhow::Result<Self> {
        let shown = path.display();
        if path.exists() && !path.is_dir() {
            bail!("{shown} is a file; name a folder");
        }
        let real = real(path).with_context(|| shown.to_string())?;
        let lock = locked(&real, state).with_context(|| shown.to_string())?;
        replace::recover(&real).with_context(|| shown.to_string())?;
        let is_empty = !real.is_dir() || fs::read_dir(&real).with_context(|| shown.to_string())?.next().is_none();
        if !is_empty && !force {
            bail!("{shown} is not empty; --force replaces what a former run has written there");
        }
        // Only what a run has written is ever removed.
        if !is_empty && Listing::of(&real).is_none() {
            let manifest = super::manifest::NAME;
            bail!(
                "{shown} holds other files than those of a run: it has no {manifest} of riskset; name another folder"
            );
        }
        Ok(Self { path: real, _lock: lock })
    }

    /// An error if one of `inputs` lies in the folder.
    pub fn refuse_inputs(&self, inputs: &[PathBuf]) -> anyhow::Result<()> {
        match writing::holds_input(&self.path, inputs) {
            Some(input) => bail!(
                "{} holds {}, which the study is read from; name another folder",
                self.path.display(),
                input.display()
            ),
            None => Ok(()),
        }
    }

    /// Writes everything, then puts it in its place.
    pub fn write(&self, files: &[File], manifest: &File) -> anyhow::Result<()> {
        replace::write(&self.path, files, manifest).with_context(|| self.path.display().to_string())
    }
}

/// Where a folder is, or will be, without links on the way.
fn real(path: &Path) -> io::Result<PathBuf> {
    if path.exists() {
        return fs::canonicalize(path);
    }
    if let Ok(to) = fs::read_link(path) {
        return real(&path.parent().unwrap_or(Path::new("")).join(to));
    }
    let absolute = std::path::absolute(path)?;
    let (Some(parent), Some(name)) = (absolute.parent(), absolute.file_name()) else { return Ok(absolute) };
    Ok(real(parent)?.join(name))
}

/// The lock of a folder; none where locks cannot be kept.
fn locked(folder: &Path, state: &Path) -> io::Result<Option<Handle>> {
    let name = blake3::hash(folder.as_os_str().as_encoded_bytes()).to_hex();
    let locks = state.join("locks");
    let made = writing::private_folder(&locks).and_then(|()| Handle::create(locks.join(&name[..16])));
    let Ok(lock) = made else { return Ok(None) };
    match lock.try_lock() {
        Ok(()) => Ok(Some(lock)),
        Err(TryLockError::WouldBlock) => Err(io::Error::other("another run is writing to this folder")),
        Err(TryLockError::Error(_)) => Ok(None),
    }
}
