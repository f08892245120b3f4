//! Keys while something lies on top of the pane.

use super::Program;
use crate::app::action::{Action, Effect};
use crate::app::answers::Wish;
use crate::app::command::{Act, Command, Order};
use crate::app::complete::{self, Choice, Completion};
use crate::app::key::{Code, Key};
use crate::app::log::Level;
use crate::study::Question;
use crate::theme::Theme;
use crate::ui::help;
use crate::ui::overlay::{Overlay, found_columns, prompt_choices};
use crate::ui::palette::{self, Found};
use crate::ui::prompt::{Prompt, Typed};
use crate::ui::role_question::Reply;

/// What has to happen after a key went to an overlay.
enum Then {
    Stay,
    Close,
    Run(&'static Command, Option<String>),
    Start(&'static Command),
    EndSearch,
    RunTyped(String, usize),
    RunGiven(&'static Command, String),
    Toggle(usize),
    Search(String),
    Do(Effect),
    Copy(String),
    Answer(Question, String),
    GoOn(Key),
    NotNow,
}

impl Program {
    pub(super) fn overlay_key(&mut self, key: Key) -> Vec<Effect> {
        if let Some(before) = self.theme_before.take() {
            self.theme = before;
        }
        let effects = self.overlay_takes(key);
        self.preview_theme();
        effects
    }

    /// What has to be known for the condition that is being typed to be completed.
    pub(super) fn asks_of_prompt(&self) -> Option<Wish> {
        let (command, typed) = match self.overlays.last()? {
            Overlay::Prompt(prompt) => (prompt.command?, prompt.before_cursor()),
            Overlay::Palette(prompt, _) => {
                palette::argument(prompt.text()).map(|(command, from)| (command, &prompt.text()[from..]))?
            }
            _ => return None,
        };
        complete::wanted(&self.state, typed).filter(|_| command.name == "filter")
    }

    /// Shows everything in the theme that is under the cursor of the palette.
    fn preview_theme(&mut self) {
        let Some(Overlay::Palette(prompt, chosen)) = self.overlays.last() else { return };
        let (typed, theme) = (prompt.text(), &self.theme);
        let is_theme = palette::argument(typed).is_some_and(|(c, _)| matches!(c.act, Act::Program(Order::Theme)));
        let chosen = palette::given(&self.state, typed)
            .filter(|_| is_theme)
            .and_then(|(_, mut all)| (*chosen < all.len()).then(|| all.swap_remove(*chosen).text));
        let looked_at = chosen.and_then(|name| Theme::named(&name, theme.depth(), theme.glyphs()).ok());
        if let Some(looked_at) = looked_at {
            self.theme_before = Some(std::mem::replace(&mut self.theme, looked_at));
        }
    }

    fn overlay_takes(&mut self, key: Key) -> Vec<Effect> {
        // What concerns the terminal works whatever lies on top.
        let meant = self.keymap.resolve(self.state.pane(), false, key).filter(|_| key.ctrl);
        if let Some(command) = meant.filter(|command| ["suspend", "redraw"].contains(&command.name)) {
            return self.run(command, None);
        }
        let page = usize::from(self.state.size.1).saturating_sub(6);
        let Some(top) = self.overlays.last_mut() else { return Vec::new() };
        let then = match top {
            Overlay::Help(prompt, chosen) => {
                let listed = |search: &str| help::commands(&self.state, &self.keymap, search);
                react_in_help(prompt, chosen, listed, key, page)
            }
            Overlay::Palette(prompt, chosen) => {
                let given = palette::given(&self.state, prompt.text());
                let found = palette::found(&self.state, prompt.text()).len();
                react_in_palette(prompt, chosen, (given, found), key)
            }
            Overlay::Prompt(prompt) => {
                let choices = prompt_choices(&self.state, prompt);
                react_in_prompt(prompt, choices, key)
            }
            Overlay::Count(_) => return self.count_key(key),
            other => react(other, key),
        };
        match then {
            Then::Stay => Vec::new(),
            Then::Search(text) => self.search(text),
            Then::Toggle(column) => {
                if let Some(grid) = self.pane_mut().grid_mut() {
                    grid.toggle_column(column);
                }
                Vec::new()
            }
            then => {
                self.overlays.pop();
                match then {
                    Then::Run(command, argument) => self.run(command, Some(argument.as_deref().unwrap_or_default())),
                    Then::Start(command) => self.run(command, None),
                    Then::EndSearch => self.search(String::new()),
                    Then::RunTyped(typed, chosen) => self.run_typed(&typed, chosen),
                    Then::RunGiven(command, given) => self.run(command, Some(&given)),
                    Then::Do(effect) => self.apply(Action::Do(effect)),
                    Then::Copy(text) => self.apply(Action::Do(Effect::Copy(text, "text".to_owned()))),
                    Then::Answer(question, answer) => self.answer_role(&question, &answer),
                    Then::GoOn(key) => self.go_on_with(key),
                    Then::NotNow => {
                        self.say_unkept();
                        Vec::new()
                    }
                    Then::Stay | Then::Close | Then::Search(_) | Then::Toggle(_) => Vec::new(),
                }
            }
        }
    }

    pub(super) fn paste(&mut self, text: &str) {
        self.go_on_without_keeping();
        if let Some(Overlay::Question(question)) = self.overlays.last_mut() {
            question.paste(text);
        }
        let mut searched = None;
        match self.overlays.last_mut() {
            Some(Overlay::Help(prompt, chosen)) => {
                prompt.paste(text);
                *chosen = Some(0);
            }
            Some(Overlay::Palette(prompt, chosen)) => {
                prompt.paste(text);
                *chosen = 0;
            }
            Some(Overlay::Prompt(prompt)) => {
                prompt.paste(text);
                searched = searches(prompt).then(|| prompt.text().to_owned());
            }
            _ => {}
        }
        if let Some(text) = searched {
            self.search(text);
        }
    }

    pub(super) fn open_help(&mut self, argument: Option<&str>) -> Vec<Effect> {
        self.overlays.push(Overlay::Help(Prompt::new(None, "search", argument.unwrap_or_default()), None));
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
        self.overlays.push(Overlay::Prompt(Prompt::suggesting(Some(command), "rows with", before)));
        Vec::new()
    }

    /// The columns of the table on screen, to choose among.
    pub(super) fn choose_columns(&mut self) -> Vec<Effect> {
        let columns = self.pane().grid().map(|grid| grid.all_columns()).unwrap_or_default();
        if columns.is_empty() {
            return self.apply(Action::Say(Level::Note, "there is no table here".to_owned()));
        }
        self.overlays.push(Overlay::Columns { search: Prompt::new(None, "search", ""), columns, chosen: 0 });
        Vec::new()
    }

    fn search(&mut self, text: String) -> Vec<Effect> {
        if let Some(grid) = self.pane_mut().grid_mut() {
            grid.set_search(text);
        }
        Vec::new()
    }

    fn run_typed(&mut self, typed: &str, chosen: usize) -> Vec<Effect> {
        match palette::found(&self.state, typed).get(chosen).copied() {
            Some(Found::View(pane, view)) => {
                let effects = self.open(pane);
                self.look(view);
                effects
            }
            Some(Found::Command(command)) => {
                let (_, argument) = palette::split(typed);
                self.run(command, argument.filter(|_| command.argument.is_some()))
            }
            None => self.apply(Action::Say(Level::Error, format!("no command is called `{typed}`; ? lists them"))),
        }
    }
}

/// Whether a prompt searches as it is typed.
fn searches(prompt: &Prompt) -> bool {
    prompt.command.is_some_and(|c| matches!(c.act, Act::Program(Order::Search)))
}

/// Keys in the help: arrows choose a command, Enter runs it.
fn react_in_help(
    prompt: &mut Prompt,
    chosen: &mut Option<usize>,
    listed: impl Fn(&str) -> Vec<&'static Command>,
    key: Key,
    page: usize,
) -> Then {
    let steps = match key.code {
        Code::Up => -1,
        Code::Down | Code::Tab => 1,
        Code::PageUp => -(page as isize),
        Code::PageDown => page as isize,
        _ => {
            return match prompt.key(key) {
                Typed::More => {
                    *chosen = (!prompt.text().is_empty()).then_some(0);
                    Then::Stay
                }
                Typed::Finished(_) => {
                    let command = chosen.and_then(|at| listed(prompt.text()).get(at).copied());
                    command.map_or(Then::Close, Then::Start)
                }
                Typed::Abandoned => Then::Close,
            };
        }
    };
    let last = listed(prompt.text()).len().saturating_sub(1);
    *chosen =
        Some(chosen.map_or(if steps > 1 { steps as usize } else { 0 }, |at| at.saturating_add_signed(steps)).min(last));
    Then::Stay
}

/// Keys in the palette: arrows choose a command or what is given to it, Tab writes it, Enter runs it.
fn react_in_palette(
    prompt: &mut Prompt,
    chosen: &mut usize,
    (given, found): (Option<(Completion, Vec<Choice>)>, usize),
    key: Key,
) -> Then {
    let listed = given.as_ref().map_or(found, |(_, ranked)| ranked.len());
    match (key.code, given) {
        (Code::Up, _) => return scroll(chosen, -1),
        (Code::Down, _) => *chosen = (*chosen + 1).min(listed.saturating_sub(1)),
        (Code::Tab, None) => *chosen = (*chosen + 1).min(listed.saturating_sub(1)),
        (Code::Tab, Some((completion, ranked))) => {
            if let Some(choice) = ranked.get(*chosen) {
                prompt.complete(completion.from, &choice.text);
            }
            *chosen = 0;
        }
        (Code::Enter, Some((completion, ranked))) if completion.closed => {
            let typed = prompt.text().get(completion.from..).unwrap_or_default().trim();
            let whole = completion.choices.iter().find(|choice| choice.text.eq_ignore_ascii_case(typed));
            let choice = whole.or(ranked.get(*chosen).filter(|_| !typed.is_empty() || *chosen > 0));
            if let (Some(choice), Some((command, _))) = (choice, palette::argument(prompt.text())) {
                return Then::RunGiven(command, choice.text.clone());
            }
            return Then::RunTyped(prompt.text().trim().to_owned(), 0);
        }
        (_, given) => match prompt.key(key) {
            Typed::More => *chosen = 0,
            // The line under the cursor is one of the arguments, not a command.
            Typed::Finished(typed) => return Then::RunTyped(typed, if given.is_some() { 0 } else { *chosen }),
            Typed::Abandoned => return Then::Close,
        },
    }
    Then::Stay
}

/// Keys in a line of input: Tab writes the word that is chosen, or the likeliest; Enter does where one was gone to.
fn react_in_prompt(prompt: &mut Prompt, (from, choices): (usize, Vec<Choice>), key: Key) -> Then {
    let chosen = choices.get(prompt.chosen.unwrap_or(0));
    match (key.code, chosen) {
        (Code::Tab, Some(choice)) => prompt.complete(from, &choice.text),
        (Code::Enter, Some(choice)) if prompt.chosen.is_some() => prompt.complete(from, &choice.text),
        (Code::Down, Some(_)) => prompt.choose(1, choices.len()),
        (Code::Up, Some(_)) => prompt.choose(-1, choices.len()),
        _ => {
            let searches = searches(prompt);
            return match (prompt.key(key), prompt.command) {
                (Typed::More, _) if searches => Then::Search(prompt.text().to_owned()),
                (Typed::More, _) => Then::Stay,
                (Typed::Finished(text), Some(command)) => Then::Run(command, Some(text)),
                (Typed::Abandoned, _) if searches => Then::EndSearch,
                (Typed::Finished(_), None) | (Typed::Abandoned, _) => Then::Close,
            };
        }
    }
    Then::Stay
}

fn react(overlay: &mut Overlay, key: Key) -> Then {
    match overlay {
        Overlay::Help(..) | Overlay::Palette(..) | Overlay::Prompt(_) | Overlay::Count(_) => Then::Stay,
        Overlay::Columns { search, columns, chosen } => {
            let found: Vec<usize> = found_columns(columns, search.text()).iter().map(|(at, ..)| *at).collect();
            match key.code {
                Code::Char(' ') => {
                    let toggled = found.get(*chosen).copied();
                    if let Some(column) = columns.iter_mut().find(|(at, ..)| Some(*at) == toggled) {
                        column.2 ^= true;
                    }
                    return toggled.map_or(Then::Stay, Then::Toggle);
                }
                Code::Up => *chosen = chosen.saturating_sub(1),
                Code::Down | Code::Tab => *chosen = (*chosen + 1).min(found.len().saturating_sub(1)),
                _ => match search.key(key) {
                    Typed::More => *chosen = 0,
                    Typed::Finished(_) | Typed::Abandoned => return Then::Close,
                },
            }
            Then::Stay
        }
        Overlay::Question(question) => match question.key(key) {
            Reply::Open => Then::Stay,
            Reply::Answer(question, answer) => Then::Answer(question, answer),
            Reply::Declined => Then::Close,
        },
        Overlay::Confirm(_, effect) => match key.typed() {
            Some('y' | 'Y') => Then::Do((**effect).clone()),
            Some('n' | 'N' | 'q') => Then::Close,
            _ if key.code == Code::Esc => Then::Close,
            // A key that was meant for what lies below answers nothing.
            _ => Then::Stay,
        },
        Overlay::Offer(_, effect) => match key.typed() {
            Some('y' | 'Y') => Then::Do((**effect).clone()),
            Some('n' | 'N') => Then::NotNow,
            _ if key.code == Code::Esc => Then::NotNow,
            _ => Then::GoOn(key),
        },
        Overlay::Text { copied, top, .. } => match key.code {
            Code::Up | Code::Char('k') => scroll(top, -1),
            Code::Down | Code::Char('j') => scroll(top, 1),
            Code::Char('y') => Then::Copy(copied.clone()),
            _ => Then::Close,
        },
    }
}

fn scroll(line: &mut usize, by: isize) -> Then {
    *line = line.saturating_add_signed(by);
    Then::Stay
}
