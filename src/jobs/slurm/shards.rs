//! The folder by which the tasks of an array and the process that waits for them know of each other.
//!
//! | file | written by | what it holds |
//! |---|---|---|
//! | `task.sh` | the submitter | what each task runs |
//! | `shard-3` | the submitter | the cases of task 3, an index a line |
//! | `settled-3` | task 3 | a line of JSON for each case that it came to the end of |
//! | `task-3.log` | Slurm | what task 3 printed |
//! | `job` | the submitter | Slurm's number for the array |

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::SlurmError;
use crate::jobs::extraction::{Case, Plan};

/// The cases of an extraction, divided among tasks.
#[derive(Debug, Clone)]
pub struct Shards {
    folder: PathBuf,
    /// The names of all cases of the extraction.
    names: Vec<String>,
    /// Indices of cases, task by task.
    tasks: Vec<Vec<usize>>,
}

/// What came of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Settled {
    /// Its features are in the cache.
    Done,
    /// It has none, and why.
    Failed(String),
}

#[derive(Serialize, Deserialize)]
struct Line {
    case: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    failed: Option<String>,
}

impl Shards {
    /// Divides the cases `open` of all `cases` among `n` tasks.
    ///
    /// Neighbours go to different tasks, since large images often lie side by side.
    pub fn divide(cases: &[Case], plan: &Plan, open: &[usize], n: usize) -> Self {
        let n = n.clamp(1, open.len().max(1));
        let tasks = (0..n).map(|task| open.iter().copied().skip(task).step_by(n).collect()).collect();
        Self { tasks, ..Self::of(cases, plan) }
    }

    /// Those that an earlier process left for the same cases.
    pub fn found(cases: &[Case], plan: &Plan) -> Option<Self> {
        let mut shards = Self::of(cases, plan);
        while let Some(of_task) = shards.shard(shards.tasks.len()) {
            shards.tasks.push(of_task);
        }
        (!shards.tasks.is_empty()).then_some(shards)
    }

    fn of(cases: &[Case], plan: &Plan) -> Self {
        let names = cases.iter().map(|case| case.name.clone()).collect();
        Self { folder: folder(cases, plan), names, tasks: Vec::new() }
    }

    /// Writes the folder anew; each task runs `script`.
    pub(super) fn write(&self, script: &str) -> Result<(), SlurmError> {
        if self.folder.exists() {
            fs::remove_dir_all(&self.folder).map_err(|source| self.io(&self.folder, source))?;
        }
        fs::create_dir_all(&self.folder).map_err(|source| self.io(&self.folder, source))?;
        self.put("task.sh", script)?;
        for (task, cases) in self.tasks() {
            let lines: String = cases.iter().map(|case| format!("{case}\n")).collect();
            self.put(&format!("shard-{task}"), &lines)?;
            // A network file system shows a file that grows sooner than one that is new.
            self.put(&format!("settled-{task}"), "")?;
        }
        Ok(())
    }

    fn put(&self, name: &str, text: &str) -> Result<(), SlurmError> {
        let path = self.folder.join(name);
        fs::write(&path, text).map_err(|source| self.io(&path, source))
    }

    fn io(&self, path: &Path, source: io::Error) -> SlurmError {
        SlurmError::Io { path: path.to_owned(), source }
    }

    /// Where the files are.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// How many tasks there are.
    pub(super) fn len(&self) -> usize {
        self.tasks.len()
    }

    pub(super) fn tasks(&self) -> impl Iterator<Item = (usize, &[usize])> {
        self.tasks.iter().map(Vec::as_slice).enumerate()
    }

    pub(super) fn cases(&self) -> impl Iterator<Item = usize> + '_ {
        self.tasks.iter().flatten().copied()
    }

    pub(super) fn name(&self, case: usize) -> &str {
        self.names.get(case).map_or("", String::as_str)
    }

    pub(super) fn script(&self) -> PathBuf {
        self.folder.join("task.sh")
    }

    /// The log of every task, in Slurm's way of saying so.
    pub(super) fn log_pattern(&self) -> PathBuf {
        self.folder.join("task-%a.log")
    }

    pub(super) fn log(&self, task: usize) -> PathBuf {
        self.folder.join(format!("task-{task}.log"))
    }

    pub(super) fn note_job(&self, name: &str) -> Result<(), SlurmError> {
        self.put("job", name)
    }

    pub(super) fn noted_job(&self) -> Option<String> {
        fs::read_to_string(self.folder.join("job")).ok().filter(|name| !name.trim().is_empty())
    }

    /// The cases of one task, by index.
    pub fn shard(&self, task: usize) -> Option<Vec<usize>> {
        let text = fs::read_to_string(self.folder.join(format!("shard-{task}"))).ok()?;
        text.lines().map(|line| line.parse().ok().filter(|case| *case < self.names.len())).collect()
    }

    /// Says what came of a case of `task`.
    pub fn settle(&self, task: usize, case: usize, settled: &Settled) -> io::Result<()> {
        let failed = match settled {
            Settled::Done => None,
            Settled::Failed(reason) => Some(reason.clone()),
        };
        let line = serde_json::to_string(&Line { case, failed })? + "\n";
        // Opened each time, since a network file system passes on what was written when a file is closed.
        let path = self.folder.join(format!("settled-{task}"));
        OpenOptions::new().create(true).append(true).open(path)?.write_all(line.as_bytes())
    }

    /// What the tasks have said so far.
    pub(super) fn settled(&self) -> BTreeMap<usize, Settled> {
        let of_task = |task: usize| fs::read_to_string(self.folder.join(format!("settled-{task}"))).unwrap_or_default();
        let texts: Vec<String> = (0..self.len()).map(of_task).collect();
        // A line that is not yet whole counts as not yet there.
        let lines = texts.iter().flat_map(|text| text.lines()).filter_map(|line| serde_json::from_str(line).ok());
        lines.map(|line: Line| (line.case, line.failed.map_or(Settled::Done, Settled::Failed))).collect()
    }

    pub(super) fn remove(self) {
        let _ = fs::remove_dir_all(self.folder);
    }
}

/// One folder for the same cases, settings and version of the program: so an array that is still at work is found
/// again, and a task notices if its study has changed meanwhile.
fn folder(cases: &[Case], plan: &Plan) -> PathBuf {
    let mut hash = blake3::Hasher::new();
    hash.update(env!("CARGO_PKG_VERSION").as_bytes());
    for settings in plan.all_settings() {
        hash.update(settings.canonical().as_bytes());
    }
    for case in cases {
        let fields =
            [&case.name, &case.image.to_string_lossy().into_owned(), &case.mask.to_string_lossy().into_owned()];
        for field in fields {
            hash.update(field.as_bytes()).update(b"\n");
        }
        hash.update(format!("{:?} {:?}", case.picked, case.channel).as_bytes());
    }
    plan.cache.folder().join("slurm").join(&hash.finalize().to_hex()[..16])
}

/// The last line of a task's log that says something.
pub(super) fn last_line(log: &Path) -> Option<String> {
    let text = fs::read(log).ok()?;
    let text = String::from_utf8_lossy(&text);
    text.lines().map(str::trim).rfind(|line| !line.is_empty()).map(str::to_owned)
}
