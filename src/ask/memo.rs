//! Answers by question: no question is worked on twice, not even by two threads at once.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use super::question::typed;
use super::{Answered, Ask, AskError, Asked, Dataset, Key, Question, Source};
use watch::Watch;

/// The outcome of a question.
pub type Outcome = Result<Answered, AskError>;

/// Answers kept before the oldest is dropped.
const LARGEST: usize = 400;

/// What is known about each question.
#[derive(Default)]
pub struct Memo {
    entries: Mutex<Entries>,
    settled: Condvar,
}

#[derive(Default)]
struct Entries {
    by_key: HashMap<Key, Entry>,
    oldest_first: Vec<Key>,
}

enum Entry {
    Running,
    Settled(Outcome),
}

impl Memo {
    /// The answer if it is known.
    pub fn known(&self, key: &Key) -> Option<Outcome> {
        match self.lock().by_key.get(key) {
            Some(Entry::Settled(outcome)) => Some(outcome.clone()),
            _ => None,
        }
    }

    /// The answer to `question` on `data`: known, waited for, or worked out here.
    ///
    /// # Errors
    /// Why there is none; a panic of the question's own is a fault.
    pub fn ask<Q: Question>(&self, data: &Dataset, question: Q, watch: &dyn Watch) -> Result<Arc<Q::Answer>, AskError> {
        typed(self.answer(data, &Asked::new(question), watch)?)
    }

    /// The same for a question of any kind.
    ///
    /// # Errors
    /// Why there is no answer; a panic of the question's own is a fault.
    pub fn answer(&self, data: &Dataset, question: &Asked, watch: &dyn Watch) -> Outcome {
        let key = question.key(data);
        if let Some(outcome) = self.claim(key, watch)? {
            return outcome;
        }
        let asking = Asking { memo: self, data };
        let run = catch_unwind(AssertUnwindSafe(|| question.run(data, &asking, watch)));
        let outcome = run.unwrap_or_else(|panic| Err(AskError::Fault(watch::caught::text(&*panic))));
        self.settle(key, outcome.clone());
        outcome
    }

    /// The script for R of `question`, whose answer is known or worked out here.
    ///
    /// # Errors
    /// Why there is no answer, or no script of it.
    pub fn script(&self, source: &Source<'_>, question: &Asked, watch: &dyn Watch) -> Result<String, AskError> {
        question.script(source, &Asking { memo: self, data: source.data }, watch)
    }

    /// The settled outcome, or `None` when the caller now has to work it out.
    fn claim(&self, key: Key, watch: &dyn Watch) -> Result<Option<Outcome>, AskError> {
        let mut entries = self.lock();
        loop {
            match entries.by_key.get(&key) {
                Some(Entry::Settled(outcome)) => return Ok(Some(outcome.clone())),
                Some(Entry::Running) => {
                    watch.step(0, 0)?;
                    let waited = self.settled.wait_timeout(entries, std::time::Duration::from_millis(100));
                    entries = waited.unwrap_or_else(PoisonError::into_inner).0;
                }
                None => {
                    entries.by_key.insert(key, Entry::Running);
                    return Ok(None);
                }
            }
        }
    }

    fn settle(&self, key: Key, outcome: Outcome) {
        let mut entries = self.lock();
        // A cancelled question is as good as never asked.
        if matches!(outcome, Err(AskError::Cancelled)) {
            entries.by_key.remove(&key);
        } else {
            entries.by_key.insert(key, Entry::Settled(outcome));
            entries.oldest_first.push(key);
            if entries.oldest_first.len() > LARGEST {
                let oldest = entries.oldest_first.remove(0);
                entries.by_key.remove(&oldest);
            }
        }
        self.settled.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, Entries> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Lets an analysis ask for the answers that it builds on.
struct Asking<'a> {
    memo: &'a Memo,
    data: &'a Dataset,
}

impl Ask for Asking<'_> {
    fn any(&self, question: &Asked, watch: &dyn Watch) -> Outcome {
        self.memo.answer(self.data, question, watch)
    }
}
