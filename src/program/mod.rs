//! The whole program without a terminal and without threads: events in, effects and questions out, a picture on demand.

mod commands;
mod count;
mod exclusion;
mod keeping;
mod methods;
mod mouse;
mod overlays;
pub mod recent;
mod roles;
mod script;
pub mod settled;
mod split;
mod standing;

use std::path::PathBuf;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::app::action::Effect;
use crate::app::command::{Act, Order};
use crate::app::event::{Event, Signal};
use crate::app::key::{Code, Key};
use crate::app::keymap::Keymap;
use crate::app::pane_id::PaneId;
use crate::app::{State, update};
use crate::ask::Task;
use crate::document::Document;
use crate::jobs::News;
use crate::panes;
use crate::panes::tab::Tab;
use crate::session::Steps;
use crate::theme::{Plate, Plates, Role, Theme};
use crate::ui::frame::{self, Focus};
use crate::ui::layout;
use crate::ui::overlay::Overlay;
use crate::ui::paragraph;
use figures::format::Glyphs;

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
    /// The theme in use while another is looked at.
    theme_before: Option<Theme>,
    overlays: Vec<Overlay>,
    /// Where the user came from, one Enter after the other; Esc goes back.
    trail: Vec<Step>,
    /// True from an answer about a bare table until it is read with it, or the user goes on.
    answering: bool,
    /// The figures of the picture painted last.
    plates: Plates,
    /// Whether the methods of the whole study are on screen and not whole yet.
    gathering: bool,
    /// The script that is being made, and the file that it goes to.
    scripting: Option<script::Scripting>,
    /// What was done, for replaying.
    steps: Steps,
    /// What the event at hand does, in words.
    doing: Option<String>,
    /// Cases have arrived for which the pane on screen is not prepared yet.
    behind: bool,
}

impl Program {
    /// The program on `path` before anything is read.
    pub fn new(path: PathBuf, size: (u16, u16), keymap: Keymap, theme: Theme) -> Self {
        let steps = Steps { ascii: theme.glyphs() == Glyphs::Ascii, ..Steps::new(&path) };
        let panes = panes::all();
        let views = panes.iter().flat_map(|pane| pane.entries().map(|view| (pane.id(), view))).collect();
        let state = State { themes: themes_from(theme.name()), views, ..State::new(path, size) };
        let (overlays, trail) = (Vec::new(), Vec::new());
        Self {
            state,
            panes,
            keymap,
            theme,
            theme_before: None,
            overlays,
            trail,
            answering: false,
            plates: Plates::default(),
            gathering: false,
            scripting: None,
            steps,
            doing: None,
            behind: false,
        }
    }

    /// Takes an event in and says what the rim has to do.
    pub fn handle(&mut self, event: Event) -> Vec<Effect> {
        if event.is_of_user() {
            self.catch_up();
        }
        let before = event.is_of_user().then(|| (self.standing(), self.state.size));
        let is_case = matches!(event, Event::Job(News::Case(_)));
        let mut effects = self.take_in(event);
        effects.extend(self.scripted());
        match is_case {
            // Cases come by the hundred from the cache: the pane is prepared when it is drawn or asked.
            true => self.behind = true,
            false => {
                self.refresh();
                self.gather();
            }
        }
        if let Some((before, size)) = before {
            self.record(before, size);
        }
        effects
    }

    fn take_in(&mut self, event: Event) -> Vec<Effect> {
        match event {
            Event::Key(key) => self.key(key),
            Event::Paste(text) => {
                self.paste(&text);
                Vec::new()
            }
            Event::Resize(width, height) => {
                self.state.size = (width, height);
                self.state.beside.take_if(|_| width < layout::TWO);
                Vec::new()
            }
            Event::Mouse(mouse, column, row) => self.mouse(mouse, (column, row)),
            Event::Picture(..) => Vec::new(),
            Event::Signal(Signal::Terminate) => vec![Effect::Quit],
            Event::Signal(Signal::Suspend) => vec![Effect::Suspend],
            Event::Signal(Signal::Continue) => vec![Effect::Resume],
            Event::Job(news) => {
                let mut opened = None;
                let mut news = news;
                if let News::Opened(now) = &mut news {
                    opened = Some((now.as_written, now.text.take(), std::mem::take(&mut now.tables)));
                }
                let heard = update::hear(&mut self.state, news);
                match opened {
                    Some((true, text, tables)) => {
                        self.read_from(text, tables);
                        self.begin_anew()
                    }
                    Some((false, ..)) if heard => {
                        self.ask_roles();
                        Vec::new()
                    }
                    _ => Vec::new(),
                }
            }
        }
    }

