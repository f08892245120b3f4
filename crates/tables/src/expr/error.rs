//! What is wrong with an expression, and where in it.

use std::fmt;
use std::ops::Range;

/// A mistake in an expression: its place, what is wrong, and what was probably meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExprError {
    /// The whole expression as written.
    pub text: String,
    /// Where the mistake starts: characters before it.
    pub at: usize,
    /// How many characters it spans, at least 1.
    pub length: usize,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
}

impl ExprError {
    /// A mistake over the bytes `span` of `text`.
    pub(super) fn new(text: &str, span: &Range<usize>, message: impl Into<String>) -> Self {
        let at = text[..span.start].chars().count();
        let length = text[span.clone()].chars().count().max(1);
        Self { text: text.to_owned(), at, length, message: message.into(), hint: None }
    }

    pub(super) fn hint(mut self, hint: impl Into<Option<String>>) -> Self {
        self.hint = hint.into().or(self.hint);
        self
    }

    /// Message and hint in one line, without the caret.
    pub fn one_line(&self) -> String {
        let Self { message, hint, .. } = self;
        match hint {
            Some(hint) => format!("{message}; {hint}"),
            None => message.clone(),
        }
    }

    /// The expression and, under it, carets at the mistake.
    pub fn caret(&self) -> String {
        let Self { text, at, length, .. } = self;
        // Line breaks and tabs would part the carets from what they point at.
        let text: String = text.chars().map(|c| if c.is_whitespace() { ' ' } else { c }).collect();
        format!("{text}\n{}{}", " ".repeat(*at), "^".repeat(*length))
    }
}

impl fmt::Display for ExprError {
    /// Message and hint, then the expression with a caret under the mistake.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.one_line())?;
        let caret = self.caret();
        let mut lines = caret.lines();
        writeln!(f, "  {}", lines.next().unwrap_or_default())?;
        write!(f, "  {}", lines.next().unwrap_or_default())
    }
}

impl std::error::Error for ExprError {}
