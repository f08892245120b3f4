//! Numbers as tables write them.

use std::borrow::Cow;

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

/// A number with what stands about it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Measured<'t> {
    /// What is said of a value beyond the limit of detection.
    pub limit: Option<Limit>,
    /// The number itself.
    pub number: &'t str,
    /// What stands behind it; empty if nothing does.
    pub unit: &'t str,
}

/// On which side of the number the value lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Limit {
    Below,
    Above,
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
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    unsigned.len() > 4 && are_groups(unsigned, '.')
}

/// `1,234,567`: groups of three after a first of one to three digits that is not 0.
fn are_groups(unsigned: &str, mark: char) -> bool {
    let mut groups = unsigned.split(mark);
    let first = groups.next().unwrap_or_default();
    let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    let leads = (1..=3).contains(&first.len()) && digits(first) && !first.starts_with('0');
    leads && groups.all(|g| g.len() == 3 && digits(g))
}

/// `1234,5`: digits on both sides of one mark.
fn decimals(unsigned: &str, mark: char) -> bool {
    let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
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
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let whole = unsigned.split(['.', ',']).next().unwrap_or_default();
    if unsigned[whole.len()..].contains(is_blank) {
        return None;
    }
    let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    let mut groups = whole.split(is_blank);
    let first = groups.next().unwrap_or_default();
    let fits = (1..=3).contains(&first.len()) && digits(first) && groups.all(|g| g.len() == 3 && digits(g));
    fits.then(|| Cow::Owned(text.chars().filter(|c| !is_blank(*c)).collect()))
}

/// True for digits that would not survive being read as a number: a code such as 007, or more digits than a double has.
pub(super) fn is_code(text: &str) -> bool {
    let digits = text.bytes().all(|b| b.is_ascii_digit());
    digits && (text.len() > 1 && text.starts_with('0') || text.len() > 15)
}

/// Characters that look like others or like nothing: zero-width ones are left out, and a text of digits, marks and
/// signs of east Asian width is written in ASCII. Words keep theirs.
pub(super) fn plain_digits(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let hidden = |c: char| matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ad}');
    let narrow = |c: char| match c {
        '\u{ff10}'..='\u{ff19}' | '．' | '，' | '＋' | '－' | '％' | '＜' | '＞' | '＝' | '／' => {
            char::from_u32(c as u32 - 0xfee0).unwrap_or(c)
        }
        '\u{660}'..='\u{669}' => digit_from(c, '\u{660}'),
        '\u{6f0}'..='\u{6f9}' => digit_from(c, '\u{6f0}'),
        '\u{966}'..='\u{96f}' => digit_from(c, '\u{966}'),
        '٫' => '.',
        '٬' => ',',
        '\u{3000}' => ' ',
        '−' | '–' | '‐' | '‑' => '-',
        '。' => '.',
        _ => c,
    };
    let seen: Cow<'_, str> = if text.contains(hidden) {
        text.chars().filter(|c| !hidden(*c)).collect::<String>().into()
    } else {
        text.into()
    };
    let begins = seen.chars().map(narrow).find(|c| !is_blank(*c));
    let is_numeral = begins.is_some_and(|c| c.is_ascii_digit() || "+-.<>≤≥".contains(c))
        && seen.chars().any(|c| narrow(c).is_ascii_digit())
        && seen.chars().any(|c| narrow(c) != c);
    if is_numeral { seen.chars().map(narrow).collect::<String>().into() } else { seen }
}

/// The digit of ASCII for one of a script whose zero is `zero`.
fn digit_from(c: char, zero: char) -> char {
    char::from_u32(u32::from(b'0') + (c as u32 - zero as u32)).unwrap_or(c)
}

/// Signs of money, which stand before a number or behind it.
const CURRENCIES: [char; 6] = ['$', '€', '£', '¥', '￥', '₩'];

