//! What lies on top of a pane: help, palette, prompts, questions, texts.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Modifier;

use super::help::{self, HelpLine};
use super::layout;
use super::palette;
use super::paragraph;
use super::prompt::Prompt;
use super::role_question::RoleQuestion;
use crate::app::State;
use crate::app::action::Effect;
use crate::app::command::Enabled;
use crate::app::keymap::Keymap;
use crate::theme::{Role, Theme};
use figures::format;

/// One overlay.
#[derive(Debug, Clone)]
pub enum Overlay {
    /// The keys, searched by what is typed; scrolled down by so many lines.
    Help(Prompt, usize),
    /// The palette, and the line that is chosen.
    Palette(Prompt, usize),
    /// A value is asked for.
    Prompt(Prompt),
    /// What a column of a bare table is.
    Question(RoleQuestion),
    /// Yes or no: what is asked, and what follows a yes.
    Confirm(String, Box<Effect>),
    /// A text with a title, scrolled down by so many lines.
    Text {
        /// Its title.
        title: String,
        /// The text.
        body: String,
        /// First line shown.
        top: usize,
    },
}

impl Overlay {
    /// Paints it over `area`; returns where the text cursor is, if it has one.
    pub fn view(&self, s: &State, keymap: &Keymap, theme: &Theme, area: Rect, buf: &mut Buffer) -> Option<(u16, u16)> {
        match self {
            Self::Help(prompt, top) => {
                let lines = help::lines(s, keymap, prompt.text());
                let inner = boxed("Keys: type to search", area, (76, area.height.saturating_sub(2)), theme, buf);
                let (input, list) = layout::top(inner, 1);
                view_help(&lines, *top, theme, list, buf);
                Some(view_input("search: ", prompt, theme, input, buf))
            }
            Self::Palette(prompt, chosen) => {
                let inner = boxed("Command", area, (76, 16), theme, buf);
                let (input, list) = layout::top(inner, 1);
                view_palette(s, keymap, prompt.text(), *chosen, theme, list, buf);
                Some(view_input(":", prompt, theme, input, buf))
            }
            Self::Prompt(prompt) => {
                let (_, foot) = layout::bottom(area, 2);
                clear(foot, theme, buf);
                let (message, input) = layout::top(foot, 1);
                let (role, text) = match &prompt.problem {
                    Some(problem) => (Role::Error, problem.as_str()),
                    None => (Role::Dim, "Enter accepts, Esc leaves it as it is"),
                };
                paragraph::line(text, role, theme, message, buf);
                Some(view_input(&format!("{}: ", prompt.title), prompt, theme, input, buf))
            }
            Self::Question(question) => Some(question.view(theme, area, buf)),
            Self::Confirm(question, _) => {
                let (_, foot) = layout::bottom(area, 2);
                clear(foot, theme, buf);
                paragraph::line(question, Role::Warn, theme, foot, buf);
                let (_, answer) = layout::top(foot, 1);
                paragraph::line("y yes   any other key no", Role::Accent, theme, answer, buf);
                None
            }
            Self::Text { title, body, top } => {
                let width = 76.min(area.width.saturating_sub(4));
                let lines = paragraph::wrap(&theme.glyphs().text(body), usize::from(width));
                let height = (lines.len() as u16 + 2).min(area.height.saturating_sub(2));
                let inner = boxed(title, area, (width + 4, height), theme, buf);
                for (i, l) in lines.iter().skip(*top).take(usize::from(inner.height)).enumerate() {
                    let at = Rect { y: inner.y + i as u16, height: 1, ..inner };
                    paragraph::line(l, Role::Text, theme, at, buf);
                }
                None
            }
        }
    }
}

pub(super) fn view_input(label: &str, prompt: &Prompt, theme: &Theme, area: Rect, buf: &mut Buffer) -> (u16, u16) {
    let x = paragraph::line(label, Role::Accent, theme, area, buf);
    let room = usize::from(area.right().saturating_sub(x)).max(1);
    // Long lines scroll so that the cursor stays in sight.
    let skip = (prompt.cursor() + 1).saturating_sub(room);
    let shown: String = prompt.text().chars().skip(skip).collect();
    buf.set_stringn(x, area.y, shown, room, theme.style(Role::Text));
    (x + (prompt.cursor() - skip) as u16, area.y)
}

