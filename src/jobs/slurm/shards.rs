//! The folder by which the tasks of an array and the process that waits for them know of each other.
//!
//! | file | written by | what it holds |
//! |---|---|---|
//! | `task.sh` | the submitter | what each task runs |
//! | `settings` | the submitter | what program and settings the cases are for |
//! | `array` | the submitter | how many tasks there are, and the cases of each piece by index |
//! | `pieces/open-7` | the submitter | the cases of piece 7, a line of JSON each; renamed by the task that takes it ... |
//! | `pieces/held-7-3` | | ... (task 3), and again when all its cases are settled ... |
//! | `pieces/done-7` | | ... |
//! | `again/120` | a task | nothing: it does a case once more that another task holds and may never come to |
//! | `settled-3` | task 3 | a line of JSON for each case that it came to the end of |
//! | `task-3.log` | Slurm | what task 3 printed |
//! | `job` | the submitter | Slurm's number for the array |

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::SlurmError;
use super::pieces::cut;
use crate::jobs::cache::CaseKey;
use crate::jobs::extraction::{Case, Plan};

/// The cases of an extraction, divided among tasks.
#[derive(Debug, Clone)]
pub struct Shards {
    folder: PathBuf,
    /// The names of all cases of the extraction.
    names: Vec<String>,
    division: Division,
}

/// Who begins with what.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Division {
    /// How many tasks there are; task k begins with piece k.
    tasks: usize,
    /// Indices of cases, piece by piece.
    pieces: Vec<Vec<usize>>,
}

/// What came of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Settled {
    /// Its features are in the cache under this key.
    Done(CaseKey),
    /// It has none, and why.
    Failed(String),
}

/// A line of `settled-3`.
#[derive(Serialize, Deserialize)]
struct Line {
    case: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<CaseKey>,
    #[serde(skip_serializing_if = "Option::is_none")]
    failed: Option<String>,
}

/// What the tasks have said so far; each file is read on from where it was read to.
#[derive(Debug, Default)]
pub(super) struct Heard {
    /// By index of the case.
    pub cases: BTreeMap<usize, Settled>,
    read: Vec<u64>,
}

impl Shards {
    /// Divides the cases `open` of all `cases`, whose work is about in proportion to `cost`, among `n` tasks.
    pub fn divide(cases: &[Case], plan: &Plan, open: &[usize], cost: &[u64], n: usize) -> Self {
        let tasks = n.clamp(1, open.len().max(1));
        let pieces = cut(open, cost, tasks);
        Self { division: Division { tasks, pieces }, ..Self::of(cases, plan) }
    }

    /// Those that an earlier process left for the same cases.
    pub fn found(cases: &[Case], plan: &Plan) -> Option<Self> {
        let shards = Self::of(cases, plan);
        let written = fs::read(shards.folder.join("array")).ok()?;
        let division: Division = serde_json::from_slice(&written).ok()?;
        let is_whole = division.tasks > 0 && division.pieces.iter().flatten().all(|case| *case < shards.names.len());
        is_whole.then_some(Self { division, ..shards })
    }

    fn of(cases: &[Case], plan: &Plan) -> Self {
        let names = cases.iter().map(|case| case.name.clone()).collect();
        Self { folder: folder(cases, plan), names, division: Division::default() }
    }

    /// Writes the folder anew; each task runs `script`.
    pub(super) fn write(&self, cases: &[Case], plan: &Plan, script: &str) -> Result<(), SlurmError> {
        if self.folder.exists() {
            fs::remove_dir_all(&self.folder).map_err(|source| self.io(&self.folder, source))?;
        }
        for folder in [pieces(&self.folder), self.folder.join("again")] {
            fs::create_dir_all(&folder).map_err(|source| self.io(&folder, source))?;
        }
        self.put("task.sh", script)?;
        self.put("settings", &of_settings(plan))?;
        for (number, piece) in self.division.pieces.iter().enumerate() {
            let lines: Result<Vec<String>, _> =
                piece.iter().map(|index| serde_json::to_string(&(index, &cases[*index]))).collect();
            let name = format!("pieces/open-{number}");
            let lines = lines.map_err(|error| self.io(&self.folder.join(&name), io::Error::other(error)))?;
            self.put(&name, &(lines.join("\n") + "\n"))?;
        }
        for task in 0..self.len() {
            // A network file system shows a file that grows sooner than one that is new.
            self.put(&format!("settled-{task}"), "")?;
        }
        self.put("array", &serde_json::to_string(&self.division).unwrap_or_default())
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
        self.division.tasks
    }

    /// How many cases there are in all pieces.
    pub(super) fn n_cases(&self) -> usize {
        self.division.pieces.iter().map(Vec::len).sum()
    }

    /// The cases, each with the task that holds its piece; where none does, the one that should have begun with it.
    pub(super) fn held(&self) -> Vec<(usize, usize)> {
        let mut holders: BTreeMap<usize, usize> = BTreeMap::new();
        for piece in Piece::all(&self.folder) {
            if let State::Held { by } = piece.state {
                holders.insert(piece.number, by);
            }
        }
        let by = |number: usize| holders.get(&number).copied().unwrap_or(number % self.len().max(1));
        let numbered = self.division.pieces.iter().enumerate();
        numbered.flat_map(|(number, cases)| cases.iter().map(move |case| (*case, by(number)))).collect()
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

    /// Hears what the tasks have said since the last time.
    pub(super) fn hear(&self, heard: &mut Heard) {
        heard.read.resize(self.len(), 0);
        for (task, at) in heard.read.iter_mut().enumerate() {
            let (said, end) = said(&self.folder, task, *at).unwrap_or_default();
            *at = end.max(*at);
            for (case, settled) in said {
                // A case that was begun twice and done once is done.
                if !matches!(heard.cases.get(&case), Some(Settled::Done(_))) {
                    heard.cases.insert(case, settled);
                }
            }
        }
    }

    pub(super) fn remove(self) {
        let _ = fs::remove_dir_all(self.folder);
    }
}

/// Where the pieces are.
pub(super) fn pieces(folder: &Path) -> PathBuf {
    folder.join("pieces")
}

/// A piece by the name of its file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Piece {
    pub path: PathBuf,
    pub number: usize,
    pub state: State,
}

