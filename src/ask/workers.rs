//! The threads that work out answers, newest wishes first.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use super::{Asked, Dataset, Key, Memo, Outcome, Progress};

/// One question on its way.
pub struct Task {
    /// Its key on `data`.
    pub key: Key,
    /// The question.
    pub question: Asked,
    /// What it is asked of.
    pub data: Arc<Dataset>,
    /// How far it is; also stops it.
    pub progress: Arc<Progress>,
}

/// Who is told what happened: called from worker threads.
pub type Listener = Arc<dyn Fn(Key, Outcome) + Send + Sync>;

/// Works out answers, in threads of its own or at once.
pub enum Workers {
    /// In the background, on as many threads as were asked for.
    Threads(Arc<Queue>),
    /// In the caller's thread, before `submit` returns: for tests and single screens.
    Inline(Arc<Memo>, Listener),
}

/// What waits for a thread.
pub struct Queue {
    waiting: Mutex<VecDeque<Task>>,
    arrived: Condvar,
}

impl Workers {
    /// `threads` threads that answer into `memo` and report to `listener`; they end with the process.
    pub fn start(threads: usize, memo: &Arc<Memo>, listener: &Listener) -> std::io::Result<Self> {
        let queue = Arc::new(Queue { waiting: Mutex::default(), arrived: Condvar::new() });
        for i in 0..threads.max(1) {
            let (queue, memo, listener) = (Arc::clone(&queue), Arc::clone(memo), Arc::clone(listener));
            thread::Builder::new().name(format!("analysis-{i}")).spawn(move || {
                loop {
                    let task = queue.next();
                    let outcome = memo.answer(&task.data, &task.question, &*task.progress);
                    listener(task.key, outcome);
                }
            })?;
        }
        Ok(Self::Threads(queue))
    }

    /// Takes a question; the newest is worked on first.
    pub fn submit(&self, task: Task) {
        match self {
            Self::Threads(queue) => {
                queue.lock().push_front(task);
                queue.arrived.notify_one();
            }
            Self::Inline(memo, listener) => {
                let outcome: Outcome = memo.answer(&task.data, &task.question, &*task.progress);
                listener(task.key, outcome);
            }
        }
    }
}

impl Queue {
    fn lock(&self) -> MutexGuard<'_, VecDeque<Task>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn next(&self) -> Task {
        let mut waiting = self.lock();
        loop {
            match waiting.pop_front() {
                Some(task) => return task,
                None => waiting = self.arrived.wait(waiting).unwrap_or_else(PoisonError::into_inner),
            }
        }
    }
}
