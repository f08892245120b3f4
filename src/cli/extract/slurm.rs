//! `--slurm`: the cases as a job array of the same binary into the same cache, and the wait for it.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::Args;
use crossbeam_channel::{Receiver, RecvTimeoutError};
use rayon::prelude::*;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use super::progress::ProgressLine;
use super::settle::{Settled, settle};
use crate::cli::Usage;
use crate::jobs::cache::{CaseFeatures, CaseKey};
use crate::jobs::extraction::{Case, CaseId, CaseNews, Plan};
use crate::jobs::slurm::{self, Array, Desk, Shards, Standing};

/// So many files are looked at at the same time: a network file system answers slowly, and many questions at once.
const LOOKING: usize = 16;

/// Options for a cluster.
#[derive(Args)]
pub(super) struct SlurmOptions {
    /// Run the cases as a Slurm job array into the same cache, and wait for it
    #[arg(long, conflicts_with_all = ["voxel", "diagnostics"])]
    pub slurm: bool,
    /// Options for sbatch, such as '--partition=long --mem=4G --cpus-per-task=2'
    #[arg(long, value_name = "OPTIONS", requires = "slurm", allow_hyphen_values = true)]
    pub slurm_opts: Option<String>,
    /// Tasks of the job array; by default one for every four cases, at most 100
    #[arg(long, value_name = "N", requires = "slurm", value_parser = clap::value_parser!(u16).range(1..))]
    pub shards: Option<u16>,
    /// What a task of an array is started with: where its shard is
    #[arg(long, value_name = "DIR", hide = true)]
    pub array_task: Option<PathBuf>,
}

/// Works on `cases` by a job array; those that are in the cache already take no part.
///
/// Ctrl-C takes the array out of the queue. A lost connection or SIGTERM leaves it there: the same command finds it
/// again.
pub(super) fn on_cluster(cases: Vec<Case>, plan: Plan, options: &SlurmOptions, jobs: usize) -> anyhow::Result<Settled> {
    let of_sbatch = shlex::split(options.slurm_opts.as_deref().unwrap_or_default())
        .ok_or_else(|| Usage("--slurm-opts: a quote is not closed".to_owned()))?;
    let looking = rayon::ThreadPoolBuilder::new().num_threads(LOOKING).build()?;
    let open: Vec<usize> =
        looking.install(|| (0..cases.len()).into_par_iter().filter(|i| !cases[*i].is_known(&plan)).collect());
    if open.is_empty() {
        return settle(cases, plan, jobs, |_| Ok(()));
    }
    let array = match Shards::found(&cases, &plan).map(Array::at_work).transpose()?.flatten() {
        Some(array) => array,
        None => {
            let n = options.shards.map_or_else(|| open.len().div_ceil(4).min(100), usize::from);
            let cost: Vec<u64> = looking.install(|| cases.par_iter().map(Case::cost).collect());
            let shards = Shards::divide(&cases, &plan, &open, &cost, n);
            let script = script(plan.cache.folder(), shards.folder())?;
            Array::submit(shards, &cases, &plan, &script, &of_sbatch)?
        }
    };
    let (n, tasks) = (array.n_cases(), array.tasks());
    let s = if tasks == 1 { "" } else { "s" };
    say(&format!("job {}: {tasks} task{s} for {n} of {} cases", array.job(), cases.len()));
    let outcome = follow(&array)?;
    if outcome.lost.is_empty() {
        array.clear();
    }
    let features = |key: &CaseKey| plan.cache.get(*key);
    let mut found: BTreeMap<usize, CaseFeatures> =
        looking.install(|| outcome.done.par_iter().filter_map(|(i, key)| Some((*i, features(key)?))).collect());
    let mut settled = Settled::default();
    let mut left = Vec::new();
    for (i, case) in cases.into_iter().enumerate() {
        match (found.remove(&i), outcome.failed.get(&i).or_else(|| outcome.lost.get(&i))) {
            (Some(features), _) => drop(settled.features.insert(case.id, features)),
            (None, Some(reason)) => drop(settled.failures.insert(case.id, reason.clone())),
            (None, None) => left.push(case),
        }
    }
    // Those that were known before.
    let others = settle(left, plan, jobs, |_| Ok(()))?;
    settled.features.extend(others.features);
    settled.failures.extend(others.failures);
    Ok(settled)
}

