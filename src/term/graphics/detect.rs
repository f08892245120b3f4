//! Which protocol a terminal knows, by what it says of itself in the environment.

/// How a terminal takes pictures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    /// kitty's: kitty, Ghostty, Konsole.
    Kitty,
    /// iTerm2's: iTerm2, WezTerm, mintty, the terminal of VS Code.
    Iterm,
    /// Sixels: foot, mlterm, Contour.
    Sixel,
}

/// The first Konsole with kitty's protocol.
const KONSOLE: u32 = 220_400;

impl Protocol {
    /// The protocol of the terminal that this environment, given as a look-up, belongs to; none in a multiplexer, which
    /// passes pictures on only where it was told to.
    pub fn detect(variable: impl Fn(&str) -> Option<String>) -> Option<Self> {
        let says = |name: &str| variable(name).filter(|value| !value.is_empty());
        let term = says("TERM").unwrap_or_default();
        let inside = says("TMUX").is_some() || says("STY").is_some();
        if inside || ["screen", "tmux", "dumb", "linux"].iter().any(|name| term.starts_with(name)) {
            return None;
        }
        let program = says("TERM_PROGRAM").or_else(|| says("LC_TERMINAL")).unwrap_or_default();
        let konsole = says("KONSOLE_VERSION").and_then(|version| version.parse::<u32>().ok());
        if says("KITTY_WINDOW_ID").is_some()
            || matches!(term.as_str(), "xterm-kitty" | "xterm-ghostty")
            || program == "ghostty"
            || konsole.is_some_and(|version| version >= KONSOLE)
        {
            return Some(Self::Kitty);
        }
        match program.as_str() {
            "iTerm.app" | "iTerm2" | "WezTerm" | "mintty" | "vscode" => return Some(Self::Iterm),
            _ => {}
        }
        ["foot", "mlterm", "contour"].iter().any(|name| term.starts_with(name)).then_some(Self::Sixel)
    }

    /// What `--images` says: `auto` looks at the environment, `off` shows none.
    ///
    /// # Errors
    /// That it says nothing that is known.
    pub fn chosen(said: &str, variable: impl Fn(&str) -> Option<String>) -> Result<Option<Self>, String> {
        match said {
            "auto" => Ok(Self::detect(variable)),
            "off" => Ok(None),
            name => Self::from_name(name).map(Some).ok_or_else(|| "write auto, off, kitty, iterm or sixel".to_owned()),
        }
    }

    /// The protocol called `kitty`, `iterm` or `sixel`.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "kitty" => Some(Self::Kitty),
            "iterm" => Some(Self::Iterm),
            "sixel" => Some(Self::Sixel),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn detect(pairs: &[(&str, &str)]) -> Option<Protocol> {
        Protocol::detect(|name| pairs.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned()))
    }

    #[test]
    fn terminals_are_known_by_their_environment() {
        assert_eq!(detect(&[("TERM", "xterm-kitty"), ("KITTY_WINDOW_ID", "1")]), Some(Protocol::Kitty));
        assert_eq!(detect(&[("TERM", "xterm-256color"), ("TERM_PROGRAM", "iTerm.app")]), Some(Protocol::Iterm));
        assert_eq!(detect(&[("TERM", "xterm-256color"), ("LC_TERMINAL", "iTerm2")]), Some(Protocol::Iterm));
        assert_eq!(detect(&[("TERM", "xterm-256color"), ("KONSOLE_VERSION", "230804")]), Some(Protocol::Kitty));
        assert_eq!(detect(&[("TERM", "xterm-256color"), ("KONSOLE_VERSION", "211203")]), None);
        assert_eq!(detect(&[("TERM", "foot")]), Some(Protocol::Sixel));
        assert_eq!(detect(&[("TERM", "xterm-256color")]), None);
    }

    #[test]
    fn nothing_is_sent_through_a_multiplexer() {
        assert_eq!(detect(&[("TERM", "tmux-256color"), ("KITTY_WINDOW_ID", "1")]), None);
        assert_eq!(detect(&[("TERM", "xterm-kitty"), ("TMUX", "/tmp/tmux-0/default,1,0")]), None);
        assert_eq!(detect(&[("TERM", "screen"), ("TERM_PROGRAM", "iTerm.app")]), None);
    }
}
