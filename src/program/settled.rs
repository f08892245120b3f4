//! The program without a terminal: everything that is asked for is done before the screen is looked at. For `render`,
//! and for tests that press keys.

use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use ratatui::backend::{Backend, CrosstermBackend};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::Program;
use crate::app::State;
use crate::app::action::Effect;
use crate::app::event::Event;
use crate::app::extraction::Extraction;
use crate::app::key::Key;
use crate::app::keymap::Keymap;
use crate::app::pane_id::PaneId;
use crate::ask::{Memo, Workers};
use crate::document::Document;
use crate::jobs::cache::Cache;
use crate::jobs::extraction::{self as extraction_jobs, Plan, Priority, cases_of};
use crate::jobs::open::Opened;
use crate::jobs::{self, Listener, News};
use crate::session::Standing;
use crate::theme::Theme;

/// A program whose background work is done at once.
pub struct Settled {
    program: Program,
    workers: Workers,
    listener: Listener,
    news: Arc<Mutex<Vec<News>>>,
    cache: Option<Cache>,
    threads: usize,
    effects: Vec<Effect>,
}

impl Settled {
    /// Opens a study; with a cache, its features are extracted before this returns.
    pub fn open(path: &Path, size: (u16, u16), theme: Theme, cache: Option<Cache>, threads: usize) -> io::Result<Self> {
        Self::begin(path, jobs::open::open(path), size, (theme, cache, threads))
    }

    /// The same where the study was opened in another way.
    pub fn begin(
        path: &Path,
        opened: Opened,
        size: (u16, u16),
        (theme, cache, threads): (Theme, Option<Cache>, usize),
    ) -> io::Result<Self> {
        let news: Arc<Mutex<Vec<News>>> = Arc::default();
        let heard = Arc::clone(&news);
        let listener: Listener = Arc::new(move |n| heard.lock().unwrap_or_else(PoisonError::into_inner).push(n));
        let workers = Workers::Inline(Arc::new(Memo::default()), jobs::of_answers(&listener));
        let program = Program::new(path.to_owned(), size, Keymap::default(), theme);
        let mut settled = Self { program, workers, listener, news, cache, threads, effects: Vec::new() };
        settled.reread(opened);
        // Whoever looks now was not there when it was told.
        settled.program.state.log.expire(Duration::MAX);
        Ok(settled)
    }

    /// Takes up the study as it was opened again.
    pub fn reread(&mut self, opened: Opened) {
        self.take(Event::Job(News::Opened(Box::new(opened))));
        self.settle();
    }

    /// Stands where a user stood.
    pub fn stand(&mut self, at: Standing) {
        let effects = self.program.stand(at);
        self.perform(effects);
        self.settle();
    }

    /// Goes to a pane.
    pub fn show(&mut self, pane: PaneId) {
        self.program.open(pane);
        self.settle();
    }

    /// Brings a view of the pane on screen; false if the pane has none of this name.
    pub fn look(&mut self, view: &str) -> bool {
        let found = self.program.look(view);
        self.settle();
        found
    }

