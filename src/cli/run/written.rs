//! Writing every chapter of the plan, on as many threads as are asked for.

use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicUsize, Ordering};

use tables::problem::Problem;
use watch::Unwatched;

use crate::ask::{AskError, Dataset, Memo};
use crate::methods::validate::Fits;
use crate::plan::chapters::{self, Asking, Chapter, Missing, Outcome};
use crate::plan::{Choices, Plan};
use crate::study::Study;

/// A chapter, and what came of it.
pub(super) struct Attempt {
    pub chapter: &'static Chapter,
    /// The endpoint that it is about, if it is about one.
    pub endpoint: Option<String>,
    pub outcome: Outcome,
}

/// A chapter that is to be written under these choices.
struct Task {
    chapter: &'static Chapter,
    endpoint: Option<String>,
    choices: Choices,
}

/// Every chapter in the order of the report: those about an endpoint once for each of `endpoints`.
pub(super) fn write_all(
    of: &Plan<'_>,
    endpoints: &[String],
    problems: &[Problem],
    memo: &Memo,
    threads: usize,
    fits: &Fits,
) -> Vec<Attempt> {
    let Plan { study, data, choices } = *of;
    let tasks = tasks(study, data, choices, endpoints);
    let outcomes: Vec<Mutex<Option<Outcome>>> = tasks.iter().map(|_| Mutex::default()).collect();
    let next = AtomicUsize::new(0);
    // Threads of their own, not those of a pool: a chapter may wait for an answer that another one is working on.
    std::thread::scope(|scope| {
        for _ in 0..threads.clamp(1, tasks.len().max(1)) {
            scope.spawn(|| {
                while let Some((at, task)) = take(&next, &tasks) {
                    let plan = Plan { study, data, choices: &task.choices };
                    let asking = Asking { plan, problems, memo, watch: &Unwatched, fits: fits.clone() };
                    *outcomes[at].lock().unwrap_or_else(PoisonError::into_inner) = Some(task.chapter.write(&asking));
                }
            });
        }
    });
    let outcome = |slot: Mutex<Option<Outcome>>| {
        let written = slot.into_inner().unwrap_or_else(PoisonError::into_inner);
        written.unwrap_or_else(|| Err(Missing::Failed(AskError::Fault("the chapter was not written".to_owned()))))
    };
    let attempt =
        |(task, slot): (Task, _)| Attempt { chapter: task.chapter, endpoint: task.endpoint, outcome: outcome(slot) };
    tasks.into_iter().zip(outcomes).map(attempt).collect()
}

fn take<'t>(next: &AtomicUsize, tasks: &'t [Task]) -> Option<(usize, &'t Task)> {
    let at = next.fetch_add(1, Ordering::Relaxed);
    tasks.get(at).map(|task| (at, task))
}

fn tasks(study: &Study, data: &Dataset, choices: &Choices, endpoints: &[String]) -> Vec<Task> {
    let variants = |chapter: &'static Chapter, endpoint: Option<&String>| {
        let choices = Choices { endpoint: endpoint.cloned().or(choices.endpoint.clone()), ..choices.clone() };
        let (variants, endpoint) = (chapter.variants(&Plan { study, data, choices: &choices }), endpoint.cloned());
        variants.into_iter().map(move |choices| Task { chapter, endpoint: endpoint.clone(), choices })
    };
    let mut tasks = Vec::new();
    for part in chapters::parts() {
        let (of_endpoint, of_study): (Vec<_>, Vec<_>) = part.into_iter().partition(|chapter| chapter.of_endpoint);
        tasks.extend(of_study.into_iter().flat_map(|chapter| variants(chapter, None)));
        for endpoint in endpoints {
            tasks.extend(of_endpoint.iter().flat_map(|chapter| variants(chapter, Some(endpoint))));
        }
    }
    tasks
}
