//! Cells under one another: display width, padding, shortening and decimal points in line.

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use super::Glyphs;

/// Columns that `text` takes in a terminal.
pub fn width(text: &str) -> usize {
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) { text.len() } else { UnicodeWidthStr::width(text) }
}

/// `text` followed by blanks up to `columns`.
pub fn pad_right(text: &str, columns: usize) -> String {
    format!("{text}{}", " ".repeat(columns.saturating_sub(width(text))))
}

/// Blanks, then `text`, `columns` in all.
pub fn pad_left(text: &str, columns: usize) -> String {
    format!("{}{text}", " ".repeat(columns.saturating_sub(width(text))))
}

/// `text` cut to at most `columns`, with `…` (`~` in ASCII) where something is missing.
pub fn shorten(text: &str, columns: usize, glyphs: Glyphs) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let mut kept = String::new();
    let mut used = 0;
    for cluster in text.graphemes(true) {
        used += width(cluster);
        if used + 1 > columns {
            break;
        }
        kept.push_str(cluster);
    }
    if columns > 0 {
        kept.push_str(glyphs.pick("…", "~"));
    }
    kept
}

/// A name cut to at most `columns`: words at the end, an identifier such as that of a feature in its middle, since
/// these differ at both ends. Words that blanks without a break (U+00A0) hold together are an identifier, too.
pub fn shorten_name(text: &str, columns: usize, glyphs: Glyphs) -> String {
    if width(text) <= columns || columns < 5 || text.trim().contains(' ') {
        return shorten(text, columns, glyphs);
    }
    cut_inside(text, usual_head(text, columns), columns, glyphs)
}

/// How much of an identifier stands before the cut: of words held together the first tell more than the middle ones.
pub(super) fn usual_head(text: &str, columns: usize) -> usize {
    columns * if text.contains('\u{a0}') { 3 } else { 2 } / 5
}

/// `text` cut in its middle: the first `head` of its `columns`, with the sign of what is missing, and the rest from its end.
pub(super) fn cut_inside(text: &str, head: usize, columns: usize, glyphs: Glyphs) -> String {
    let head = shorten(text, head, glyphs);
    let room = columns - width(&head);
    let mut tail: Vec<&str> = Vec::new();
    let mut used = 0;
    for cluster in text.graphemes(true).rev() {
        used += width(cluster);
        if used > room {
            break;
        }
        tail.insert(0, cluster);
    }
    head + &tail.concat()
}

/// The cells of a column, padded so that the decimal points of their first numbers stand under each other.
///
/// A number without a point ends where the point would be, and so does anything that is no number, as far as it
/// fits. All results have the same width.
///
/// ```
/// # use figures::format::align_decimal;
/// assert_eq!(align_decimal(&["1.23", "12.5", "<0.001"]), [" 1.23 ", "12.5  ", "<0.001"]);
/// ```
pub fn align_decimal<S: AsRef<str>>(cells: &[S]) -> Vec<String> {
    let split: Vec<(usize, usize)> = cells.iter().map(|cell| around_point(cell.as_ref())).collect();
    let numbers = || split.iter().zip(cells).filter(|(_, cell)| has_digit(cell.as_ref())).map(|(sides, _)| sides);
    let before = numbers().map(|(before, _)| *before).max().unwrap_or(0);
    let after = numbers().map(|(_, after)| *after).max().unwrap_or(0);
    let total = cells.iter().map(|cell| width(cell.as_ref())).max().unwrap_or(0).max(before + after);
    let pad = |(cell, (left, _)): (&S, &(usize, usize))| {
        pad_right(&format!("{}{}", " ".repeat(before.saturating_sub(*left)), cell.as_ref()), total)
    };
    cells.iter().zip(&split).map(pad).collect()
}

/// Widths before and from the decimal point of the first number on; text without a number is all before it.
fn around_point(cell: &str) -> (usize, usize) {
    let end = match cell.find(|c: char| c.is_ascii_digit()) {
        Some(start) => {
            let rest = &cell[start..];
            start + rest.find(|c: char| !c.is_ascii_digit() && c != ',').unwrap_or(rest.len())
        }
        None => cell.len(),
    };
    (width(&cell[..end]), width(&cell[end..]))
}

fn has_digit(cell: &str) -> bool {
    cell.bytes().any(|byte| byte.is_ascii_digit())
}
