//! How wide text is in a sans-serif face, so that it can be laid out without one at hand.

/// Size of the text in pixels.
pub const SIZE: f64 = 12.0;
/// The face and what may stand in for it; all have nearly the widths below.
pub const FAMILY: &str = "Helvetica, Arial, Liberation Sans, Nimbus Sans, sans-serif";

/// The width of `text` in pixels, by the metrics of Helvetica.
pub fn text_width(text: &str) -> f64 {
    text.chars().map(thousandths).sum::<f64>() * SIZE / 1000.0
}

fn thousandths(character: char) -> f64 {
    match character {
        'i' | 'j' | 'l' | '\'' => 222.0,
        ' ' | '.' | ',' | ':' | ';' | '!' | '/' | '\\' | '|' | '[' | ']' | 'I' | 'f' | 't' => 278.0,
        '-' | '(' | ')' | 'r' | '`' => 333.0,
        '*' | '"' => 389.0,
        'c' | 'k' | 's' | 'v' | 'x' | 'y' | 'z' | 'J' => 500.0,
        '+' | '<' | '=' | '>' | '~' | '±' | '×' | '≤' | '≥' => 584.0,
        'F' | 'T' | 'Z' => 611.0,
        'A' | 'B' | 'E' | 'K' | 'P' | 'S' | 'V' | 'X' | 'Y' | '&' => 667.0,
        'C' | 'D' | 'H' | 'N' | 'R' | 'U' | 'w' => 722.0,
        'G' | 'O' | 'Q' => 778.0,
        'm' | 'M' => 833.0,
        '%' => 889.0,
        'W' | '…' | '—' => 970.0,
        '@' => 1015.0,
        _ if unicode_width::UnicodeWidthChar::width(character) == Some(2) => 1000.0,
        _ => 556.0,
    }
}
