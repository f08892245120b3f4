//! The rim: terminal, signals, clipboard, threads and files around the program. The only place that knows crossterm.

mod changed;
mod clipboard;
pub mod graphics;
mod guard;
mod hangup;
mod input;
mod leave;
mod opening;
mod paint;
mod rim;
pub mod screen;

pub use guard::install_panic_hook;
pub use rim::{Options, run};
