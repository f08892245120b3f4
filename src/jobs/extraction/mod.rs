//! Extracting the features of many cases in the background: from the cache where they are known, else from the images.

mod case;
mod regions;

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

pub use case::{Case, CaseError, CaseId, CaseNews, cases_of, settings_for};
pub use regions::region_columns;

use super::cache::Cache;
use super::{Listener, News};
use radiomics::Settings;
use watch::{Cancelled, Watch};

/// What every case has in common.
#[derive(Debug, Clone)]
pub struct Plan {
    /// How features are computed: of each sequence, the last also of all further ones.
    settings: Vec<Settings>,
    /// Where they are kept.
    pub cache: Cache,
}

impl Plan {
    /// One plan for all cases.
    pub fn new(settings: Settings, cache: Cache) -> Self {
        Self { settings: vec![settings], cache }
    }

    /// Settings for each of a study's sequences, in its order.
    pub fn by_sequence(settings: Vec<Settings>, cache: Cache) -> Self {
        Self { settings: if settings.is_empty() { vec![Settings::default()] } else { settings }, cache }
    }

    /// The settings of a sequence, by its position.
    pub fn settings(&self, sequence: usize) -> &Settings {
        &self.settings[sequence.min(self.settings.len() - 1)]
    }

    /// The settings of all sequences.
    pub fn all_settings(&self) -> &[Settings] {
        &self.settings
    }
}

/// Who goes first where others want the processor too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Priority {
    /// Like any other program.
    Ordinary,
    /// One step below it: the keyboard comes first, and the work still gets almost its fair share.
    AfterTheScreen,
}

/// A running extraction, for pausing and stopping it.
#[derive(Clone)]
pub struct Extraction {
    shared: Arc<Shared>,
}

struct Shared {
    plan: Plan,
    queue: Mutex<Queue>,
    changed: Condvar,
    /// Threads that have not ended yet.
    working: AtomicUsize,
}

struct Queue {
    waiting: VecDeque<Case>,
    paused: bool,
    cancelled: bool,
}

impl Extraction {
    /// Works on `cases` in order, on `threads` threads; every step is told to `listener`, the end last.
    pub fn start(
        cases: Vec<Case>,
        plan: Plan,
        threads: usize,
        priority: Priority,
        listener: &Listener,
    ) -> std::io::Result<Self> {
        plan.cache.clear_remains();
        let threads = threads.max(1).min(cases.len().max(1));
        let queue = Queue { waiting: cases.into(), paused: false, cancelled: false };
        let shared = Arc::new(Shared {
            plan,
            queue: Mutex::new(queue),
            changed: Condvar::new(),
            working: AtomicUsize::new(threads),
        });
        for i in 0..threads {
            let (shared, listener) = (Arc::clone(&shared), Arc::clone(listener));
            thread::Builder::new().name(format!("extraction-{i}")).spawn(move || {
                if priority == Priority::AfterTheScreen {
                    give_way();
                }
                // One core per case: whole cases side by side waste less than one case on many cores. A thread has the
                // priority of the one that starts it.
                match rayon::ThreadPoolBuilder::new().num_threads(1).build() {
                    Ok(pool) => shared.work(&listener, |case| pool.install(|| shared.settle(case))),
                    Err(_) => shared.work(&listener, |case| shared.settle(case)),
                }
            })?;
        }
        Ok(Self { shared })
    }

    /// Starts no further case until told otherwise; the cases under way are finished.
    pub fn pause(&self, paused: bool) {
        self.shared.lock().paused = paused;
        self.shared.changed.notify_all();
    }

    /// Stops: waiting cases are dropped, cases under way end at their next step.
    pub fn cancel(&self) {
        let mut queue = self.shared.lock();
        queue.cancelled = true;
        queue.waiting.clear();
        self.shared.changed.notify_all();
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn work(&self, listener: &Listener, settle: impl Fn(&Case) -> Option<CaseNews>) {
        while let Some(case) = self.next() {
            listener(News::Case(CaseNews::Started(case.id.clone())));
            if let Some(news) = settle(&case) {
                listener(News::Case(news));
            }
        }
        if self.working.fetch_sub(1, Ordering::AcqRel) == 1 {
            listener(News::ExtractionEnded { cancelled: self.lock().cancelled });
        }
    }

    fn next(&self) -> Option<Case> {
        let mut queue = self.lock();
        while queue.paused && !queue.cancelled {
            queue = self.changed.wait(queue).unwrap_or_else(PoisonError::into_inner);
        }
        queue.waiting.pop_front()
    }

    /// The news of one case; none if it was cancelled.
    fn settle(&self, case: &Case) -> Option<CaseNews> {
        let run = catch_unwind(AssertUnwindSafe(|| case.features(&self.plan, self)));
        match run {
            Ok(Ok((features, key, cached))) => Some(CaseNews::Finished { id: case.id.clone(), features, key, cached }),
            Ok(Err(CaseError::Cancelled)) => None,
            Ok(Err(error)) => Some(CaseNews::Failed { id: case.id.clone(), reason: format!("{}: {error}", case.name) }),
            Err(panic) => {
                let reason = format!("{}: an error of riskset's own: {}", case.name, watch::caught::text(&*panic));
                Some(CaseNews::Failed { id: case.id.clone(), reason })
            }
        }
    }
}

impl Watch for Shared {
    fn step(&self, _done: usize, _total: usize) -> Result<(), Cancelled> {
        if self.lock().cancelled { Err(Cancelled) } else { Ok(()) }
    }
}

/// Lowers the priority of this thread by one step.
fn give_way() {
    #[cfg(target_os = "linux")]
    // On Linux this changes the calling thread only. Without the right to do so it works at full priority.
    let _ = rustix::process::nice(1);
}