fn view_help(lines: &[HelpLine], top: usize, theme: &Theme, area: Rect, buf: &mut Buffer) {
    for (i, line) in lines.iter().skip(top).take(usize::from(area.height)).enumerate() {
        let at = Rect { y: area.y + i as u16, height: 1, ..area };
        match line {
            HelpLine::Heading(title) => {
                paragraph::line(title, Role::Title, theme, at, buf);
            }
            HelpLine::Command { keys, help, why_not } => {
                let (left, right) = layout::left(at, 16);
                let role = if why_not.is_some() { Role::Dim } else { Role::Accent };
                paragraph::line(&format!("  {keys}"), role, theme, left, buf);
                let text = match why_not {
                    Some(why) => format!("{help} (not now: {why})"),
                    None => (*help).to_owned(),
                };
                paragraph::line(&text, if why_not.is_some() { Role::Dim } else { Role::Text }, theme, right, buf);
            }
        }
    }
}

fn view_palette(s: &State, keymap: &Keymap, typed: &str, chosen: usize, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let found = palette::matches(typed);
    let height = usize::from(area.height);
    let top = (chosen + 1).saturating_sub(height);
    for (i, command) in found.iter().enumerate().skip(top).take(height) {
        let at = Rect { y: area.y + (i - top) as u16, height: 1, ..area };
        let enabled = (command.enabled)(s);
        let role = match (i == chosen, enabled) {
            (true, _) => Role::Selection,
            (false, Enabled::Yes) => Role::Text,
            (false, Enabled::No(_)) => Role::Dim,
        };
        let name = match command.argument {
            Some(argument) => format!("{} {argument}", command.name),
            None => command.name.to_owned(),
        };
        let why = match enabled {
            Enabled::Yes => command.title.to_owned(),
            Enabled::No(why) => format!("{} (not now: {why})", command.title),
        };
        let keys = help::keys(keymap, command);
        let room = usize::from(area.width).saturating_sub(format::width(&keys) + 1);
        let text = format::pad_right(&format::shorten(&format!("{name:<28} {why}"), room, theme.glyphs()), room);
        paragraph::line(&format!("{text} {keys}"), role, theme, at, buf);
    }
    if found.is_empty() {
        paragraph::line("no command is called that", Role::Dim, theme, area, buf);
    }
}

fn clear(area: Rect, theme: &Theme, buf: &mut Buffer) {
    for y in area.y..area.bottom() {
        for x in area.x..area.right() {
            buf[(x, y)].reset();
            buf[(x, y)].set_style(theme.style(Role::Text));
        }
    }
}

/// A box with a title in the middle of `area`; returns its inside.
pub(super) fn boxed(title: &str, area: Rect, (width, height): (u16, u16), theme: &Theme, buf: &mut Buffer) -> Rect {
    let outer = layout::centred(area, width, height);
    clear(outer, theme, buf);
    if outer.width < 4 || outer.height < 3 {
        return outer;
    }
    let [h, v, tl, tr, bl, br] = match theme.glyphs() {
        format::Glyphs::Utf8 => ["─", "│", "╭", "╮", "╰", "╯"],
        format::Glyphs::Ascii => ["-", "|", "+", "+", "+", "+"],
    };
    let style = theme.style(Role::Border);
    let across = h.repeat(usize::from(outer.width - 2));
    buf.set_string(outer.x, outer.y, format!("{tl}{across}{tr}"), style);
    buf.set_string(outer.x, outer.bottom() - 1, format!("{bl}{across}{br}"), style);
    for y in outer.y + 1..outer.bottom() - 1 {
        buf.set_string(outer.x, y, v, style);
        buf.set_string(outer.right() - 1, y, v, style);
    }
    let heading = theme.style(Role::Title).add_modifier(Modifier::BOLD);
    buf.set_stringn(outer.x + 2, outer.y, format!(" {title} "), usize::from(outer.width) - 4, heading);
    Rect::new(outer.x + 2, outer.y + 1, outer.width - 4, outer.height - 2)
}
