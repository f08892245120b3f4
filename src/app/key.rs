//! Keys as text and as values, without a terminal library.

use std::fmt;
use std::str::FromStr;

/// What was pressed, before modifiers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum Code {
    Char(char),
    Enter,
    Esc,
    Tab,
    BackTab,
    Backspace,
    Delete,
    Up,
    Down,
    Left,
    Right,
    Home,
    End,
    PageUp,
    PageDown,
}

/// One key press.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    /// Which key; a shifted letter is its upper-case character.
    pub code: Code,
    /// Control was held.
    pub ctrl: bool,
}

impl Key {
    /// A key without modifiers.
    pub const fn plain(code: Code) -> Self {
        Self { code, ctrl: false }
    }

    /// A character key.
    pub const fn char(c: char) -> Self {
        Self::plain(Code::Char(c))
    }

    /// The character that this key types into a prompt, if any.
    pub fn typed(self) -> Option<char> {
        match self {
            Self { code: Code::Char(c), ctrl: false } => Some(c),
            _ => None,
        }
    }
}

/// Names of the keys that are not characters, as users write them.
const NAMES: [(&str, Code); 16] = [
    ("enter", Code::Enter),
    ("esc", Code::Esc),
    ("tab", Code::Tab),
    ("s-tab", Code::BackTab),
    ("backspace", Code::Backspace),
    ("del", Code::Delete),
    ("up", Code::Up),
    ("down", Code::Down),
    ("left", Code::Left),
    ("right", Code::Right),
    ("home", Code::Home),
    ("end", Code::End),
    ("pgup", Code::PageUp),
    ("pgdn", Code::PageDown),
    ("space", Code::Char(' ')),
    ("lt", Code::Char('<')),
];

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.ctrl {
            f.write_str("ctrl-")?;
        }
        match (self.code, NAMES.iter().find(|(_, code)| *code == self.code)) {
            (Code::Char('<'), _) => f.write_str("<"),
            (_, Some((name, _))) => f.write_str(name),
            (Code::Char(c), None) => write!(f, "{c}"),
            (code, None) => write!(f, "{code:?}"),
        }
    }
}

/// A text that names no key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is not a key; write a character, ctrl-x, or one of enter esc tab s-tab space backspace del up down left right home end pgup pgdn"
)]
pub struct UnknownKey(pub String);

impl FromStr for Key {
    type Err = UnknownKey;

    fn from_str(text: &str) -> Result<Self, UnknownKey> {
        let modified = ["ctrl-", "c-"].iter().find_map(|p| {
            let (head, rest) = text.split_at_checked(p.len())?;
            (head.eq_ignore_ascii_case(p) && !rest.is_empty()).then_some(rest)
        });
        let name = modified.unwrap_or(text);
        let ctrl = modified.is_some();
        let mut chars = name.chars();
        if let (Some(c), None) = (chars.next(), chars.next()) {
            return Ok(Self { code: Code::Char(c), ctrl });
        }
        let named = NAMES.iter().find(|(n, _)| n.eq_ignore_ascii_case(name));
        named.map(|(_, code)| Self { code: *code, ctrl }).ok_or_else(|| UnknownKey(text.to_owned()))
    }
}

/// A script of keys: characters stand for themselves, others are named in angle brackets: `3jj<enter>`.
pub fn script(text: &str) -> Result<Vec<Key>, UnknownKey> {
    let mut keys = Vec::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let named = rest.strip_prefix('<').and_then(|r| r.split_once('>')).filter(|(name, _)| !name.is_empty());
        if let Some((name, after)) = named {
            keys.push(name.parse()?);
            rest = after;
        } else {
            keys.push(Key::char(c));
            rest = &rest[c.len_utf8()..];
        }
    }
    Ok(keys)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_survives_the_way_to_text_and_back() {
        for text in ["a", "G", "ctrl-u", "enter", "s-tab", "space", "<", "?", "pgdn", "ctrl-pgup"] {
            let key: Key = text.parse().expect("a key");
            assert_eq!(key.to_string().parse::<Key>().expect("its own name"), key, "{text}");
        }
    }

    #[test]
    fn scripts_mix_characters_and_names() {
        let keys = script("3j<enter><ctrl-r><lt>").expect("a script");
        let names: Vec<String> = keys.iter().map(Key::to_string).collect();
        assert_eq!(names, ["3", "j", "enter", "ctrl-r", "<"]);
        assert_eq!(script("<nope>"), Err(UnknownKey("nope".into())));
    }
}
