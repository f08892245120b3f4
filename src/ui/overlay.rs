//! What lies on top of a pane: help, palette, prompts, questions, texts.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::choices;
use super::count;
use super::help::{self, HelpLine};
use super::input::{boxed, clear, view_input};
use super::layout;
use super::palette::{self, Found};
use super::paragraph;
use super::prompt::Prompt;
use super::role_question::RoleQuestion;
use crate::app::State;
use crate::app::action::Effect;
use crate::app::command::Enabled;
use crate::app::complete::Choice;
use crate::app::keymap::Keymap;
use crate::theme::{Role, Theme};
use figures::format;

/// One overlay.
#[derive(Debug, Clone)]
pub enum Overlay {
    /// The keys, searched by what is typed, and the command that Enter would run.
    Help(Prompt, Option<usize>),
    /// The palette, and the line that is chosen.
    Palette(Prompt, usize),
    /// A value is asked for.
    Prompt(Prompt),
    /// What a column of a bare table is.
    Question(RoleQuestion),
    /// The columns of the table below, searched by what is typed, and the one under the cursor.
    Columns {
        /// What is searched for.
        search: Prompt,
        /// Each column's place in the table, its title, and whether it is shown.
        columns: Vec<(usize, String, bool)>,
        /// The line of the cursor among those found.
        chosen: usize,
    },
    /// Yes or no: what is asked, and what follows a yes.
    Confirm(String, Box<Effect>),
    /// Something that can be done at once or not at all, and what follows a yes; every other key goes on without.
    Offer(String, Box<Effect>),
    /// A number of times, and the moves that can follow.
    Count(String),
    /// A text with a title, scrolled down by so many lines.
    Text {
        /// Its title.
        title: String,
        /// The text.
        body: String,
        /// What a copy of it holds.
        copied: String,
        /// First line shown.
        top: usize,
    },
}

impl Overlay {
    /// Paints it over `area`; returns where the text cursor is, if it has one.
    pub fn view(&self, s: &State, keymap: &Keymap, theme: &Theme, area: Rect, buf: &mut Buffer) -> Option<(u16, u16)> {
        match self {
            Self::Help(prompt, chosen) => {
                let lines = help::lines(s, keymap, prompt.text());
                let inner = boxed("Keys: type to search", area, (76, area.height.saturating_sub(2)), theme, buf);
                let (input, list) = layout::top(inner, 1);
                view_help(&lines, *chosen, theme, list, buf);
                Some(view_input("search: ", prompt, theme, input, buf))
            }
            Self::Palette(prompt, chosen) => {
                let inner = boxed("Command", area, (76, 16), theme, buf);
                let (input, list) = layout::top(inner, 1);
                match palette::given(s, prompt.text()) {
                    Some((_, given)) => choices::view(&given, Some(*chosen), theme, list, buf),
                    None => view_palette(s, keymap, prompt.text(), *chosen, theme, list, buf),
                }
                Some(view_input(":", prompt, theme, input, buf))
            }
            Self::Columns { search, columns, chosen } => {
                let inner = boxed("Columns: space shows or hides, enter is done", area, (76, 18), theme, buf);
                let (input, list) = layout::top(inner, 1);
                view_columns(&found_columns(columns, search.text()), *chosen, theme, list, buf);
                Some(view_input("search: ", search, theme, input, buf))
            }
            Self::Prompt(prompt) => Some(view_prompt(s, prompt, theme, area, buf)),
            Self::Question(question) => Some(question.view(theme, area, buf)),
            Self::Count(number) => {
                count::view(number, keymap, theme, area, buf);
                None
            }
            Self::Confirm(question, _) => {
                view_question(question, "y yes   n no", theme, area, buf);
                None
            }
            Self::Offer(question, _) => {
                view_question(question, "y keeps it   n not now   any other key goes on without", theme, area, buf);
                None
            }
            Self::Text { title, body, top, .. } => {
                view_text(title, body, *top, theme, area, buf);
                None
            }
        }
    }
}

/// The columns found, and which of them are shown.
fn view_columns(found: &[&(usize, String, bool)], chosen: usize, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let height = usize::from(area.height);
    let top = (chosen + 1).saturating_sub(height);
    for (i, (_, title, shown)) in found.iter().enumerate().skip(top).take(height) {
        let at = Rect { y: area.y + (i - top) as u16, height: 1, ..area };
        let role = if i == chosen { Role::Selection } else { Role::Text };
        let mark = if *shown { "[x]" } else { "[ ]" };
        paragraph::line(&format!("{mark} {title}"), role, theme, at, buf);
    }
}

/// What is asked for at the foot of the screen, with the choices above it; returns where the text cursor is.
fn view_prompt(s: &State, prompt: &Prompt, theme: &Theme, area: Rect, buf: &mut Buffer) -> (u16, u16) {
    let (_, next) = prompt_choices(s, prompt);
    let (role, text) = match &prompt.problem {
        Some(problem) => (Role::Error, problem.as_str()),
        None if next.is_empty() => (Role::Dim, "Enter accepts, Esc leaves it as it is"),
        None => (Role::Dim, "Tab completes, arrows choose, Enter accepts, Esc leaves it as it is"),
    };
    // What is asked for has lines of its own where it would leave the answer no room.
    let label = format!("{}: ", prompt.title);
    let is_long = format::width(&label) > usize::from(area.width) / 2;
    let asked = if is_long { paragraph::height(&prompt.title, theme, area.width) } else { 0 };
    let said = paragraph::height(text, theme, area.width).clamp(1, 5);
    let (rest, foot) = layout::bottom(area, 1 + said + asked);
    clear(foot, theme, buf);
    let lines = (next.len() as u16).min(choices::MOST_LINES).min(rest.height);
    choices::view(&next, prompt.chosen, theme, layout::bottom(rest, lines).1, buf);
    let (message, input) = layout::bottom(foot, 1);
    let (message, title) = layout::bottom(message, asked);
    paragraph::text(text, role, theme, message, buf);
    paragraph::text(&prompt.title, Role::Accent, theme, title, buf);
    view_input(if is_long { "> " } else { &label }, prompt, theme, input, buf)
}

