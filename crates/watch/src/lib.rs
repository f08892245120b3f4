//! Progress and cancellation of long computations, without threads or clocks of their own.

/// The computation was told to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("cancelled")]
pub struct Cancelled;

/// What a long function reports to while it works.
pub trait Watch: Sync {
    /// Step `done` of `total` is reached; an error asks the function to return at once.
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
