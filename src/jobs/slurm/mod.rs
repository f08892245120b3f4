//! The cases of an extraction as a Slurm job array: the same binary works through shards of them, on any number of
//! nodes, into the same cache.
//!
//! What the tasks have to tell goes through files in a folder below the cache, since a cluster's nodes share little
//! else; the queue is asked only whether tasks are still there.

mod commands;
mod shards;

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

pub use commands::{SlurmError, TaskState};
pub use shards::{Settled, Shards};

use commands::Job;

/// How often the files of the tasks are looked at.
const LOOK: Duration = Duration::from_secs(1);

/// How often the queue is asked; the controller of a cluster has other things to do.
const ASK: Duration = Duration::from_secs(5);

/// So long the queue may be without an answer before it is given up.
const PATIENCE: Duration = Duration::from_secs(600);

/// A job array at work on [`Shards`].
#[derive(Debug)]
pub struct Array {
    shards: Shards,
    job: Job,
}

/// How far an array is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Standing {
    /// Cases with features.
    pub done: usize,
    /// Cases without.
    pub failed: usize,
    /// Tasks at work.
    pub running: usize,
    /// Tasks that wait for a node.
    pub waiting: usize,
}

/// The cases of an array without features in the cache, by index.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Why their task says that it has none.
    pub failed: BTreeMap<usize, String>,
    /// What is known of those that their task did not come to the end of.
    pub lost: BTreeMap<usize, String>,
}

impl Array {
    /// Submits one task per shard, each of which runs the shell script `script`, with `options` for sbatch.
    pub fn submit(shards: Shards, script: &str, options: &[String]) -> Result<Self, SlurmError> {
        shards.write(script)?;
        let job = Job::submit(&shards.script(), shards.len(), &shards.log_pattern(), options)?;
        shards.note_job(&job.to_string())?;
        Ok(Self { shards, job })
    }

    /// The array that an earlier process submitted for the same cases, if some of it is still in the queue.
    pub fn at_work(shards: Shards) -> Result<Option<Self>, SlurmError> {
        let Some(job) = shards.noted_job().map(|name| Job::named(&name)) else { return Ok(None) };
        let alive = job.states()?.values().any(|state| !state.is_over());
        Ok(alive.then_some(Self { shards, job }))
    }

    /// The number that Slurm knows it by.
    pub fn job(&self) -> String {
        self.job.to_string()
    }

    /// How many tasks it has.
    pub fn tasks(&self) -> usize {
        self.shards.len()
    }

    /// The cases in its shards, by index.
    pub fn cases(&self) -> impl Iterator<Item = usize> + '_ {
        self.shards.cases()
    }

    /// Takes the whole array out of the queue.
    pub fn cancel(&self) -> Result<(), SlurmError> {
        self.job.cancel()
    }

    /// Waits until every case is settled or no task is left; `None` if `pause` asked to stop waiting.
    ///
    /// `pause` sleeps for the time given and answers whether to go on.
    pub fn wait(
        &self,
        mut show: impl FnMut(Standing),
        mut pause: impl FnMut(Duration) -> bool,
    ) -> Result<Option<Outcome>, SlurmError> {
        let total = self.cases().count();
        let mut states = BTreeMap::new();
        let (mut asked, mut answered) = (None::<Instant>, Instant::now());
        loop {
            let settled = self.shards.settled();
            let over = !states.is_empty() && states.values().all(|state: &TaskState| state.is_over());
            if settled.len() == total || over {
                return Ok(Some(self.outcome(&settled, &states)));
            }
            show(standing(&settled, &states));
            if !pause(LOOK) {
                return Ok(None);
            }
            if asked.is_none_or(|at| at.elapsed() >= ASK) {
                asked = Some(Instant::now());
                match self.job.states() {
                    Ok(now) => {
                        // Tasks that the queue has forgotten are over.
                        let of = |task| now.get(&task).cloned().unwrap_or_else(TaskState::forgotten);
                        states = (0..self.tasks()).map(|task| (task, of(task))).collect();
                        answered = Instant::now();
                    }
                    // A controller that restarts or is busy is no reason to leave.
                    Err(error) if answered.elapsed() > PATIENCE => return Err(error),
                    Err(_) => {}
                }
            }
        }
    }

    fn outcome(&self, settled: &BTreeMap<usize, Settled>, states: &BTreeMap<usize, TaskState>) -> Outcome {
        let mut outcome = Outcome::default();
        for (task, cases) in self.shards.tasks() {
            for case in cases {
                match settled.get(case) {
                    Some(Settled::Done) => {}
                    Some(Settled::Failed(reason)) => drop(outcome.failed.insert(*case, reason.clone())),
                    None => drop(outcome.lost.insert(*case, self.lost(task, *case, states.get(&task)))),
                }
            }
        }
        outcome
    }

    /// What is known of a case that its task did not come to.
    fn lost(&self, task: usize, case: usize, state: Option<&TaskState>) -> String {
        let name = self.shards.name(case);
        let state = state.and_then(TaskState::word).map(|word| format!(" ({word})")).unwrap_or_default();
        let log = self.shards.log(task);
        let last = match shards::last_line(&log) {
            Some(line) => format!("{line}; see {}", log.display()),
            None if log.exists() => "its log is empty".to_owned(),
            None => format!("it left no word; do the nodes see {}?", self.shards.folder().display()),
        };
        format!("{name}: task {task} of job {} ended without it{state}: {last}", self.job)
    }

    /// Removes the files that the tasks and this process told each other things by.
    pub fn clear(self) {
        self.shards.remove();
    }
}

fn standing(settled: &BTreeMap<usize, Settled>, states: &BTreeMap<usize, TaskState>) -> Standing {
    let done = settled.values().filter(|settled| matches!(settled, Settled::Done)).count();
    Standing {
        done,
        failed: settled.len() - done,
        running: states.values().filter(|state| state.is_running()).count(),
        waiting: states.values().filter(|state| state.is_waiting()).count(),
    }
}
