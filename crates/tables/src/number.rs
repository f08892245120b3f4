//! Numbers as tables write them.

mod about;
mod digits;

use std::borrow::Cow;

pub(super) use about::{Limit, is_decorated, is_unsaid_limit, measured};
pub(super) use digits::plain_digits;

/// The mark before the decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub enum Mark {
    /// 1234.5
    #[serde(rename = ".")]
    Point,
    /// 1234,5
    #[serde(rename = ",")]
    Comma,
}

/// How a text reads as a number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Numeral {
    /// `1234.5`, `-3e-2`.
    Plain(f64),
    /// `1234,5`: a comma before the decimals.
    Comma(f64),
    /// `1,234,567.5`, `1.957,3`, `1 957`, `1'957.3`: groups of thousands, beyond doubt; and the mark before decimals
    /// that goes with them, if it is known.
    Grouped(f64, Option<Mark>),
    /// `1,234`: 1.234 or 1234.
    Ambiguous,
    /// Not a number.
    None,
}

impl Mark {
    /// Both, by the word used in study files.
    pub const WORDS: [(&'static str, Self); 2] = [(".", Self::Point), (",", Self::Comma)];
}

/// Reads a text without blanks around it.
pub(super) fn read(text: &str) -> Numeral {
    if let Some(value) = plain(text) {
        return Numeral::Plain(value);
    }
    if !text.bytes().any(|b| b.is_ascii_digit()) {
        return Numeral::None;
    }
    // 1,5E+03: what has an exponent has its decimals before it.
    if let Some((number, exponent)) = text.split_once(['e', 'E']).filter(|(number, _)| decimals(unsigned(number), ','))
    {
        let value = plain(&format!("{}e{exponent}", number.replace(',', ".")));
        return value.map_or(Numeral::None, Numeral::Comma);
    }
    let Some(text) = without_blanks(text) else { return Numeral::None };
    let had_blanks = matches!(text, Cow::Owned(_));
    if let Some(value) = plain(&text).filter(|_| had_blanks) {
        return Numeral::Grouped(value, text.contains('.').then_some(Mark::Point));
    }
    let unsigned = unsigned(&text);
    let (points, commas) = (unsigned.matches('.').count(), unsigned.matches(',').count());
    match (points, commas) {
        (0, 1) if !had_blanks && are_groups(unsigned, ',') => Numeral::Ambiguous,
        (0, 1) => {
            let value = decimals(unsigned, ',').then(|| plain(&text.replacen(',', ".", 1))).flatten();
            match value {
                Some(value) if had_blanks => Numeral::Grouped(value, Some(Mark::Comma)),
                Some(value) => Numeral::Comma(value),
                None => Numeral::None,
            }
        }
        (_, 0) if points > 1 && are_groups(unsigned, '.') => grouped(&text, '.', None),
        (0, _) if are_groups(unsigned, ',') => grouped(&text, ',', None),
        (1, _) if unsigned.rfind('.') > unsigned.rfind(',') => {
            let whole = unsigned.split('.').next().unwrap_or_default();
            if are_groups(whole, ',') { grouped(&text, ',', Some(Mark::Point)) } else { Numeral::None }
        }
        (_, 1) if unsigned.rfind(',') > unsigned.rfind('.') => {
            let whole = unsigned.split(',').next().unwrap_or_default();
            if are_groups(whole, '.') { grouped(&text, '.', Some(Mark::Comma)) } else { Numeral::None }
        }
        _ => Numeral::None,
    }
}

/// Whether a text has no other character than 0 to 9.
fn are_digits(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit())
}

fn unsigned(text: &str) -> &str {
    text.strip_prefix(['-', '+']).unwrap_or(text)
}

/// The value without its marks of thousands. Groups between points leave only the comma for decimals, and the other
/// way round.
fn grouped(text: &str, group: char, decimal: Option<Mark>) -> Numeral {
    let other = if group == '.' { Mark::Comma } else { Mark::Point };
    match plain(&text.replace(group, "").replace(',', ".")) {
        Some(value) => Numeral::Grouped(value, Some(decimal.unwrap_or(other))),
        None => Numeral::None,
    }
}

/// A number with a decimal point or none; words such as `inf` are not numbers here.
pub(super) fn plain(text: &str) -> Option<f64> {
    let first = text.bytes().find(|b| !matches!(b, b'+' | b'-' | b'.'))?;
    if !first.is_ascii_digit() {
        return None;
    }
    text.parse().ok().filter(|x: &f64| x.is_finite())
}

/// `1.957`, which is 1957 where a comma stands before decimals.
pub(super) fn may_be_thousands(text: &str) -> bool {
    let unsigned = unsigned(text);
    unsigned.len() > 4 && are_groups(unsigned, '.')
}

/// `1,234,567`: groups of three after a first of one to three digits that is not 0.
fn are_groups(unsigned: &str, mark: char) -> bool {
    let mut groups = unsigned.split(mark);
    let first = groups.next().unwrap_or_default();
    let leads = (1..=3).contains(&first.len()) && are_digits(first) && !first.starts_with('0');
    leads && groups.all(|g| g.len() == 3 && are_digits(g))
}

/// `1234,5`: digits on both sides of one mark.
fn decimals(unsigned: &str, mark: char) -> bool {
    let digits = |s: &str| !s.is_empty() && are_digits(s);
    unsigned.split_once(mark).is_some_and(|(before, after)| digits(before) && digits(after))
}

/// Marks between thousands that no decimals stand behind: blanks of every width and apostrophes.
fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}' | '\u{2007}' | '\'' | '’')
}

