//! One run's files in the place of another's.
//!
//! Everything is written to a folder of its own first. Where the old folder holds nothing but what a run wrote, both
//! change places in one step, so that a process which is killed leaves the old results or the new ones. Where others have
//! put files in, or a folder cannot change places (it is where the user is, or another disk), the new files are moved in
//! one by one; a mark then says that they are whole, and the next run finishes what was interrupted.

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use serde::Deserialize;

use super::folder::File;
use super::manifest;
use crate::writing;

/// In the folder of new files: all of them are there.
const WHOLE: &str = ".whole";

/// The files that a run has written, as its manifest lists them, with their hashes.
pub(super) struct Listing(BTreeMap<PathBuf, String>);

impl Listing {
    /// Those of the run in `folder`; none if its manifest is not one of riskset.
    pub fn of(folder: &Path) -> Option<Self> {
        #[derive(Deserialize)]
        struct Manifest {
            #[serde(rename = "riskset")]
            _version: String,
            hash: String,
            files: Vec<Entry>,
        }
        #[derive(Deserialize)]
        struct Entry {
            path: PathBuf,
            hash: String,
        }
        let text = fs::read(folder.join(manifest::NAME)).ok()?;
        let read: Manifest = serde_json::from_slice(&text).ok()?;
        let stays_inside = |path: &Path| path.components().all(|part| matches!(part, Component::Normal(_)));
        let is_own = read.hash == "BLAKE3" && read.files.iter().all(|entry| stays_inside(&entry.path));
        is_own.then(|| Self(read.files.into_iter().map(|entry| (entry.path, entry.hash)).collect()))
    }

    /// Whether the file at `path` in `folder` is still as the run wrote it.
    fn is_as_written(&self, folder: &Path, path: &Path) -> bool {
        let hash = |bytes: Vec<u8>| blake3::hash(&bytes).to_hex().to_string();
        self.0.get(path).is_some_and(|listed| fs::read(folder.join(path)).is_ok_and(|bytes| hash(bytes) == *listed))
    }
}

/// Writes `files` and the manifest into `folder`, in the place of a former run's.
pub(super) fn write(folder: &Path, files: &[File], manifest: &File) -> io::Result<()> {
    let new: BTreeSet<PathBuf> = files.iter().map(|file| PathBuf::from(&file.path)).collect();
    let staged = stage(folder)?;
    let written = write_all(&staged, files, manifest).and_then(|()| put_in_place(&staged, folder, &new));
    if written.is_err() && !staged.join(WHOLE).exists() {
        drop(fs::remove_dir_all(&staged));
    }
    written
}

/// Ends what an interrupted run has left: new files that are whole are put in their place, all else is cleared away.
pub(super) fn recover(folder: &Path) -> io::Result<()> {
    for staged in [beside(folder), inside(folder)].into_iter().filter(|staged| staged.is_dir()) {
        if staged.join(WHOLE).exists() && folder.is_dir() {
            move_in(&staged, folder)?;
        } else {
            discard(&staged, folder)?;
        }
    }
    Ok(())
}

/// An empty folder for the new files.
fn stage(folder: &Path) -> io::Result<PathBuf> {
    let staged = beside(folder);
    if let Some(parent) = folder.parent() {
        fs::create_dir_all(parent)?;
    }
    let made = fs::create_dir(&staged).and_then(|()| match folder.is_dir() && device(&staged)? != device(folder)? {
        true => fs::remove_dir(&staged).and(Err(io::ErrorKind::CrossesDevices.into())),
        false => Ok(()),
    });
    match made {
        Ok(()) => Ok(staged),
        Err(_) if folder.is_dir() => {
            let staged = inside(folder);
            fs::create_dir(&staged).map(|()| staged)
        }
        Err(error) => Err(error),
    }
}

fn beside(folder: &Path) -> PathBuf {
    let name = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    folder.with_file_name(format!(".{name}.riskset-new"))
}

fn inside(folder: &Path) -> PathBuf {
    folder.join(".riskset-new")
}

#[cfg(unix)]
fn device(path: &Path) -> io::Result<u64> {
    Ok(std::os::unix::fs::MetadataExt::dev(&fs::metadata(path)?))
}

#[cfg(not(unix))]
fn device(_: &Path) -> io::Result<u64> {
    Ok(0)
}

/// Writes the files and brings them to the disk.
fn write_all(folder: &Path, files: &[File], manifest: &File) -> io::Result<()> {
    let mut folders = BTreeSet::new();
    for file in files.iter().chain([manifest]) {
        let path = folder.join(&file.path);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
            folders.insert(parent.to_owned());
        }
        fs::write(&path, &file.bytes)?;
    }
    for file in files.iter().chain([manifest]) {
        fs::File::open(folder.join(&file.path))?.sync_all()?;
    }
    folders.iter().for_each(|folder| writing::settle(folder));
    Ok(())
}