/// Whether a text is a number with something about it that is neither a limit nor a unit: `~11.3`, `ca. 11.3`, `(11.3)`,
/// `1_234.5`, `11.3*`, `0.5↓`.
pub(super) fn is_decorated(text: &str) -> bool {
    const ABOUT: [&str; 12] =
        ["ca.", "ca", "circa", "approx.", "approx", "about", "etwa", "env.", "aprox.", "约", "約", "大约"];
    let before = |c: char| matches!(c, '~' | '≈' | '∼' | '≒' | '(' | '[' | '"' | '（');
    let behind =
        |c: char| matches!(c, ')' | ']' | '"' | '）' | '↓' | '↑' | '*' | '†' | '‡' | '#' | '§' | '^' | '+' | '~');
    let text = text.trim();
    let lower = text.to_lowercase();
    let word = ABOUT.iter().find(|word| lower.starts_with(**word)).filter(|_| lower.len() == text.len());
    let rest = word.map_or(text, |word| &text[word.len()..]).trim_start().trim_start_matches(before);
    let rest = rest.trim_end_matches(behind).trim();
    let is_bare = rest.len() == text.len();
    let whole = rest.replace('_', "");
    (!is_bare || whole.len() < rest.len())
        && whole.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '.'))
        && read(&whole) != Numeral::None
}

/// Whether a text says that a value lies beyond a limit without naming it: `<LOD`, `not detected`.
pub(super) fn is_unsaid_limit(text: &str) -> bool {
    const WORDS: [&str; 20] = [
        "lod",
        "loq",
        "bdl",
        "bld",
        "blq",
        "bloq",
        "lloq",
        "below detection",
        "below detection limit",
        "below lod",
        "below loq",
        "not detected",
        "undetectable",
        "未检出",
        "未検出",
        "検出限界未満",
        "nicht nachweisbar",
        "indétectable",
        "no detectado",
        "não detectado",
    ];
    let rest = text.trim_start_matches(['<', '>', '≤', '≥', '＜', '＞', '=']);
    let has_sign = rest.len() < text.len() && rest.contains(char::is_alphabetic);
    has_sign && !text.contains(|c: char| c.is_ascii_digit()) || WORDS.contains(&rest.trim().to_lowercase().as_str())
}

/// A number and what stands about it: `<0.5`, `2.3 cm`, `45%`. `None` where there is no number, or something about it
/// that is neither a sign nor a unit.
pub(super) fn measured(text: &str) -> Option<Measured<'_>> {
    let text = text.trim();
    // By an apostrophe Excel is told that a number is a text.
    let text =
        text.strip_prefix(['\'', '’']).filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit())).unwrap_or(text);
    let (limit, rest) = limited(text);
    let amount = rest.trim_start_matches(CURRENCIES);
    let (currency, rest) = (&rest[..rest.len() - amount.len()], amount.trim_start());
    let end = numeral_length(rest);
    let (number, unit) = (&rest[..end], rest[end..].trim());
    if number.is_empty() || read(number) == Numeral::None {
        return None;
    }
    let unit = if unit.is_empty() { currency } else { unit };
    if unit.is_empty() {
        return Some(Measured { limit, number, unit });
    }
    let may_start = |c: char| {
        c.is_alphabetic()
            || CURRENCIES.contains(&c)
            || matches!(c, '%' | '‰' | '°' | 'µ' | '×' | '*' | '/' | '(' | '[' | '（')
    };
    // 5/10 is no number of tenths.
    let is_quotient = unit.strip_prefix('/').is_some_and(|rest| !rest.trim_start().starts_with(char::is_alphabetic));
    if !unit.starts_with(may_start) || is_quotient || unit.chars().count() > 24 {
        return None;
    }
    Some(Measured { limit, number, unit })
}

