//! TOML as a person writes it: short tables in one line, comments behind the values.

use std::collections::BTreeMap;

use toml_edit::{Key, Value};

use crate::study::spec::UNANSWERED;

/// A TOML text being written, with the reasons of guessed settings.
pub(super) struct Text<'r> {
    text: String,
    reasons: &'r BTreeMap<String, String>,
}

/// A value that can stand behind a key.
pub(super) struct Literal(String);

impl From<f64> for Literal {
    fn from(value: f64) -> Self {
        Self(number(value))
    }
}

impl From<&str> for Literal {
    fn from(value: &str) -> Self {
        Self(quoted(value))
    }
}

impl From<String> for Literal {
    fn from(value: String) -> Self {
        Self(quoted(&value))
    }
}

impl From<&String> for Literal {
    fn from(value: &String) -> Self {
        Self(quoted(value))
    }
}

impl<'r> Text<'r> {
    pub fn new(reasons: &'r BTreeMap<String, String>) -> Self {
        Self { text: String::new(), reasons }
    }

    /// Whether something is to be said of the setting at `path`.
    pub fn has_reason(&self, path: &str) -> bool {
        self.reasons.contains_key(path)
    }

    /// `[name]` after an empty line; the reason of `path` stands above it.
    pub fn section(&mut self, name: &str, path: &str) {
        self.text.push('\n');
        if let Some(reason) = self.reasons.get(path) {
            self.text.push_str(&format!("# guessed: {reason}\n"));
        }
        self.text.push_str(&format!("[{name}]\n"));
    }

    /// `[[name]]` after an empty line.
    pub fn list_section(&mut self, name: &str) {
        self.text.push_str(&format!("\n[[{name}]]\n"));
    }

    /// `key = value`, with the reason of `path` behind it.
    pub fn pair(&mut self, key: &str, value: impl Into<Literal>, path: &str) {
        self.line(key, &value.into().0, path);
    }

    pub fn maybe<V: Into<Literal>>(&mut self, key: &str, value: Option<V>, path: &str) {
        if let Some(value) = value {
            self.pair(key, value, path);
        }
    }

    /// A list of texts, unless it is empty.
    pub fn list(&mut self, key: &str, values: &[String]) {
        if !values.is_empty() {
            self.line(key, &array(values.iter().map(String::as_str)), "");
        }
    }

    /// `key = value`, the value being TOML already.
    pub fn line(&mut self, key: &str, value: &str, path: &str) {
        self.text.push_str(&format!("{} = {value}", self::key(key)));
        if let Some(reason) = self.reasons.get(path) {
            let what = if value == quoted(UNANSWERED) { "to be answered" } else { "guessed" };
            self.text.push_str(&format!("  # {what}: {reason}"));
        }
        self.text.push('\n');
    }

    pub fn maybe_line(&mut self, key: &str, value: Option<String>) {
        if let Some(value) = value {
            self.line(key, &value, "");
        }
    }

    pub fn finish(self) -> String {
        self.text
    }
}

/// A key, in quotes where it is not a plain word.
pub(super) fn key(name: &str) -> String {
    Key::new(name).to_string()
}

/// A text in quotes.
pub(super) fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

/// A value of the table: a number stays one where it reads back the same.
pub(super) fn value(text: &str) -> String {
    match text.parse::<i64>() {
        Ok(number) if number.to_string() == text => text.to_owned(),
        _ => quoted(text),
    }
}

pub(super) fn number(value: f64) -> String {
    value.to_string()
}

pub(super) fn numbers(values: &[f64]) -> String {
    format!("[{}]", values.iter().map(|x| number(*x)).collect::<Vec<_>>().join(", "))
}

pub(super) fn array<'v>(values: impl IntoIterator<Item = &'v str>) -> String {
    format!("[{}]", values.into_iter().map(quoted).collect::<Vec<_>>().join(", "))
}

/// `{ a = 1, b = 2 }`
pub(super) fn inline<K: AsRef<str>>(pairs: impl IntoIterator<Item = (K, String)>) -> String {
    let pairs = pairs.into_iter().map(|(k, value)| format!("{} = {value}", key(k.as_ref())));
    format!("{{ {} }}", pairs.collect::<Vec<_>>().join(", "))
}
