//! The protocols of kitty and iTerm2: a PNG in base64 inside a control sequence, scaled by the terminal.

use std::io::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// Characters of base64 that kitty takes in one sequence.
const CHUNK: usize = 4096;
/// The number of the first picture.
const NUMBER: u32 = 7341;

/// The sequences that show `png` as picture `at` in `columns` x `lines` cells from the cursor on, in kitty's protocol. The cursor stays,
/// and the terminal does not answer.
pub fn kitty(png: &[u8], (columns, lines): (u16, u16), at: usize) -> Vec<u8> {
    let number = NUMBER + at as u32;
    let text = STANDARD.encode(png);
    let chunks: Vec<&[u8]> = text.as_bytes().chunks(CHUNK).collect();
    let mut out = Vec::with_capacity(text.len() + 64 + 16 * chunks.len());
    for (at, chunk) in chunks.iter().enumerate() {
        let more = u8::from(at + 1 < chunks.len());
        // Writing into memory cannot fail.
        let _ = match at {
            0 => write!(out, "\x1b_Ga=T,f=100,q=2,C=1,i={number},p=1,c={columns},r={lines},m={more};"),
            _ => write!(out, "\x1b_Gm={more};"),
        };
        out.extend_from_slice(chunk);
        out.extend_from_slice(b"\x1b\\");
    }
    out
}

/// The sequences that take these of kitty's pictures away again.
pub fn kitty_away(which: &[usize]) -> Vec<u8> {
    let away = |at: &usize| format!("\x1b_Ga=d,d=I,i={},q=2\x1b\\", NUMBER + *at as u32);
    which.iter().map(away).collect::<String>().into_bytes()
}

/// The sequence that shows `png` in `columns` x `lines` cells from the cursor on, in iTerm2's protocol.
pub fn iterm(png: &[u8], (columns, lines): (u16, u16)) -> Vec<u8> {
    let size = png.len();
    let how = format!("inline=1;size={size};width={columns};height={lines};preserveAspectRatio=1;doNotMoveCursor=1");
    format!("\x1b]1337;File={how}:{}\x07", STANDARD.encode(png)).into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What kitty puts together from the sequences.
    fn collected(sequences: &[u8]) -> Vec<u8> {
        let text = std::str::from_utf8(sequences).expect("control sequences of ASCII");
        let mut base64 = String::new();
        for part in text.split("\x1b_G").skip(1) {
            let (head, rest) = part.split_once(';').expect("keys and data");
            let (chunk, end) = rest.split_once("\x1b\\").expect("an end");
            assert!(chunk.len() <= CHUNK && end.is_empty());
            assert_eq!(head.ends_with("m=0"), base64.len() + chunk.len() == text_length(sequences));
            base64.push_str(chunk);
        }
        STANDARD.decode(base64).expect("base64")
    }

    fn text_length(sequences: &[u8]) -> usize {
        let text = String::from_utf8_lossy(sequences);
        text.split("\x1b_G").skip(1).filter_map(|part| part.split_once(';')).map(|(_, rest)| rest.len() - 2).sum()
    }

    #[test]
    fn kitty_gets_the_whole_file_in_pieces() {
        let png: Vec<u8> = (0..10_000u32).map(|i| (i * 31 % 251) as u8).collect();
        let sequences = kitty(&png, (40, 20), 0);
        assert!(sequences.starts_with(b"\x1b_Ga=T,f=100,q=2,C=1,"));
        assert_eq!(collected(&sequences), png);
        assert!(String::from_utf8_lossy(&kitty_away(&[0])).contains("a=d"));
    }

    #[test]
    fn iterm_gets_the_size_and_the_whole_file() {
        let png = vec![7; 1000];
        let text = String::from_utf8(iterm(&png, (40, 20))).expect("ASCII");
        let (head, data) = text.split_once(':').expect("a head and data");
        assert!(head.starts_with("\x1b]1337;File=inline=1;size=1000;width=40;height=20;"), "{head}");
        assert_eq!(STANDARD.decode(data.trim_end_matches('\x07')).expect("base64"), png);
    }
}