    /// The questions of the pane on screen that have to be worked on now.
    pub fn questions(&mut self) -> Vec<Task> {
        let Some(data) = self.state.data.clone() else { return Vec::new() };
        let mut wishes = self.pane().asks(&self.state);
        wishes.extend(self.other_pane().map(|pane| pane.asks(&self.state)).unwrap_or_default());
        wishes.extend(self.state.asks());
        wishes.extend(self.asks_of_prompt());
        wishes.extend(self.asks_of_methods());
        wishes.extend(self.scripting.as_ref().map(script::Scripting::wish));
        let mut tasks: Vec<Task> = wishes.iter().filter_map(|wish| self.state.answers.want(wish, &data)).collect();
        let of_change = self.state.asks_of_change();
        tasks.extend(of_change.iter().filter_map(|(wish, data)| self.state.answers.want(wish, data)));
        // What is known already is shown and told at once.
        if self.state.answers.was_met() {
            self.refresh();
            self.gather();
        }
        self.state.tell_change();
        tasks
    }

    /// Lets the pane on screen prepare what it shows of cases that have arrived since.
    pub fn catch_up(&mut self) {
        if self.behind {
            self.refresh();
        }
    }

    /// Lets the pane on screen prepare what it shows.
    pub fn refresh(&mut self) {
        self.behind = false;
        let at = self.pane_index();
        self.panes[at].refresh(&self.state);
        if let Some(beside) = self.state.beside
            && let Some(pane) = self.panes.iter_mut().find(|pane| pane.id() == beside)
        {
            pane.refresh(&self.state);
        }
    }

    /// The theme in use.
    pub fn theme(&self) -> &Theme {
        &self.theme
    }

    /// Uses another theme.
    pub fn set_theme(&mut self, theme: Theme) {
        self.state.themes = themes_from(theme.name());
        self.theme_before = None;
        self.theme = theme;
    }

    /// The keymap in use.
    pub fn keymap(&self) -> &Keymap {
        &self.keymap
    }

    /// Asks before something that cannot be taken back.
    pub fn confirm(&mut self, question: String, then: Effect) {
        self.overlays.push(Overlay::Confirm(question, Box::new(then)));
    }

    /// Shows a text on top, to be read whole.
    pub fn tell(&mut self, title: &str, body: String) {
        self.overlays.push(Overlay::Text { title: title.to_owned(), copied: body.clone(), body, top: 0 });
    }

    fn key(&mut self, key: Key) -> Vec<Effect> {
        if !self.overlays.is_empty() {
            return self.overlay_key(key);
        }
        // Whoever types on is not asked later, over what was typed.
        if std::mem::take(&mut self.answering) {
            self.say_unkept();
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

    /// Names of the views of the pane on screen.
    pub fn views(&self) -> Vec<&'static str> {
        self.pane().names()
    }

    /// The name of the view on screen.
    pub fn view(&self) -> &'static str {
        self.pane().on_screen()
    }

    /// What is on screen as a document; none where there is nothing.
    pub fn document(&self) -> Option<Document> {
        self.pane().document(&self.state)
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

    /// What keys and hints depend on.
    fn focus(&self) -> Focus {
        let pane = self.pane();
        Focus { in_table: pane.grid().is_some(), leads_on: pane.leads_on(&self.state) }
    }

    /// Rows of the focused table that are on screen.
    fn page(&self) -> usize {
        let (width, height) = self.state.size;
        let area = self.shared_out(layout::parts(Rect::new(0, 0, width, height)).pane).0;
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
        let (focused, beside) = self.shared_out(parts.pane);
        self.plates.take();
        // What lies on top of a pane would lie below its pictures.
        let taken_down = self.state.pictures == Some(true) && self.overlays.is_empty();
        let theme = if taken_down { self.theme.taking_down(&self.plates) } else { self.theme.clone() };
        pane.paint(&self.state, &theme, focused, &mut buf);
        if let Some((other, area)) = beside {
            self.draw_beside(other, area, &mut buf);
        }
        let position = pane.grid().map(|g| g.position());
        let (names, at) = pane.shown_names();
        frame::status(&self.state, position, (&names, at), &self.theme, parts.status, &mut buf);
        frame::hints(&self.state, &self.keymap, self.focus(), &self.theme, parts.hints, &mut buf);
        let mut cursor = None;
        for overlay in &self.overlays {
            cursor = overlay.view(&self.state, &self.keymap, &self.theme, area, &mut buf);
        }
        (buf, cursor)
    }

    /// The figures of the picture painted last, where they are to be pictures.
    pub fn plates(&self) -> Vec<Plate> {
        self.plates.take()
    }

    fn draw_too_small(&self, area: Rect, buf: &mut Buffer) {
        let (w, h) = layout::LEAST;
        let said = format!("riskset needs {w}x{h}, this is {}x{}. q leaves.", area.width, area.height);
        paragraph::text(&said, Role::Warn, &self.theme, area, buf);
    }
}

/// Names of the themes, the one in use first and then those after it.
fn themes_from(name: &str) -> Vec<&'static str> {
    let mut names: Vec<&'static str> = Theme::names().collect();
    let at = names.iter().position(|other| *other == name).unwrap_or(0);
    names.rotate_left(at);
    names
}