/// Waits for the array, as long as nobody interrupts.
fn follow(array: &Array) -> anyhow::Result<slurm::Outcome> {
    let job = array.job();
    let total = array.n_cases();
    let mut line = ProgressLine::new();
    let mut standing = Standing::default();
    let mut interrupt = None;
    let (interrupts, watched) = interrupts()?;
    let outcome = array.wait(
        |now| {
            standing = now;
            line.show(&described(now, total, &job));
        },
        |time| match interrupts.recv_timeout(time) {
            Ok(signal) => {
                interrupt = Some(signal);
                false
            }
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => true,
        },
    );
    line.end();
    watched.close();
    let again = "the same command goes on from there";
    let done = standing.done;
    match outcome.with_context(|| format!("job {job} may still be at work; {again}"))? {
        Some(outcome) => Ok(outcome),
        None if interrupt == Some(SIGINT) => {
            array.cancel()?;
            bail!("stopped: job {job} is cancelled; {done} of {total} cases are done and kept; {again}")
        }
        None => bail!("stopped waiting: job {job} stays in the queue, {done} of {total} cases are done; {again}"),
    }
}

fn described(standing: Standing, total: usize, job: &str) -> String {
    let Standing { done, failed, running, waiting } = standing;
    let failures = if failed > 0 { format!(", {failed} failed") } else { String::new() };
    let tasks = if running + waiting > 0 { format!(": {running} running, {waiting} waiting") } else { String::new() };
    format!("{} of {total} cases{failures}; job {job}{tasks}", done + failed)
}

/// Signals as they come; the second ends the process as it would without us.
fn interrupts() -> io::Result<(Receiver<i32>, signal_hook::iterator::Handle)> {
    let (sender, receiver) = crossbeam_channel::unbounded();
    let mut signals = Signals::new([SIGINT, SIGTERM, SIGHUP])?;
    let handle = signals.handle();
    std::thread::Builder::new().name("signals".into()).spawn(move || {
        for (nth, signal) in signals.forever().enumerate() {
            if nth == 0 {
                let _ = sender.send(signal);
            } else {
                let _ = signal_hook::low_level::emulate_default_handler(signal);
            }
        }
    })?;
    Ok((receiver, handle))
}

/// A line on stderr for whoever reads along or keeps a log.
fn say(text: &str) {
    let _ = writeln!(io::stderr(), "riskset: {text}");
}

/// What a task runs: this process's own command with the folder of its shard, in the same directory, into the same
/// cache.
fn script(cache: &Path, folder: &Path) -> anyhow::Result<String> {
    let program = std::env::current_exe().context("the place of riskset itself")?;
    let words = std::iter::once(program.into_os_string()).chain(std::env::args_os().skip(1));
    let command = words.map(|word| quoted(Path::new(&word))).collect::<anyhow::Result<Vec<_>>>()?.join(" ");
    let (here, cache, folder) = (quoted(&std::env::current_dir()?)?, quoted(cache)?, quoted(folder)?);
    Ok(format!(
        "#!/bin/sh\ncd {here} || exit 1\nRISKSET_CACHE_DIR={cache}\nexport RISKSET_CACHE_DIR\n\
         exec {command} --array-task {folder}\n"
    ))
}

fn quoted(word: &Path) -> anyhow::Result<String> {
    let text = word.to_str().with_context(|| format!("{}: a name for a shell has to be UTF-8", word.display()))?;
    Ok(shlex::try_quote(text)?.into_owned())
}

/// The part of one task: works on one piece after the other and says what came of each case. What the cases are stands in
/// the pieces, so that a task looks neither for the images of the whole study nor at them.
pub(super) fn in_task(folder: &Path, plan: Plan, jobs: Option<usize>) -> anyhow::Result<()> {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<usize>().ok());
    let Some(task) = number("SLURM_ARRAY_TASK_ID") else {
        bail!(Usage("--array-task: there is no number in SLURM_ARRAY_TASK_ID".to_owned()));
    };
    let jobs = jobs.or_else(|| number("SLURM_CPUS_PER_TASK")).unwrap_or(1);
    let Some(mut desk) = Desk::at(folder, task, jobs, &plan) else {
        bail!(
            "{}: these are not the settings that the job was submitted with; were files changed since?",
            folder.display()
        );
    };
    while let Some(work) = desk.work()? {
        let index: BTreeMap<CaseId, usize> = work.cases.iter().map(|(i, case)| (case.id.clone(), *i)).collect();
        let cases = work.cases.iter().map(|(_, case)| case.clone()).collect();
        let cache = plan.cache.clone();
        settle(cases, plan.clone(), jobs, |news| {
            let (id, settled) = match news {
                CaseNews::Started(_) => return Ok(()),
                // Whoever waits for this task has nothing of it but the cache.
                CaseNews::Finished { id, key, cached, .. } => match cache.trouble().filter(|_| !cached) {
                    Some(trouble) => (id, slurm::Settled::Failed(trouble)),
                    None => (id, slurm::Settled::Done(*key)),
                },
                CaseNews::Failed { id, reason } => (id, slurm::Settled::Failed(reason.clone())),
            };
            desk.settle(index[id], &settled)
        })?;
        desk.finish(&work);
    }
    Ok(())
}
