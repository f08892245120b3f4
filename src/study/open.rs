//! Opening whatever a user points at: a study folder, a study file, a bare table.

use std::path::{Path, PathBuf};

use tables::problem::{Place, Problem};
use tables::{Frame, check_columns, is_table};

use super::cohort::Cohort;
use super::memory::{OnReading, TableMemory};
use super::read::FILE_NAME;
use super::roles::Roles;
use super::spec::*;

/// What is known of a table besides what a study file says, and who hears of it.
#[derive(Clone, Default)]
pub struct Opening {
    /// How the table is read, whatever its path.
    pub table: TableSpec,
    /// How single columns are.
    pub columns: Vec<ColumnSpec>,
    /// What hears of the table while it is read, now and later.
    pub told: Option<OnReading>,
}

impl Opening {
    /// As the study says, with somebody told of what is read.
    pub fn telling(told: OnReading) -> Self {
        Self { told: Some(told), ..Self::default() }
    }
}

impl Study {
    /// The study at `path`: a folder with a study file or a single table, a study file, or a table.
    ///
    /// A table whose folder has a study file about it opens as that study; any other table has its roles guessed.
    pub fn open(path: &Path) -> (Option<Self>, Vec<Problem>) {
        Self::open_as(path, Opening::default())
    }

    /// The same where something is known of how the table is to be read, besides what a study file says.
    pub fn open_as(path: &Path, how: Opening) -> (Option<Self>, Vec<Problem>) {
        let as_said =
            |(study, problems): (Option<Self>, Vec<Problem>)| (study.map(|study| study.reading(&how)), problems);
        if path.is_dir() {
            if path.join(FILE_NAME).is_file() {
                return as_said(Self::load(path));
            }
            return match tables_in(path).as_slice() {
                [only] => Self::from_table(only, how),
                [] => (None, vec![nothing_in(path, "it holds neither a study.toml nor a table")]),
                several => {
                    let names: Vec<String> = several.iter().map(|t| name_of(t)).collect();
                    let problem = nothing_in(path, "it holds several tables and no study.toml");
                    let remedy = format!("open one of them: {}; `riskset init` joins them by id", names.join(", "));
                    (None, vec![problem.remedy(remedy)])
                }
            };
        }
        if path.extension().is_some_and(|e| e == "toml") || !is_table(path) && is_study_text(path) {
            return as_said(Self::load(path));
        }
        match Self::beside(path) {
            Some((study, problems)) => as_said((Some(study), problems)),
            None => Self::from_table(path, how),
        }
    }

    /// The study beside the table at `path` that is about it; the table is not read for it.
    pub fn beside(path: &Path) -> Option<(Self, Vec<Problem>)> {
        let file = path.with_file_name(FILE_NAME);
        if !file.is_file() {
            return None;
        }
        let (study, problems) = Self::load(&file);
        study.filter(|s| s.resolve(&s.table.path) == path).map(|study| (study, problems))
    }

    /// The study whose table is read as it is said here, and else as it says itself.
    fn reading(mut self, how: &Opening) -> Self {
        let (own, table) = (&mut self.table, &how.table);
        own.sheet = table.sheet.clone().or(own.sheet.take());
        own.encoding = table.encoding.clone().or(own.encoding.take());
        own.dates = table.dates.or(own.dates);
        own.decimal = table.decimal.or(own.decimal);
        own.limits = table.limits.or(own.limits);
        own.missing.extend(table.missing.iter().cloned());
        for said in &how.columns {
            match self.columns.iter_mut().find(|c| c.name == said.name) {
                Some(column) => {
                    column.missing = said.missing.clone().or(column.missing.take());
                    column.limits = said.limits.or(column.limits);
                }
                None => self.columns.push(said.clone()),
            }
        }
        self.memory = TableMemory::telling(how.told.clone());
        self
    }

