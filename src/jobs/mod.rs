//! Work in the background: who computes what, how far it is, how it is stopped, and what is kept on disk.

pub mod cache;
pub mod extraction;
mod memo;
mod news;
pub mod open;
mod progress;
pub mod slurm;
mod workers;

pub use memo::{Memo, Outcome};
pub use news::News;
pub use progress::{Progress, Stage};
pub use workers::{Listener, Task, Workers};