/// `1957` of `1 957`; `None` where blanks stand elsewhere than between thousands.
fn without_blanks(text: &str) -> Option<Cow<'_, str>> {
    if !text.contains(is_blank) {
        return Some(Cow::Borrowed(text));
    }
    let unsigned = unsigned(text);
    let whole = unsigned.split(['.', ',']).next().unwrap_or_default();
    if unsigned[whole.len()..].contains(is_blank) {
        return None;
    }
    let mut groups = whole.split(is_blank);
    let first = groups.next().unwrap_or_default();
    let fits = (1..=3).contains(&first.len()) && are_digits(first) && groups.all(|g| g.len() == 3 && are_digits(g));
    fits.then(|| Cow::Owned(text.chars().filter(|c| !is_blank(*c)).collect()))
}

/// True for digits that would not survive being read as a number: a code such as 007, or more digits than a double has.
pub(super) fn is_code(text: &str) -> bool {
    are_digits(text) && (text.len() > 1 && text.starts_with('0') || text.len() > 15)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commas_are_decimal_between_thousands_or_doubtful() {
        assert_eq!(read("1.5"), Numeral::Plain(1.5));
        assert_eq!(read("-1e-3"), Numeral::Plain(-1e-3));
        assert_eq!(read("1,5"), Numeral::Comma(1.5));
        assert_eq!(read("-0,125"), Numeral::Comma(-0.125));
        assert_eq!(read("1,234"), Numeral::Ambiguous);
        assert_eq!(read("1,234,567"), Numeral::Grouped(1_234_567.0, Some(Mark::Point)));
        assert_eq!(read("1,234.5"), Numeral::Grouped(1234.5, Some(Mark::Point)));
        assert_eq!(read("12,34,567"), Numeral::None);
        assert_eq!(read("1,5E+03"), Numeral::Comma(1500.0));
    }

    #[test]
    fn thousands_are_divided_in_many_ways() {
        for (text, value) in [
            ("1.957,3", 1957.3),
            ("1.234.567", 1_234_567.0),
            ("1 957", 1957.0),
            ("12\u{a0}345,6", 12_345.6),
            ("1'957.3", 1957.3),
            ("-1\u{202f}957", -1957.0),
        ] {
            assert!(matches!(read(text), Numeral::Grouped(x, _) if x == value), "{text}: {:?}", read(text));
        }
        assert!(may_be_thousands("1.957") && !may_be_thousands("0.957") && !may_be_thousands("1.95"));
    }

    #[test]
    fn words_and_codes_are_not_numbers() {
        for text in ["", "inf", "NaN", "abc", "<5", "5%", "1 2", "-", "+.", "1e999", "2019 03 04", "1.2.3"] {
            assert_eq!(read(text), Numeral::None, "{text}");
        }
        assert!(is_code("007") && is_code("12345678901234567"));
        assert!(!is_code("0") && !is_code("0.5") && !is_code("70"));
    }
}
