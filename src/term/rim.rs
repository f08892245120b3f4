//! The loop: wait for one event, take in everything that is queued, do what has to be done, draw once.

use std::io::{self, Stdout};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, unbounded};
use crossterm::terminal;

use super::changed::Read;
use super::graphics::{Cell, Pictures, Protocol};
use super::guard::{self, Guard};
use super::input;
use super::screen::Screen;
use crate::app::action::Effect;
use crate::app::event::{Event, Signal};
use crate::app::extraction::Phase;
use crate::app::keymap::Keymap;
use crate::app::log::Level;
use crate::ask::{Memo, Workers};
use crate::config::Places;
use crate::jobs::cache::Cache;
use crate::jobs::extraction as extraction_jobs;
use crate::jobs::fits::FitsOnDisk;
use crate::jobs::{self, Listener, News};
use crate::methods::validate::Fits;
use crate::program::Program;
use crate::program::recent::{self, Recent};
use crate::session::Session;
use crate::study::{Opening, Reading};
use crate::theme::Theme;

/// How the program is to run.
pub struct Options {
    /// What to open; if these are several, the user chooses.
    pub studies: Vec<PathBuf>,
    /// Colours and characters.
    pub theme: Theme,
    /// Keys.
    pub keymap: Keymap,
    /// Where cache, state and sessions are kept.
    pub places: Places,
    /// Threads for extraction and analysis.
    pub threads: usize,
    /// Do not restore the last session.
    pub fresh: bool,
    /// How pictures are shown, if they are.
    pub pictures: Option<Protocol>,
    /// What to tell at the start, such as mistakes in the configuration.
    pub messages: Vec<String>,
}

/// Changes that nobody asked for, such as progress, are shown no more often than this.
const CALM: Duration = Duration::from_millis(500);

pub(super) struct Rim {
    pub(super) program: Program,
    pub(super) screen: Screen<Stdout>,
    guard: Option<Guard>,
    events: Receiver<Event>,
    pictures: Option<Pictures>,
    pub(super) listener: Listener,
    workers: Workers,
    pub(super) extraction: Option<extraction_jobs::Extraction>,
    /// Where the features go, until it was said that they cannot.
    pub(super) cache: Option<Cache>,
    /// What the study on screen was read from.
    pub(super) read: Read,
    /// The session as it was kept last.
    pub(super) kept: Option<Session>,
    /// False once it was said that sessions cannot be kept.
    pub(super) keeps: bool,
    pub(super) places: Places,
    pub(super) threads: usize,
    /// Whether the last session is not to be gone on with, or is already.
    pub(super) fresh: bool,
    began: Instant,
    drawn: Instant,
}

/// Runs the program in this terminal until the user leaves it.
pub fn run(options: Options) -> io::Result<()> {
    let (sender, events) = unbounded();
    let listener = listener(sender.clone());
    let memo = Arc::new(Memo::default());
    let workers = Workers::start(options.threads, &memo, &jobs::of_answers(&listener))?;
    let guard = Guard::enter()?;
    let (width, height) = terminal::size()?;
    let pictures = options.pictures.map(|protocol| Pictures::start(protocol, cell(), sender.clone())).transpose()?;
    input::start(sender)?;
    let mut screen = Screen::new(io::stdout(), width, height);
    let Some(path) = choose(options.studies, &mut screen, &events, &options.theme)? else { return Ok(()) };
    let (width, height) = (screen.area().width, screen.area().height);
    let mut program = Program::new(path.clone(), (width, height), options.keymap, options.theme);
    program.state.fits = Fits::kept(FitsOnDisk::new(options.places.cache()));
    // Mistakes in the configuration are shown whole, and stay in the log.
    for message in &options.messages {
        program.state.log.note(Level::Warning, message, Duration::ZERO);
    }
    if !options.messages.is_empty() {
        program.tell("The configuration: y copies, any other key goes on", options.messages.join("\n"));
    }
    program.state.pictures = options.pictures.map(|_| true);
    let now = Instant::now();
    let mut rim = Rim {
        program,
        screen,
        guard: Some(guard),
        events,
        pictures,
        listener: Arc::clone(&listener),
        workers,
        extraction: None,
        cache: None,
        read: Read::default(),
        kept: None,
        keeps: true,
        places: options.places,
        threads: options.threads,
        fresh: options.fresh,
        began: now,
        drawn: now,
    };
    rim.draw()?;
    std::thread::Builder::new().name("open".into()).spawn(move || {
        let how = Opening::telling(jobs::of_reading(&listener));
        Rim::tell(jobs::open::safely(|| jobs::open::open_as(&path, how)), &listener);
    })?;
    let outcome = rim.run();
    rim.end();
    outcome
}

