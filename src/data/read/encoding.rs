//! From the bytes of a text table to UTF-8.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

/// The text of `bytes` without its byte order mark, and what to tell the reader about the encoding.
///
/// A mark decides; without one the text is UTF-8 if it can be, else the encoding of western Windows.
pub(super) fn decode(bytes: &[u8]) -> (Cow<'_, [u8]>, Option<String>) {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        let rest = &bytes[mark..];
        let note = format!("starts with a byte order mark ({}), which is left out", encoding.name());
        return match encoding == UTF_8 && std::str::from_utf8(rest).is_ok() {
            true => (Cow::Borrowed(rest), Some(note)),
            false => (owned(encoding, rest), Some(note)),
        };
    }
    if std::str::from_utf8(bytes).is_ok() {
        return (Cow::Borrowed(bytes), None);
    }
    let note = "is not UTF-8; letters such as é are read as Windows-1252".to_owned();
    (owned(WINDOWS_1252, bytes), Some(note))
}

fn owned(encoding: &'static Encoding, bytes: &[u8]) -> Cow<'static, [u8]> {
    let (text, _) = encoding.decode_without_bom_handling(bytes);
    Cow::Owned(text.into_owned().into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_left_out_and_old_encodings_read() {
        let (text, note) = decode(b"\xEF\xBB\xBFage\n1");
        assert_eq!(&*text, b"age\n1");
        assert!(note.is_some_and(|n| n.contains("UTF-8")));
        let utf16: Vec<u8> = [0xFF, 0xFE].into_iter().chain("a,é".encode_utf16().flat_map(u16::to_le_bytes)).collect();
        assert_eq!(&*decode(&utf16).0, "a,é".as_bytes());
        assert_eq!(&*decode(b"caf\xE9").0, "café".as_bytes());
        assert_eq!(decode("café".as_bytes()).1, None);
    }
}
