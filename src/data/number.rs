//! Numbers as tables write them.

/// How a text reads as a number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Numeral {
    /// `1234.5`, `-3e-2`.
    Plain(f64),
    /// `1234,5`: a comma before the decimals.
    Comma(f64),
    /// `1,234,567.5`: commas between thousands, beyond doubt.
    Thousands(f64),
    /// `1,234`: 1.234 or 1234.
    Ambiguous,
    /// Not a number.
    None,
}

/// Reads a text without blanks around it.
pub(super) fn read(text: &str) -> Numeral {
    if let Some(value) = plain(text) {
        return Numeral::Plain(value);
    }
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let Some((before, after)) = unsigned.split_once(',') else { return Numeral::None };
    let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    if let Some(value) = thousands(text, unsigned) {
        let certain = after.contains([',', '.']);
        return if certain { Numeral::Thousands(value) } else { Numeral::Ambiguous };
    }
    if digits(before) && digits(after) {
        return plain(&text.replacen(',', ".", 1)).map_or(Numeral::None, Numeral::Comma);
    }
    Numeral::None
}

/// A number with a decimal point or none; words such as `inf` are not numbers here.
pub(super) fn plain(text: &str) -> Option<f64> {
    let first = text.bytes().find(|b| !matches!(b, b'+' | b'-' | b'.'))?;
    if !first.is_ascii_digit() {
        return None;
    }
    text.parse().ok().filter(|x: &f64| x.is_finite())
}

/// `1,234,567` or `1,234.5`: groups of three after a first of one to three digits that is not 0.
fn thousands(text: &str, unsigned: &str) -> Option<f64> {
    let whole = unsigned.split('.').next()?;
    let mut groups = whole.split(',');
    let first = groups.next()?;
    let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    let leads = (1..=3).contains(&first.len()) && digits(first) && !first.starts_with('0');
    if leads && groups.all(|g| g.len() == 3 && digits(g)) { plain(&text.replace(',', "")) } else { None }
}

/// True for digits that would not survive being read as a number: a code such as 007, or more digits than a double has.
pub(super) fn is_code(text: &str) -> bool {
    let digits = text.bytes().all(|b| b.is_ascii_digit());
    digits && (text.len() > 1 && text.starts_with('0') || text.len() > 15)
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
        assert_eq!(read("1,234,567"), Numeral::Thousands(1_234_567.0));
        assert_eq!(read("1,234.5"), Numeral::Thousands(1234.5));
        assert_eq!(read("12,34,567"), Numeral::None);
    }

    #[test]
    fn words_and_codes_are_not_numbers() {
        for text in ["", "inf", "NaN", "abc", "<5", "5%", "1 2", "-", "+.", "1e999"] {
            assert_eq!(read(text), Numeral::None, "{text}");
        }
        assert!(is_code("007") && is_code("12345678901234567"));
        assert!(!is_code("0") && !is_code("0.5") && !is_code("70"));
    }
}