/// The study that the user chooses, or the only one there is; none if the user leaves.
fn choose(
    mut studies: Vec<PathBuf>,
    screen: &mut Screen<Stdout>,
    events: &Receiver<Event>,
    theme: &Theme,
) -> io::Result<Option<PathBuf>> {
    if studies.len() < 2 {
        return Ok(studies.pop());
    }
    let mut recent = Recent::new(studies);
    loop {
        screen.show(recent.draw(theme, screen.area()), None)?;
        match events.recv() {
            Ok(Event::Key(key)) => match recent.key(key) {
                recent::Reply::Open => {}
                recent::Reply::Study(path) => return Ok(Some(path)),
                recent::Reply::Leave => return Ok(None),
            },
            Ok(Event::Resize(width, height)) => screen.resize(width, height),
            Ok(Event::Signal(Signal::Terminate)) | Err(_) => return Ok(None),
            Ok(_) => {}
        }
    }
}

/// The pixels of a cell, as the system knows them of the terminal: nothing is asked over the line.
fn cell() -> Cell {
    let known = terminal::window_size().ok().and_then(|size| {
        let (width, height) = (size.width.checked_div(size.columns)?, size.height.checked_div(size.rows)?);
        (width > 0 && height > 0).then_some(Cell { width, height })
    });
    known.unwrap_or_default()
}

fn listener(events: Sender<Event>) -> Listener {
    // The receiver lives as long as the program; after its end nobody needs the news.
    Arc::new(move |news| drop(events.send(Event::Job(news))))
}

impl Rim {
    fn run(&mut self) -> io::Result<()> {
        loop {
            let Some(first) = self.wait()? else { continue };
            let mut asked_for = false;
            let data = self.program.state.data.clone();
            let mut next = Some(first);
            while let Some(event) = next {
                asked_for |= !matches!(event, Event::Job(News::Case(_) | News::Reading(Reading::Percent(_))));
                if self.take(event)? {
                    return Ok(());
                }
                next = self.events.try_recv().ok();
            }
            // A case alone is no question yet: only what the panes are let see of the features is.
            if asked_for || data.as_ref().map(Arc::as_ptr) != self.program.state.data.as_ref().map(Arc::as_ptr) {
                for task in self.program.questions() {
                    self.workers.submit(task);
                }
            }
            if asked_for || self.drawn.elapsed() >= CALM {
                self.program.catch_up();
                self.draw()?;
            }
            // The disk may take its time: what was asked for is on screen by then.
            if asked_for {
                self.keep_session();
            }
        }
    }

    /// The next event; `None` when only time has passed.
    fn wait(&mut self) -> io::Result<Option<Event>> {
        let deadline = self.program.state.deadline();
        // While something runs, its progress is looked at from time to time.
        let state = &self.program.state;
        let busy = state.extraction.is_running() || !state.answers.is_settled() || state.reading.percent.is_some();
        let until_deadline = deadline.map(|d| d.saturating_sub(self.began.elapsed()));
        let timeout = match (until_deadline, busy) {
            (Some(d), true) => Some(d.min(CALM)),
            (Some(d), false) => Some(d),
            (None, true) => Some(CALM),
            (None, false) => None,
        };
        let event = match timeout {
            Some(timeout) => match self.events.recv_timeout(timeout) {
                Ok(event) => Some(event),
                Err(RecvTimeoutError::Timeout) => None,
                Err(RecvTimeoutError::Disconnected) => return Err(io::ErrorKind::BrokenPipe.into()),
            },
            None => Some(self.events.recv().map_err(|_| io::Error::from(io::ErrorKind::BrokenPipe))?),
        };
        self.program.state.now = self.began.elapsed();
        if event.is_none() {
            let now = self.program.state.now;
            self.program.state.log.expire(now);
            self.program.refresh();
            self.draw()?;
        }
        Ok(event)
    }

