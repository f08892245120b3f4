//! The whole program without a terminal and without threads: events in, effects and questions out, a picture on demand.

mod commands;
mod overlays;
pub mod recent;
mod roles;
pub mod settled;

use std::collections::BTreeMap;
use std::path::PathBuf;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::app::action::Effect;
use crate::app::command::CommandId;
use crate::app::event::{Event, Mouse, Signal};
use crate::app::key::{Code, Key};
use crate::app::keymap::Keymap;
use crate::app::pane_id::PaneId;
use crate::app::visits::Visits;
use crate::app::{State, update};
use crate::ask::Task;
use crate::jobs::News;
use crate::panes::{self, Pane};
use crate::session::Session;
use crate::theme::{Role, Theme};
use crate::ui::layout;
use crate::ui::overlay::Overlay;
use crate::ui::{frame, paragraph};

/// State, panes and what lies on top of them.
pub struct Program {
    /// The state.
    pub state: State,
    panes: Vec<Box<dyn Pane>>,
    views: BTreeMap<PaneId, usize>,
    /// Where cursors were in the last session, until there are as many rows again.
    cursors: BTreeMap<PaneId, BTreeMap<usize, usize>>,
    keymap: Keymap,
    theme: Theme,
    overlays: Vec<Overlay>,
    /// True while the user answers what a bare table leaves open.
    answering: bool,
}

impl Program {
    /// The program on `path` before anything is read.
    pub fn new(path: PathBuf, size: (u16, u16), keymap: Keymap, theme: Theme) -> Self {
        let state = State::new(path, size);
        Self {
            state,
            panes: panes::all(),
            views: BTreeMap::new(),
            cursors: BTreeMap::new(),
            keymap,
            theme,
            overlays: Vec::new(),
            answering: false,
        }
    }

    /// Takes an event in and says what the rim has to do.
    pub fn handle(&mut self, event: Event) -> Vec<Effect> {
        let effects = match event {
            Event::Key(key) => self.key(key),
            Event::Paste(text) => {
                self.paste(&text);
                Vec::new()
            }
            Event::Resize(width, height) => {
                self.state.size = (width, height);
                Vec::new()
            }
            Event::Mouse(mouse, _, row) => self.mouse(mouse, row),
            Event::Signal(Signal::Terminate) => vec![Effect::Quit],
            Event::Signal(Signal::Suspend) => vec![Effect::Suspend],
            Event::Signal(Signal::Continue) => vec![Effect::Resume],
            Event::Job(news) => {
                let opened = matches!(news, News::Opened(_));
                update::hear(&mut self.state, news);
                if opened {
                    self.ask_roles();
                }
                Vec::new()
            }
        };
        self.refresh();
        effects
    }

    /// The questions of the pane on screen that have to be worked on now.
    pub fn questions(&mut self) -> Vec<Task> {
        let Some(data) = self.state.data.clone() else { return Vec::new() };
        let mut asks = self.pane().asks(&self.state, self.view_index());
        asks.extend(self.state.asks());
        asks.iter().filter_map(|(slot, query)| self.state.answers.want(slot, query, &data)).collect()
    }

    /// Lets the pane on screen prepare what it shows.
    pub fn refresh(&mut self) {
        let (id, view) = (self.state.pane(), self.view_index());
        if let Some(pane) = self.panes.iter_mut().find(|p| p.id() == id) {
            pane.refresh(&self.state, view);
            let lines = self.cursors.get_mut(&id);
            if let (Some(lines), Some(grid)) = (lines, pane.grid_mut(view))
                && lines.get(&view).is_some_and(|line| grid.go_to_line(*line))
            {
                lines.remove(&view);
            }
        }
    }

    /// The theme in use.
    pub fn theme(&self) -> &Theme {
        &self.theme
    }

    /// Uses another theme.
    pub fn set_theme(&mut self, theme: Theme) {
        self.theme = theme;
    }

    /// The keymap in use.
    pub fn keymap(&self) -> &Keymap {
        &self.keymap
    }

    /// Where the user is, for the next session.
    pub fn session(&self) -> Session {
        let path = std::path::absolute(&self.state.path).unwrap_or_else(|_| self.state.path.clone());
        let (views, choices) = (self.views.clone(), self.state.choices.clone());
        Session { path, pane: self.state.pane(), views, cursors: self.cursors_now(), choices }
    }

