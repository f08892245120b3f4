//! Digits of every script and width in ASCII.

use std::borrow::Cow;

use super::is_blank;

/// Characters that look like others or like nothing: zero-width ones are left out, and a text of digits, marks and
/// signs of east Asian width is written in ASCII. Words keep theirs.
pub(crate) fn plain_digits(text: &str) -> Cow<'_, str> {
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

#[cfg(test)]
mod tests {
    use super::*;

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
