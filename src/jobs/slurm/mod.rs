//! The cases of an extraction as a Slurm job array: the same binary works through shards of them, on any number of
//! nodes, into the same cache.
//!
//! What the tasks have to tell goes through files in a folder below the cache, since a cluster's nodes share little
//! else; the queue is asked only whether tasks are still there.

mod commands;
mod desk;
mod pieces;
mod shards;

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

pub use commands::{SlurmError, TaskState};
pub use desk::{Desk, Work};
pub use shards::{Settled, Shards};

use commands::Job;
use shards::Heard;

use super::cache::CaseKey;
use super::extraction::{Case, Plan};

/// How often the files of the tasks are looked at ...
const LOOK: Duration = Duration::from_secs(1);

/// ... if there are no more than so many; of more tasks, less often.
const EACH: usize = 50;

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

/// What came of the cases of an array, by index.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Where in the cache its features are.
    pub done: BTreeMap<usize, CaseKey>,
    /// Why their task says that it has none.
    pub failed: BTreeMap<usize, String>,
    /// What is known of those that their task did not come to the end of.
    pub lost: BTreeMap<usize, String>,
}

impl Array {
    /// Submits the tasks of `shards`, each of which runs the shell script `script`, with `options` for sbatch. `cases` and
    /// `plan` are those that the shards were made of.
    pub fn submit(
        shards: Shards,
        cases: &[Case],
        plan: &Plan,
        script: &str,
        options: &[String],
    ) -> Result<Self, SlurmError> {
        shards.write(cases, plan, script)?;
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

    /// How many cases there are in its shards.
    pub fn n_cases(&self) -> usize {
        self.shards.n_cases()
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
        let total = self.n_cases();
        let look = LOOK * self.tasks().div_ceil(EACH).max(1) as u32;
        let (mut states, mut heard) = (BTreeMap::new(), Heard::default());
        let (mut asked, mut answered) = (None::<Instant>, Instant::now());
        loop {
            self.shards.hear(&mut heard);
            let over = !states.is_empty() && states.values().all(|state: &TaskState| state.is_over());
            if heard.cases.len() == total || over {
                // What is still at work then does what another task has done.
                if states.values().any(|state| !state.is_over()) {
                    let _ = self.cancel();
                }
                return Ok(Some(self.outcome(heard.cases, &states)));
            }
            show(standing(&heard.cases, &states));
            if !pause(look) {
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

    fn outcome(&self, mut settled: BTreeMap<usize, Settled>, states: &BTreeMap<usize, TaskState>) -> Outcome {
        let mut outcome = Outcome::default();
        for (case, task) in self.shards.held() {
            match settled.remove(&case) {
                Some(Settled::Done(key)) => drop(outcome.done.insert(case, key)),
                Some(Settled::Failed(reason)) => drop(outcome.failed.insert(case, reason)),
                None => drop(outcome.lost.insert(case, self.lost(task, case, states.get(&task)))),
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
    let done = settled.values().filter(|settled| matches!(settled, Settled::Done(_))).count();
    Standing {
        done,
        failed: settled.len() - done,
        running: states.values().filter(|state| state.is_running()).count(),
        waiting: states.values().filter(|state| state.is_waiting()).count(),
    }
}
