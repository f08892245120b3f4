//! How far a piece of work is, and the word to stop.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use watch::{Cancelled, Watch};

/// Shared between the thread that works and the screen that samples.
#[derive(Debug, Default)]
pub struct Progress {
    done: AtomicUsize,
    total: AtomicUsize,
    cancelled: AtomicBool,
}

/// A sample of a [`Progress`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Stage {
    /// Steps done.
    pub done: usize,
    /// Steps in all; 0 while unknown.
    pub total: usize,
}

impl Stage {
    /// Whole percent done; `None` while the total is unknown.
    pub fn percent(self) -> Option<usize> {
        (self.total > 0).then(|| (100 * self.done / self.total).min(100))
    }
}

impl Progress {
    /// Asks the work to stop at its next step.
    pub fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }

    /// True after [`Progress::cancel`].
    pub fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }

    /// Where the work is now.
    pub fn stage(&self) -> Stage {
        Stage { done: self.done.load(Ordering::Relaxed), total: self.total.load(Ordering::Relaxed) }
    }
}

impl Watch for Progress {
    fn step(&self, done: usize, total: usize) -> Result<(), Cancelled> {
        if total > 0 {
            self.done.store(done, Ordering::Relaxed);
            self.total.store(total, Ordering::Relaxed);
        }
        if self.is_cancelled() { Err(Cancelled) } else { Ok(()) }
    }
}