    /// Takes an event in; true if the program is to end.
    fn take(&mut self, event: Event) -> io::Result<bool> {
        if let Event::Resize(width, height) = event {
            self.screen.resize(width, height);
            self.forget_pictures();
        }
        if let (Event::Picture(number, drawn), Some(pictures)) = (&event, &mut self.pictures) {
            let too_large = drawn.is_none() && pictures.is_wanted(*number);
            if let Some(bytes) = drawn.as_ref().filter(|_| self.guard.is_some()) {
                pictures.show(*number, bytes, &mut self.screen)?;
            }
            if too_large {
                self.say(Level::Note, "the figure is too large for a picture: it stays in characters".to_owned());
            }
            return Ok(false);
        }
        let opened = matches!(event, Event::Job(News::Opened(_)));
        let key = matches!(event, Event::Key(_));
        let case = matches!(event, Event::Job(News::Case(_) | News::ExtractionEnded { .. }));
        for effect in self.program.handle(event) {
            if effect == Effect::Quit {
                return Ok(true);
            }
            self.perform(effect)?;
        }
        if opened {
            self.begin()?;
        }
        if key && let Some((change, shorter)) = self.read.news() {
            self.say_briefly(Level::Warning, change, shorter);
        }
        if case && let Some(trouble) = self.cache.as_ref().and_then(Cache::trouble) {
            self.cache = None;
            self.say(Level::Warning, trouble);
        }
        Ok(false)
    }

    pub(super) fn perform(&mut self, effect: Effect) -> io::Result<()> {
        match effect {
            Effect::Quit => {}
            Effect::Suspend => {
                self.guard = None;
                signal_hook::low_level::emulate_default_handler(signal_hook::consts::SIGTSTP)?;
            }
            Effect::Resume => self.resume()?,
            Effect::Redraw => {
                self.screen.forget();
                self.forget_pictures();
            }
            Effect::Copy(text, what) => self.copy(&text, &what)?,
            Effect::Write { path, bytes, replace } => self.write(path, &bytes, replace),
            Effect::Mouse(take) => self.screen.mouse(take)?,
            // The images may be others than when the study was read.
            Effect::Extract => {
                if let Some(study) = self.program.state.study.as_deref().cloned() {
                    self.open(move || jobs::open::reopen(study))?;
                }
            }
            Effect::KeepStudy(study) => self.keep_study(&study),
            Effect::Reopen(study) => self.open(move || jobs::open::reopen(*study))?,
            Effect::Reread => {
                let path = self.program.state.path.clone();
                self.say(Level::Note, "reading the study again".to_owned());
                let listener = Arc::clone(&self.listener);
                self.open(move || jobs::open::open_as(&path, Opening::telling(jobs::of_reading(&listener))))?;
            }
            Effect::PauseExtraction(pause) => {
                if let Some(running) = &self.extraction {
                    running.pause(pause);
                    self.program.state.extraction.phase = if pause { Phase::Paused } else { Phase::Running };
                }
            }
            Effect::CancelExtraction => {
                if let Some(running) = self.extraction.take() {
                    running.cancel();
                }
            }
            Effect::Theme(name) => {
                let old = self.program.theme();
                match Theme::named(&name, old.depth(), old.glyphs()) {
                    Ok(theme) => self.program.set_theme(theme),
                    Err(why) => self.say(Level::Error, why.to_string()),
                }
            }
        }
        Ok(())
    }

    /// Whoever stopped the program, the terminal is taken over from the start.
    fn resume(&mut self) -> io::Result<()> {
        self.guard = None;
        self.guard = Some(Guard::enter()?);
        let (width, height) = terminal::size()?;
        self.screen.resize(width, height);
        self.forget_pictures();
        self.program.handle(Event::Resize(width, height));
        if self.program.state.mouse {
            self.screen.mouse(true)?;
        }
        Ok(())
    }

    fn forget_pictures(&mut self) {
        if let Some(pictures) = &mut self.pictures {
            pictures.forget();
        }
    }

    /// Draws, unless the terminal is somebody else's until [`Effect::Resume`].
    fn draw(&mut self) -> io::Result<()> {
        if self.guard.is_none() {
            return Ok(());
        }
        let (buffer, cursor) = self.program.draw(self.screen.area());
        if let Some(pictures) = &mut self.pictures {
            pictures.want(self.program.plates(), &mut self.screen)?;
        }
        self.drawn = Instant::now();
        self.screen.show(buffer, cursor)
    }

    /// Stops what runs, keeps the session, gives the terminal back.
    fn end(&mut self) {
        if let Some(running) = self.extraction.take() {
            running.cancel();
        }
        self.program.state.answers.cancel_all();
        let kept = self.program.session().save(&self.places);
        if let Err(error) = kept.and_then(|()| self.program.steps().save(&self.places)) {
            tracing::warn!(%error, "the session was not kept");
        }
        self.guard = None;
        let _ = guard::leave();
    }
}