    /// A study of the bare table at `path`: roles are guessed and noted, what is unclear is asked in
    /// [`Study::questions`]. Saved as `study.toml` beside the table it opens as a study the next time.
    pub fn from_table(path: &Path, how: Opening) -> (Option<Self>, Vec<Problem>) {
        let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new(".")).to_owned();
        let table = TableSpec { path: PathBuf::from(name_of(path)), ..how.table };
        let mut study = Self::of_table(folder, path.to_owned(), table);
        study.columns = how.columns;
        study.memory = TableMemory::telling(how.told);
        let options = study.table.options(study.column_rules());
        let frame = match study.memory.read(path, &study.table.path, &options, true) {
            Ok((frame, _)) => frame,
            Err(error) => return (None, vec![error.into()]),
        };
        study.take_roles(Roles::guess(&frame));
        study.ask_doubts(&frame);
        let problems = study.notes_of_guesses();
        (Some(study), problems)
    }

    pub(super) fn take_roles(&mut self, roles: Roles) {
        self.id = roles.id;
        self.endpoints = roles.endpoints;
        self.cohorts = roles.cohorts.unwrap_or(CohortSpec::One);
        self.features = roles.features;
        self.reasons.extend(roles.reasons);
        self.questions = roles.questions;
    }

    /// What was guessed as notes, what has to be asked as warnings.
    pub fn notes_of_guesses(&self) -> Vec<Problem> {
        let place = || Place::file(&self.table.path);
        // What was answered has no reason, and is no guess.
        let guessed = |text: String, key: &str| {
            let reason = self.reasons.get(key)?;
            Some(Problem::note(place(), format!("guessed: {text} ({reason})")))
        };
        let mut notes: Vec<Problem> = Vec::new();
        notes.extend(self.id.as_ref().and_then(|id| guessed(format!("{id} names the patient"), "id")));
        for endpoint in &self.endpoints {
            let key = format!("endpoints.{}", endpoint.name);
            let key =
                [format!("{key}.time"), format!("{key}.origin")].into_iter().find(|k| self.reasons.contains_key(k));
            let text = format!("endpoint {} from {}", endpoint.name, endpoint.columns().join(" and "));
            notes.extend(guessed(text, &key.unwrap_or_default()));
        }
        if let CohortSpec::Column { column, .. } = &self.cohorts {
            notes.extend(guessed(format!("{column} names the cohort"), "cohorts"));
        }
        // What is asked of a column is among the problems of its reading.
        let of_roles = self.questions.iter().filter(|q| !matches!(q.role, Role::Reading(_)));
        notes.extend(of_roles.map(|q| {
            let remedy = format!("answer by {}, or :roles on the screen", q.option);
            Problem::warning(place(), format!("question: {}", q.text)).remedy(remedy)
        }));
        notes
    }

    /// Whether this is a bare table whose roles were guessed, not a study that was written down.
    pub fn is_guessed(&self) -> bool {
        self.file.extension().is_none_or(|e| e != "toml") && self.file.file_name() == self.table.path.file_name()
    }

    /// Every problem of the study at once: its table, its cohort, its doubtful columns, its files and its settings.
    pub fn check(&self) -> Vec<Problem> {
        let (cohort, mut problems) = self.cohort();
        problems.extend(self.check_beside(cohort.as_ref()));
        tables::problem::sort(&mut problems);
        problems
    }

    /// What is to be said beyond the reading of table and cohort: doubtful columns, files, settings, no endpoint.
    pub fn check_beside(&self, cohort: Option<&Cohort>) -> Vec<Problem> {
        let mut problems = Vec::new();
        if let Some(cohort) = cohort {
            problems.extend(self.check_columns(cohort.frame(), cohort.variables()));
            problems.extend(self.check_files(&self.files(cohort)));
            problems.extend(self.cautions(cohort));
        }
        problems.extend(self.settings_by_sequence().err().into_iter().flatten());
        if self.endpoints.is_empty() && !self.is_guessed() {
            let message = "the study has no endpoint, so nothing about survival can be computed";
            let remedy = "write a section [endpoints.OS] with time and event";
            problems.push(Problem::warning(self.place("endpoints"), message).remedy(remedy));
        }
        problems
    }

    fn check_columns(&self, frame: &Frame, variables: &[String]) -> Vec<Problem> {
        check_columns(frame, variables.iter().map(String::as_str))
    }
}

/// Opens and checks what is at `path`: the study, if there is one, and all of its problems.
pub fn check(path: &Path) -> (Option<Study>, Vec<Problem>) {
    let (study, mut problems) = Study::open(path);
    if let Some(study) = &study {
        problems.extend(study.check());
    }
    tables::problem::sort(&mut problems);
    (study, problems)
}

/// Whether a file that is not called like a table reads like a study file: its first line that says something is a
/// section or sets a key of one.
fn is_study_text(path: &Path) -> bool {
    // A pipe can be read only once, and holds a table.
    let Some(text) = path.is_file().then(|| std::fs::read_to_string(path).ok()).flatten() else { return false };
    let first = text.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with('#'));
    first.is_some_and(|line| {
        let key = line.split_once('=').map(|(key, _)| key.trim());
        key.is_some_and(|key| ["version", "title", "table", "id"].contains(&key)) || line == "[table]"
    })
}

/// The tables of a folder, by name.
pub(super) fn tables_in(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut tables: Vec<PathBuf> = entries.map(|e| e.path()).filter(|p| p.is_file() && is_table(p)).collect();
    // A text file is a table only where nothing better is there, and Excel leaves lock files beside open workbooks.
    tables.retain(|p| !name_of(p).starts_with(['.', '~']));
    if tables.iter().any(|p| p.extension().is_some_and(|e| e != "txt")) {
        tables.retain(|p| p.extension().is_some_and(|e| e != "txt"));
    }
    tables.sort();
    tables
}

pub(super) fn name_of(path: &Path) -> String {
    path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default()
}

fn nothing_in(folder: &Path, message: &str) -> Problem {
    Problem::error(Place::file(folder), message)
}
