//! Many cases to their end: progress for whoever looks on, a clean stop on a signal.

use std::collections::BTreeMap;
use std::io::{self, IsTerminal, Write};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::bail;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use crate::jobs::cache::CaseFeatures;
use crate::jobs::extraction::{Case, CaseId, CaseNews, Extraction, Plan};
use crate::jobs::{Listener, News};

/// What came of the cases.
#[derive(Default)]
pub(super) struct Settled {
    pub features: BTreeMap<CaseId, CaseFeatures>,
    /// Why a case has none, with its name in front.
    pub failures: BTreeMap<CaseId, String>,
}

/// Works on `cases`, `jobs` at a time. A first signal lets the cases under way stop at their next step, a second ends
/// the process as it would without us; either way finished cases are in the cache.
pub(super) fn settle(cases: Vec<Case>, plan: Plan, jobs: usize) -> anyhow::Result<Settled> {
    let total = cases.len();
    let (sender, news) = crossbeam_channel::unbounded();
    let listener: Listener = Arc::new(move |news| drop(sender.send(news)));
    let extraction = Extraction::start(cases, plan, jobs, &listener)?;
    cancel_on_signals(extraction)?;
    let mut settled = Settled::default();
    let mut line = ProgressLine::new(total);
    for news in news {
        match news {
            News::Case(CaseNews::Finished { id, features, .. }) => drop(settled.features.insert(id, features)),
            News::Case(CaseNews::Failed { id, reason }) => drop(settled.failures.insert(id, reason)),
            News::ExtractionEnded { cancelled: true } => {
                line.end();
                let done = settled.features.len();
                bail!("stopped: {done} of {total} cases are done and kept; the same command goes on from there");
            }
            News::ExtractionEnded { cancelled: false } => break,
            _ => continue,
        }
        line.show(settled.features.len(), settled.failures.len());
    }
    line.end();
    Ok(settled)
}

fn cancel_on_signals(extraction: Extraction) -> io::Result<()> {
    let mut signals = Signals::new([SIGINT, SIGTERM, SIGHUP])?;
    std::thread::Builder::new().name("signals".into()).spawn(move || {
        for (nth, signal) in signals.forever().enumerate() {
            if nth == 0 {
                extraction.cancel();
            } else {
                let _ = signal_hook::low_level::emulate_default_handler(signal);
            }
        }
    })?;
    Ok(())
}

/// How often the line is written anew.
const PACE: Duration = Duration::from_millis(200);

/// One line on stderr that says how far the work is, where stderr is a terminal.
struct ProgressLine {
    total: usize,
    began: Instant,
    shown: Option<Instant>,
    visible: bool,
}

impl ProgressLine {
    fn new(total: usize) -> Self {
        Self { total, began: Instant::now(), shown: None, visible: io::stderr().is_terminal() }
    }

    fn show(&mut self, done: usize, failed: usize) {
        if !self.visible || self.shown.is_some_and(|at| at.elapsed() < PACE) {
            return;
        }
        self.shown = Some(Instant::now());
        let settled = done + failed;
        let left = self.began.elapsed().mul_f64((self.total - settled) as f64 / settled.max(1) as f64);
        let failures = if failed > 0 { format!(", {failed} failed") } else { String::new() };
        let text = format!("{settled} of {} cases{failures}, about {} s left", self.total, left.as_secs());
        let _ = write!(io::stderr(), "\r\x1b[K{text}");
    }

    fn end(&mut self) {
        if self.shown.take().is_some() {
            let _ = write!(io::stderr(), "\r\x1b[K");
        }
    }
}
