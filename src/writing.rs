//! How files are written: as a whole or not at all, to the disk and not only towards it, with the modes that they have,
//! through links, and into what is no plain file; and never over what is being read. What a killed process has left on
//! the way is cleared when the next one writes there.

use std::env;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use whole::{Access, Partial};

/// So many links may follow one another.
const LINKS: usize = 40;

/// The path that a user writes: `~` at its beginning is the home folder, as the shell would read it.
pub fn of_home(path: PathBuf) -> PathBuf {
    match (path.strip_prefix("~"), env::home_dir()) {
        (Ok(rest), Some(home)) => home.join(rest),
        _ => path,
    }
}

/// Writes a result. A file that is there is replaced in one step and keeps its mode; a link is followed; a pipe or a
/// device is written into. Who else may read a new file is up to the umask.
pub fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    match fs::metadata(path) {
        Ok(there) if there.is_dir() => Err(io::Error::new(io::ErrorKind::IsADirectory, "this is a folder, not a file")),
        Ok(there) if !there.is_file() => OpenOptions::new().write(true).open(path)?.write_all(bytes),
        Ok(there) => replace(&fs::canonicalize(path)?, bytes, Some(there.permissions())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => replace(&followed(path)?, bytes, None),
        Err(error) => Err(error),
    }
}

/// Writes what can be made anew, such as an entry of the cache: whole or not at all, but a loss of power may take it. It
/// is on its way in `folder`, which [`clear`] looks through without looking at every entry.
pub fn keep(folder: &Path, path: &Path, bytes: &[u8]) -> io::Result<()> {
    fs::create_dir_all(folder_of(path))?;
    let mut partial = Partial::new(folder, "", Access::Umask)?;
    partial.file().write_all(bytes)?;
    partial.persist(path)
}

/// Removes what writers that were killed have left in a folder.
pub fn clear(folder: &Path) {
    whole::clear(folder);
}

/// Writes for this user's eyes only, into folders that are theirs alone where they have to be made.
pub fn write_privately(path: &Path, bytes: &[u8]) -> io::Result<()> {
    private_folder(folder_of(path))?;
    clear(folder_of(path));
    let mut partial = Partial::new(folder_of(path), "", Access::Private)?;
    partial.file().write_all(bytes)?;
    partial.persist(path)
}

/// Makes a folder that only this user may enter, unless it is there.
pub fn private_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Whether something is there that writing would replace: not where it would go into a pipe or a device.
pub fn would_replace(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|there| there.is_file() || there.is_dir())
}

/// The one of `inputs`, files and folders of images, that `output` is or lies in; none while nothing is there.
pub fn is_input<'i>(output: &Path, inputs: &'i [PathBuf]) -> Option<&'i PathBuf> {
    if !fs::metadata(output).is_ok_and(|there| there.is_file()) {
        return None;
    }
    let real = fs::canonicalize(output).ok()?;
    inputs.iter().find(|input| is_same(output, input) || input.is_dir() && is_below(&real, input))
}

/// The one of `inputs` that lies in `folder`, or is it.
pub fn holds_input<'i>(folder: &Path, inputs: &'i [PathBuf]) -> Option<&'i PathBuf> {
    let inside = |input: &&PathBuf| fs::canonicalize(input).is_ok_and(|real| is_below(&real, folder));
    inputs.iter().find(inside)
}

/// Whether `real`, which has no links in it, is `folder` or lies below it.
fn is_below(real: &Path, folder: &Path) -> bool {
    fs::canonicalize(folder).is_ok_and(|folder| real.starts_with(folder))
}

#[cfg(unix)]
fn is_same(a: &Path, b: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let file = |path: &Path| fs::metadata(path).map(|meta| (meta.dev(), meta.ino())).ok();
    file(a).is_some() && file(a) == file(b)
}

