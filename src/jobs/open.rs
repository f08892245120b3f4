//! Reading a study or a bare table: the first thing that happens in the background.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::problem::{self, Problem};
use crate::study::{Cohort, Study, TableSpec};

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

/// Opens a study's folder, its study.toml, or a bare table.
pub fn open(path: &Path) -> Opened {
    let (study, mut problems) = if is_table(path) { (Some(of_table(path)), Vec::new()) } else { Study::load(path) };
    let study = study.map(Arc::new);
    let cohort = study.as_ref().and_then(|study| {
        let (cohort, found) = study.cohort();
        problems.extend(found);
        if let Some(cohort) = &cohort {
            problems.extend(study.check_files(&study.files(cohort)));
        }
        cohort.map(Arc::new)
    });
    problem::sort(&mut problems);
    Opened { study, cohort, problems }
}

/// A study of nothing but a table.
fn of_table(path: &Path) -> Study {
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let name = path.file_name().map(PathBuf::from).unwrap_or_default();
    Study::of_table(folder.to_owned(), path.to_owned(), TableSpec { path: name, ..TableSpec::default() })
}

/// Whether `path` is a table and not a study's file or folder.
fn is_table(path: &Path) -> bool {
    path.is_file() && path.extension().is_none_or(|ending| ending != "toml")
}
