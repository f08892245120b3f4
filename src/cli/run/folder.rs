//! The folder that a run writes: all of it, or none of it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

/// A file of a run: its path inside the folder, and its bytes.
pub(super) struct File {
    pub path: String,
    pub bytes: Vec<u8>,
}

/// A folder that is to be written.
pub(super) struct Folder {
    path: PathBuf,
    /// What was there before, and is to be replaced.
    replaces: bool,
}

impl Folder {
    /// The folder `path`; an error if something is there that may not be replaced.
    pub fn new(path: &Path, force: bool) -> anyhow::Result<Self> {
        let shown = path.display();
        if path.exists() && !path.is_dir() {
            bail!("{shown} is a file; name a folder");
        }
        let replaces = path.is_dir();
        let is_empty = !replaces || fs::read_dir(path).with_context(|| shown.to_string())?.next().is_none();
        if !is_empty && !force {
            bail!("{shown} is not empty; --force replaces it");
        }
        // Only what a run has written is ever removed.
        if !is_empty && !path.join(super::manifest::NAME).is_file() {
            bail!("{shown} holds other files than those of a run: name another folder");
        }
        Ok(Self { path: path.to_owned(), replaces })
    }

    /// Writes everything beside the folder, then puts it in its place.
    pub fn write(&self, files: &[File], manifest: &File) -> anyhow::Result<()> {
        let partial = self.beside("partial");
        let place = || self.path.display().to_string();
        let written = write_all(&partial, files, manifest).and_then(|()| self.put_in_place(&partial));
        if written.is_err() {
            drop(fs::remove_dir_all(&partial));
        }
        written.with_context(place)
    }

    fn put_in_place(&self, partial: &Path) -> io::Result<()> {
        if !self.replaces {
            return fs::rename(partial, &self.path);
        }
        let old = self.beside("old");
        fs::rename(&self.path, &old)?;
        if let Err(error) = fs::rename(partial, &self.path) {
            fs::rename(&old, &self.path)?;
            return Err(error);
        }
        fs::remove_dir_all(&old)
    }

    /// A name beside the folder that no other process uses.
    fn beside(&self, what: &str) -> PathBuf {
        let name = self.path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        self.path.with_file_name(format!(".{name}.{what}.{}", std::process::id()))
    }
}

fn write_all(folder: &Path, files: &[File], manifest: &File) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    for file in files.iter().chain([manifest]) {
        let path = folder.join(&file.path);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(path, &file.bytes)?;
    }
    Ok(())
}