    /// Names of the views of the pane on screen.
    pub fn views(&self) -> Vec<&'static str> {
        self.program.views()
    }

    /// Presses keys, settling after each.
    pub fn keys(&mut self, keys: &[Key]) {
        for key in keys {
            self.take(Event::Key(*key));
            self.settle();
        }
    }

    /// Takes an event in.
    pub fn take(&mut self, event: Event) {
        let opened = matches!(event, Event::Job(News::Opened(_)));
        let effects = self.program.handle(event);
        if opened {
            drop(self.extract());
        }
        self.perform(effects);
    }

    fn perform(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Extract => drop(self.extract()),
                Effect::Reread => {
                    let opened = jobs::open::open(&self.program.state.path);
                    self.take(Event::Job(News::Opened(Box::new(opened))));
                }
                Effect::Reopen(study) => self.take(Event::Job(News::Opened(Box::new(jobs::open::reopen(*study))))),
                Effect::Theme(name) => {
                    let old = self.program.theme();
                    if let Ok(theme) = Theme::named(&name, old.depth(), old.glyphs()) {
                        self.program.set_theme(theme);
                    }
                }
                other => {
                    if let Effect::KeepStudy(study) = &other {
                        self.program.kept(study);
                    }
                    self.effects.push(other);
                }
            }
        }
    }

    /// The screen has another size now.
    pub fn resize(&mut self, (width, height): (u16, u16)) {
        if self.program.state.size != (width, height) {
            self.take(Event::Resize(width, height));
            self.settle();
        }
    }

    /// What is on screen as a document; none where there is nothing.
    pub fn document(&mut self) -> Option<Document> {
        self.program.document()
    }

    /// What the rim would have had to do since this was last asked.
    pub fn effects(&mut self) -> Vec<Effect> {
        std::mem::take(&mut self.effects)
    }

    /// The state.
    pub fn state(&self) -> &State {
        &self.program.state
    }

    /// The program.
    pub fn program(&mut self) -> &mut Program {
        &mut self.program
    }

    /// The picture.
    pub fn buffer(&self) -> Buffer {
        let (width, height) = self.program.state.size;
        self.program.draw(Rect::new(0, 0, width, height)).0
    }

    /// The screen as text, without blanks at the ends of lines.
    pub fn text(&self) -> String {
        let buffer = self.buffer();
        let mut text = String::new();
        for y in 0..buffer.area.height {
            let line: String = (0..buffer.area.width).map(|x| buffer[(x, y)].symbol()).collect();
            text.push_str(line.trim_end());
            text.push('\n');
        }
        text
    }

    /// The screen as text with escape sequences for colours.
    pub fn ansi(&self) -> io::Result<String> {
        let buffer = self.buffer();
        let mut text = String::new();
        for y in 0..buffer.area.height {
            let mut line = Vec::new();
            // Cells are given without their place: the sequences then hold colours only.
            let cells = (0..buffer.area.width).map(|x| (x, 0, &buffer[(x, y)]));
            CrosstermBackend::new(&mut line).draw(cells)?;
            text.push_str(String::from_utf8_lossy(&line).trim_start_matches("\x1b[1;1H"));
            text.push('\n');
        }
        Ok(text)
    }

    /// One character a cell for its style, equal characters for equal styles, with a legend: colours in snapshots.
    pub fn styles(&self) -> String {
        let buffer = self.buffer();
        let mut seen: Vec<Style> = Vec::new();
        let mut map = String::new();
        for y in 0..buffer.area.height {
            let mut line = String::new();
            for x in 0..buffer.area.width {
                let style = buffer[(x, y)].style();
                let n = seen.iter().position(|s| *s == style).unwrap_or_else(|| {
                    seen.push(style);
                    seen.len() - 1
                });
                line.push(char::from_digit(n as u32 % 36, 36).unwrap_or('?'));
            }
            map.push_str(line.trim_end_matches('0'));
            map.push('\n');
        }
        for (n, style) in seen.iter().enumerate() {
            let n = char::from_digit(n as u32 % 36, 36).unwrap_or('?');
            map.push_str(&format!("{n}: fg {:?} bg {:?} {:?}\n", style.fg, style.bg, style.add_modifier));
        }
        map
    }

    fn extract(&mut self) -> io::Result<()> {
        let state = &mut self.program.state;
        let (Some(study), Some(data), Some(cache)) = (state.study.clone(), state.data.clone(), self.cache.clone())
        else {
            return Ok(());
        };
        let Ok(settings) = study.settings_by_sequence() else { return Ok(()) };
        let cases = cases_of(&study, &data.cohort);
        if cases.is_empty() {
            return Ok(());
        }
        state.extraction = Extraction::begin(cases.iter().map(|c| c.id.clone()), state.now);
        let (done, ended) = crossbeam_channel::bounded(1);
        let listener = Arc::clone(&self.listener);
        let until_end: Listener = Arc::new(move |news| {
            let end = matches!(news, News::ExtractionEnded { .. });
            listener(news);
            if end {
                let _ = done.send(());
            }
        });
        let running = extraction_jobs::Extraction::start(
            cases,
            Plan::by_sequence(settings, cache),
            self.threads,
            Priority::Ordinary,
            &until_end,
        )?;
        let _ = ended.recv();
        drop(running);
        Ok(())
    }

    /// Works off questions and news until none is left.
    fn settle(&mut self) {
        loop {
            let mut heard = std::mem::take(&mut *self.news.lock().unwrap_or_else(PoisonError::into_inner));
            // Threads end in any order; the state must not depend on it.
            heard.sort_by_key(|n| matches!(n, News::ExtractionEnded { .. }));
            let quiet = heard.is_empty();
            for news in heard {
                self.take(Event::Job(news));
            }
            let tasks = self.program.questions();
            if quiet && tasks.is_empty() {
                self.program.refresh();
                return;
            }
            tasks.into_iter().for_each(|task| self.workers.submit(task));
        }
    }
}
