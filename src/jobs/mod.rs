//! Work in the background: who computes what, how far it is, how it is stopped, and what is kept on disk.

pub mod cache;
pub mod extraction;
pub mod fits;
mod news;
pub mod open;
pub mod slurm;

pub use news::News;

use std::sync::Arc;

use crate::ask;
use crate::study::OnReading;

/// Who is told what happened: called from worker threads.
pub type Listener = Arc<dyn Fn(News) + Send + Sync>;

/// Tells of tables that are read as of everything else.
pub fn of_reading(listener: &Listener) -> OnReading {
    let listener = Arc::clone(listener);
    Arc::new(move |reading| listener(News::Reading(reading)))
}

/// Tells of settled questions as of everything else.
pub fn of_answers(listener: &Listener) -> ask::Listener {
    let listener = Arc::clone(listener);
    Arc::new(move |key, outcome| listener(News::Answered { key, outcome }))
}
