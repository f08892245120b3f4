//! Characters that do something to a terminal, or to the order of a line, and cannot be seen.

use std::borrow::Cow;

/// `text` with a sign in place of every character that cannot be seen and does something: control characters of C0
/// (`␛` for escape), DEL and C1, marks and overrides of the writing direction, blanks without width. Line breaks and tabs
/// stay, and so do the joiners that scripts need.
///
/// Whatever comes from data and leaves for people goes through here: a table may hold sequences that set a terminal's
/// title or clipboard, or turn a line around.
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.contains(is_unseen) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().map(|character| if is_unseen(character) { sign(character) } else { character }).collect())
}

/// Whether a character cannot be seen and is neither a line break, a tab nor a joiner.
pub fn is_unseen(character: char) -> bool {
    match character {
        '\n' | '\t' | '\u{200c}' | '\u{200d}' => false,
        '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' => true,
        '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}' => true,
        _ => character.is_control(),
    }
}

fn sign(character: char) -> char {
    match character {
        '\0'..='\u{1f}' => char::from_u32(0x2400 + u32::from(character)).unwrap_or('\u{fffd}'),
        '\u{7f}' => '\u{2421}',
        _ => '\u{fffd}',
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_something_unseen_becomes_a_sign() {
        assert_eq!(visible("\u{1b}]0;title\u{7}"), "␛]0;title␇");
        assert_eq!(visible("a\u{9b}31mb\u{202e}c\u{200b}\u{7f}"), "a\u{fffd}31mb\u{fffd}c\u{fffd}␡");
        let plain = "α ± 1\n\tمی\u{200c}خواهم 👩\u{200d}⚕️";
        assert!(matches!(visible(plain), Cow::Borrowed(text) if text == plain));
    }
}
