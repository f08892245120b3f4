//! What the panes have asked, and what is known of the answers.

use std::collections::HashMap;
use std::sync::Arc;

use crate::ask::{Answered, AskError, Asked, Dataset, Key, Outcome, Progress, Stage, Task};

/// The name of a question's place on the screen: a newer question at the same place supersedes the older.
pub type Slot = &'static str;

/// What a pane can show at a slot.
#[derive(Debug, Clone)]
pub enum Status {
    /// Nothing was asked.
    Unasked,
    /// The answer.
    Ready(Answered),
    /// An older answer, while the one wanted is worked out.
    Stale(Answered, Stage),
    /// Being worked out.
    Running(Stage),
    /// It cannot be answered, and this is why.
    Failed(AskError),
}

impl Status {
    /// The answer to show, be it stale.
    pub fn answer(&self) -> Option<&Answered> {
        match self {
            Self::Ready(answer) | Self::Stale(answer, _) => Some(answer),
            _ => None,
        }
    }

    /// The answer to show as what it is; nothing if it is another question's.
    pub fn get<A: 'static>(&self) -> Option<&A> {
        self.answer()?.downcast_ref()
    }
}

#[derive(Debug, Default)]
struct Place {
    wanted: Option<Key>,
    shown: Option<(Key, Answered)>,
    failed: Option<AskError>,
}

/// Questions by slot, and the work under way for them.
#[derive(Debug, Default)]
pub struct Answers {
    places: HashMap<Slot, Place>,
    running: HashMap<Key, Arc<Progress>>,
    names: HashMap<Key, &'static str>,
}

impl Answers {
    /// Notes that `slot` wants the answer to `question` on `data`; the task to start, if it is not under way or known.
    ///
    /// The question that the slot wanted before is cancelled, unless another slot wants it too.
    pub fn want(&mut self, slot: Slot, question: &Asked, data: &Arc<Dataset>) -> Option<Task> {
        let key = question.key(data);
        let place = self.places.entry(slot).or_default();
        if place.wanted == Some(key) {
            return None;
        }
        let before = place.wanted.replace(key);
        place.failed = None;
        if let Some(before) = before
            && !self.places.values().any(|p| p.wanted == Some(before))
            && let Some(progress) = self.running.get(&before)
        {
            progress.cancel();
        }
        if let Some(known) = self.places.values().find_map(|p| p.shown.clone().filter(|(k, _)| *k == key)) {
            self.places.entry(slot).or_default().shown = Some(known);
            return None;
        }
        if self.running.get(&key).is_some_and(|p| !p.is_cancelled()) {
            return None;
        }
        let progress = Arc::new(Progress::default());
        self.running.insert(key, Arc::clone(&progress));
        self.names.insert(key, question.name());
        Some(Task { key, question: question.clone(), data: Arc::clone(data), progress })
    }

    /// Takes an outcome in; true if anything on screen may change by it.
    pub fn settle(&mut self, key: Key, outcome: Outcome) -> bool {
        // A cancelled run may end after the same question was asked again: that run goes on.
        let cancelled = matches!(outcome, Err(AskError::Cancelled));
        if cancelled && self.running.get(&key).is_some_and(|p| !p.is_cancelled()) {
            return false;
        }
        self.running.remove(&key);
        self.names.remove(&key);
        let mut changed = false;
        for place in self.places.values_mut().filter(|p| p.wanted == Some(key)) {
            changed = true;
            match &outcome {
                Ok(answer) => (place.shown, place.failed) = (Some((key, Arc::clone(answer))), None),
                Err(AskError::Cancelled) => place.wanted = None,
                Err(error) => place.failed = Some(error.clone()),
            }
        }
        changed
    }

    /// What to show at `slot`.
    pub fn status(&self, slot: Slot) -> Status {
        let Some(place) = self.places.get(slot) else { return Status::Unasked };
        let Some(wanted) = place.wanted else { return Status::Unasked };
        if let Some(error) = &place.failed {
            return Status::Failed(error.clone());
        }
        let stage = self.running.get(&wanted).map(|p| p.stage()).unwrap_or_default();
        match &place.shown {
            Some((key, answer)) if *key == wanted => Status::Ready(Arc::clone(answer)),
            Some((_, answer)) => Status::Stale(Arc::clone(answer), stage),
            None => Status::Running(stage),
        }
    }

    /// The key of the answer that is shown at `slot`, for panes that prepare their content once per answer.
    pub fn shown(&self, slot: Slot) -> Option<Key> {
        self.places.get(slot)?.shown.as_ref().map(|(key, _)| *key)
    }

    /// What is being worked out: name and progress.
    pub fn running(&self) -> impl Iterator<Item = (&'static str, Stage)> + '_ {
        self.running.iter().map(|(key, p)| (self.names.get(key).copied().unwrap_or("analysis"), p.stage()))
    }

    /// True while nothing is being worked out.
    pub fn is_settled(&self) -> bool {
        self.running.is_empty()
    }

    /// Stops everything that is being worked out.
    pub fn cancel_all(&self) {
        self.running.values().for_each(|p| p.cancel());
    }
}
