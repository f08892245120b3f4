//! Reading a study or a bare table: the first thing that happens in the background.

use std::path::Path;
use std::sync::Arc;

use tables::problem::{self, Place, Problem};
use watch::caught::caught;

use crate::study::{Cohort, ColumnSpec, Study, TableSpec};

/// What came of opening a path.
#[derive(Debug, Default)]
pub struct Opened {
    /// The study, if its file could be understood.
    pub study: Option<Arc<Study>>,
    /// Its patients, if the table could be read.
    pub cohort: Option<Arc<Cohort>>,
    /// What is wrong or doubtful, worst first.
    pub problems: Vec<Problem>,
}

/// Opens a study's folder, its study.toml, or a bare table, whose columns' roles are guessed then.
pub fn open(path: &Path) -> Opened {
    open_read(path, TableSpec::default(), Vec::new())
}

/// The same where something is known of how the table and its columns are to be read.
pub fn open_read(path: &Path, table: TableSpec, columns: Vec<ColumnSpec>) -> Opened {
    let (study, problems) = Study::open_read(path, table, columns);
    opened(study, problems)
}

/// What `open` gives; a panic in it is an error of its own kind, not a screen that waits for ever.
pub fn safely(open: impl FnOnce() -> Opened) -> Opened {
    caught(open).unwrap_or_else(|panic| {
        let message = format!("an error of riskset's own: {panic}");
        let problem = Problem::error(Place::default(), message).remedy("the log has its place");
        Opened { problems: vec![problem], ..Opened::default() }
    })
}

/// Opens a study of a bare table again, after answers to its questions.
pub fn reopen(study: Study) -> Opened {
    let problems = study.notes_of_guesses();
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
    Opened { study, cohort, problems }
}
