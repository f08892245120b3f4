//! One field of a line: where it ends, and which number it is.

use memchr::memchr;

/// A number written with digits, a sign and a point alone.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Plain {
    /// The number, to the last bit what the standard library reads.
    pub value: f64,
    /// Where it ends.
    pub end: usize,
    /// It has a sign.
    pub signed: bool,
    /// What it begins with behind its sign.
    pub first: u8,
    /// Digits before the point.
    pub whole: usize,
    /// Digits behind the point, if there is one.
    pub decimals: Option<usize>,
}

/// The powers of ten that a double holds exactly.
const TENS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
    1e21, 1e22,
];

/// The largest whole number below which a double holds all.
const EXACT: u64 = 1 << 53;

/// The number that begins at `at`, if it is a plain one; what stands behind it is left to the caller.
///
/// Digits of at most 2^53 over a power of ten of at most 10^22 are two exact doubles, whose quotient is rounded once and
/// hence the nearest double (Clinger, "How to read floating point numbers accurately", 1990). Others are left to the
/// standard library.
#[inline]
pub(super) fn plain(text: &[u8], at: usize) -> Option<Plain> {
    let sign = text.get(at).copied().filter(|b| matches!(b, b'-' | b'+'));
    let first = at + usize::from(sign.is_some());
    let mut digits = 0u64;
    let mut end = first;
    let take = |end: &mut usize, digits: &mut u64| {
        while let Some(digit) = text.get(*end).map(|b| b.wrapping_sub(b'0')).filter(|d| *d < 10) {
            *digits = digits.wrapping_mul(10).wrapping_add(u64::from(digit));
            *end += 1;
        }
    };
    take(&mut end, &mut digits);
    let whole = end - first;
    let mut decimals = None;
    if text.get(end) == Some(&b'.') {
        end += 1;
        let point = end;
        take(&mut end, &mut digits);
        decimals = Some(end - point);
    }
    let behind = decimals.unwrap_or(0);
    let value = match whole + behind {
        0 => return None,
        // No more digits than a u64 holds.
        1..=19 if digits <= EXACT && behind < TENS.len() => {
            let size = digits as f64 / TENS[behind];
            if sign == Some(b'-') { -size } else { size }
        }
        _ => {
            let value: f64 = std::str::from_utf8(&text[at..end]).ok()?.parse().ok()?;
            value.is_finite().then_some(value)?
        }
    };
    Some(Plain { value, end, signed: sign.is_some(), first: text[first], whole, decimals })
}

/// Whether a field may end at `at`: at a delimiter, a line's end or the text's.
#[inline]
pub(super) fn is_end(text: &[u8], at: usize, delimiter: u8) -> bool {
    match text.get(at) {
        None | Some(b'\n') => true,
        Some(b'\r') => matches!(text.get(at + 1), None | Some(b'\n')),
        Some(byte) => *byte == delimiter,
    }
}

/// The field that begins at `at` without its quotes, and where it ends. `None` where a careful look is needed: at quotes
/// that do not stand about a whole field, and at line ends inside of them.
#[inline]
pub(super) fn field(text: &[u8], at: usize, delimiter: u8, has_quotes: bool) -> Option<(&[u8], usize)> {
    if has_quotes && text.get(at) == Some(&b'"') {
        let inside = &text[at + 1..];
        let field = &inside[..memchr(b'"', inside)?];
        let end = at + field.len() + 2;
        let plain = !field.iter().any(|b| matches!(b, b'\n' | b'\r'));
        return (plain && is_end(text, end, delimiter)).then_some((field, end));
    }
    let length = text[at..].iter().position(|b| *b == delimiter || *b == b'\n').unwrap_or(text.len() - at);
    let field = &text[at..at + length];
    let is_last = text.get(at + length) != Some(&delimiter);
    let field = if is_last { field.strip_suffix(b"\r").unwrap_or(field) } else { field };
    let odd = field.iter().any(|b| *b == b'\r' || *b == b'"');
    (!odd).then_some((field, at + field.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_numbers_are_those_of_the_standard_library() {
        for text in [
            "0",
            "-0",
            "007",
            "12.5",
            "-3.25",
            "+1.0",
            "1.",
            ".5",
            "-.5",
            "0.1",
            "3.14159265358979",
            "1e5",
            "123456789012345678",
            "0.12345678901234567",
            "9007199254740993",
            "179769313486231570000000000000000000000",
            "12345678901234567890123",
            "0.000000000000000000000001",
            "",
            ".",
            "-",
            "abc",
            "4.35",
            "2.675",
            "1e",
        ] {
            let read = plain(text.as_bytes(), 0).filter(|n| n.end == text.len()).map(|n| n.value.to_bits());
            let is_plain = text.bytes().all(|b| b.is_ascii_digit() || b"+-.".contains(&b));
            let wanted = text.parse::<f64>().ok().filter(|_| is_plain).map(f64::to_bits);
            assert_eq!(read, wanted, "{text}");
        }
    }

    #[test]
    fn fields_end_at_delimiters_and_lines() {
        let of = |text: &'static str| {
            field(text.as_bytes(), 0, b',', true).map(|(field, end)| (std::str::from_utf8(field).expect("text"), end))
        };
        assert_eq!(of("ab,c"), Some(("ab", 2)));
        assert_eq!(of("ab\r\nc"), Some(("ab", 2)));
        assert_eq!(of("\"a,b\",c"), Some(("a,b", 5)));
        assert_eq!(of(",c"), Some(("", 0)));
        for odd in ["\"a\"\"b\",c", "a\"b,c", "\"a\nb\",c", "a\rb,c", "\"open"] {
            assert_eq!(of(odd), None, "{odd}");
        }
    }
}