fn put_in_place(staged: &Path, folder: &Path, new: &BTreeSet<PathBuf>) -> io::Result<()> {
    if !folder.exists() {
        fs::rename(staged, folder)?;
    } else if can_change_places(staged, folder, new) && exchange(staged, folder).is_ok() {
        discard(staged, folder)?;
    } else {
        fs::write(staged.join(WHOLE), "")?;
        move_in(staged, folder)?;
    }
    folder.parent().into_iter().for_each(writing::settle);
    Ok(())
}

/// Whether nobody misses anything when the folder becomes another one: all in it is a former run's, unchanged or written
/// anew, and nobody stands in it.
fn can_change_places(staged: &Path, folder: &Path, new: &BTreeSet<PathBuf>) -> bool {
    let old = Listing::of(folder);
    let is_ours = |path: &PathBuf| {
        let listed = old.as_ref().is_some_and(|old| new.contains(path) && old.0.contains_key(path));
        *path == Path::new(manifest::NAME) || listed || old.as_ref().is_some_and(|old| old.is_as_written(folder, path))
    };
    let stands_in_it = env::current_dir().and_then(fs::canonicalize).is_ok_and(|here| here.starts_with(folder));
    !staged.starts_with(folder) && !stands_in_it && files_in(folder).is_ok_and(|files| files.iter().all(is_ours))
}

#[cfg(target_os = "linux")]
fn exchange(a: &Path, b: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    // The folder that people know keeps its mode.
    fs::set_permissions(a, fs::metadata(b)?.permissions())?;
    Ok(renameat_with(CWD, a, CWD, b, RenameFlags::EXCHANGE)?)
}

#[cfg(not(target_os = "linux"))]
fn exchange(_: &Path, _: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Moves the new files in, over those of the same name; what the former run wrote and this one does not is removed, if
/// nobody has changed it since.
fn move_in(staged: &Path, folder: &Path) -> io::Result<()> {
    let old = Listing::of(folder);
    let new = Listing::of(staged);
    for path in files_in(staged)?.iter().filter(|path| !is_last(path)) {
        move_file(&staged.join(path), &folder.join(path))?;
    }
    if let (Some(old), Some(new)) = (&old, &new) {
        for path in old.0.keys().filter(|path| !new.0.contains_key(*path)) {
            if files_in(folder)?.contains(path) && old.is_as_written(folder, path) {
                fs::remove_file(folder.join(path))?;
            }
        }
        clear_folders(folder, old.0.keys());
    }
    if staged.join(manifest::NAME).exists() {
        move_file(&staged.join(manifest::NAME), &folder.join(manifest::NAME))?;
    }
    fs::remove_dir_all(staged)
}

/// What is moved when all else is: the manifest, and the mark.
fn is_last(path: &Path) -> bool {
    path == Path::new(manifest::NAME) || path == Path::new(WHOLE)
}

fn move_file(from: &Path, to: &Path) -> io::Result<()> {
    if let Some(parent) = to.parent() {
        fs::create_dir_all(parent)?;
    }
    match fs::rename(from, to) {
        // A folder in the results may be a link to another disk.
        Err(error) if error.kind() == io::ErrorKind::CrossesDevices => {
            fs::copy(from, to)?;
            fs::remove_file(from)
        }
        moved => moved,
    }
}

/// Clears away a folder of results: what its manifest lists is removed file by file, and what else is in it, because
/// somebody put it there at the last moment, goes to `folder`. Without a manifest it was never finished, and nobody has
/// seen it.
fn discard(staged: &Path, folder: &Path) -> io::Result<()> {
    let Some(listing) = Listing::of(staged) else { return fs::remove_dir_all(staged) };
    for path in files_in(staged)?.iter().filter(|path| !is_last(path)) {
        let (from, to) = (staged.join(path), folder.join(path));
        if listing.0.contains_key(path) {
            fs::remove_file(from)?;
        } else if !to.exists() {
            move_file(&from, &to)?;
        }
    }
    clear_folders(staged, listing.0.keys());
    let rest = files_in(staged)?;
    if rest.iter().all(|path| is_last(path)) {
        fs::remove_dir_all(staged)?;
    }
    Ok(())
}

/// Removes the folders of `files` that have become empty.
fn clear_folders<'p>(folder: &Path, files: impl Iterator<Item = &'p PathBuf>) {
    let folders: BTreeSet<&Path> = files.flat_map(|path| path.ancestors().skip(1)).collect();
    // The deepest first; one that is not empty stays.
    for path in folders.into_iter().rev().filter(|path| !path.as_os_str().is_empty()) {
        drop(fs::remove_dir(folder.join(path)));
    }
}

