//! Many cases to their end: progress for whoever looks on, a clean stop on a signal.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;
use std::time::Instant;

use anyhow::bail;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use super::progress::ProgressLine;
use crate::jobs::cache::CaseFeatures;
use crate::jobs::extraction::{Case, CaseId, CaseNews, Extraction, Plan, Priority};
use crate::jobs::{Listener, News};

/// What came of the cases.
#[derive(Default)]
pub(super) struct Settled {
    pub features: BTreeMap<CaseId, CaseFeatures>,
    /// Why a case has none, with its name in front.
    pub failures: BTreeMap<CaseId, String>,
}

impl Settled {
    /// What was found in the cases, each remark once with the cases that it is of.
    pub fn notes(&self, name: impl Fn(&CaseId) -> String) -> Vec<String> {
        const MOST: usize = 3;
        let mut remarks: BTreeMap<&str, Vec<&CaseId>> = BTreeMap::new();
        for (id, features) in &self.features {
            features.notes.iter().for_each(|note| remarks.entry(note).or_default().push(id));
        }
        let line = |(note, ids): (&str, Vec<&CaseId>)| {
            let named: Vec<String> = ids.iter().take(MOST).map(|id| name(id)).collect();
            let more = if ids.len() > MOST { format!(" and {} more", ids.len() - MOST) } else { String::new() };
            format!("{}{more}: {note}", named.join(", "))
        };
        remarks.into_iter().map(line).collect()
    }
}

/// Works on `cases`, `jobs` at a time, and tells `told` what happens to each. A first signal lets the cases under
/// way stop at their next step, a second ends the process as it would without us; either way finished cases are in the
/// cache.
pub(super) fn settle(
    cases: Vec<Case>,
    plan: Plan,
    jobs: usize,
    mut told: impl FnMut(&CaseNews) -> io::Result<()>,
) -> anyhow::Result<Settled> {
    let total = cases.len();
    let (sender, news) = crossbeam_channel::unbounded();
    let listener: Listener = Arc::new(move |news| drop(sender.send(news)));
    let cache = plan.cache.clone();
    let extraction = Extraction::start(cases, plan, jobs, Priority::Ordinary, &listener)?;
    cancel_on_signals(extraction)?;
    let mut settled = Settled::default();
    let (began, mut line) = (Instant::now(), ProgressLine::new());
    for news in news {
        if let News::Case(news) = &news {
            told(news)?;
        }
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
        line.show(&described(&settled, total, began));
    }
    line.end();
    if let Some(trouble) = cache.trouble() {
        super::super::output::warn(&trouble);
    }
    Ok(settled)
}

fn described(settled: &Settled, total: usize, began: Instant) -> String {
    let (failed, ended) = (settled.failures.len(), settled.failures.len() + settled.features.len());
    let left = began.elapsed().mul_f64((total - ended) as f64 / ended.max(1) as f64);
    let failures = if failed > 0 { format!(", {failed} failed") } else { String::new() };
    format!("{ended} of {total} cases{failures}, about {} s left", left.as_secs())
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
