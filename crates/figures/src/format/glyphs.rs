//! UTF-8 or plain ASCII: which characters a terminal or file may hold.

use std::borrow::Cow;

use super::visible;

/// Which characters may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Glyphs {
    /// Any character, Braille and box drawing included.
    #[default]
    Utf8,
    /// The 95 printable characters of ASCII.
    Ascii,
}

/// What the symbols of our own texts become in ASCII.
const REPLACED: [(char, &str); 48] = [
    ('±', "+/-"),
    ('∞', "Inf"),
    ('≤', "<="),
    ('≥', ">="),
    ('≠', "!="),
    ('≈', "~"),
    ('×', "x"),
    ('·', "*"),
    ('−', "-"),
    ('–', "-"),
    ('—', "-"),
    ('…', "~"),
    ('→', "->"),
    ('←', "<-"),
    ('↑', "^"),
    ('↓', "v"),
    ('▲', "^"),
    ('▼', "v"),
    ('▸', ">"),
    ('▾', "v"),
    ('●', "*"),
    ('○', "o"),
    ('■', "#"),
    ('□', "o"),
    ('•', "*"),
    ('✓', "x"),
    ('✗', "!"),
    ('°', " deg"),
    ('²', "2"),
    ('³', "3"),
    ('α', "alpha"),
    ('β', "beta"),
    ('λ', "lambda"),
    ('κ', "kappa"),
    ('ρ', "rho"),
    ('σ', "sigma"),
    ('τ', "tau"),
    ('χ', "chi"),
    ('Δ', "Delta"),
    ('µ', "u"),
    ('μ', "u"),
    ('‘', "'"),
    ('’', "'"),
    ('“', "\""),
    ('”', "\""),
    ('─', "-"),
    ('│', "|"),
    ('\u{a0}', " "),
];

impl Glyphs {
    /// `text` in these characters, without any that cannot be seen and do something ([`visible`]): otherwise unchanged in
    /// UTF-8; in ASCII symbols become words or look-alikes and every other character a `?`. Line breaks stay.
    pub fn text<'a>(self, text: &'a str) -> Cow<'a, str> {
        let text = visible(text);
        if self == Self::Utf8 || text.is_ascii() {
            return text;
        }
        let mut plain = String::with_capacity(text.len());
        for character in text.chars() {
            match REPLACED.iter().find(|(symbol, _)| *symbol == character) {
                Some((_, ascii)) => plain.push_str(ascii),
                None if character.is_ascii() => plain.push(character),
                None => plain.push(unaccented(character)),
            }
        }
        Cow::Owned(plain)
    }

    /// One of two forms of the same thing.
    pub fn pick<T>(self, utf8: T, ascii: T) -> T {
        match self {
            Self::Utf8 => utf8,
            Self::Ascii => ascii,
        }
    }
}

/// The letter under the accent, for the names of people and places in western Europe; `?` for all others.
fn unaccented(character: char) -> char {
    match character {
        'À'..='Å' => 'A',
        'Ç' => 'C',
        'È'..='Ë' => 'E',
        'Ì'..='Ï' => 'I',
        'Ñ' => 'N',
        'Ò'..='Ö' | 'Ø' => 'O',
        'Ù'..='Ü' => 'U',
        'Ý' => 'Y',
        'ß' => 's',
        'à'..='å' => 'a',
        'ç' => 'c',
        'è'..='ë' => 'e',
        'ì'..='ï' => 'i',
        'ñ' => 'n',
        'ò'..='ö' | 'ø' => 'o',
        'ù'..='ü' => 'u',
        'ý' | 'ÿ' => 'y',
        _ => '?',
    }
}
