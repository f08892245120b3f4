//! Which panes were visited, for going back and forward.

use super::pane_id::PaneId;

/// A line of visited panes with a place in it, as in a web browser.
#[derive(Debug, Clone)]
pub struct Visits {
    line: Vec<PaneId>,
    at: usize,
}

/// Longer lines lose their oldest visits.
const LONGEST: usize = 100;

impl Visits {
    /// Starts at `pane`.
    pub fn new(pane: PaneId) -> Self {
        Self { line: vec![pane], at: 0 }
    }

    /// The pane on screen.
    pub fn current(&self) -> PaneId {
        self.line[self.at]
    }

    /// The pane visited before, another than this one.
    pub fn before(&self) -> Option<PaneId> {
        self.line[..self.at].iter().rev().copied().find(|pane| *pane != self.current())
    }

    /// Goes to `pane`; what lay ahead is forgotten.
    pub fn open(&mut self, pane: PaneId) {
        if pane == self.current() {
            return;
        }
        self.line.truncate(self.at + 1);
        self.line.push(pane);
        if self.line.len() > LONGEST {
            self.line.remove(0);
        }
        self.at = self.line.len() - 1;
    }

    /// One visit back, if there is one.
    pub fn back(&mut self) {
        self.at = self.at.saturating_sub(1);
    }

    /// One visit forward, if there is one.
    pub fn forward(&mut self) {
        self.at = (self.at + 1).min(self.line.len() - 1);
    }
}
