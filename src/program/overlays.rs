//! Keys while something lies on top of the pane.

use super::Program;
use crate::app::action::{Action, Effect};
use crate::app::command::CommandId;
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
    Run(CommandId, Option<String>),
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
        if let Some(command @ (CommandId::Suspend | CommandId::Redraw)) = meant {
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

    pub(super) fn open_overlay(&mut self, command: CommandId, argument: Option<&str>) -> Vec<Effect> {
        let initial = argument.unwrap_or_default();
        let overlay = match command {
            CommandId::Help => Overlay::Help(Prompt::new(command, "search", initial), 0),
            CommandId::Palette => Overlay::Palette(Prompt::new(command, "command", initial), 0),
            _ => {
                if argument.is_some() {
                    return self.search(initial.to_owned());
                }
                let view = self.view_index();
                let before = self.pane().grid(view).map(|g| g.search().to_owned()).unwrap_or_default();
                Overlay::Prompt(Prompt::new(command, "rows with", before))
            }
        };
        self.overlays.push(overlay);
        Vec::new()
    }

    fn search(&mut self, text: String) -> Vec<Effect> {
        let view = self.view_index();
        self.in_grid(view, |grid| {
            grid.set_search(text);
            true
        });
        Vec::new()
    }

    fn run_typed(&mut self, typed: &str, chosen: usize) -> Vec<Effect> {
        match palette::matches(typed).get(chosen) {
            Some(command) => {
                let (_, argument) = palette::split(typed);
                self.run(command.id, argument.filter(|_| command.argument.is_some()))
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
        Overlay::Prompt(prompt) => match prompt.key(key) {
            Typed::More if prompt.command == CommandId::Search => Then::Search(prompt.text().to_owned()),
            Typed::More => Then::Stay,
            Typed::Finished(text) => Then::Run(prompt.command, Some(text)),
            Typed::Abandoned if prompt.command == CommandId::Search => Then::Run(CommandId::Search, None),
            Typed::Abandoned => Then::Close,
        },
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
