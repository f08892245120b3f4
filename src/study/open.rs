//! Opening whatever a user points at: a study folder, a study file, a bare table.

use std::path::{Path, PathBuf};

use super::cohort::Cohort;
use super::read::FILE_NAME;
use super::roles::Roles;
use super::spec::*;
use crate::data::{Frame, ReadOptions, check_columns, is_table, read_table};
use crate::problem::{Place, Problem};

impl Study {
    /// The study at `path`: a folder with a study file or a single table, a study file, or a table.
    ///
    /// A table whose folder has a study file about it opens as that study; any other table has its roles guessed.
    pub fn open(path: &Path) -> (Option<Self>, Vec<Problem>) {
        if path.is_dir() {
            if path.join(FILE_NAME).is_file() {
                return Self::load(path);
            }
            return match tables_in(path).as_slice() {
                [table] => Self::from_table(table),
                [] => (None, vec![nothing_in(path, "it holds neither a study.toml nor a table")]),
                several => {
                    let names: Vec<String> = several.iter().map(|t| name_of(t)).collect();
                    let problem = nothing_in(path, "it holds several tables and no study.toml");
                    (None, vec![problem.remedy(format!("open one of them: {}", names.join(", ")))])
                }
            };
        }
        if path.extension().is_some_and(|e| e == "toml") || !is_table(path) && path.exists() {
            return Self::load(path);
        }
        let beside = path.with_file_name(FILE_NAME);
        if beside.is_file() {
            let (study, problems) = Self::load(&beside);
            if let Some(study) = study.filter(|s| s.resolve(&s.table.path) == path) {
                return (Some(study), problems);
            }
        }
        Self::from_table(path)
    }

    /// A study of the bare table at `path`: roles are guessed and noted, what is unclear is asked in
    /// [`Study::questions`]. Saved as `study.toml` beside the table it opens as a study the next time.
    pub fn from_table(path: &Path) -> (Option<Self>, Vec<Problem>) {
        let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new(".")).to_owned();
        let shown = PathBuf::from(name_of(path));
        let (frame, _) = match read_table(path, &shown, &ReadOptions::default()) {
            Ok(read) => read,
            Err(error) => return (None, vec![error.into()]),
        };
        let table = TableSpec { path: shown, ..TableSpec::default() };
        let mut study = Self::of_table(folder, path.to_owned(), table);
        study.take_roles(Roles::guess(&frame));
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
        let guessed = |text: String, key: &str| {
            let reason = self.reasons.get(key).cloned().unwrap_or_default();
            Problem::note(place(), format!("guessed: {text} ({reason})"))
        };
        let mut notes: Vec<Problem> = Vec::new();
        notes.extend(self.id.as_ref().map(|id| guessed(format!("{id} names the patient"), "id")));
        for endpoint in &self.endpoints {
            let key = format!("endpoints.{}", endpoint.name);
            let key =
                [format!("{key}.time"), format!("{key}.origin")].into_iter().find(|k| self.reasons.contains_key(k));
            let text = format!("endpoint {} from {}", endpoint.name, endpoint.columns().join(" and "));
            notes.push(guessed(text, &key.unwrap_or_default()));
        }
        if let CohortSpec::Column { column, .. } = &self.cohorts {
            notes.push(guessed(format!("{column} names the cohort"), "cohorts"));
        }
        let remedy = "answer it with :roles, or in the study file that `riskset init` writes";
        notes.extend(self.questions.iter().map(|q| Problem::warning(place(), q.text.clone()).remedy(remedy)));
        notes
    }

    /// Whether this is a bare table whose roles were guessed, not a study that was written down.
    pub fn is_guessed(&self) -> bool {
        is_table(&self.file)
    }

    /// Takes the answer to a question: `answer` is one of its candidates, or any column or value of that kind.
    pub fn answer(&mut self, role: Role, answer: &str) {
        self.questions.retain(|q| q.role != role);
        let answer = answer.to_owned();
        match role {
            Role::Id => self.id = Some(answer),
            Role::Cohort => self.first_cohort(&answer),
            Role::Time => self.first_times(|time, _, _| *time = answer),
            Role::Event => self.first_times(|_, _, event| event.column = answer),
            Role::EventValue => self.first_times(|_, _, event| event.is = vec![answer]),
            Role::TimeUnit => {
                let Some((_, chosen)) = TimeUnit::WORDS.into_iter().find(|(word, _)| *word == answer) else { return };
                self.first_times(|_, unit, _| *unit = chosen);
                self.endpoints[0].show = if chosen == TimeUnit::Days { TimeUnit::Months } else { chosen };
            }
        }
    }

    /// Changes time, unit and event of the first endpoint, which is made if there is none of that kind.
    fn first_times(&mut self, change: impl FnOnce(&mut String, &mut TimeUnit, &mut EventSpec)) {
        let is_times = |e: &EndpointSpec| matches!(e.source, EndpointSource::Times { .. });
        if !self.endpoints.first().is_some_and(is_times) {
            let event = EventSpec { column: String::new(), is: Vec::new() };
            let source = EndpointSource::Times { time: String::new(), unit: TimeUnit::Months, event };
            let endpoint =
                EndpointSpec { name: "outcome".to_owned(), label: None, source, show: TimeUnit::Months, causes: None };
            self.endpoints.insert(0, endpoint);
        }
        if let Some(EndpointSpec { source: EndpointSource::Times { time, unit, event }, .. }) =
            self.endpoints.first_mut()
        {
            change(time, unit, event);
        }
    }

    fn first_cohort(&mut self, value: &str) {
        if let CohortSpec::Column { names, .. } = &mut self.cohorts {
            names.sort_by_key(|cohort| cohort.value != value);
        }
    }

    /// Every problem of the study at once: its table, its cohort, its doubtful columns, its files and its settings.
    pub fn check(&self) -> Vec<Problem> {
        let (cohort, mut problems) = self.cohort();
        problems.extend(self.check_beside(cohort.as_ref()));
        crate::problem::sort(&mut problems);
        problems
    }

    /// What is to be said beyond the reading of table and cohort: doubtful columns, files, settings, no endpoint.
    pub fn check_beside(&self, cohort: Option<&Cohort>) -> Vec<Problem> {
        let mut problems = Vec::new();
        if let Some(cohort) = cohort {
            problems.extend(self.check_columns(cohort.frame(), cohort.variables()));
            problems.extend(self.check_files(&self.files(cohort)));
        }
        problems.extend(self.extraction_settings().err().into_iter().flatten());
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
    crate::problem::sort(&mut problems);
    (study, problems)
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
