//! Whether the tables of the study on screen are still those that were read.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use crate::study::Study;

/// Files are looked at no more often than this.
const PACE: Duration = Duration::from_secs(2);

/// The files behind the screen as they were when they were read.
#[derive(Default)]
pub struct Read {
    files: Vec<(PathBuf, Stand)>,
    looked: Option<Instant>,
}

/// Size and time of a file; none if it is not there.
type Stand = Option<(u64, SystemTime)>;

fn stand(path: &Path) -> Stand {
    let meta = fs::metadata(path).ok()?;
    Some((meta.len(), meta.modified().ok()?))
}

impl Read {
    /// The study's own file and its tables, as they are now.
    pub fn of(study: Option<&Study>) -> Self {
        let sources = study.map(|study| study.sources(None)).unwrap_or_default();
        let files = sources.into_iter().map(|path| (path.clone(), stand(&path)));
        Self { files: files.collect(), looked: None }
    }

    /// What to say of a file that was changed or taken away since it was read, once for each change; the same in fewer words.
    pub fn news(&mut self) -> Option<(String, Vec<String>)> {
        if self.looked.is_some_and(|at| at.elapsed() < PACE) {
            return None;
        }
        self.looked = Some(Instant::now());
        let (path, was) = self.files.iter_mut().find(|(path, was)| stand(path) != *was)?;
        *was = stand(path);
        let what = if was.is_some() { "has changed" } else { "is gone" };
        let name = path.file_name().unwrap_or(path.as_os_str()).display().to_string();
        let whole = format!("{name} {what} since it was read: U reads it again; until then all is of what it was");
        Some((whole, vec![format!("{name} {what}: U reads it again"), format!("a file {what}: U reads it again")]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::study::Opening;

    #[test]
    fn a_change_is_said_once() {
        let scratch = tempfile::tempdir().expect("a folder");
        let table = scratch.path().join("t.csv");
        fs::write(&table, "id,time,event\nA,1,1\nB,2,0\n").expect("room");
        let (study, _) = Study::from_table(&table, Opening::default());
        let mut read = Read::of(study.as_ref());
        assert_eq!(read.news(), None);
        for (change, word) in [(Some("id,time,event\nA,1,1\n"), "changed"), (None, "gone")] {
            match change {
                Some(text) => fs::write(&table, text).expect("room"),
                None => fs::remove_file(&table).expect("ours"),
            }
            read.looked = None;
            assert!(
                read.news().is_some_and(
                    |(whole, brief)| whole.contains(word) && brief.iter().all(|text| text.contains("U reads"))
                ),
                "{word}"
            );
            read.looked = None;
            assert_eq!(read.news(), None);
        }
    }
}