/// All that is no folder, in and below `folder`, by its path in it. Links are not followed, and what is still on its way
/// does not count.
fn files_in(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut open = vec![PathBuf::new()];
    while let Some(path) = open.pop() {
        for entry in fs::read_dir(folder.join(&path))? {
            let entry = entry?;
            let inner = path.join(entry.file_name());
            match entry.file_type()?.is_dir() {
                true if folder.join(&inner) == inside(folder) => {}
                true => open.push(inner),
                false => found.push(inner),
            }
        }
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, text: &str) -> File {
        File { path: path.to_owned(), bytes: text.as_bytes().to_vec() }
    }

    fn listed(files: &[File]) -> File {
        let entries: Vec<serde_json::Value> = files
            .iter()
            .map(|f| serde_json::json!({ "path": f.path, "hash": blake3::hash(&f.bytes).to_hex().as_str() }))
            .collect();
        let text = serde_json::json!({ "riskset": "1", "hash": "BLAKE3", "files": entries }).to_string();
        file(manifest::NAME, &text)
    }

    fn there(folder: &Path) -> Vec<String> {
        let shown = |path: &PathBuf| path.display().to_string();
        files_in(folder).expect("a folder").iter().map(shown).filter(|name| name != manifest::NAME).collect()
    }

    #[test]
    fn a_run_replaces_a_run_and_nothing_else() {
        let scratch = tempfile::tempdir().expect("a folder");
        let out = scratch.path().join("out");
        let first = [file("report.html", "1"), file("tables/old.csv", "1"), file("tables/edited.csv", "1")];
        write(&out, &first, &listed(&first)).expect("room");
        assert_eq!(there(&out), ["report.html", "tables/edited.csv", "tables/old.csv"]);

        fs::write(out.join("tables/edited.csv"), "mine").expect("room");
        fs::create_dir(out.join("paper")).expect("room");
        fs::write(out.join("paper/fig1.ai"), "mine").expect("room");
        let second = [file("report.html", "2"), file("tables/new.csv", "2")];
        write(&out, &second, &listed(&second)).expect("room");
        assert_eq!(there(&out), ["paper/fig1.ai", "report.html", "tables/edited.csv", "tables/new.csv"]);
        assert_eq!(fs::read(out.join("report.html")).expect("a file"), b"2");

        let plain = scratch.path().join("plain");
        for files in [&first[..], &second[..]] {
            write(&plain, files, &listed(files)).expect("room");
        }
        assert_eq!(there(&plain), ["report.html", "tables/new.csv"]);
        let beside: Vec<_> = fs::read_dir(scratch.path()).expect("a folder").flatten().map(|e| e.file_name()).collect();
        assert_eq!(beside.len(), 2, "{beside:?}");
    }

    #[test]
    fn what_was_interrupted_is_finished_or_cleared_away() {
        let scratch = tempfile::tempdir().expect("a folder");
        let out = scratch.path().join("out");
        let (first, second) = ([file("a", "1"), file("b", "1")], [file("a", "2"), file("c", "2")]);
        write(&out, &first, &listed(&first)).expect("room");
        // Killed while it wrote the new files.
        let staged = stage(&out).expect("room");
        fs::write(staged.join("a"), "2").expect("room");
        recover(&out).expect("room");
        assert_eq!((there(&out), staged.exists()), (vec!["a".to_owned(), "b".to_owned()], false));
        // Killed between the change of places and the removal of the old files, when somebody put one more there.
        let staged = stage(&out).expect("room");
        write_all(&staged, &first, &listed(&first)).expect("room");
        fs::write(staged.join("notes.txt"), "mine").expect("room");
        recover(&out).expect("room");
        assert_eq!((there(&out), staged.exists()), (vec!["a".into(), "b".into(), "notes.txt".to_owned()], false));
        // Killed while the new files were moved in.
        let staged = stage(&out).expect("room");
        write_all(&staged, &second, &listed(&second)).expect("room");
        fs::write(staged.join(WHOLE), "").expect("room");
        fs::rename(staged.join("a"), out.join("a")).expect("room");
        recover(&out).expect("room");
        assert_eq!((there(&out), staged.exists()), (vec!["a".into(), "c".into(), "notes.txt".to_owned()], false));
        assert_eq!(fs::read(out.join("a")).expect("a file"), b"2");
    }

    #[test]
    fn a_manifest_of_others_is_none() {
        let scratch = tempfile::tempdir().expect("a folder");
        for text in [
            r#"{"name": "download", "files": 2}"#,
            r#"{"riskset": "1", "hash": "BLAKE3", "files": [{"path": "../study.toml", "hash": ""}]}"#,
            r#"{"riskset": "1", "hash": "BLAKE3", "files": [{"path": "/etc/passwd", "hash": ""}]}"#,
            "not JSON",
        ] {
            fs::write(scratch.path().join(manifest::NAME), text).expect("room");
            assert!(Listing::of(scratch.path()).is_none(), "{text}");
        }
    }
}
