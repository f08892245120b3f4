//! How far the extraction is, for the status line and the Images and Jobs panes.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::jobs::extraction::CaseId;

/// What is known of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CaseState {
    /// Not begun.
    Waiting,
    /// Under way.
    Running,
    /// Done; true if it came from the cache.
    Done {
        /// It was there from an earlier run.
        cached: bool,
    },
    /// Without features, and why.
    Failed(String),
}

/// What the extraction as a whole does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Phase {
    /// Nothing has been started.
    #[default]
    Idle,
    /// Cases are worked on.
    Running,
    /// Paused by the user.
    Paused,
    /// Stopped by the user.
    Cancelled,
    /// All cases are done or failed.
    Finished,
}

/// Every case and where it stands.
#[derive(Debug, Clone, Default)]
pub struct Extraction {
    /// What the extraction does.
    pub phase: Phase,
    cases: BTreeMap<CaseId, CaseState>,
    began: Duration,
    ended: Option<Duration>,
}

impl Extraction {
    /// Starts with these cases, all waiting.
    pub fn begin(cases: impl IntoIterator<Item = CaseId>, now: Duration) -> Self {
        let cases = cases.into_iter().map(|id| (id, CaseState::Waiting)).collect();
        Self { phase: Phase::Running, cases, began: now, ended: None }
    }

    /// True while it runs or is paused.
    pub fn is_running(&self) -> bool {
        matches!(self.phase, Phase::Running | Phase::Paused)
    }

    /// Notes the state of a case.
    pub fn set(&mut self, id: CaseId, state: CaseState) {
        self.cases.insert(id, state);
    }

    /// Notes the end.
    pub fn end(&mut self, phase: Phase, now: Duration) {
        self.phase = phase;
        self.ended = Some(now);
        for state in self.cases.values_mut().filter(|s| **s == CaseState::Running) {
            *state = CaseState::Waiting;
        }
    }

    /// The cases and where they stand.
    pub fn cases(&self) -> impl Iterator<Item = (&CaseId, &CaseState)> {
        self.cases.iter()
    }

    /// Where one case stands.
    pub fn state(&self, id: &CaseId) -> Option<&CaseState> {
        self.cases.get(id)
    }

    /// Number of cases.
    pub fn total(&self) -> usize {
        self.cases.len()
    }

    /// Number of cases that are done or failed.
    pub fn settled(&self) -> usize {
        self.cases.values().filter(|s| matches!(s, CaseState::Done { .. } | CaseState::Failed(_))).count()
    }

    /// Number of cases that failed.
    pub fn failed(&self) -> usize {
        self.cases.values().filter(|s| matches!(s, CaseState::Failed(_))).count()
    }

    /// Number of cases that came from the cache.
    pub fn cached(&self) -> usize {
        self.cases.values().filter(|s| **s == CaseState::Done { cached: true }).count()
    }

    /// Time since the start, or that it took.
    pub fn elapsed(&self, now: Duration) -> Duration {
        self.ended.unwrap_or(now).saturating_sub(self.began)
    }

    /// Time still to go, once a tenth of the cases that are not cached is done.
    pub fn remaining(&self, now: Duration) -> Option<Duration> {
        let cached = self.cached();
        let (done, work) = (self.settled() - cached, self.total() - cached);
        let enough = self.is_running() && done > 0 && 10 * done >= work;
        enough.then(|| self.elapsed(now).mul_f64((work - done) as f64 / done as f64))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(patient: usize) -> CaseId {
        CaseId { patient, sequence: 0, repeat: None }
    }

    #[test]
    fn the_time_to_go_counts_only_what_is_worked_on() {
        let mut e = Extraction::begin((0..20).map(id), Duration::ZERO);
        (0..10).for_each(|i| e.set(id(i), CaseState::Done { cached: true }));
        assert_eq!(e.remaining(Duration::from_secs(1)), None);
        e.set(id(10), CaseState::Done { cached: false });
        assert_eq!(e.remaining(Duration::from_secs(2)), Some(Duration::from_secs(18)));
        assert_eq!((e.settled(), e.cached(), e.failed()), (11, 10, 0));
    }
}
