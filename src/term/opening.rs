//! A study that is opened: its cases, the session that goes on, the extraction that begins.

use std::io;
use std::sync::Arc;

use watch::caught::caught;

use super::changed::Read;
use super::rim::Rim;
use crate::app::extraction::Extraction;
use crate::app::log::Level;
use crate::jobs::cache::Cache;
use crate::jobs::extraction::{self as extraction_jobs, Plan, Priority, cases_of};
use crate::jobs::open::Opened;
use crate::jobs::{self, Listener, News};
use crate::session::{Session, Steps};

impl Rim {
    /// Tells of a study that was read, and before it what is to be extracted: that is looked for here since its folders may be
    /// large.
    pub(super) fn tell(opened: Opened, listener: &Listener) {
        if let (Some(study), Some(cohort)) = (&opened.study, &opened.cohort) {
            // A panic in it must not keep the study from the screen.
            let cases = caught(|| cases_of(study, cohort)).unwrap_or_default();
            listener(News::Cases(Arc::clone(cohort), cases));
        }
        listener(News::Opened(Box::new(opened)));
    }

    /// The study is read: goes on where the last session ended, and extracts what there is to extract.
    pub(super) fn begin(&mut self) -> io::Result<()> {
        // The only way to see from outside that a panic gives the terminal back.
        assert!(std::env::var_os("RISKSET_PANIC").is_none(), "RISKSET_PANIC is set");
        if !std::mem::replace(&mut self.fresh, true) {
            let path = &self.program.state.path;
            let (session, steps) = (Session::load(&self.places, path), Steps::load(&self.places, path));
            if let Some(steps) = steps {
                self.program.go_on_from(steps);
            }
            for effect in session.map(|session| self.program.restore(session)).unwrap_or_default() {
                self.perform(effect)?;
            }
        }
        self.read = Read::of(self.program.state.study.as_deref());
        self.extract();
        Ok(())
    }

    fn extract(&mut self) {
        let state = &mut self.program.state;
        let (Some(study), Some(data)) = (state.study.clone(), state.data.clone()) else { return };
        let settings = match study.settings_by_sequence() {
            Ok(settings) => settings,
            Err(problems) => {
                let said: Vec<String> = problems.iter().map(ToString::to_string).collect();
                return state.log.say(Level::Error, said.join("; "), state.now);
            }
        };
        // Those of patients that were read before say nothing of these.
        let of_these = state.cases.as_ref().filter(|(cohort, _)| Arc::ptr_eq(cohort, &data.cohort));
        let Some(cases) = of_these.map(|(_, cases)| cases.clone()).filter(|cases| !cases.is_empty()) else { return };
        state.extraction = Extraction::begin(cases.iter().map(|c| c.id.clone()), state.now);
        let cache = Cache::new(self.places.cache());
        self.cache = Some(cache.clone());
        let plan = Plan::by_sequence(settings, cache);
        match extraction_jobs::Extraction::start(cases, plan, self.threads, Priority::AfterTheScreen, &self.listener) {
            Ok(running) => self.extraction = Some(running),
            Err(error) => state.log.say(Level::Error, format!("the extraction cannot start: {error}"), state.now),
        }
    }

    /// Opens a study in a thread of its own.
    pub(super) fn open(&self, open: impl FnOnce() -> Opened + Send + 'static) -> io::Result<()> {
        let listener = Arc::clone(&self.listener);
        let opens = move || Self::tell(jobs::open::safely(open), &listener);
        std::thread::Builder::new().name("open".into()).spawn(opens).map(drop)
    }
}