fn limited(text: &str) -> (Option<Limit>, &str) {
    let signs: [(&str, Limit); 12] = [
        ("<=", Limit::Below),
        (">=", Limit::Above),
        ("=<", Limit::Below),
        ("=>", Limit::Above),
        ("&lt;", Limit::Below),
        ("&gt;", Limit::Above),
        ("<", Limit::Below),
        (">", Limit::Above),
        ("≤", Limit::Below),
        ("≥", Limit::Above),
        ("＜", Limit::Below),
        ("＞", Limit::Above),
    ];
    let found = signs.iter().find_map(|(sign, limit)| Some((*limit, text.strip_prefix(sign)?)));
    found.map_or((None, text), |(limit, rest)| (Some(limit), rest.trim_start()))
}

/// The length of the number that a text begins with, groups between blanks included.
fn numeral_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let mut at = usize::from(matches!(bytes.first(), Some(b'-' | b'+')));
    loop {
        if digit(at) {
            at += 1;
            continue;
        }
        let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) else { break };
        let next = at + c.len_utf8();
        let is_mark = matches!(c, '.' | ',') && digit(next);
        let is_group = is_blank(c)
            && at > 0
            && digit(at - 1)
            && digit(next)
            && digit(next + 1)
            && digit(next + 2)
            && !digit(next + 3);
        if !(is_mark || is_group) {
            break;
        }
        at = next;
    }
    if matches!(bytes.get(at), Some(b'e' | b'E')) && at > 0 && digit(at - 1) {
        let sign = usize::from(matches!(bytes.get(at + 1), Some(b'-' | b'+')));
        let mut end = at + 1 + sign;
        while digit(end) {
            end += 1;
        }
        if end > at + 1 + sign {
            at = end;
        }
    }
    at
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

    #[test]
    fn signs_and_units_stand_about_numbers() {
        let of = |text| measured(text).map(|m| (m.limit, m.number, m.unit));
        assert_eq!(of("2.3 cm"), Some((None, "2.3", "cm")));
        assert_eq!(of("<0.5"), Some((Some(Limit::Below), "0.5", "")));
        assert_eq!(of("≥ 1 200 ng/mL"), Some((Some(Limit::Above), "1 200", "ng/mL")));
        assert_eq!(of("45%"), Some((None, "45", "%")));
        assert_eq!(of("61岁"), Some((None, "61", "岁")));
        assert_eq!(of("$1,234.5"), Some((None, "1,234.5", "$")));
        assert_eq!(of("1.234,5 €"), Some((None, "1.234,5", "€")));
        assert_eq!(of("'11.3"), Some((None, "11.3", "")));
        for text in ["1+", "45-50", "5/10", "0:LIVING", "T1a", "abc", ""] {
            assert_eq!(of(text), None, "{text}");
        }
    }

    #[test]
    fn numbers_with_something_about_them_are_told_from_words() {
        for text in ["~11.3", "ca. 11.3", "(11.3)", "1_234.5", "11.3*", "0.5↓", "约12"] {
            assert!(is_decorated(text), "{text}");
        }
        for text in ["11.3", "Q001", "T1a", "P_01", "45-50", "120/80", "C22.0", "(left)", "*", "about", "ca"] {
            assert!(!is_decorated(text), "{text}");
        }
    }

    #[test]
    fn limits_that_are_not_said_are_known_by_their_words() {
        assert!(is_unsaid_limit("<LOD") && is_unsaid_limit("Not detected") && is_unsaid_limit("未检出"));
        assert!(!is_unsaid_limit("<0.5") && !is_unsaid_limit("unknown") && !is_unsaid_limit("-"));
    }

    #[test]
    fn wide_digits_and_hidden_characters_are_made_plain() {
        assert_eq!(plain_digits("１２．５"), "12.5");
        assert_eq!(plain_digits("＜２．０"), "<2.0");
        assert_eq!(plain_digits("−3"), "-3");
        assert_eq!(plain_digits("١٢٫٥"), "12.5");
        assert_eq!(plain_digits("\u{200b}F"), "F");
        assert_eq!(plain_digits("男性（右）"), "男性（右）");
    }
}
