//! Breaking running text into lines.

use unicode_segmentation::UnicodeSegmentation;

use figures::format::width;

/// `text` in lines of at most `columns`, each ended by a line break; lines after the first of a paragraph begin with
/// `hang`. Runs of blanks inside a line stay; a word longer than a line is cut.
pub fn wrap(text: &str, columns: usize, hang: &str) -> String {
    let hang = if width(hang) < columns { hang } else { "" };
    let mut out = String::new();
    for paragraph in text.lines() {
        let mut line = String::new();
        let mut empty = true;
        for (at, word) in paragraph.split(' ').enumerate() {
            let blank = usize::from(at > 0);
            if !empty && width(&line) + blank + width(word) > columns {
                end_line(&mut out, &mut line, hang);
                empty = true;
            } else if blank > 0 {
                line.push(' ');
            }
            empty &= word.is_empty();
            push_word(word, &mut line, &mut out, columns, hang);
        }
        end_line(&mut out, &mut line, "");
    }
    out
}

fn end_line(out: &mut String, line: &mut String, next: &str) {
    out.push_str(line.trim_end());
    out.push('\n');
    *line = next.to_owned();
}

/// Adds `word` to `line`, cut over several lines where it is longer than one.
fn push_word(word: &str, line: &mut String, out: &mut String, columns: usize, hang: &str) {
    if width(line) + width(word) <= columns {
        line.push_str(word);
        return;
    }
    for cluster in word.graphemes(true) {
        if width(line) + width(cluster) > columns && width(line) > width(hang) {
            end_line(out, line, hang);
        }
        line.push_str(cluster);
    }
}

#[cfg(test)]
mod tests {
    use super::wrap;

    #[test]
    fn lines_break_at_blanks_and_hang() {
        assert_eq!(wrap("* one two three", 9, "  "), "* one two\n  three\n");
        assert_eq!(wrap("a (95% CI 1.04-1.46)", 12, ""), "a (95% CI\n1.04-1.46)\n");
        assert_eq!(wrap("first\nsecond", 80, "  "), "first\nsecond\n");
    }

    #[test]
    fn long_words_are_cut() {
        assert_eq!(wrap("abcdefgh", 3, ""), "abc\ndef\ngh\n");
        assert_eq!(wrap("x", 0, "  "), "x\n");
    }
}
