//! One line on stderr that says how far the work is, where stderr is a terminal.

use std::io::{self, IsTerminal, Write};
use std::time::{Duration, Instant};

/// How often the line is written anew.
const PACE: Duration = Duration::from_millis(200);

pub(in crate::cli) struct ProgressLine {
    shown: Option<Instant>,
    visible: bool,
}

impl ProgressLine {
    pub fn new() -> Self {
        Self { shown: None, visible: io::stderr().is_terminal() }
    }

    /// Replaces the line, unless it was written a moment ago.
    pub fn show(&mut self, text: &str) {
        if !self.visible || self.shown.is_some_and(|at| at.elapsed() < PACE) {
            return;
        }
        self.shown = Some(Instant::now());
        let _ = write!(io::stderr(), "\r\x1b[K{text}");
    }

    /// Leaves an empty line behind.
    pub fn end(&mut self) {
        if self.shown.take().is_some() {
            let _ = write!(io::stderr(), "\r\x1b[K");
        }
    }
}
