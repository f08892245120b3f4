//! What stands about numbers: signs of limits and of money, units, and what only decorates them.

use super::{Numeral, is_blank, read};

/// A number with what stands about it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Measured<'t> {
    /// What is said of a value beyond the limit of detection.
    pub limit: Option<Limit>,
    /// The number itself.
    pub number: &'t str,
    /// What stands behind it; empty if nothing does.
    pub unit: &'t str,
}

/// On which side of the number the value lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Limit {
    Below,
    Above,
}

/// Signs of money, which stand before a number or behind it.
const CURRENCIES: [char; 6] = ['$', '€', '£', '¥', '￥', '₩'];

/// Whether a text is a number with something about it that is neither a limit nor a unit: `~11.3`, `ca. 11.3`, `(11.3)`,
/// `1_234.5`, `11.3*`, `0.5↓`.
pub(crate) fn is_decorated(text: &str) -> bool {
    const ABOUT: [&str; 12] =
        ["ca.", "ca", "circa", "approx.", "approx", "about", "etwa", "env.", "aprox.", "约", "約", "大约"];
    let before = |c: char| matches!(c, '~' | '≈' | '∼' | '≒' | '(' | '[' | '"' | '（');
    let behind =
        |c: char| matches!(c, ')' | ']' | '"' | '）' | '↓' | '↑' | '*' | '†' | '‡' | '#' | '§' | '^' | '+' | '~');
    let text = text.trim();
    // Most words begin like none of those.
    if text.starts_with(|c: char| c.is_ascii_alphabetic() && !matches!(c.to_ascii_lowercase(), 'a' | 'c' | 'e')) {
        return false;
    }
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
pub(crate) fn is_unsaid_limit(text: &str) -> bool {
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
pub(crate) fn measured(text: &str) -> Option<Measured<'_>> {
    let text = text.trim();
    // Most words begin with a letter, and no number does.
    if text.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
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
}