#[cfg(not(unix))]
fn is_same(a: &Path, b: &Path) -> bool {
    fs::canonicalize(a).is_ok_and(|a| fs::canonicalize(b).is_ok_and(|b| a == b))
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Where a link that leads nowhere yet leads to.
fn followed(path: &Path) -> io::Result<PathBuf> {
    let mut at = path.to_owned();
    for _ in 0..LINKS {
        match fs::read_link(&at) {
            Ok(to) => at = folder_of(&at).join(to),
            Err(_) => return Ok(at),
        }
    }
    Err(io::Error::other("too many links lead on from here"))
}

fn replace(path: &Path, bytes: &[u8], mode: Option<fs::Permissions>) -> io::Result<()> {
    let folder = folder_of(path);
    fs::create_dir_all(folder)?;
    clear(folder);
    let mut partial = Partial::new(folder, "", Access::Umask)?;
    partial.file().write_all(bytes)?;
    if let Some(mode) = mode {
        partial.file().set_permissions(mode)?;
    }
    partial.file().sync_all()?;
    partial.persist(path)?;
    settle(folder);
    Ok(())
}

/// Brings the names in a folder to the disk, where the system has a way to.
pub fn settle(folder: &Path) {
    // Some file systems cannot; the files' own bytes are there all the same.
    let _ = File::open(folder).and_then(|folder| folder.sync_all());
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    #[test]
    fn a_tilde_at_the_beginning_is_the_home_folder() {
        let Some(home) = env::home_dir() else { return };
        assert_eq!(of_home("~".into()), home);
        assert_eq!(of_home("~/km.svg".into()), home.join("km.svg"));
        for plain in ["km.svg", "a~/b", "~b/c", "/~/d"] {
            assert_eq!(of_home(plain.into()), Path::new(plain));
        }
    }

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).expect("a file").permissions().mode() & 0o777
    }

    #[test]
    fn modes_are_kept_and_links_followed() {
        let scratch = tempfile::tempdir().expect("a folder");
        let at = |name: &str| scratch.path().join(name);
        write(&at("a"), b"old").expect("room");
        fs::set_permissions(at("a"), fs::Permissions::from_mode(0o600)).expect("ours");
        symlink("a", at("link")).expect("a link");
        write(&at("link"), b"new").expect("room");
        assert_eq!((fs::read(at("a")).expect("a file"), mode(&at("a"))), (b"new".to_vec(), 0o600));
        assert!(fs::symlink_metadata(at("link")).expect("a link").is_symlink());
        symlink("b", at("dangling")).expect("a link");
        write(&at("dangling"), b"made").expect("room");
        assert_eq!(fs::read(at("b")).expect("a file"), b"made");
        write(Path::new("/dev/null"), b"gone").expect("a device");
        assert!(!fs::metadata("/dev/null").expect("a device").is_file());
        assert!(write(scratch.path(), b"").is_err(), "a folder is no file");
    }

    #[test]
    fn what_is_private_is_for_its_owner() {
        let scratch = tempfile::tempdir().expect("a folder");
        let file = scratch.path().join("state/sessions/a.json");
        write_privately(&file, b"{}").expect("room");
        assert_eq!((mode(&file), mode(&scratch.path().join("state"))), (0o600, 0o700));
    }

    #[test]
    fn an_input_is_known_by_whatever_name_it_goes() {
        let scratch = tempfile::tempdir().expect("a folder");
        let at = |name: &str| scratch.path().join(name);
        fs::create_dir(at("series")).expect("a folder");
        for name in ["t.csv", "series/1.dcm"] {
            fs::write(at(name), "x").expect("room");
        }
        fs::hard_link(at("t.csv"), at("hard")).expect("a link");
        symlink(scratch.path(), at("again")).expect("a link");
        let inputs = [at("t.csv"), at("series")];
        for (output, of) in [("t.csv", 0), ("hard", 0), ("again/t.csv", 0), ("series/1.dcm", 1)] {
            assert_eq!(is_input(&at(output), &inputs), Some(&inputs[of]), "{output}");
        }
        assert_eq!(is_input(&at("series/new.csv"), &inputs), None);
        assert_eq!(holds_input(&at("again"), &inputs), Some(&inputs[0]));
        assert_eq!(holds_input(&at("series"), &inputs[..1]), None);
    }
}
