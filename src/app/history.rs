//! Undo and redo over whole values, with a line for each step.

use serde::{Deserialize, Serialize};

/// Steps taken and taken back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct History<T> {
    past: Vec<(String, T)>,
    future: Vec<(String, T)>,
}

/// More steps than anybody takes back.
const LONGEST: usize = 200;

impl<T> Default for History<T> {
    fn default() -> Self {
        Self { past: Vec::new(), future: Vec::new() }
    }
}

impl<T: Clone> History<T> {
    /// Remembers that `before` was left by the step `what`.
    pub fn record(&mut self, what: impl Into<String>, before: T) {
        self.future.clear();
        self.past.push((what.into(), before));
        if self.past.len() > LONGEST {
            self.past.remove(0);
        }
    }

    /// Goes back from `now`: the step taken back and the value before it.
    pub fn undo(&mut self, now: T) -> Option<(String, T)> {
        let (what, before) = self.past.pop()?;
        self.future.push((what.clone(), now));
        Some((what, before))
    }

    /// Goes forward from `now`: the step made again and the value after it.
    pub fn redo(&mut self, now: T) -> Option<(String, T)> {
        let (what, after) = self.future.pop()?;
        self.past.push((what.clone(), now));
        Some((what, after))
    }

    /// Takes up that the step `what` led from `before` to `after`, as a history in words has it: taken back, made again, or
    /// new.
    pub fn retrace(&mut self, what: &str, before: T, after: &T)
    where
        T: PartialEq,
    {
        let mut now = before;
        if now == *after {
            return;
        }
        let step = match what {
            what if what.starts_with("undo: ") => Self::undo,
            what if what.starts_with("redo: ") => Self::redo,
            what => return self.record(what, now),
        };
        // Several may have been taken at once.
        while now != *after {
            let Some((_, next)) = step(self, now) else { return };
            now = next;
        }
    }

    /// Whether there is a step to take back.
    pub fn can_undo(&self) -> bool {
        !self.past.is_empty()
    }

    /// Whether there is a step to make again.
    pub fn can_redo(&self) -> bool {
        !self.future.is_empty()
    }

    /// The steps taken, oldest first.
    pub fn steps(&self) -> impl Iterator<Item = &str> {
        self.past.iter().map(|(what, _)| what.as_str())
    }

    /// What was before each step, taken or taken back.
    pub fn steps_with(&self) -> impl Iterator<Item = &T> {
        self.past.iter().chain(&self.future).map(|(_, value)| value)
    }

    /// The steps taken back, the one that would be made again first in front.
    pub fn undone(&self) -> impl Iterator<Item = &str> {
        self.future.iter().rev().map(|(what, _)| what.as_str())
    }

    /// The last `most` steps on either side.
    #[must_use]
    pub fn last(&self, most: usize) -> Self {
        let of = |steps: &[(String, T)]| steps[steps.len().saturating_sub(most)..].to_vec();
        Self { past: of(&self.past), future: of(&self.future) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_undone_can_be_redone_until_something_else_happens() {
        let mut history = History::default();
        history.record("a", 0);
        history.record("b", 1);
        assert_eq!(history.undo(2), Some(("b".into(), 1)));
        assert_eq!(history.redo(1), Some(("b".into(), 2)));
        assert_eq!(history.undo(2), Some(("b".into(), 1)));
        history.record("c", 1);
        assert!(!history.can_redo());
        assert_eq!(history.steps().collect::<Vec<_>>(), ["a", "c"]);
    }
}
