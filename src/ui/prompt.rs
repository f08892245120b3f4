//! One line of input at the foot of the screen.

use tui_input::{Input, InputRequest};

use crate::app::command::Command;
use crate::app::key::{Code, Key};

/// A line that is being typed, and the command that waits for it.
#[derive(Debug, Clone)]
pub struct Prompt {
    /// The command that asked; none where the line only searches what is shown.
    pub command: Option<&'static Command>,
    /// What is asked for.
    pub title: String,
    /// What is wrong with what was typed, after a first try.
    pub problem: Option<String>,
    input: Input,
    /// Which of the choices for the next word is under the cursor, if one was gone to.
    pub chosen: Option<usize>,
    /// Whether what stands there is only a suggestion, which the first character typed replaces.
    suggested: bool,
}

/// What a key did to a prompt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Typed {
    /// It was taken in.
    More,
    /// The line is finished.
    Finished(String),
    /// The user wants nothing of it.
    Abandoned,
}

impl Prompt {
    /// A prompt that starts with `initial`.
    pub fn new(command: Option<&'static Command>, title: impl Into<String>, initial: impl Into<String>) -> Self {
        let input = Input::new(initial.into());
        Self { command, title: title.into(), problem: None, input, chosen: None, suggested: false }
    }

    /// The same, replaced by what is typed unless it is moved in or shortened first.
    pub fn suggesting(command: Option<&'static Command>, title: impl Into<String>, initial: impl Into<String>) -> Self {
        Self { suggested: true, ..Self::new(command, title, initial) }
    }

    /// What stands in the line.
    pub fn text(&self) -> &str {
        self.input.value()
    }

    /// What stands before the cursor.
    pub fn before_cursor(&self) -> &str {
        let at = self.text().char_indices().nth(self.input.cursor()).map_or(self.text().len(), |(at, _)| at);
        &self.text()[..at]
    }

    /// Writes `choice` in place of what stands between byte `from` and the cursor.
    pub fn complete(&mut self, from: usize, choice: &str) {
        self.suggested = false;
        let before = self.before_cursor();
        let (head, rest) = (&before[..from.min(before.len())], &self.text()[before.len()..]);
        let gap = if choice.ends_with('(') { "" } else { " " };
        let written = format!("{head}{choice}{gap}");
        let text = format!("{written}{}", rest.trim_start());
        self.input = Input::new(text).with_cursor(written.chars().count());
        (self.chosen, self.problem) = (None, None);
    }

    /// Goes to another of `count` choices, from the line back to the line.
    pub fn choose(&mut self, step: isize, count: usize) {
        let at = self.chosen.map_or(0, |at| at + 1).saturating_add_signed(step).min(count);
        self.chosen = at.checked_sub(1);
    }

    /// The cursor's column in the line.
    pub fn cursor(&self) -> usize {
        self.input.visual_cursor()
    }

    /// Takes a key in.
    pub fn key(&mut self, key: Key) -> Typed {
        match key.code {
            Code::Enter => return Typed::Finished(self.text().trim().to_owned()),
            Code::Esc => return Typed::Abandoned,
            _ => {}
        }
        if let Some(request) = edit(key) {
            if matches!(request, InputRequest::InsertChar(_)) {
                self.forget_suggestion();
            }
            (self.suggested, self.chosen) = (false, None);
            self.input.handle(request);
            self.problem = None;
        }
        Typed::More
    }

    /// Takes pasted text in, up to its first line break.
    pub fn paste(&mut self, text: &str) {
        self.forget_suggestion();
        for c in text.lines().next().unwrap_or_default().chars() {
            self.input.handle(InputRequest::InsertChar(c));
        }
    }
}

impl Prompt {
    fn forget_suggestion(&mut self) {
        if std::mem::take(&mut self.suggested) {
            self.input.reset();
        }
    }
}

/// The editing request that a key makes in a line of input.
fn edit(key: Key) -> Option<InputRequest> {
    Some(match (key.code, key.ctrl) {
        (Code::Char(c), false) => InputRequest::InsertChar(c),
        (Code::Backspace, false) | (Code::Char('h'), true) => InputRequest::DeletePrevChar,
        (Code::Delete, _) | (Code::Char('d'), true) => InputRequest::DeleteNextChar,
        (Code::Left, false) => InputRequest::GoToPrevChar,
        (Code::Right, false) => InputRequest::GoToNextChar,
        (Code::Left, true) => InputRequest::GoToPrevWord,
        (Code::Right, true) => InputRequest::GoToNextWord,
        (Code::Home, _) => InputRequest::GoToStart,
        (Code::End, _) | (Code::Char('e'), true) => InputRequest::GoToEnd,
        (Code::Char('w'), true) | (Code::Backspace, true) => InputRequest::DeletePrevWord,
        (Code::Char('u'), true) => InputRequest::DeleteLine,
        (Code::Char('k'), true) => InputRequest::DeleteTillEnd,
        _ => return None,
    })
}
