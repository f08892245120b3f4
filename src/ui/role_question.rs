//! Asks the owner of a bare table what one of its columns or values means.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::input::{boxed, view_input};
use super::prompt::{Prompt, Typed};
use super::{layout, paragraph};
use crate::app::key::{Code, Key};
use crate::study::Question;
use crate::theme::{Role, Theme};

/// A question with its candidates, searched by what is typed.
#[derive(Debug, Clone)]
pub struct RoleQuestion {
    question: Question,
    prompt: Prompt,
    chosen: usize,
}

/// What a key did to a question.
#[derive(Debug, Clone, PartialEq)]
pub enum Reply {
    /// It is still open.
    Open,
    /// This column or value it is.
    Answer(Question, String),
    /// The user does not want to say.
    Declined,
}

impl RoleQuestion {
    /// Asks `question`, its likeliest candidate chosen.
    pub fn new(question: Question) -> Self {
        Self { question, prompt: Prompt::new(None, "search", ""), chosen: 0 }
    }

    fn candidates(&self) -> Vec<&str> {
        let typed = self.prompt.text().to_lowercase();
        self.question.candidates.iter().map(String::as_str).filter(|c| c.to_lowercase().contains(&typed)).collect()
    }

    /// Takes a key in.
    pub fn key(&mut self, key: Key) -> Reply {
        let last = self.candidates().len().saturating_sub(1);
        match key.code {
            Code::Up => self.chosen = self.chosen.saturating_sub(1),
            Code::Down | Code::Tab => self.chosen = (self.chosen + 1).min(last),
            _ => match self.prompt.key(key) {
                Typed::More => self.chosen = 0,
                Typed::Abandoned => return Reply::Declined,
                Typed::Finished(_) => {
                    let chosen = self.candidates().get(self.chosen).map(|c| (*c).to_owned());
                    return chosen.map_or(Reply::Open, |c| Reply::Answer(self.question.clone(), c));
                }
            },
        }
        Reply::Open
    }

    /// Takes pasted text in.
    pub fn paste(&mut self, text: &str) {
        self.prompt.paste(text);
        self.chosen = 0;
    }

    /// Paints it; returns where the text cursor is.
    pub fn view(&self, theme: &Theme, area: Rect, buf: &mut Buffer) -> (u16, u16) {
        let inner = boxed("About this table", area, (76, 16), theme, buf);
        let lines = paragraph::wrap(&theme.glyphs().text(&self.question.text), usize::from(inner.width));
        let (text, rest) = layout::top(inner, lines.len() as u16);
        for (i, line) in lines.iter().enumerate() {
            let at = Rect { y: text.y + i as u16, height: 1, ..text };
            paragraph::line(line, Role::Title, theme, at, buf);
        }
        let (input, rest) = layout::top(rest, 1);
        let (list, foot) = layout::bottom(rest, 1);
        let candidates = self.candidates();
        let top = (self.chosen + 1).saturating_sub(usize::from(list.height));
        for (i, candidate) in candidates.iter().enumerate().skip(top).take(usize::from(list.height)) {
            let at = Rect { y: list.y + (i - top) as u16, height: 1, ..list };
            let role = if i == self.chosen { Role::Selection } else { Role::Text };
            paragraph::line(candidate, role, theme, at, buf);
        }
        if candidates.is_empty() {
            paragraph::line("nothing in the table is called that", Role::Dim, theme, list, buf);
        }
        paragraph::line(
            "Enter chooses, arrows move, Esc leaves it open (:roles asks again)",
            Role::Dim,
            theme,
            foot,
            buf,
        );
        view_input("search: ", &self.prompt, theme, input, buf)
    }
}