/// Where a piece is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    Open,
    Held { by: usize },
    Done,
}

impl Piece {
    /// All pieces in a folder, by number.
    pub fn all(folder: &Path) -> Vec<Self> {
        let Ok(entries) = fs::read_dir(pieces(folder)) else { return Vec::new() };
        let mut all: Vec<Self> = entries.flatten().filter_map(|entry| Self::at(entry.path())).collect();
        all.sort_by_key(|piece| piece.number);
        all
    }

    fn at(path: PathBuf) -> Option<Self> {
        let name = path.file_name()?.to_str()?;
        let (state, numbers) = name.split_once('-')?;
        let (number, state) = match (state, numbers.split_once('-')) {
            ("open", None) => (numbers, State::Open),
            ("done", None) => (numbers, State::Done),
            ("held", Some((number, by))) => (number, State::Held { by: by.parse().ok()? }),
            _ => return None,
        };
        Some(Self { number: number.parse().ok()?, state, path })
    }

    /// What its file is called in a state.
    pub fn in_state(folder: &Path, number: usize, state: State) -> Self {
        let name = match state {
            State::Open => format!("open-{number}"),
            State::Held { by } => format!("held-{number}-{by}"),
            State::Done => format!("done-{number}"),
        };
        Self { path: pieces(folder).join(name), number, state }
    }

    /// The same piece in another state, if it is still where it was.
    pub fn moved(&self, folder: &Path, state: State) -> Option<Self> {
        let to = Self::in_state(folder, self.number, state);
        fs::rename(&self.path, &to.path).ok().map(|()| to)
    }

    /// Its cases with their indices.
    pub fn cases(&self) -> io::Result<Vec<(usize, Case)>> {
        let text = fs::read_to_string(&self.path)?;
        text.lines().map(|line| serde_json::from_str(line).map_err(io::Error::other)).collect()
    }
}

/// Says what came of a case of `task`.
pub(super) fn say(folder: &Path, task: usize, case: usize, settled: &Settled) -> io::Result<()> {
    let (key, failed) = match settled {
        Settled::Done(key) => (Some(*key), None),
        Settled::Failed(reason) => (None, Some(reason.clone())),
    };
    let line = serde_json::to_string(&Line { case, key, failed })? + "\n";
    // Opened each time, since a network file system passes on what was written when a file is closed.
    let path = folder.join(format!("settled-{task}"));
    OpenOptions::new().create(true).append(true).open(path)?.write_all(line.as_bytes())
}

/// What a task has said from a place in its file on, and where that ends; a line that is not yet whole is not yet there.
pub(super) fn said(folder: &Path, task: usize, from: u64) -> io::Result<(BTreeMap<usize, Settled>, u64)> {
    let mut file = File::open(folder.join(format!("settled-{task}")))?;
    file.seek(SeekFrom::Start(from))?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    bytes.truncate(bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1));
    let settled = |line: Line| match (line.key, line.failed) {
        (Some(key), None) => Some((line.case, Settled::Done(key))),
        (_, failed) => failed.map(|reason| (line.case, Settled::Failed(reason))),
    };
    let lines = bytes.split(|byte| *byte == b'\n').filter_map(|line| serde_json::from_slice(line).ok());
    Ok((lines.filter_map(settled).collect(), from + bytes.len() as u64))
}

/// One folder for the same cases, settings and version of the program: so an array that is still at work is found
/// again.
fn folder(cases: &[Case], plan: &Plan) -> PathBuf {
    let mut hash = blake3::Hasher::new();
    hash.update(of_settings(plan).as_bytes());
    for case in cases {
        let fields =
            [&case.name, &case.image.to_string_lossy().into_owned(), &case.mask.to_string_lossy().into_owned()];
        for field in fields {
            hash.update(field.as_bytes()).update(b"\n");
        }
        hash.update(format!("{:?} {:?} {:?}", case.picked, case.channel, case.regions).as_bytes());
    }
    plan.cache.folder().join("slurm").join(&hash.finalize().to_hex()[..16])
}

/// What program and settings the cases are for: a task notices if they have changed meanwhile.
pub(super) fn of_settings(plan: &Plan) -> String {
    let mut hash = blake3::Hasher::new();
    hash.update(env!("CARGO_PKG_VERSION").as_bytes());
    for settings in plan.all_settings() {
        hash.update(settings.canonical().as_bytes());
    }
    hash.finalize().to_hex().to_string()
}

/// The last line of a task's log that says something.
pub(super) fn last_line(log: &Path) -> Option<String> {
    let text = fs::read(log).ok()?;
    let text = String::from_utf8_lossy(&text);
    text.lines().map(str::trim).rfind(|line| !line.is_empty()).map(str::to_owned)
}
