#![doc = include_str!("../README.md")]
#![deny(missing_docs)]
#![warn(clippy::missing_errors_doc, clippy::missing_panics_doc)]

pub mod caught;

/// The computation was told to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("cancelled")]
pub struct Cancelled;

/// What a long function reports to while it works. Parallel work may report out of order and from several threads.
pub trait Watch: Sync {
    /// Step `done` of `total` is reached. Of no steps in all nothing is to be told: `step(0, 0)` asks only whether to go on.
    ///
    /// # Errors
    /// [`Cancelled`] asks the function to return at once.
    fn step(&self, done: usize, total: usize) -> Result<(), Cancelled>;
}

/// Nobody watches: never cancelled, progress is dropped.
#[derive(Debug, Clone, Copy, Default)]
pub struct Unwatched;

impl Watch for Unwatched {
    fn step(&self, _done: usize, _total: usize) -> Result<(), Cancelled> {
        Ok(())
    }
}

/// Watches one of several equal parts of a computation that come one after the other.
pub struct Part<'a> {
    whole: &'a dyn Watch,
    at: usize,
    of: usize,
}

impl<'a> Part<'a> {
    /// Part number `at`, from 0, of `of` parts of what `whole` watches.
    pub fn new(whole: &'a dyn Watch, at: usize, of: usize) -> Self {
        Self { whole, at, of }
    }
}

impl Watch for Part<'_> {
    fn step(&self, done: usize, total: usize) -> Result<(), Cancelled> {
        self.whole.step(self.at * total + done, self.of * total)
    }
}

/// Watches a task of a computation that counts its tasks itself: cancelled with the whole, its own steps are not told.
pub struct Task<'a>(pub &'a dyn Watch);

impl Watch for Task<'_> {
    fn step(&self, _done: usize, _total: usize) -> Result<(), Cancelled> {
        self.0.step(0, 0)
    }
}