    fn cursors_now(&self) -> BTreeMap<PaneId, BTreeMap<usize, usize>> {
        let mut cursors = self.cursors.clone();
        for pane in &self.panes {
            let lines = cursors.entry(pane.id()).or_default();
            for view in 0..pane.views().len().max(1) {
                let line = pane.grid(view).map_or(0, |grid| grid.position().0.saturating_sub(1));
                if line > 0 {
                    lines.insert(view, line);
                }
            }
        }
        cursors.retain(|_, lines| !lines.is_empty());
        cursors
    }

    /// Goes on where an earlier session ended, as far as that still fits the study.
    pub fn restore(&mut self, session: Session) {
        self.views = session.views;
        self.cursors = session.cursors;
        self.state.visits = Visits::new(session.pane);
        self.state.choices = self.state.fitting(session.choices);
        self.refresh();
    }

    /// Asks before something that cannot be taken back.
    pub fn confirm(&mut self, question: String, then: Effect) {
        self.overlays.push(Overlay::Confirm(question, Box::new(then)));
    }

    fn key(&mut self, key: Key) -> Vec<Effect> {
        if !self.overlays.is_empty() {
            return self.overlay_key(key);
        }
        let in_table = self.pane().grid(self.view_index()).is_some();
        match self.keymap.resolve(self.state.pane(), in_table, key) {
            Some(CommandId::Close) if key.code == Code::Esc => self.close_inside(),
            Some(command) => self.run(command, None),
            None => Vec::new(),
        }
    }

    fn mouse(&mut self, mouse: Mouse, row: u16) -> Vec<Effect> {
        match mouse {
            Mouse::WheelUp => self.run(CommandId::Up, None),
            Mouse::WheelDown => self.run(CommandId::Down, None),
            Mouse::Click if row == 1 => self.run(CommandId::NextPane, None),
            Mouse::Click => Vec::new(),
        }
    }

    /// The pane on screen.
    fn pane(&self) -> &dyn Pane {
        let id = self.state.pane();
        let found = self.panes.iter().find(|p| p.id() == id).unwrap_or(&self.panes[0]);
        &**found
    }

    /// The view on screen.
    fn view_index(&self) -> usize {
        self.views.get(&self.state.pane()).copied().unwrap_or(0)
    }

    /// Rows of the focused table that are on screen.
    fn page(&self) -> usize {
        let (width, height) = self.state.size;
        let area = layout::parts(Rect::new(0, 0, width, height)).pane;
        self.pane().grid(self.view_index()).map_or(1, |grid| grid.page(area))
    }

    /// The picture of `area`, and where the text cursor is.
    pub fn draw(&self, area: Rect) -> (Buffer, Option<(u16, u16)>) {
        let mut buf = Buffer::empty(area);
        buf.set_style(area, self.theme.style(Role::Text));
        if area.width < layout::LEAST.0 || area.height < layout::LEAST.1 {
            self.draw_too_small(area, &mut buf);
            return (buf, None);
        }
        let parts = layout::parts(area);
        let (pane, view) = (self.pane(), self.view_index());
        frame::breadcrumb(&self.state, &self.theme, parts.breadcrumb, &mut buf);
        frame::tabs(&self.state, &self.theme, parts.tabs, &mut buf);
        pane.view(&self.state, view, &self.theme, parts.pane, &mut buf);
        let position = pane.grid(view).map(|g| g.position());
        frame::status(&self.state, position, (pane.views(), view), &self.theme, parts.status, &mut buf);
        frame::hints(&self.state, &self.keymap, position.is_some(), &self.theme, parts.hints, &mut buf);
        let mut cursor = None;
        for overlay in &self.overlays {
            cursor = overlay.view(&self.state, &self.keymap, &self.theme, area, &mut buf);
        }
        (buf, cursor)
    }

    fn draw_too_small(&self, area: Rect, buf: &mut Buffer) {
        let (w, h) = layout::LEAST;
        let said = format!("riskset needs {w}x{h}, this is {}x{}. q leaves.", area.width, area.height);
        paragraph::text(&said, Role::Warn, &self.theme, area, buf);
    }
}
