//! Keys while something lies on top of the pane.

use super::Program;
use crate::app::action::{Action, Effect};
use crate::app::command::{Act, Command, Order};
use crate::app::key::{Code, Key};
use crate::app::log::Level;
use crate::study::Question;
use crate::ui::overlay::Overlay;
use crate::ui::palette;
use crate::ui::prompt::{Prompt, Typed};
use crate::ui::role_question::Reply;

/// What has to happen after a key went to an overlay.
enum Then {
    Stay,
    Close,
    Run(&'static Command, Option<String>),
    EndSearch,
    RunTyped(String, usize),
    Search(String),
    Do(Effect),
    Copy(String),
    Answer(Question, String),
}

impl Program {
    pub(super) fn overlay_key(&mut self, key: Key) -> Vec<Effect> {
        // What concerns the terminal works whatever lies on top.
        let meant = self.keymap.resolve(self.state.pane(), false, key).filter(|_| key.ctrl);
        if let Some(command) = meant.filter(|command| ["suspend", "redraw"].contains(&command.name)) {
            return self.run(command, None);
        }
        let page = usize::from(self.state.size.1).saturating_sub(6);
        let Some(top) = self.overlays.last_mut() else { return Vec::new() };
        match react(top, key, page) {
            Then::Stay => Vec::new(),
            Then::Search(text) => self.search(text),
            then => {
                self.overlays.pop();
                match then {
                    Then::Run(command, argument) => self.run(command, Some(argument.as_deref().unwrap_or_default())),
                    Then::EndSearch => self.search(String::new()),
                    Then::RunTyped(typed, chosen) => self.run_typed(&typed, chosen),
                    Then::Do(effect) => self.apply(Action::Do(effect)),
                    Then::Copy(text) => self.apply(Action::Do(Effect::Copy(text, "text".to_owned()))),
                    Then::Answer(question, answer) => self.answer_role(&question, &answer),
                    Then::Stay | Then::Close | Then::Search(_) => Vec::new(),
                }
            }
        }
    }

    pub(super) fn paste(&mut self, text: &str) {
        if let Some(Overlay::Question(question)) = self.overlays.last_mut() {
            question.paste(text);
        }
        if let Some(Overlay::Help(prompt, _) | Overlay::Palette(prompt, _) | Overlay::Prompt(prompt)) =
            self.overlays.last_mut()
        {
            prompt.paste(text);
        }
    }

    pub(super) fn open_help(&mut self, argument: Option<&str>) -> Vec<Effect> {
        self.overlays.push(Overlay::Help(Prompt::new(None, "search", argument.unwrap_or_default()), 0));
        Vec::new()
    }

    pub(super) fn open_palette(&mut self, argument: Option<&str>) -> Vec<Effect> {
        self.overlays.push(Overlay::Palette(Prompt::new(None, "command", argument.unwrap_or_default()), 0));
        Vec::new()
    }

    /// Searches the rows for `text`, or asks for it while `command` searches as it is typed.
    pub(super) fn open_search(&mut self, command: &'static Command, text: Option<&str>) -> Vec<Effect> {
        if let Some(text) = text {
            return self.search(text.to_owned());
        }
        let before = self.pane().grid().map(|g| g.search().to_owned()).unwrap_or_default();
        self.overlays.push(Overlay::Prompt(Prompt::new(Some(command), "rows with", before)));
        Vec::new()
    }

    fn search(&mut self, text: String) -> Vec<Effect> {
        if let Some(grid) = self.pane_mut().grid_mut() {
            grid.set_search(text);
        }
        Vec::new()
    }

    fn run_typed(&mut self, typed: &str, chosen: usize) -> Vec<Effect> {
        match palette::matches(typed).get(chosen) {
            Some(command) => {
                let (_, argument) = palette::split(typed);
                self.run(command, argument.filter(|_| command.argument.is_some()))
            }
            None => self.apply(Action::Say(Level::Error, format!("no command is called `{typed}`; ? lists them"))),
        }
    }
}

fn react(overlay: &mut Overlay, key: Key, page: usize) -> Then {
    match overlay {
        Overlay::Help(prompt, top) => match key.code {
            Code::Up => scroll(top, -1),
            Code::Down => scroll(top, 1),
            Code::PageUp => scroll(top, -(page as isize)),
            Code::PageDown => scroll(top, page as isize),
            _ => match prompt.key(key) {
                Typed::More => {
                    *top = 0;
                    Then::Stay
                }
                Typed::Finished(_) | Typed::Abandoned => Then::Close,
            },
        },
        Overlay::Palette(prompt, chosen) => match key.code {
            Code::Up => scroll(chosen, -1),
            Code::Down | Code::Tab => {
                let last = palette::matches(prompt.text()).len().saturating_sub(1);
                *chosen = (*chosen + 1).min(last);
                Then::Stay
            }
            _ => match prompt.key(key) {
                Typed::More => {
                    *chosen = 0;
                    Then::Stay
                }
                Typed::Finished(typed) => Then::RunTyped(typed, *chosen),
                Typed::Abandoned => Then::Close,
            },
        },
        Overlay::Prompt(prompt) => {
            let searches = prompt.command.is_some_and(|c| matches!(c.act, Act::Program(Order::Search)));
            match (prompt.key(key), prompt.command) {
                (Typed::More, _) if searches => Then::Search(prompt.text().to_owned()),
                (Typed::More, _) => Then::Stay,
                (Typed::Finished(text), Some(command)) => Then::Run(command, Some(text)),
                (Typed::Abandoned, _) if searches => Then::EndSearch,
                (Typed::Finished(_), None) | (Typed::Abandoned, _) => Then::Close,
            }
        }
        Overlay::Question(question) => match question.key(key) {
            Reply::Open => Then::Stay,
            Reply::Answer(question, answer) => Then::Answer(question, answer),
            Reply::Declined => Then::Close,
        },
        Overlay::Confirm(_, effect) => match key.typed() {
            Some('y' | 'Y') => Then::Do((**effect).clone()),
            _ => Then::Close,
        },
        Overlay::Text { body, top, .. } => match key.code {
            Code::Up | Code::Char('k') => scroll(top, -1),
            Code::Down | Code::Char('j') => scroll(top, 1),
            Code::Char('y') => Then::Copy(body.clone()),
            _ => Then::Close,
        },
    }
}

fn scroll(line: &mut usize, by: isize) -> Then {
    *line = line.saturating_add_signed(by);
    Then::Stay
}