/// A text from its line `top` on, in a box as high as it needs.
fn view_text(title: &str, body: &str, top: usize, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let width = 76.min(area.width.saturating_sub(4));
    let lines = paragraph::wrap(&theme.glyphs().text(body), usize::from(width));
    let height = (lines.len() as u16 + 2).min(area.height.saturating_sub(2));
    let inner = boxed(title, area, (width + 4, height), theme, buf);
    for (i, l) in lines.iter().skip(top).take(usize::from(inner.height)).enumerate() {
        let at = Rect { y: inner.y + i as u16, height: 1, ..inner };
        paragraph::line(l, Role::Text, theme, at, buf);
    }
}

/// A question at the foot of the screen, and how it is answered.
fn view_question(question: &str, answers: &str, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let (_, foot) = layout::bottom(area, 2);
    clear(foot, theme, buf);
    paragraph::line(question, Role::Warn, theme, foot, buf);
    paragraph::line(answers, Role::Accent, theme, layout::top(foot, 1).1, buf);
}

/// What the word under the cursor of a prompt could be: where it begins, and the choices, best first.
pub fn prompt_choices(s: &State, prompt: &Prompt) -> (usize, Vec<Choice>) {
    let Some(command) = prompt.command else { return (0, Vec::new()) };
    let typed = prompt.before_cursor();
    let completion = (command.complete)(s, typed);
    let ranked = choices::ranked(&completion, typed);
    // What is written already in full is no news.
    let whole = ranked.len() == 1 && typed[completion.from..] == ranked[0].text;
    (completion.from, if whole { Vec::new() } else { ranked })
}

/// The columns whose titles contain what is searched for.
pub fn found_columns<'a>(columns: &'a [(usize, String, bool)], search: &str) -> Vec<&'a (usize, String, bool)> {
    let search = search.to_lowercase();
    columns.iter().filter(|(_, title, _)| title.to_lowercase().contains(&search)).collect()
}

fn view_help(lines: &[HelpLine], chosen: Option<usize>, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let is_command = |line: &&HelpLine| matches!(line, HelpLine::Command { .. });
    let at = chosen.and_then(|n| {
        let chosen = lines.iter().filter(is_command).nth(n)?;
        lines.iter().position(|line| std::ptr::eq(line, chosen))
    });
    let top = at.map_or(0, |at| (at + 1).saturating_sub(usize::from(area.height)));
    let marked = at;
    for (i, line) in lines.iter().skip(top).take(usize::from(area.height)).enumerate() {
        let at = Rect { y: area.y + i as u16, height: 1, ..area };
        match line {
            HelpLine::Heading(title) => {
                paragraph::line(title, Role::Title, theme, at, buf);
            }
            HelpLine::Command { keys, help, why_not, .. } => {
                let (left, right) = layout::left(at, 16);
                let roles = match (marked == Some(top + i), why_not) {
                    (true, _) => [Role::Selection; 2],
                    (false, Some(_)) => [Role::Dim; 2],
                    (false, None) => [Role::Accent, Role::Text],
                };
                paragraph::line(&format!("  {keys}"), roles[0], theme, left, buf);
                // The reason comes first: the end of a long line is not seen.
                let text = match why_not {
                    Some(why) => format!("not now, {why}: {help}"),
                    None => (*help).to_owned(),
                };
                paragraph::line(&text, roles[1], theme, right, buf);
            }
        }
    }
}

fn view_palette(s: &State, keymap: &Keymap, typed: &str, chosen: usize, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let found = palette::found(s, typed);
    let height = usize::from(area.height);
    let top = (chosen + 1).saturating_sub(height);
    for (i, one) in found.iter().enumerate().skip(top).take(height) {
        let at = Rect { y: area.y + (i - top) as u16, height: 1, ..area };
        let (name, why, keys, is_enabled) = match one {
            Found::Command(command) => {
                let argument = command.argument.map(|argument| format!(" {argument}")).unwrap_or_default();
                let (why, is_enabled) = match (command.enabled)(s) {
                    Enabled::Yes => (command.title.to_owned(), true),
                    Enabled::No(why) => (format!("{} (not now: {why})", command.title), false),
                };
                (format!("{}{argument}", command.name), why, help::keys(keymap, command), is_enabled)
            }
            Found::View(pane, view) => ((*view).to_owned(), format!("view of {}", pane.title()), String::new(), true),
        };
        let role = match (i == chosen, is_enabled) {
            (true, _) => Role::Selection,
            (false, true) => Role::Text,
            (false, false) => Role::Dim,
        };
        let room = usize::from(area.width).saturating_sub(format::width(&keys) + 1);
        let text = format::pad_right(&format::shorten(&format!("{name:<28} {why}"), room, theme.glyphs()), room);
        paragraph::line(&format!("{text} {keys}"), role, theme, at, buf);
    }
    if found.is_empty() {
        paragraph::line("no command and no view is called that", Role::Dim, theme, area, buf);
    }
}
