//! What the panes have asked, and what is known of the answers.

use std::collections::HashMap;
use std::marker::PhantomData;
use std::sync::Arc;

use crate::ask::{Answered, AskError, Asked, Dataset, Key, Outcome, Progress, Question, Stage, Task};

/// A place on the screen for the answers of one kind of question: a newer question at the same place supersedes the
/// older.
#[derive(Debug)]
pub struct Slot<Q> {
    at: At,
    of: PhantomData<fn() -> Q>,
}

/// What a place is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct At {
    name: &'static str,
    part: usize,
}

/// A question, and where its answer is wanted.
#[derive(Debug, Clone)]
pub struct Wish {
    at: At,
    question: Asked,
}

impl<Q> Clone for Slot<Q> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<Q> Copy for Slot<Q> {}

impl<Q: Question> Slot<Q> {
    /// A place of this name.
    pub const fn new(name: &'static str) -> Self {
        Self { at: At { name, part: 0 }, of: PhantomData }
    }

    /// One of several places of the same name, such as one a cohort.
    #[must_use]
    pub const fn part(self, part: usize) -> Self {
        Self { at: At { name: self.at.name, part }, of: PhantomData }
    }

    /// Wishes for the answer to `question` here.
    pub fn wants(self, question: Q) -> Wish {
        Wish { at: self.at, question: Asked::new(question) }
    }
}

impl Wish {
    /// The question.
    pub fn asked(&self) -> &Asked {
        &self.question
    }
}

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
    places: HashMap<At, Place>,
    running: HashMap<Key, Arc<Progress>>,
    names: HashMap<Key, &'static str>,
    /// Whether a wish was answered by what was known since this was last asked.
    met: bool,
}

impl Answers {
    /// Notes a wish about `data`; the task to start, if the answer is not under way or known.
    ///
    /// The question that its slot wanted before is cancelled, unless another slot wants it too.
    pub fn want(&mut self, wish: &Wish, data: &Arc<Dataset>) -> Option<Task> {
        let (at, question) = (wish.at, &wish.question);
        let key = question.key(data);
        let place = self.places.entry(at).or_default();
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
            self.places.entry(at).or_default().shown = Some(known);
            self.met = true;
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

    /// Forgets the slot, as if nothing had been asked there.
    pub fn forget<Q: Question>(&mut self, slot: Slot<Q>) {
        self.places.remove(&slot.at);
    }

    /// Whether a wish was answered at once, by what was known already, since this was last asked.
    pub fn was_met(&mut self) -> bool {
        std::mem::take(&mut self.met)
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

    /// Whether what is shown where this is wished for answers just that, about just these data.
    pub fn shows(&self, wish: &Wish, data: &Dataset) -> bool {
        let place = self.places.get(&wish.at).filter(|place| place.failed.is_none());
        place.and_then(|place| place.shown.as_ref()).is_some_and(|(key, _)| *key == wish.question.key(data))
    }

    /// Whether the question was asked of these data and is answered, be it by why it cannot be.
    pub fn is_answered(&self, wish: &Wish, data: &Dataset) -> bool {
        let place = self.places.get(&wish.at).filter(|place| place.wanted == Some(wish.question.key(data)));
        place.is_some_and(|place| place.failed.is_some()) || self.shows(wish, data)
    }

    /// What to show at `slot`.
    pub fn status<Q: Question>(&self, slot: Slot<Q>) -> Status {
        let Some(place) = self.places.get(&slot.at) else { return Status::Unasked };
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

    /// The answer to show at `slot`, be it stale; none while there is none, or where the question failed.
    pub fn get<Q: Question>(&self, slot: Slot<Q>) -> Option<&Q::Answer> {
        let place = self.places.get(&slot.at)?;
        place.wanted.filter(|_| place.failed.is_none())?;
        place.shown.as_ref()?.1.downcast_ref()
    }

    /// The key of the answer that is shown at `slot`.
    pub fn shown<Q: Question>(&self, slot: Slot<Q>) -> Option<Key> {
        self.places.get(&slot.at)?.shown.as_ref().map(|(key, _)| *key)
    }

    /// The answer at `slot` if it is another than the one `seen`, which it becomes: for views that prepare what they
    /// show once an answer.
    pub fn news<Q: Question>(&self, slot: Slot<Q>, seen: &mut Option<Key>) -> Option<&Q::Answer> {
        let shown = self.shown(slot);
        let answer = self.get(slot).filter(|_| *seen != shown)?;
        *seen = shown;
        Some(answer)
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
