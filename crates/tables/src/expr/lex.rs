//! From the text of an expression to its tokens.

use std::ops::Range;

use super::error::ExprError;
use crate::date;

/// A token and the bytes it spans.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Lexeme {
    pub token: Token,
    pub span: Range<usize>,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    Number(f64),
    Text(String),
    Date(i32),
    /// A bare word: a column, a function, a level, or a keyword.
    Word(String),
    /// A column's name in backticks.
    Quoted(String),
    /// An operator or a bracket, in its canonical spelling.
    Sign(&'static str),
    End,
}

/// Every sign as it may be written and its canonical spelling; longer ones first.
const SIGNS: [(&str, &str); 26] = [
    ("==", "=="),
    ("!=", "!="),
    ("<>", "!="),
    ("<=", "<="),
    (">=", ">="),
    ("&&", "&"),
    ("||", "|"),
    ("**", "^"),
    ("≠", "!="),
    ("≤", "<="),
    ("≥", ">="),
    ("=", "=="),
    ("<", "<"),
    (">", ">"),
    ("&", "&"),
    ("|", "|"),
    ("!", "!"),
    ("+", "+"),
    ("-", "-"),
    ("*", "*"),
    ("/", "/"),
    ("^", "^"),
    ("(", "("),
    (")", ")"),
    ("[", "["),
    ("]", "]"),
];

/// True for the characters a bare name may start with.
pub(super) fn starts_word(c: char) -> bool {
    c.is_alphabetic() || c == '_'
}

/// True for the characters that may follow in a bare name.
pub(super) fn continues_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '.'
}

/// All tokens of `text`, ending with [`Token::End`].
pub(super) fn lex(text: &str) -> Result<Vec<Lexeme>, ExprError> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        if c.is_whitespace() {
            at += c.len_utf8();
            continue;
        }
        let (token, length) = next(text, at, c)?;
        tokens.push(Lexeme { token, span: at..at + length });
        at += length;
    }
    tokens.push(Lexeme { token: Token::End, span: at..at });
    Ok(tokens)
}

fn next(text: &str, at: usize, c: char) -> Result<(Token, usize), ExprError> {
    let rest = &text[at..];
    if c.is_ascii_digit() || c == '.' && rest[1..].starts_with(|d: char| d.is_ascii_digit()) {
        return match iso_date(rest) {
            Some(day) => Ok((Token::Date(day), 10)),
            None => number(text, at),
        };
    }
    if matches!(c, '\'' | '"' | '`') {
        let (inside, length) = quoted(text, at, c)?;
        return Ok((if c == '`' { Token::Quoted(inside) } else { Token::Text(inside) }, length));
    }
    if starts_word(c) {
        let length = rest.find(|c| !continues_word(c)).unwrap_or(rest.len());
        return Ok((Token::Word(rest[..length].to_owned()), length));
    }
    if c == ',' {
        return Ok((Token::Sign(","), 1));
    }
    match SIGNS.iter().find(|(written, _)| rest.starts_with(written)) {
        Some((written, canonical)) => Ok((Token::Sign(canonical), written.len())),
        None => Err(ExprError::new(text, &(at..at + c.len_utf8()), format!("{c} means nothing here"))
            .hint("a column with such a name stands in backticks: `CA-125`".to_owned())),
    }
}

/// `2019-03-14`, which nobody writes to mean 2002.
fn iso_date(rest: &str) -> Option<i32> {
    let candidate = rest.get(..10)?;
    let shape =
        candidate.bytes().enumerate().all(|(k, b)| if k == 4 || k == 7 { b == b'-' } else { b.is_ascii_digit() });
    let ends = !rest[10..].starts_with(|c: char| c.is_ascii_digit());
    if shape && ends { date::parse_iso(candidate) } else { None }
}

fn number(text: &str, at: usize) -> Result<(Token, usize), ExprError> {
    let bytes = text.as_bytes();
    let digits = |mut k: usize| {
        while k < bytes.len() && bytes[k].is_ascii_digit() {
            k += 1;
        }
        k
    };
    let mut end = digits(at);
    if bytes.get(end) == Some(&b'.') {
        end = digits(end + 1);
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        let exponent = digits(end + 1 + sign);
        if exponent > end + 1 + sign {
            end = exponent;
        }
    }
    if text[end..].starts_with(continues_word) {
        let word = end + text[end..].find(|c| !continues_word(c)).unwrap_or(text.len() - end);
        let name = &text[at..word];
        return Err(ExprError::new(text, &(at..word), format!("{name} is neither a number nor a name"))
            .hint(format!("a column of that name stands in backticks, `{name}`; a level in quotes, '{name}'")));
    }
    match text[at..end].parse::<f64>() {
        Ok(value) if value.is_finite() => Ok((Token::Number(value), end - at)),
        _ => Err(ExprError::new(text, &(at..end), "this number is too large")),
    }
}

/// The text between two quotes; a doubled quote inside stands for one.
fn quoted(text: &str, at: usize, quote: char) -> Result<(String, usize), ExprError> {
    let mut inside = String::new();
    let mut chars = text[at + 1..].char_indices().peekable();
    while let Some((offset, c)) = chars.next() {
        if c != quote {
            inside.push(c);
        } else if chars.next_if(|&(_, next)| next == quote).is_some() {
            inside.push(quote);
        } else {
            return Ok((inside, offset + 2));
        }
    }
    Err(ExprError::new(text, &(at..text.len()), format!("the {quote} that opens here is never closed")))
}
