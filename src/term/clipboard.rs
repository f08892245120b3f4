//! Copying through the terminal (OSC 52), which also works over SSH and inside tmux.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// Terminals drop longer texts, counted in base64.
const LONGEST: usize = 74_000;

/// The bytes that put `text` on the clipboard, or `None` if it is longer than terminals take.
///
/// Inside tmux both forms are sent: the plain one for `set-clipboard on`, the wrapped one for `allow-passthrough on`.
pub fn osc52(text: &str, inside_tmux: bool) -> Option<Vec<u8>> {
    let encoded = STANDARD.encode(text);
    if encoded.len() > LONGEST {
        return None;
    }
    let mut bytes = format!("\x1b]52;c;{encoded}\x1b\\").into_bytes();
    if inside_tmux {
        bytes.extend(format!("\x1bPtmux;\x1b\x1b]52;c;{encoded}\x1b\x1b\\\x1b\\").into_bytes());
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_encoded_and_wrapped_for_tmux() {
        assert_eq!(osc52("HR", false).expect("short"), b"\x1b]52;c;SFI=\x1b\\");
        let both = osc52("HR", true).expect("short");
        assert!(both.ends_with(b"\x1bPtmux;\x1b\x1b]52;c;SFI=\x1b\x1b\\\x1b\\"));
        assert_eq!(osc52(&"x".repeat(60_000), false), None);
    }
}
