//! The whole program without a terminal and without threads: events in, effects and questions out, a picture on demand.

mod commands;
mod exclusion;
mod overlays;
pub mod recent;
mod roles;
pub mod settled;

use std::collections::BTreeMap;
use std::path::PathBuf;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::app::action::Effect;
use crate::app::command::{self, Act, Move, Order};
use crate::app::event::{Event, Mouse, Signal};
use crate::app::key::{Code, Key};
use crate::app::keymap::Keymap;
use crate::app::log::Level;
use crate::app::pane_id::PaneId;
use crate::app::visits::Visits;
use crate::app::{State, update};
use crate::ask::Task;
use crate::jobs::News;
use crate::panes;
use crate::panes::tab::Tab;
use crate::session::{Session, ViewName};
use crate::theme::{Role, Theme};
use crate::ui::layout;
use crate::ui::overlay::Overlay;
use crate::ui::{frame, paragraph};

/// Steps of the history that outlive the program.
const STEPS: usize = 50;

/// A step from one view to another.
struct Step {
    from: (PaneId, &'static str),
    /// The view that the pane gone to showed before.
    there: (PaneId, &'static str),
}

/// State, panes and what lies on top of them.
pub struct Program {
    /// The state.
    pub state: State,
    panes: Vec<Tab>,
    keymap: Keymap,
    theme: Theme,
    overlays: Vec<Overlay>,
    /// Where the user came from, one Enter after the other; Esc goes back.
    trail: Vec<Step>,
    /// True while the user answers what a bare table leaves open.
    answering: bool,
}

impl Program {
    /// The program on `path` before anything is read.
    pub fn new(path: PathBuf, size: (u16, u16), keymap: Keymap, theme: Theme) -> Self {
        let state = State::new(path, size);
        Self { state, panes: panes::all(), keymap, theme, overlays: Vec::new(), trail: Vec::new(), answering: false }
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
        let mut wishes = self.pane().asks(&self.state);
        wishes.extend(self.state.asks());
        wishes.iter().filter_map(|wish| self.state.answers.want(wish, &data)).collect()
    }

    /// Lets the pane on screen prepare what it shows.
    pub fn refresh(&mut self) {
        let at = self.pane_index();
        self.panes[at].refresh(&self.state);
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
        let name = |pane: &Tab| (pane.id(), ViewName::Name(pane.on_screen().to_owned()));
        let views = self.panes.iter().filter(|pane| pane.at() > 0).map(name).collect();
        let cursors = self.panes.iter().map(|pane| (pane.id(), pane.cursors()));
        let cursors: BTreeMap<_, _> = cursors.filter(|(_, lines)| !lines.is_empty()).collect();
        let (choices, history) = (self.state.choices.clone(), self.state.history.last(STEPS));
        Session { path, pane: self.state.pane(), views, cursors, choices, history }
    }

    /// Goes on where an earlier session ended, as far as that still fits the study.
    pub fn restore(&mut self, mut session: Session) {
        for pane in &mut self.panes {
            let known = match session.views.remove(&pane.id()) {
                Some(ViewName::Name(name)) => pane.show(&name),
                Some(ViewName::Place(place)) => pane.names().get(place).is_some_and(|name| pane.show(name)),
                None => true,
            };
            if !known {
                let said = format!("{}: the view of the last session is not there any more", pane.id().title());
                self.state.log.note(Level::Note, said, self.state.now);
            }
            pane.restore(session.cursors.remove(&pane.id()).unwrap_or_default());
        }
        self.state.visits = Visits::new(session.pane);
        self.state.choices = self.state.fitting(session.choices);
        self.state.history = session.history;
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
        let in_table = self.pane().grid().is_some();
        match self.keymap.resolve(self.state.pane(), in_table, key) {
            Some(command) if matches!(command.act, Act::Program(Order::Close)) && key.code == Code::Esc => {
                self.close_inside()
            }
            Some(command) => self.run(command, None),
            None => Vec::new(),
        }
    }

    fn mouse(&mut self, mouse: Mouse, row: u16) -> Vec<Effect> {
        match mouse {
            Mouse::WheelUp => self.make(Move::Up),
            Mouse::WheelDown => self.make(Move::Down),
            Mouse::Click if row == 1 => command::named("next_pane").map_or_else(Vec::new, |next| self.run(next, None)),
            Mouse::Click => Vec::new(),
        }
    }

    /// Names of the views of the pane on screen.
    pub fn views(&self) -> Vec<&'static str> {
        self.pane().names()
    }

    /// The place of the pane on screen.
    fn pane_index(&self) -> usize {
        self.panes.iter().position(|pane| pane.id() == self.state.pane()).unwrap_or(0)
    }

    /// The pane on screen.
    fn pane(&self) -> &Tab {
        &self.panes[self.pane_index()]
    }

    fn pane_mut(&mut self) -> &mut Tab {
        let at = self.pane_index();
        &mut self.panes[at]
    }

    /// Rows of the focused table that are on screen.
    fn page(&self) -> usize {
        let (width, height) = self.state.size;
        let area = layout::parts(Rect::new(0, 0, width, height)).pane;
        self.pane().grid().map_or(1, |grid| grid.page(area))
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
        let pane = self.pane();
        frame::breadcrumb(&self.state, &self.theme, parts.breadcrumb, &mut buf);
        frame::tabs(&self.state, &self.theme, parts.tabs, &mut buf);
        pane.paint(&self.state, &self.theme, parts.pane, &mut buf);
        let position = pane.grid().map(|g| g.position());
        let (names, at) = pane.shown_names();
        frame::status(&self.state, position, (&names, at), &self.theme, parts.status, &mut buf);
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
