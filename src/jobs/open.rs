//! Reading a study or a bare table: the first thing that happens in the background.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tables::problem::{self, Place, Problem};
use watch::caught::caught;

use crate::study::{Cohort, FILE_NAME, Opening, Study};

/// What came of opening a path.
#[derive(Debug, Default)]
pub struct Opened {
    /// The study, if its file could be understood.
    pub study: Option<Arc<Study>>,
    /// Its patients, if the table could be read.
    pub cohort: Option<Arc<Cohort>>,
    /// What is wrong or doubtful, worst first.
    pub problems: Vec<Problem>,
    /// Whether the study is what its file says, or what was changed of it on the screen.
    pub as_written: bool,
    /// The text of its file, where it has one and was read from it.
    pub text: Option<String>,
    /// The tables that were read from, relative to the study's folder, with BLAKE3 digests of their bytes.
    pub tables: Vec<(PathBuf, String)>,
}

/// Opens a study's folder, its study.toml, or a bare table, whose columns' roles are guessed then.
pub fn open(path: &Path) -> Opened {
    open_as(path, Opening::default())
}

/// The same where something is known of how the table is to be read.
pub fn open_as(path: &Path, how: Opening) -> Opened {
    let (study, problems) = Study::open_as(path, how);
    let text = study.as_ref().filter(|study| !study.is_guessed());
    let text = text.and_then(|study| std::fs::read_to_string(&study.file).ok());
    as_written(opened(study, problems), text)
}

/// What was opened is what the file says.
fn as_written(opened: Opened, text: Option<String>) -> Opened {
    let tables = opened.study.as_deref().map(digests).unwrap_or_default();
    Opened { as_written: true, text, tables, ..opened }
}

/// The study's tables and digests of their bytes.
fn digests(study: &Study) -> Vec<(PathBuf, String)> {
    let joined = study.tables.iter().map(|joined| &joined.table.path);
    let features = study.features.iter().filter_map(|features| features.table.as_ref()).map(|table| &table.path);
    let digest = |path: &PathBuf| {
        let mut hash = blake3::Hasher::new();
        hash.update_reader(std::fs::File::open(study.resolve(path)).ok()?).ok()?;
        Some((path.clone(), hash.finalize().to_hex().to_string()))
    };
    std::iter::once(&study.table.path).chain(joined).chain(features).filter_map(digest).collect()
}

/// Opens a study whose file had another text, which was read from `path` then.
pub fn open_text(path: &Path, text: &str) -> Opened {
    let folder = if path.is_dir() { path } else { path.parent().unwrap_or(Path::new("")) };
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let name = path.file_name().filter(|_| path.extension().is_some_and(|ending| ending == "toml"));
    let (study, problems) = Study::parse(text, folder, name.map_or(Path::new(FILE_NAME), Path::new));
    as_written(opened(study, problems), Some(text.to_owned()))
}

/// What `open` gives; a panic in it is an error of its own kind, not a screen that waits for ever.
pub fn safely(open: impl FnOnce() -> Opened) -> Opened {
    caught(open).unwrap_or_else(|panic| {
        let message = format!("an error of riskset's own: {panic}");
        let problem = Problem::error(Place::default(), message).remedy("the log has its place");
        Opened { problems: vec![problem], as_written: true, ..Opened::default() }
    })
}

/// Opens a study again, after something was changed of it.
pub fn reopen(study: Study) -> Opened {
    let mut problems = study.notes_of_guesses();
    if !study.is_guessed() {
        problems.extend(Study::load(&study.file).1);
    }
    opened(Some(study), problems)
}

fn opened(study: Option<Study>, mut problems: Vec<Problem>) -> Opened {
    let study = study.map(Arc::new);
    let cohort = study.as_ref().and_then(|study| {
        let (cohort, found) = study.cohort();
        problems.extend(found);
        problems.extend(study.check_beside(cohort.as_ref()));
        // What questions are known by takes a while for a large table: it is worked out here, not at the first question.
        cohort.map(Arc::new).inspect(|cohort| {
            cohort.revision();
        })
    });
    problem::sort(&mut problems);
    Opened { study, cohort, problems, ..Opened::default() }
}
