//! sbatch, squeue and scancel.

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Why an array cannot be submitted or followed.
#[derive(Debug, thiserror::Error)]
pub enum SlurmError {
    /// The command is not on this machine.
    #[error("{0}: there is no such command here; --slurm works where jobs can be submitted to Slurm")]
    Absent(&'static str),
    /// The command would not.
    #[error("{command}: {said}")]
    Refused {
        /// Which command.
        command: &'static str,
        /// Its words.
        said: String,
    },
    /// The folder that tasks and waiting process share cannot be used.
    #[error("{path}: {source}", path = path.display())]
    Io {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

/// A job as sbatch named it: `17`, or `17;west` on one of several clusters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Job {
    id: String,
    cluster: Option<String>,
}

/// Where a task of an array is, in squeue's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskState(String);

impl Job {
    pub fn named(name: &str) -> Self {
        match name.trim().split_once(';') {
            Some((id, cluster)) => Self { id: id.to_owned(), cluster: Some(cluster.to_owned()) },
            None => Self { id: name.trim().to_owned(), cluster: None },
        }
    }

    /// Submits `script` once per task; `log` is a file name pattern of Slurm's.
    pub fn submit(script: &Path, tasks: usize, log: &Path, options: &[String]) -> Result<Self, SlurmError> {
        let mut command = Command::new("sbatch");
        // What the user says goes before what following the tasks depends on: the last word counts.
        command.arg("--job-name=riskset").args(options).arg("--parsable");
        command.arg(format!("--array=0-{}", tasks - 1)).arg(format!("--output={}", log.display())).arg(script);
        let said = run("sbatch", &mut command)?;
        // Some sites print a greeting first.
        match said.lines().rev().find(|line| line.starts_with(|c: char| c.is_ascii_digit())) {
            Some(line) => Ok(Self::named(line)),
            None => {
                Err(SlurmError::Refused { command: "sbatch", said: format!("no job number in its answer {said:?}") })
            }
        }
    }

    /// The tasks that the queue knows, those that ended a short time ago among them; empty if it knows none.
    pub fn states(&self) -> Result<BTreeMap<usize, TaskState>, SlurmError> {
        let mut command = self.command("squeue");
        command.args(["--noheader", "--array", "--states=all", "--format=%K|%T"]).arg(format!("--jobs={}", self.id));
        match run("squeue", &mut command) {
            Ok(said) => Ok(said.lines().filter_map(TaskState::parse).collect()),
            Err(SlurmError::Refused { said, .. }) if said.contains("Invalid job id") => Ok(BTreeMap::new()),
            Err(error) => Err(error),
        }
    }

    pub fn cancel(&self) -> Result<(), SlurmError> {
        run("scancel", self.command("scancel").arg(&self.id)).map(drop)
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.args(self.cluster.iter().map(|cluster| format!("--clusters={cluster}")));
        command
    }
}

impl fmt::Display for Job {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.id)?;
        self.cluster.iter().try_for_each(|cluster| write!(f, ";{cluster}"))
    }
}

impl TaskState {
    /// A line `3|RUNNING`.
    fn parse(line: &str) -> Option<(usize, Self)> {
        let (task, state) = line.trim().split_once('|')?;
        Some((task.trim().parse().ok()?, Self(state.trim().to_owned())))
    }

    /// Of a task that the queue knows no more.
    pub(super) fn forgotten() -> Self {
        Self(String::new())
    }

    /// True if nothing more will come of it.
    pub(super) fn is_over(&self) -> bool {
        const OVER: [&str; 11] = [
            "",
            "BOOT_FAIL",
            "CANCELLED",
            "COMPLETED",
            "DEADLINE",
            "FAILED",
            "NODE_FAIL",
            "OUT_OF_MEMORY",
            "PREEMPTED",
            "REVOKED",
            "TIMEOUT",
        ];
        OVER.contains(&self.0.as_str())
    }

    pub(super) fn is_running(&self) -> bool {
        matches!(self.0.as_str(), "RUNNING" | "COMPLETING")
    }

    pub(super) fn is_waiting(&self) -> bool {
        !self.is_over() && !self.is_running()
    }

    /// Slurm's word for it, if it is known.
    pub(super) fn word(&self) -> Option<&str> {
        Some(self.0.as_str()).filter(|word| !word.is_empty())
    }
}

/// What a command printed; its words on stderr if it failed.
fn run(name: &'static str, command: &mut Command) -> Result<String, SlurmError> {
    let output = command.stdin(Stdio::null()).output().map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => SlurmError::Absent(name),
        _ => SlurmError::Refused { command: name, said: error.to_string() },
    })?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    let said = if said.is_empty() { output.status.to_string() } else { said };
    Err(SlurmError::Refused { command: name, said })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jobs_keep_their_cluster() {
        for name in ["17", "17;west"] {
            assert_eq!(Job::named(name).to_string(), name);
        }
        assert_eq!(Job::named("17;west\n").cluster.as_deref(), Some("west"));
    }

    #[test]
    fn lines_of_the_queue() {
        let state = |line: &str| TaskState::parse(line);
        assert_eq!(state("3|RUNNING"), Some((3, TaskState("RUNNING".to_owned()))));
        assert_eq!(state("CLUSTER: west"), None);
        assert!(state("0|TIMEOUT").is_some_and(|(_, s)| s.is_over()));
        assert!(state("0|PENDING").is_some_and(|(_, s)| s.is_waiting()));
        assert!(TaskState::forgotten().is_over() && TaskState::forgotten().word().is_none());
    }
}
